"""The method page: its example is a real sum, and comes out by hand."""

from __future__ import annotations

from math import exp

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.gaps import answer_gap_question
from app.actions.worked_example import find_example
from app.queries.versions import RECORDS, bump_versions
from tests.integration.web.pages import Page


def test_the_example_comes_out_when_worked_out_by_hand(town: Session) -> None:
    example = find_example(town)
    assert example is not None
    assert 1 <= len(example.services) <= 3
    total = 0.0
    for service in example.services:
        assert service.walk_m is not None
        u = service.walk_m / 1200
        closeness = (exp(-u * u / 2) - exp(-0.5)) / (1 - exp(-0.5))
        assert service.closeness == pytest.approx(closeness, rel=1e-9)
        assert service.gives == pytest.approx(closeness / service.shared_by_weighted * 10_000, rel=1e-9)
        total += service.gives
    assert example.provision == pytest.approx(total, rel=1e-9)
    assert example.shortfall == pytest.approx(1 - total / example.answer.benchmark_provision, rel=1e-9)
    without = example.people * example.need_weight * example.shortfall
    assert example.people_without == pytest.approx(without, rel=1e-9)
    if example.spots == 1:
        assert example.row.people_without == pytest.approx(without, rel=1e-9)
    assert example.row in answer_gap_question(town, example.answer.question, draws=0).rows


def test_the_page_shows_the_numbers_of_the_example_and_leads_to_its_row(
    town: Session, client: FlaskClient
) -> None:
    example = find_example(town)
    assert example is not None
    page = client.get("/method").text
    shown = " ".join(Page(page).one("main").text.split())
    for number in (f"{example.people:,.0f}", f"{example.shortfall * 100:.0f}", example.row.area.name):
        assert number in shown
    assert all(service.service_name in shown for service in example.services)


def test_without_an_example_the_page_still_explains(town: Session, client: FlaskClient) -> None:
    town.execute(text("DELETE FROM survey"))
    bump_versions(town, [RECORDS])
    assert find_example(town) is None
    page = client.get("/method")
    assert page.status_code == 200
    assert "What you can change" in page.text
