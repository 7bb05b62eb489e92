"""Overlap from database to page: the same people, the same time, and who would be missed."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.gap_answers import GapQuestion
from app.actions.overlap import answer_overlap
from app.queries.candidates import points_in_degrees
from app.queries.versions import RECORDS, bump_versions
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import PEOPLE, add_service, add_survey, middle_of

REACH_M = 800  # only one's own square
ASKED = GapQuestion("food", "square", "W", REACH_M, benchmark="standard", people_per_service=int(PEOPLE))


def say(session: Session, name: str, audiences: str, weekday: int, opens: str, closes: str) -> None:
    session.execute(
        text("UPDATE service SET audiences = CAST(:a AS text[]) WHERE source_ref = :n"),
        {"a": audiences, "n": f"{name} service"},
    )
    session.execute(
        text(
            "INSERT INTO schedule (service_id, weekday, opens, closes) "
            "SELECT id, :w, CAST(:o AS time), CAST(:c AS time) FROM service WHERE source_ref = :n"
        ),
        {"w": weekday, "o": opens, "c": closes, "n": f"{name} service"},
    )
    bump_versions(session, [RECORDS])


@pytest.fixture
def towns(session: Session) -> Session:
    """Three kitchens in W-a: One and Two on Tuesday at noon, Late on Tuesday night; one alone in W-d."""
    two_towns.build(session)
    add_survey(session, "W", today())
    for name, square in (("One", "W-a"), ("Two", "W-a"), ("Late", "W-a"), ("Alone", "W-d")):
        add_service(session, name, middle_of(square))
    say(session, "One", "{carers,men}", 2, "12:00", "14:00")
    say(session, "Two", "{men}", 2, "13:00", "15:00")
    say(session, "Late", "{men}", 2, "20:00", "22:00")
    return session


def test_the_same_people_at_the_same_time_overlap(towns: Session) -> None:
    found = answer_overlap(towns, ASKED)
    assert found.services_compared == 4
    assert found.groups_total == 1
    group = found.groups[0]
    assert [service.organisation_name for service in group.services] == ["One", "Two"]
    assert group.is_known
    assert group.pairs[0].share == pytest.approx(1)
    assert [service.people for service in group.services] == [PEOPLE, PEOPLE]
    assert [service.would_fall for service in group.services] == [0, 0]
    assert [(line.area.area_code, line.with_two) for line in found.areas] == [("W-a", PEOPLE)]


def test_when_one_is_needed_it_says_for_how_many(towns: Session) -> None:
    """At one service for every 333 people nobody in W-a can spare any of the three."""
    found = answer_overlap(towns, replace(ASKED, people_per_service=334))
    assert [service.would_fall for service in found.groups[0].services] == [PEOPLE, PEOPLE]


def test_what_nobody_has_said_is_perhaps_the_same(towns: Session) -> None:
    add_service(towns, "Silent", middle_of("W-d"))
    groups = {
        frozenset(s.organisation_name for s in g.services): g.is_known for g in answer_overlap(towns, ASKED).groups
    }
    assert groups == {frozenset({"One", "Two"}): True, frozenset({"Alone", "Silent"}): False}


def test_another_audience_is_no_overlap(towns: Session) -> None:
    towns.execute(text("UPDATE service SET audiences = '{women}' WHERE source_ref = 'Two service'"))
    bump_versions(towns, [RECORDS])
    assert answer_overlap(towns, ASKED).groups == ()


def test_the_page_names_them_and_orders_nothing(towns: Session, client: FlaskClient) -> None:
    query = "theme=food&layer=square&within=W&minutes=10&benchmark=standard&people_per_service=1000"
    html = client.get(f"/gaps/overlap?{query}").text
    assert "One group of services overlaps" in html
    assert "One service" in html
    assert "Overlap is not waste" in html
    said = re.sub(r'data-words="[^"]*"', "", html.split("<main")[1].split("</main>")[0])
    assert "close" not in said.replace("closest", "")
    assert client.get(f"/gaps/overlap?{query}&share=90").status_code == 200
    for wrong in ("share=12", "share=%00", "share=30&share=50", "theme=xyz"):
        assert (
            client.get(
                f"/gaps/overlap?{query.replace('theme=food&', '') if 'theme' in wrong else query}&{wrong}"
            ).status_code
            == 400
        )


def test_each_service_knows_where_it_is_and_one_at_two_places_both(towns: Session) -> None:
    towns.execute(
        text("""
        WITH hall AS (
            INSERT INTO place (name, address, privacy, geom, source_id, source_ref)
            SELECT 'Second hall', '', 'exact',
                   ST_Transform(ST_SetSRID(ST_MakePoint(:x, :y), 27700), 4326), id, 'hall'
            FROM source WHERE key = 'towns' RETURNING id)
        INSERT INTO footprint (organisation_id, service_id, role, place_id)
        SELECT s.organisation_id, s.id, 'meets_at', hall.id FROM service s, hall WHERE s.source_ref = 'Two service'
        """),
        dict(zip(("x", "y"), middle_of("W-a"), strict=True)) | {"x": middle_of("W-a")[0] + 100},
    )
    bump_versions(towns, [RECORDS])
    group = answer_overlap(towns, ASKED).groups[0]
    where = {service.organisation_name: service.at for service in group.services}
    assert {name: len(at) for name, at in where.items()} == {"One": 1, "Two": 2}
    expected = points_in_degrees(towns, pd.DataFrame([middle_of("W-a")], columns=["x_m", "y_m"])).iloc[0]
    assert where["One"][0] == pytest.approx((expected["lon"], expected["lat"]))
    assert where["One"][0] in [pytest.approx(at) for at in where["Two"]]


def test_where_nobody_has_looked_nobody_is_said_to_fall(towns: Session, client: FlaskClient) -> None:
    towns.execute(text("DELETE FROM survey"))
    bump_versions(towns, [RECORDS])
    found = answer_overlap(towns, ASKED)
    assert not found.is_known
    html = client.get("/gaps/overlap?theme=food&layer=square&within=W&minutes=10").text
    assert "cannot be said" in html
