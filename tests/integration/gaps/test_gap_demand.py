"""What people ask for beside what is measured: side by side, blended only when asked; no small count anywhere."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.forgetting import WISH_MONTHS, forget_old
from app.actions.gap_answers import GapQuestion
from app.actions.gap_demand import COLUMNS, Column, DemandRow, blended, compare_demand, sum_demand
from app.actions.gaps import answer_gap_question
from app.vocabulary import WishKind
from tests.integration.canary.outputs import fetch_all, public_ids
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import add_service, add_survey, area_id, middle_of
from tests.integration.web import web_town

NO_WEIGHTS = dict.fromkeys(COLUMNS, 0)
QUESTION = GapQuestion("food", "square", "", 1_200)
ASKED = "theme=food&layer=square&within=&minutes=15"


def add_wishes(
    session: Session,
    code: str,
    count: int,
    kind: WishKind = WishKind.NOTHING_NEAR,
    days_ago: int = 10,
    theme: str = "food",
) -> None:
    for number in range(count):
        session.execute(
            text("INSERT INTO wish (kind, theme_key, area_id, asked_on, visitor_key) VALUES (:k, :t, :a, :d, :v)"),
            {"k": kind.value, "t": theme, "a": area_id(session, code), "d": today() - timedelta(days=days_ago),
             "v": f"{code} {kind} {number} {days_ago}"},
        )  # fmt: skip


def test_the_gap_page_says_in_two_numbers_what_people_ask_for(towns: Session, client: FlaskClient) -> None:
    towns.execute(text("DELETE FROM wish"))
    towns.execute(text("DELETE FROM need"))
    add_wishes(towns, "W-a", 11)
    add_wishes(towns, "W-b", 4)
    add_wishes(towns, "E-a", 6, WishKind.SEARCH_MISS)
    towns.commit()
    everywhere = sum_demand(towns, answer_gap_question(towns, QUESTION))
    assert (everywhere.needs, everywhere.in_vain) == (0, 15)
    town = sum_demand(towns, answer_gap_question(towns, replace(QUESTION, within="E")))
    assert town.in_vain == 5
    page = client.get(f"/gaps?{ASKED}").text
    assert "0 needs told by residents, at least 15 people looked for it in vain in a year." in page
    assert "/gaps/demand?" in page


def test_of_an_area_drawn_at_will_no_wish_is_told(towns: Session) -> None:
    add_wishes(towns, "W-a", 11)
    answer = answer_gap_question(towns, replace(QUESTION, patch="square: W-a"))
    assert sum_demand(towns, answer).in_vain is None


@pytest.fixture
def towns(session: Session) -> Session:
    two_towns.build(session)
    session.execute(text("UPDATE area_layer SET kind = 'statistical' WHERE key = 'square'"))
    session.execute(text("UPDATE area_layer SET kind = 'electoral' WHERE key = 'ward'"))
    for code in two_towns.SQUARES:
        add_survey(session, code, today())
    add_service(session, "Hall", middle_of("W-a"))
    session.commit()
    return session


def rows_of(session: Session, question: GapQuestion = QUESTION, **weights: int) -> dict[str, DemandRow]:
    answer = compare_demand(session, question, {**NO_WEIGHTS, **weights})
    return {row.gap.area.area_code: row for row in answer.rows}


def test_wishes_are_told_in_steps_of_five_and_folded_into_bigger_areas(towns: Session) -> None:
    add_wishes(towns, "W-a", 7)
    add_wishes(towns, "W-c", 3)
    add_wishes(towns, "W-d", 4)
    add_wishes(towns, "E-a", 4, WishKind.SEARCH_MISS)
    rows = rows_of(towns)
    assert {code: row.values["wishes"] for code, row in rows.items() if row.values["wishes"]} == {"W-a": 5}
    assert not any(row.values["misses"] for row in rows.values())
    south = rows["W-c"].bigger["wishes"]
    assert (south.name, south.people_at_least) == ("Area W-south", 5)
    assert rows["W-b"].bigger["wishes"].people_at_least == 5
    assert rows["E-a"].bigger == {}
    wards = rows_of(towns, GapQuestion("food", "ward", "", 1_200))
    assert {code: row.values["wishes"] for code, row in wards.items()} == {
        "W-north": 5, "W-south": 5, "E-north": 0, "E-south": 0
    }  # fmt: skip


def test_areas_drawn_at_will_tell_of_no_wish(towns: Session) -> None:
    add_wishes(towns, "W-a", 30)
    towns.execute(text("UPDATE area_layer SET kind = 'drawn' WHERE key = 'ward'"))
    rows = rows_of(towns, GapQuestion("food", "ward", "", 1_200))
    assert {row.values["wishes"] for row in rows.values()} == {None}
    assert towns.scalar(text("SELECT count(*) FROM public_wish w JOIN area_layer l ON l.id = w.area_layer_id "
                             "WHERE l.key = 'ward'")) == 0  # fmt: skip


def test_what_is_older_than_a_year_or_of_another_theme_is_not_counted(towns: Session) -> None:
    add_wishes(towns, "W-a", 9, days_ago=400)
    add_wishes(towns, "W-a", 9, theme="sport")
    assert not any(row.values["wishes"] for row in rows_of(towns).values())


def test_wishes_are_forgotten_after_their_time(towns: Session) -> None:
    add_wishes(towns, "W-a", 2, days_ago=WISH_MONTHS * 31 + 5)
    add_wishes(towns, "W-a", 3, days_ago=WISH_MONTHS * 30 - 40)
    forget_old(towns)
    assert towns.scalar(text("SELECT count(*) FROM wish")) == 3


def test_nothing_is_blended_unless_somebody_gives_a_weight(towns: Session, client: FlaskClient) -> None:
    add_wishes(towns, "W-a", 12)
    towns.commit()
    plain = compare_demand(towns, QUESTION, NO_WEIGHTS)
    assert [row.gap for row in plain.rows] == list(plain.gaps.rows)
    assert {row.blend for row in plain.rows} == {None}
    page = client.get(f"/gaps/demand?{ASKED}").text
    assert "Nothing is mixed" in page
    assert "10 or more" in page
    moved = compare_demand(towns, QUESTION, {**NO_WEIGHTS, "wishes": 50})
    assert moved.rows[0].gap.area.area_code == "W-a"
    assert "Mixed, because you gave weights" in client.get(f"/gaps/demand?{ASKED}&count_wishes=50").text
    row = next(csv.DictReader(StringIO(client.get(f"/gaps/demand.csv?{ASKED}&count_wishes=50").text)))
    assert (row["area_code"], row["nothing_near_at_least"], row["weights"]) == ("W-a", "10", "wishes 50")


def test_needs_of_residents_are_counted_where_they_are_told(towns: Session) -> None:
    add = text("""
        INSERT INTO need (theme_key, statement, audience, geom, privacy, support_count, status, raised_on,
            review_status, source_id, source_ref, area_id)
        SELECT 'food', :w, 'anyone', ST_Transform(ST_SetSRID(ST_MakePoint(:x, :y), 27700), 4326), :p, :n, 'open',
            '2026-05-01', :r, id, :w, CAST(:a AS int) FROM source WHERE key = 'towns'
    """)
    x, y = middle_of("E-d")
    for words, privacy, support, review in (
        ("Seven agree", "exact", 7, "approved"), ("Three agree", "exact", 3, "approved"),
        ("Hidden", "hidden", 9, "approved"), ("Waiting", "exact", 9, "pending"),
    ):  # fmt: skip
        towns.execute(add, {"w": words, "x": x, "y": y, "p": privacy, "n": support, "r": review, "a": None})
    rows = rows_of(towns)
    assert {code: row.values["needs"] for code, row in rows.items() if row.values["needs"]} == {"E-d": 2}
    assert rows["E-d"].same == 7


def values(size: int) -> st.SearchStrategy[Column]:
    return st.lists(st.one_of(st.none(), st.sampled_from([0.0, 1.0, 2.5, 40.0])), min_size=size, max_size=size)


@given(st.integers(1, 8).flatmap(lambda n: st.tuples(*[values(n)] * 5)), st.tuples(*[st.integers(0, 3)] * 5))
def test_a_blend_equals_the_slow_one(columns: tuple[Column, ...], weights: tuple[int, ...]) -> None:
    named, weighed = dict(zip(COLUMNS, columns, strict=True)), dict(zip(COLUMNS, weights, strict=True))
    found = blended(named, weighed)
    for number, blend in enumerate(found):
        places = []
        for name, weight in weighed.items():
            here, known = named[name][number], [value for value in named[name] if value is not None]
            if weight and here is None:
                places = [(1, None)]
                break
            if weight and here is not None:
                less, same = sum(v < here for v in known), sum(v == here for v in known)
                places.append((weight, (less + same / 2) / len(known)))
        if not places or places[0][1] is None:
            assert blend is None
        else:
            assert blend == pytest.approx(sum(w * p for w, p in places) / sum(w for w, _ in places))


@pytest.mark.parametrize(
    "typed",
    ["count_gap=101", "count_gap=-1", "count_gap=x", "count_gap=1&count_gap=2", "count_gap=%00", "theme=nope"],
)
def test_a_wrong_weight_or_question_is_answered_in_words(towns: Session, client: FlaskClient, typed: str) -> None:
    answer = client.get(f"/gaps/demand?{typed}")
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert client.get(f"/gaps/demand.csv?{typed}").status_code == 400


def test_four_wishes_change_no_public_output_and_the_fifth_is_told_as_five(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    web_town.build(session)
    session.commit()
    at = (-2.27, 53.47)
    ids = public_ids(session)
    before = fetch_all(app, client, at, ids)
    for kind in WishKind:
        add_wishes(session, "S33", 4, kind)
    session.commit()
    after = fetch_all(app, client, at, ids)
    assert [address for address in before if before[address] != after[address]] == []
    add_wishes(session, "S33", 5, days_ago=20)
    session.commit()
    told = client.get("/gaps/demand?theme=food&layer=square").text
    assert "5 or more" in told
    assert "5 or more people said there was nothing near them" in client.get("/areas/square/S33").text
    assert "9" not in {row["nothing_near_at_least"] for row in csv.DictReader(
        StringIO(client.get("/gaps/demand.csv?theme=food&layer=square").text))}  # fmt: skip
