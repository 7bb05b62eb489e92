"""Needs, hubs and surveys."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest
from sqlalchemy.orm import Session

from app.actions.load_statements import load_hubs, load_needs, load_surveys
from geodata.frames import HUB_COLUMNS, NEED_COLUMNS, SURVEY_COLUMNS
from geodata.problems import InputProblem
from tests.integration.loading.small_world import card, column, fingerprint, load_blocks, lon_lat


def needs(**more: Any) -> pd.DataFrame:
    row = {
        "source_ref": "n1", "theme": "food", "statement": "No hot meals here", "audience": "anyone",
        "lon": lon_lat(100, 100)[0], "lat": lon_lat(100, 100)[1], "privacy": "rough", "support_count": 3,
        "status": "open", "raised_on": dt.date(2026, 1, 1),
    }  # fmt: skip
    return pd.DataFrame([{**row, **more}], columns=list(NEED_COLUMNS), dtype=object)


def hubs(codes: list[str], name: str = "North hub") -> pd.DataFrame:
    return pd.DataFrame([("h1", name, "", "block-1", codes)], columns=list(HUB_COLUMNS), dtype=object)


def surveys(*rows: tuple[str | None, str, str, dt.date]) -> pd.DataFrame:
    listed = [(theme, "block-1", code, kind, day, None, "") for theme, code, kind, day in rows]
    return pd.DataFrame(listed, columns=list(SURVEY_COLUMNS), dtype=object)


DAY, LATER = dt.date(2026, 1, 1), dt.date(2026, 6, 1)


def test_needs_load_once_and_change_when_they_differ(session: Session) -> None:
    assert load_needs(session, needs(), card("n"), file="n.csv").tallies["needs"].added == 1
    before = fingerprint(session)
    assert not load_needs(session, needs(), card("n"), file="n.csv").changed
    assert fingerprint(session) == before
    assert load_needs(session, needs(support_count=4), card("n"), file="n.csv").tallies["needs"].changed == 1
    assert column(session, "SELECT count(*) FROM public_need") == [1]


def test_hubs_patches_follow_the_file(session: Session) -> None:
    load_blocks(session)
    load_hubs(session, hubs(["B00", "B01"]), card("h"), file="h.csv")
    assert not load_hubs(session, hubs(["B01", "B00"]), card("h"), file="h.csv").changed
    load_hubs(session, hubs(["B01", "B02"]), card("h"), file="h.csv")
    patch = "SELECT area_code FROM patch JOIN area ON area.id = area_id ORDER BY 1"
    assert column(session, patch) == ["B01", "B02"]


def test_surveys_of_a_source_are_those_of_its_file(session: Session) -> None:
    load_blocks(session)
    first = surveys(("food", "B00", "walk_round", DAY), (None, "B01", "published_list", DAY))
    load_surveys(session, first, card("s"), file="s.csv")
    assert not load_surveys(session, first, card("s"), file="s.csv").changed
    second = surveys(("food", "B00", "walk_round", LATER))
    tally = load_surveys(session, second, card("s"), file="s.csv").tallies["surveys"]
    assert (tally.changed, tally.removed) == (1, 1)
    assert column(session, "SELECT checked_on FROM survey") == [LATER]


def test_of_two_looks_the_later_counts(session: Session) -> None:
    load_blocks(session)
    both = surveys(("food", "B00", "walk_round", DAY), ("food", "B00", "walk_round", LATER))
    load_surveys(session, both, card("s"), file="s.csv")
    assert column(session, "SELECT checked_on FROM survey") == [LATER]


def test_areas_that_are_not_loaded_are_reported(session: Session) -> None:
    load_blocks(session)
    report = load_surveys(session, surveys(("food", "B99", "walk_round", DAY)), card("s"), file="s.csv")
    assert report.problems[0].problem == "The area “B99” of “block-1” is not loaded."


@pytest.mark.parametrize(("field", "value"), [("theme", "cake"), ("privacy", "secret"), ("status", "maybe")])
def test_words_nobody_knows_are_refused(session: Session, field: str, value: str) -> None:
    with pytest.raises(InputProblem, match=value):
        load_needs(session, needs(**{field: value}), card("n"), file="n.csv")
