"""The invented borough: loaded once, never into a real place's database, and honest raw material for gaps."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.load_demo import load_demo
from app.errors import LoadRefusedError
from tests.integration.loading.small_world import TODAY, column, fingerprint


def test_the_borough_is_loaded_and_labelled_as_invented(session: Session) -> None:
    reports = load_demo(session, today=TODAY)
    assert {report.kind for report in reports} >= {"areas", "organisations", "needs", "hubs", "surveys"}
    assert column(session, "SELECT is_invented FROM site") == [True]
    assert column(session, "SELECT bool_and(is_invented) FROM source WHERE key <> 'grid'") == [True]
    assert column(session, "SELECT count(*) > 200 FROM public_organisation") == [True]
    assert column(session, "SELECT count(*) FROM need") == [40]
    assert [problem for report in reports for problem in report.problems] == []


def test_people_of_small_areas_wards_and_borough_agree(session: Session) -> None:
    load_demo(session, today=TODAY)
    sums = column(
        session,
        "SELECT sum(p.people) FROM point_area pa JOIN population_point p ON p.id = pa.population_point_id "
        "JOIN area_layer l ON l.id = pa.area_layer_id WHERE l.key LIKE '%-2024' GROUP BY l.key",
    )
    assert sums == pytest.approx([sums[0]] * 3, rel=1e-12)


def test_a_second_load_is_left_alone(session: Session) -> None:
    load_demo(session, today=TODAY)
    before = fingerprint(session)
    assert load_demo(session, today=TODAY + dt.timedelta(days=30)) == []
    assert fingerprint(session) == before


def test_a_new_version_of_the_island_is_loaded_over_the_old(session: Session) -> None:
    load_demo(session, today=TODAY)
    session.execute(text("UPDATE source SET checksum = 'of an older version' WHERE key = 'demo'"))
    reports = load_demo(session, today=TODAY)
    assert reports
    assert not [report.title for report in reports if report.changed]


def test_it_never_mixes_with_a_real_place(session: Session) -> None:
    session.execute(text("INSERT INTO site (id, name) VALUES (1, 'Trafford')"))
    with pytest.raises(LoadRefusedError, match="holds the map of Trafford"):
        load_demo(session, today=TODAY)
    assert load_demo(session, today=TODAY, if_empty=True) == []


def test_the_command_says_what_it_did(own_app: Flask, own_session: Session) -> None:
    runner = own_app.test_cli_runner()
    first, second = runner.invoke(args=["demo", "load"]), runner.invoke(args=["demo", "load", "--if-empty"])
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Everything in it is invented." in first.output
    assert second.output == "There is a map already.\n"
    assert column(own_session, "SELECT count(*) FROM site") == [1]
    assert runner.invoke(args=["demo", "logins"]).exit_code == 0
