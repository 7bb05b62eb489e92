"""How sure an answer is: the page, its file, and what stands beside the rows of the gap page."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.gap_answers import GapQuestion
from app.actions.gap_sure import compare_ways
from app.actions.gaps import answer_gap_question
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import add_service, add_survey, middle_of

ASKED = "theme=food&layer=square&within=&minutes=15"
QUESTION = GapQuestion("food", "square", "", 1_200)


@pytest.fixture
def towns(session: Session) -> Session:
    two_towns.build(session)
    for code in two_towns.SQUARES:
        add_survey(session, code, today())
    for name, square in (("One", "W-a"), ("Two", "W-b"), ("Three", "W-c"), ("Four", "E-a")):
        add_service(session, name, middle_of(square))
    session.commit()
    return session


def test_the_worst_fifth_is_that_of_the_answer(towns: Session) -> None:
    answer, sure = answer_gap_question(towns, QUESTION), compare_ways(towns, QUESTION)
    assert [row.area for row in sure.rows] == [row.area for row in answer.rows if row.rank]
    asked = next(number for number, line in enumerate(sure.ways) if line.is_asked)
    assert [row.ranks[asked] for row in sure.rows] == sorted(row.ranks[asked] for row in sure.rows)
    assert {row.area.area_code for row in sure.worst} <= {"W-d", "E-b", "E-c", "E-d"}
    assert len(sure.ways) == 20
    assert all(line.kept + len(line.left_out) == len(sure.worst) for line in sure.ways)


def test_the_page_and_the_rows_of_the_gap_page_say_the_same(towns: Session, client: FlaskClient) -> None:
    sure = compare_ways(towns, QUESTION)
    page = client.get(f"/gaps/sure?{ASKED}").text
    gaps = client.get(f"/gaps?{ASKED}").text
    assert sure.worst
    for row in sure.worst:
        assert f"in {row.stable} of 20 ways" in page
        assert f"worst fifth in {row.stable} of 20 ways" in gaps
    assert "/gaps/sure?" in gaps


def test_the_file_has_every_ranked_area_in_every_way(towns: Session, client: FlaskClient) -> None:
    sure = compare_ways(towns, QUESTION)
    answer = client.get(f"/gaps/sure.csv?{ASKED}")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [row["area_code"] for row in rows] == [row.area.area_code for row in sure.rows]
    assert [int(row["stable_ways"]) for row in rows] == [row.stable for row in sure.rows]
    ways = [name for name in rows[0] if name.startswith("1200 m; ")]
    assert len(ways) == 5
    assert answer.headers["Link"].startswith("<http")


def test_nothing_ranked_is_said_in_words(session: Session, client: FlaskClient) -> None:
    two_towns.build(session)
    session.commit()
    assert "nothing to count again" in client.get(f"/gaps/sure?{ASKED}").text


@pytest.mark.parametrize(
    "address", ["/gaps/sure?theme=nope", "/gaps/sure?minutes=%00", "/gaps/sure?minutes=9999", "/gaps/sure.csv?x=1"]
)
def test_a_wrong_question_is_answered_in_words(towns: Session, client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 400


def test_too_much_to_wait_for_is_said_and_leaves_the_gap_page_alone(
    towns: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.actions.gap_ways.MOST_PAIRS", 1)
    add_service(towns, "Five", middle_of("E-d"))
    towns.commit()
    answer = client.get(f"/gaps/sure?{ASKED}")
    assert answer.status_code == 400
    assert "smaller area" in answer.text
    gaps = client.get(f"/gaps?{ASKED}")
    assert gaps.status_code == 200
    assert "worst fifth in" not in gaps.text
