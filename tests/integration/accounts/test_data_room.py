"""The data room: every unplaced record with its reason, every load with its problems, nothing private."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.actions import data_room as actions
from app.actions.data_room import UnplacedQuestion, list_unplaced
from tests.integration.accounts import unplaced_town
from tests.integration.accounts.people import add_person, sign_in
from tests.integration.accounts.unplaced_town import CANARY, SECRET_POSTCODE, add_load, add_source

EXPECTED = {
    ("point", "organisation", "=Group with a typo", "unknown_postcode", "M1 1AX"),
    ("point", "organisation", "Group at a home", "unknown_postcode", ""),
    ("point", "organisation", "Group without a postcode", "no_postcode", ""),
    ("point", "organisation", "Group without a place", "no_place", ""),
    ("point", "need", "Nowhere warm to eat", "no_point", ""),
    ("point", "service", "Meal at a lost hall", "unknown_postcode", "M9 9XX"),
    ("theme", "service", "Meal of no theme", "no_theme", ""),
}
PROBLEM = {
    "file": "groups.csv", "row": 17, "column": "postcode", "problem": "The postcode “M1 1AX” is not known.",
    "fix": "Perhaps “M1 1AA” is meant.", "skipped": False,
}  # fmt: skip


@pytest.fixture
def town(session: Session) -> Session:
    unplaced_town.build(session)
    return session


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, add_person(session))
    return client


def names(rows: Iterable[actions.UnplacedRow]) -> set[str]:
    return {row.name for row in rows}


def test_every_unplaced_record_is_listed_once_with_its_reason(town: Session) -> None:
    answer = list_unplaced(town, UnplacedQuestion())
    found = [(row.missing, row.kind, row.name, row.why, row.postcode) for row in answer.rows]
    assert len(found) == len(set(found)) == answer.total
    assert set(found) == EXPECTED


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (UnplacedQuestion(missing="theme"), {"Meal of no theme"}),
        (UnplacedQuestion(kind="need"), {"Nowhere warm to eat"}),
        (UnplacedQuestion(kind="service"), {"Meal of no theme", "Meal at a lost hall"}),
        (
            UnplacedQuestion(source="other-list"),
            {"=Group with a typo", "Group at a home", "Group without a postcode"},
        ),
        (UnplacedQuestion(source="other-list", missing="theme"), set()),
    ],
)
def test_filters_and_total_agree(town: Session, question: UnplacedQuestion, expected: set[str]) -> None:
    answer = list_unplaced(town, question)
    assert names(answer.rows) == expected
    assert answer.total == len(expected)
    assert answer.sources == [("other-list", "Other list"), ("town-list", "Town list")]


def test_pages_hold_every_record_once(town: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "ROWS_PER_PAGE", 3)
    pages = [list_unplaced(town, UnplacedQuestion(page=number)) for number in (1, 2, 3)]
    assert [len(page.rows) for page in pages] == [3, 3, 1]
    assert set().union(*(names(page.rows) for page in pages)) == {row[2] for row in EXPECTED}


def test_the_page_shows_the_reference_the_reason_and_nothing_private(officer: FlaskClient, town: Session) -> None:
    for address in ("/data", "/data/unplaced", "/data/unplaced.csv"):
        answer = officer.get(address)
        assert answer.status_code == 200
        assert SECRET_POSTCODE not in answer.text, address
        assert CANARY not in answer.text, address
        assert "53.4" not in answer.text, address
    page = officer.get("/data/unplaced").text
    assert "ref of Group without a place" in page
    assert "the postcode M1 1AX is not among those loaded" in page
    assert "7 records." in page
    assert officer.get("/data/unplaced?missing=theme").text.count('scope="row"') == 1


def test_the_file_holds_the_same_and_runs_in_no_spreadsheet(officer: FlaskClient, town: Session) -> None:
    answer = officer.get("/data/unplaced.csv?source=other-list")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="unplaced.csv"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert {row["name"] for row in rows} == {"'=Group with a typo", "Group at a home", "Group without a postcode"}
    assert {row["source"] for row in rows} == {"other-list"}
    assert officer.get("/data/unplaced.csv?kind=king").status_code == 400


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("source=nowhere", "There is no source “nowhere”"),
        ("kind=king", "is not something “kind” can be"),
        ("missing=all", "Choose one of"),
        ("page=99", "There is no page 99."),
        ("page=0", "Give a whole number from 1"),
        ("page=x", "is not a number"),
        ("kind=need&kind=need", "is given 2 times"),
        ("source=%00", "a character that cannot be read"),
    ],
)
def test_a_filter_that_cannot_be_is_said_plainly(
    officer: FlaskClient, town: Session, query: str, message: str
) -> None:
    answer = officer.get(f"/data/unplaced?{query}")
    assert answer.status_code == 400
    assert message in answer.text


def test_every_load_is_listed_with_what_it_did_and_its_problems(officer: FlaskClient, session: Session) -> None:
    source = add_source(session, "groups", "Groups of the town")
    run_id = add_load(session, source, "groups.csv", [PROBLEM, PROBLEM | {"row": None, "skipped": True}])
    add_load(session, source, "older.csv", [], at="now() - interval '1 day'")
    session.commit()
    page = officer.get("/data").text
    assert page.index("groups.csv") < page.index("older.csv")
    assert "1,204 read, 1,200 added, 4 skipped" in page
    assert "2 problems" in page
    assert "OGL v3.0" in page
    assert "31 May 2025" in page
    load = officer.get(f"/data/loads/{run_id}").text
    for words in ("row 17", "whole file", "postcode", "Perhaps “M1 1AA” is meant.", "left out", "kept"):
        assert words in load


def test_loads_are_paged_and_there_is_no_page_past_the_last(officer: FlaskClient, session: Session) -> None:
    source = add_source(session, "groups", "Groups of the town")
    for number in range(actions.RUNS_PER_PAGE + 1):
        add_load(session, source, f"file-{number}.csv", [])
    session.commit()
    assert officer.get("/data").text.count('class="file"') == actions.RUNS_PER_PAGE
    assert officer.get("/data?page=2").text.count('class="file"') == 1
    assert officer.get("/data?page=3").status_code == 400


@pytest.mark.parametrize("run_id", ["0", "999999999", "99999999999999999999999"])
def test_a_load_there_is_not_is_a_404(officer: FlaskClient, run_id: str) -> None:
    assert officer.get(f"/data/loads/{run_id}").status_code == 404


def test_an_empty_site_says_what_to_load(officer: FlaskClient) -> None:
    page = officer.get("/data").text
    assert "Nothing is loaded yet" in page
    assert "Nothing here: every record" in officer.get("/data/unplaced").text
