"""What changed since a snapshot: the parts sum to the whole, and each change is put where it belongs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.evidence_snapshots import list_questions, queue_snapshots, take_snapshot
from app.actions.gap_answers import GapQuestion
from app.actions.gap_change import GapChange, Why, find_change
from app.actions.gaps import answer_gap_question
from app.jobs.evidence import take_snapshot as take_snapshot_job
from app.queries.versions import EVERYTHING, bump_versions
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in, token_of
from tests.integration.web import web_town

QUESTION = GapQuestion("food", "square", "town:T1")
FAR_EAST = (6.5, 1.5)


@pytest.fixture
def snapshot(town: Session) -> str:
    """Kept ten days ago."""
    code = take_snapshot(town, QUESTION)
    town.execute(text("UPDATE evidence SET made_on = made_on - 10"))
    town.commit()
    return code


def changed(town: Session) -> GapChange:
    bump_versions(town, EVERYTHING)
    town.commit()
    found = find_change(town, QUESTION, today() - timedelta(days=7))
    assert found is not None
    assert found.total == pytest.approx(found.now.people_without - found.then.people_without, abs=1e-6)
    assert sum(area.total for area in found.areas) == pytest.approx(found.total, abs=1e-6)
    for area in found.areas:
        was = area.before.people_without if area.before and area.before.rank else 0
        now = area.after.people_without if area.after and area.after.rank else 0
        assert area.total == pytest.approx((now or 0) - (was or 0), abs=1e-6)
    return found


def parts(change: GapChange) -> dict[Why, int]:
    return {why: round(number) for why, number in change.parts.items() if abs(number) > 1e-6}


def start(town: Session, day: date | None) -> None:
    _, service = web_town.add_service(town, "Fresh Kitchen", FAR_EAST)
    town.execute(text("UPDATE service SET started_on = :day WHERE id = :id"), {"day": day, "id": service})


def test_where_nothing_changed_every_part_is_nothing(town: Session, snapshot: str) -> None:
    assert parts(changed(town)) == {}


@pytest.mark.parametrize(
    ("days_ago", "why", "what"),
    [(3, Why.REAL, "opened"), (400, Why.MAPPING, "found"), (None, Why.UNKNOWN, "appeared")],
)
def test_a_service_that_is_new_on_the_map_is_new_only_if_it_began_since(
    town: Session, snapshot: str, days_ago: int | None, why: Why, what: str
) -> None:
    start(town, None if days_ago is None else today() - timedelta(days=days_ago))
    change = changed(town)
    assert list(parts(change)) == [why]
    assert change.total < -300
    assert [(one.why, one.what, one.name) for one in change.services] == [(why, what, "Fresh Kitchen lunch")]


@pytest.mark.parametrize(
    ("sql", "why", "what"),
    [
        ("UPDATE organisation SET stage = 'closed' WHERE name = 'Kitchen 1'", Why.REAL, "closed"),
        ("UPDATE organisation SET review_status = 'hidden' WHERE name = 'Kitchen 1'", Why.MAPPING, "taken off"),
        ("DELETE FROM service_theme USING service s WHERE s.id = service_id AND name = 'Kitchen 1 lunch'",
         Why.MAPPING, "taken off"),
        ("UPDATE organisation SET review_status = 'hidden', merged_into_id = k.id FROM organisation k "
         "WHERE organisation.name = 'Kitchen 1' AND k.name = 'Kitchen 2'", Why.MAPPING, "taken off"),
        ("DELETE FROM organisation WHERE name = 'Kitchen 1'", Why.UNKNOWN, "vanished"),
    ],
)  # fmt: skip
def test_a_service_that_is_gone_has_closed_only_if_somebody_said_so(
    town: Session, snapshot: str, sql: str, why: Why, what: str
) -> None:
    town.execute(text(sql))
    change = changed(town)
    assert list(parts(change)) == [why]
    assert change.total > 300
    assert [(one.why, one.what) for one in change.services] == [(why, what)]
    assert (change.services[0].name == "") == ("service_theme" not in sql)


def test_a_place_that_moved_is_real_and_one_found_better_is_mapping(town: Session, snapshot: str) -> None:
    for east_m, name in ((2500, "Kitchen 1 hall"), (60, "Kitchen 2 hall")):
        moved = f"ST_Transform(ST_Translate(ST_Transform(geom, 27700), {east_m}, 0), 4326)"
        town.execute(text(f"UPDATE place SET geom = {moved} WHERE name = '{name}'"))
    change = changed(town)
    told = {one.name: (one.why, one.what) for one in change.services}
    assert told == {
        "Kitchen 1 lunch": (Why.REAL, "changed"),
        "Kitchen 2 lunch": (Why.MAPPING, "better known"),
    }
    assert set(parts(change)) == {Why.REAL, Why.MAPPING}


def test_learning_where_a_group_meets_is_mapping(town: Session, snapshot: str) -> None:
    town.execute(text("UPDATE footprint SET role = 'meets_at' WHERE role = 'registered_at'"))
    change = changed(town)
    assert set(parts(change)) == {Why.MAPPING}


def test_people_who_moved_in_and_walks_that_were_made_are_apart(town: Session, snapshot: str) -> None:
    town.execute(text("UPDATE population_point SET people = people * 1.5 WHERE x_m::integer % 2000 < 1000"))
    for square in sorted(web_town.UNLOOKED):
        web_town.add_survey(town, square)
    found = parts(changed(town))
    assert set(found) == {Why.PEOPLE, Why.LOOKING}
    assert found[Why.LOOKING] > 3000


def test_many_changes_at_once_sum_to_the_whole(town: Session, snapshot: str) -> None:
    start(town, today())
    web_town.add_service(town, "Nobody Knows", (7.5, 4.5))
    town.execute(text("UPDATE organisation SET stage = 'closed' WHERE name = 'Kitchen 4'"))
    town.execute(text("UPDATE population_point SET people = people + (x_m / 300 + y_m / 700)::integer % 50"))
    web_town.forget_looks(town, "S11", "S22", "S33", "S53")
    found = parts(changed(town))
    assert set(found) == {Why.PEOPLE, Why.LOOKING, Why.REAL} | ({Why.UNKNOWN} & set(found))


def test_known_hours_that_became_others_are_real_and_hours_that_became_known_are_mapping(town: Session) -> None:
    town.execute(
        text("DELETE FROM schedule WHERE service_id IN (SELECT id FROM service WHERE name = 'Kitchen 2 lunch')")
    )
    bump_versions(town, EVERYTHING)
    question = GapQuestion("food", "square", "town:T1", day="tuesday")
    take_snapshot(town, question)
    town.execute(text("UPDATE schedule SET weekday = 5 WHERE service_id IN "
                      "(SELECT id FROM service WHERE name = 'Kitchen 1 lunch')"))  # fmt: skip
    town.execute(text("INSERT INTO schedule (service_id, weekday, opens, closes) "
                      "SELECT id, 2, '10:00', '12:00' FROM service WHERE name = 'Kitchen 2 lunch'"))  # fmt: skip
    bump_versions(town, EVERYTHING)
    found = find_change(town, question, today())
    assert found is not None
    assert {one.name: one.why for one in found.services} == {
        "Kitchen 1 lunch": Why.REAL, "Kitchen 2 lunch": Why.MAPPING,
    }  # fmt: skip
    assert found.total == pytest.approx(found.now.people_without - found.then.people_without, abs=1e-6)


def test_the_page_says_it_in_words_and_a_moderator_may_say_since_when(
    client: FlaskClient, town: Session, snapshot: str
) -> None:
    start(town, None)
    bump_versions(town, EVERYTHING)
    town.commit()
    page = client.get("/gaps/change?theme=food")
    assert "fewer people without" in page.text
    assert "None of that is known to be real change." in page.text
    assert "Note it" not in page.text
    sign_in(client, add_person(town, Role.MODERATOR))
    service = town.scalar(text("SELECT id FROM service WHERE name = 'Fresh Kitchen lunch'"))
    address = f"/gaps/change/started/{service}?theme=food"
    token = token_of(client, "/gaps/change?theme=food")
    wrong = client.post(address, data={"csrf_token": token, "started_on": "soon"})
    assert wrong.status_code == 400
    done = client.post(address, data={"csrf_token": token, "started_on": today().isoformat()})
    assert done.status_code == 303
    assert "Real change alone" in client.get(done.location).text
    assert town.scalar(text("SELECT count(*) FROM audit_entry WHERE verb = 'start_noted'")) == 1


def test_of_before_the_first_snapshot_nothing_is_said(client: FlaskClient, town: Session, snapshot: str) -> None:
    page = client.get("/gaps/change?theme=food&since=2020-01-01")
    assert page.status_code == 200
    assert "no answer to this question was kept" in page.text
    assert "<h1>What changed? Food</h1>" in page.text
    assert "since=" in page.text


@pytest.mark.parametrize(
    "since", ["x", "2020-02-31", "9999-01-01", "\0", "0001-01-01", "2" * 500, "2020-01-01T00:00"]
)
def test_a_day_that_is_none_is_said_to_be_wrong(client: FlaskClient, town: Session, since: str) -> None:
    answer = client.get("/gaps/change", query_string={"theme": "food", "minutes": "20", "since": since})
    assert answer.status_code == 400
    form = answer.text[answer.text.index('class="since"') :]
    assert 'name="minutes" value="20"' in form, "the question is kept"
    assert 'aria-invalid="true" aria-describedby="wrong-since"' in form
    if since.isprintable():
        assert f'name="since" value="{since[:120]}"' in form, "so is what was typed"


def test_snapshots_are_taken_once_a_week_of_every_theme(app: Flask, town: Session) -> None:
    assert [question.theme for question in list_questions(town)] == ["food"]
    assert queue_snapshots(town) == 1
    assert queue_snapshots(town) == 0
    assert queue_snapshots(town, today() + timedelta(days=7)) == 1
    code = town.scalar(text("SELECT code FROM evidence ORDER BY id LIMIT 1"))
    town.commit()
    with app.app_context():
        take_snapshot_job(code)
        take_snapshot_job(code)
    assert find_change(town, QUESTION, today()) is not None
    assert answer_gap_question(town, QUESTION).rows


def test_a_snapshot_of_the_same_data_takes_no_more_room(town: Session) -> None:
    take_snapshot(town, QUESTION)
    before = town.scalar(text("SELECT count(*) FROM evidence_part"))
    take_snapshot(town, QUESTION)
    assert town.scalar(text("SELECT count(*) FROM evidence_part")) == before
