"""Two kinds of list in the database: who is on both, what that makes known, and what is said of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.areas import describe_area
from app.actions.clock import today
from app.actions.gap_answers import GapQuestion
from app.actions.gaps import answer_gap_question
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import GapState
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import add_service, middle_of, one

SEEN, BOTH, PUBLISHED = 3, 5, 2


def add_source(session: Session, key: str) -> int:
    return int(
        one(
            session,
            "INSERT INTO source (key, title, publisher, licence, attribution, published_on) "
            "VALUES (:k, :k, 'them', 'none', 'invented', :d) RETURNING id",
            k=key,
            d=today() - timedelta(days=100),
        )
    )


def list_group(session: Session, name: str, square: str, *lists: int) -> None:
    """A group with one service for every list that has it."""
    add_service(session, name, middle_of(square))
    first, *others = lists
    session.execute(
        text("UPDATE service SET source_id = :s WHERE source_ref = :n"), {"s": first, "n": f"{name} service"}
    )
    session.execute(text("UPDATE organisation SET source_id = :s WHERE source_ref = :n"), {"s": first, "n": name})
    for number in others:
        session.execute(
            text("""
            WITH made AS (
                INSERT INTO service (organisation_id, name, audiences, languages, cost, referral, is_online,
                    review_status, source_id, source_ref)
                SELECT organisation_id, name || ' too', '{}', '{}', 'free', 'unknown', false, 'approved', :s,
                    source_ref FROM service WHERE source_ref = :n AND source_id = :f RETURNING id)
            INSERT INTO service_theme SELECT id, 'food' FROM made
            """),
            {"s": number, "n": f"{name} service", "f": first},
        )


@pytest.fixture
def towns(session: Session) -> Session:
    two_towns.build(session)
    session.execute(text("UPDATE area_layer SET kind = 'electoral' WHERE key = 'ward'"))
    session.execute(text("UPDATE area_layer SET kind = 'statistical' WHERE key = 'square'"))
    register, walk = add_source(session, "register"), add_source(session, "community")
    squares = ("W-c", "W-d")
    for number in range(BOTH):
        list_group(session, f"Both {number}", squares[number % 2], register, walk)
    for number in range(SEEN):
        list_group(session, f"Seen {number}", "W-c", walk)
    for number in range(PUBLISHED):
        list_group(session, f"Published {number}", "W-c", register)
    bump_versions(session, [RECORDS])
    session.commit()
    return session


def test_a_ward_that_two_lists_agree_on_is_known_and_says_of_how_many(towns: Session) -> None:
    answer = answer_gap_question(towns, GapQuestion("food", "ward", "", 2_000))
    rows = {row.area.area_code: row for row in answer.rows}
    about = round((BOTH + PUBLISHED + 1) * (BOTH + SEEN + 1) / (BOTH + 1) - 1)
    assert rows["W-south"].known_of == (
        f"Here we know of 10 of about {about}, which may be 10 to 15 (two lists compared)."
    )
    assert rows["W-south"].state != GapState.NOT_ENOUGH_DATA
    assert {rows[code].state for code in ("W-north", "E-north", "E-south")} == {GapState.NOT_ENOUGH_DATA}
    assert not rows["E-north"].known_of
    assert rows["W-north"].known_of.startswith("In Area W we know of 10 of about")


def test_a_square_with_too_few_takes_its_ward(towns: Session) -> None:
    answer = answer_gap_question(towns, GapQuestion("food", "square", "", 2_000))
    rows = {row.area.area_code: row for row in answer.rows}
    assert rows["W-c"].known_of.startswith("Here we know of")
    assert rows["W-d"].known_of.startswith("In Area W-south we know of 10")
    assert rows["W-d"].state != GapState.NOT_ENOUGH_DATA
    profile = describe_area(towns, "square", "W-d")
    assert next(theme for theme in profile.themes if theme.theme == "food").gap.known_of == rows["W-d"].known_of


def test_what_the_public_may_not_see_is_on_no_list(towns: Session) -> None:
    before = answer_gap_question(towns, GapQuestion("food", "ward", "", 2_000))
    register = int(one(towns, "SELECT id FROM source WHERE key = 'register'"))
    for number in range(5):
        list_group(towns, f"Hidden {number}", "W-c", register)
    towns.execute(text("UPDATE organisation SET review_status = 'pending' WHERE name LIKE 'Hidden%'"))
    bump_versions(towns, [RECORDS])
    after = answer_gap_question(towns, GapQuestion("food", "ward", "", 2_000))
    assert [row.known_of for row in after.rows] == [row.known_of for row in before.rows]


def test_the_page_says_how_well_each_area_is_known(towns: Session, client: FlaskClient) -> None:
    page = client.get("/gaps/sure?theme=food&layer=ward&within=").text
    assert "Here we know of 10 of about" in page
    assert "Only one kind of list" not in page
    towns.execute(text("UPDATE source SET key = 'another-register' WHERE key = 'community'"))
    bump_versions(towns, [RECORDS])
    towns.commit()
    page = client.get("/gaps/sure?theme=food&layer=ward&within=").text
    assert "Only one kind of list" in page
    assert "cannot be measured" in page
