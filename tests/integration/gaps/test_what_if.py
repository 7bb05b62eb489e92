"""What if: the answer must be what it would be if the change were really made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.gap_answers import GapAnswer, GapQuestion
from app.actions.gaps import answer_gap_question
from app.actions.what_if import answer_what_if
from app.actions.what_if_answers import Change, WhatIf
from app.queries.versions import RECORDS, bump_versions
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import add_service, add_survey, middle_of, set_facts

REACH_M = 2_000
STANDARD = GapQuestion("food", "square", "", REACH_M, benchmark="standard", people_per_service=3_000)


@pytest.fixture
def towns(session: Session) -> Session:
    two_towns.build(session)
    add_survey(session, "W", today())
    add_survey(session, "E", today())
    for name, square in (("West hall", "W-c"), ("East hall", "E-a")):
        add_service(session, name, middle_of(square))
        set_facts(session, name, cost="paid", step_free=False)
    return session


def service_id(session: Session, name: str) -> str:
    found = session.execute(text("SELECT id::text FROM service WHERE source_ref = :n"), {"n": f"{name} service"})
    return str(found.scalar_one())


def at(square: str, session: Session) -> Change:
    x, y = middle_of(square)
    row = session.execute(
        text("SELECT ST_X(g) AS lon, ST_Y(g) AS lat FROM "
             "ST_Transform(ST_SetSRID(ST_MakePoint(:x, :y), 27700), 4326) g"), {"x": x, "y": y},
    ).one()  # fmt: skip
    return Change("add", lon=row.lon, lat=row.lat)


def close_really(session: Session) -> None:
    session.execute(text("UPDATE service SET review_status = 'rejected' WHERE source_ref = 'West hall service'"))
    bump_versions(session, [RECORDS])


def open_really(session: Session) -> None:
    session.execute(
        text("INSERT INTO schedule (service_id, weekday, opens, closes) "
             "SELECT id, 4, '00:00', '23:59' FROM service WHERE source_ref = 'West hall service'")
    )  # fmt: skip
    bump_versions(session, [RECORDS])


CASES: dict[str, tuple[GapQuestion, Callable[[Session], Change], Callable[[Session], object]]] = {
    "add": (STANDARD, lambda s: at("E-d", s), lambda s: add_service(s, "New hall", middle_of("E-d"))),
    "close": (STANDARD, lambda s: Change("close", service_id(s, "West hall")), close_really),
    "free": (
        replace(STANDARD, is_free=True),
        lambda s: Change("free", service_id(s, "West hall")),
        lambda s: set_facts(s, "West hall", cost="free", step_free=False),
    ),
    "step_free": (
        replace(STANDARD, is_step_free=True),
        lambda s: Change("step_free", service_id(s, "West hall")),
        lambda s: set_facts(s, "West hall", cost="paid", step_free=True),
    ),
    "open": (
        replace(STANDARD, day="thursday"),
        lambda s: Change("open", service_id(s, "West hall"), day="thursday"),
        open_really,
    ),
}


def numbers(answer: GapAnswer) -> dict[str, list[float | None]]:
    return {
        row.area.area_code: [row.shortfall, row.people_without, row.provision, row.services_in_reach]
        for row in answer.rows
    }


@pytest.mark.parametrize("case", CASES)
def test_it_is_what_would_be_if_it_were_really_so(towns: Session, case: str) -> None:
    question, change, really = CASES[case]
    found = answer_what_if(towns, question, (change(towns),))
    really(towns)
    real = answer_gap_question(towns, question, draws=0)
    expected = numbers(real)
    for code, values in numbers(found.after_answer).items():
        assert values == pytest.approx(expected[code], rel=1e-4, abs=1e-6)
    states = {row.area.area_code: row.state for row in real.rows}
    assert {row.area.area_code: row.state for row in found.after_answer.rows} == states
    assert found.lines[0].effect == ""
    assert found.areas


def test_a_fair_share_is_held_and_what_moves_with_it_is_told(towns: Session) -> None:
    question = replace(STANDARD, benchmark="everywhere")
    found = answer_what_if(towns, question, (at("E-d", towns),))
    assert found.after_answer.benchmark_provision == found.before_answer.benchmark_provision
    assert found.fair_moving > found.fair_before
    assert found.after.people_without < found.moving.people_without
    add_service(towns, "New hall", middle_of("E-d"))
    real = answer_gap_question(towns, question, draws=0)
    assert found.moving.people_without == pytest.approx(
        sum(row.people_without or 0 for row in real.rows), rel=1e-4
    )


def test_more_helps_and_less_harms_nobody_twice(towns: Session) -> None:
    question = replace(STANDARD, benchmark="everywhere")
    more = answer_what_if(towns, question, (at("E-d", towns),))
    assert more.lifted_people > 0
    assert more.dropped_people == 0
    less = answer_what_if(towns, question, (Change("close", service_id(towns, "West hall")),))
    assert less.lifted_people == 0
    assert less.dropped_people > 0
    assert sum(change.fewer for change in less.areas) == pytest.approx(
        less.before.people_without - less.after.people_without
    )


def test_nothing_changed_is_nothing_changed(towns: Session) -> None:
    found = answer_what_if(towns, STANDARD, ())
    assert found.before == found.after == found.moving
    assert found.areas == ()


def effect(found: WhatIf) -> list[str]:
    return [line.effect for line in found.lines]


def test_a_change_that_does_nothing_says_why(towns: Session) -> None:
    hall = service_id(towns, "West hall")
    nobody = Change("add", lon=-3.5, lat=50.7)
    gone = Change("close", "00000000-0000-4000-8000-000000000000")
    found = answer_what_if(
        towns, STANDARD, (Change("free", hall), nobody, gone, Change("close", hall), Change("room", hall))
    )
    assert effect(found) == ["same", "nobody", "gone", "", "same"]


def test_a_hidden_service_can_be_neither_changed_nor_seen(towns: Session) -> None:
    add_service(towns, "Secret", middle_of("W-c"), review_status="pending")
    found = answer_what_if(towns, STANDARD, (Change("close", service_id(towns, "Secret")),))
    assert effect(found) == ["gone"]
    assert "Secret" not in repr(found)


def test_all_can_close_and_the_last_leaves_none(towns: Session) -> None:
    changes = tuple(Change("close", service_id(towns, name)) for name in ("West hall", "East hall"))
    found = answer_what_if(towns, STANDARD, changes)
    assert {row.state.value for row in found.after_answer.rows} == {"checked_none"}
    assert found.after.short_people == pytest.approx(8_000)


QUERY = "/what-if?theme=food&layer=square&within=W&minutes=25"


def test_a_form_adds_its_change_to_the_address_and_undo_takes_it_off(towns: Session, client: FlaskClient) -> None:
    hall = service_id(towns, "West hall")
    first = client.get(f"{QUERY}&do=service&service={hall}&to=close")
    assert first.status_code == 302
    assert f"change=close:{hall}" in first.location
    second = client.get(f"{first.location.split('#')[0]}&do=pin&lat=52.9&lon=-2.0")
    assert second.location.count("change=") == 2
    html = client.get(second.location.split("#")[0]).text
    assert "West hall service closes" in html
    assert "What it would do" in html
    assert "noindex" in html
    values = client.get(first.location.split("#")[0].replace("/what-if?", "/what-if.json?"))
    assert values.status_code == 200
    assert values.json["rows"]


@pytest.mark.parametrize(
    "wrong",
    ["change=close", "change=add:1,2,3", "change=%00", f"change={'x' * 5000}", "change=add:99,0", "do=fly",
     "do=near", "do=near&near=%00", "do=near&near=nowhere+at+all", "do=place&place=1", "do=service&service=x",
     "do=pin", "do=pin&lat=a&lon=b", "area=nope", "area=%00", "when=never",
     "&".join(f"change=add:53.{number:02},-2" for number in range(21)),
     "do=service&to=open&service=00000000-0000-4000-8000-000000000000", "theme=xyz"],
)  # fmt: skip
def test_nonsense_is_refused_kindly(towns: Session, client: FlaskClient, wrong: str) -> None:
    path = QUERY.replace("theme=food&", "") if wrong.startswith("theme") else QUERY
    path = path.replace("/what-if", "/what-if.json") if wrong.startswith("when") else path
    answer = client.get(f"{path}&{wrong}")
    assert answer.status_code == 400
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text


def test_what_was_typed_is_kept(towns: Session, client: FlaskClient) -> None:
    html = client.get(f"{QUERY}&do=near&near={quote('Nowhere <b>')}").text
    assert 'value="Nowhere &lt;b&gt;"' in html
    assert "We do not know a place called" in html
