"""Services that two lists may both bring: found, told with the answer that counts each once, and never merged."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.duplicates import say_not_same
from app.actions.gap_answers import GapQuestion
from app.actions.gap_twins import count_once
from app.actions.gaps import answer_gap_question
from app.actions.likely_twins import list_twins_of_list
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import add_service, add_survey, middle_of, one

ASKED = "theme=food&layer=square&within=&minutes=18"
QUESTION = GapQuestion("food", "square", "", 1_440)


@pytest.fixture
def towns(session: Session) -> Session:
    two_towns.build(session)
    for code in two_towns.SQUARES:
        add_survey(session, code, today())
    for name, square in (("Larder", "W-a"), ("Pantry", "W-d"), ("Soup kitchen", "E-b")):
        add_service(session, name, middle_of(square))
    session.commit()
    return session


def beside(square: str, metres: float = 50) -> tuple[float, float]:
    x_m, y_m = middle_of(square)
    return x_m + metres, y_m


def second_list(session: Session, service_id: str, key: str = "walk", title: str = "Walk-round") -> None:
    """The service is of another list than it was."""
    session.execute(
        text(
            "INSERT INTO source (key, title, publisher, licence, attribution) "
            "VALUES (:k, :t, 'us', 'none', 'invented') ON CONFLICT DO NOTHING"
        ),
        {"k": key, "t": title},
    )
    session.execute(
        text("UPDATE service SET source_id = (SELECT id FROM source WHERE key = :k) WHERE id = :i"),
        {"k": key, "i": service_id},
    )
    bump_versions(session, [RECORDS])


def of_group(session: Session, service_id: str, name: str) -> None:
    """The service is one of the group ``name`` instead of its own."""
    session.execute(
        text(
            "WITH mine AS (SELECT id FROM organisation WHERE name = :n), moved AS ("
            "UPDATE service SET organisation_id = (SELECT id FROM mine) WHERE id = :i RETURNING id) "
            "UPDATE footprint SET organisation_id = (SELECT id FROM mine) "
            "WHERE service_id IN (SELECT id FROM moved)"
        ),
        {"n": name, "i": service_id},
    )
    bump_versions(session, [RECORDS])


def set_times(
    session: Session, service_id: str, weekday: int, opens: str = "10:00", closes: str = "12:00"
) -> None:
    session.execute(
        text("INSERT INTO schedule (service_id, weekday, opens, closes) VALUES (:i, :d, :o, :c)"),
        {"i": service_id, "d": weekday, "o": opens, "c": closes},
    )
    bump_versions(session, [RECORDS])


def names(session: Session) -> list[list[str]]:
    groups = count_once(session, QUESTION).groups
    return [sorted(entry.name for entry in (group.stays, *group.others)) for group in groups]


def answer_of(session: Session) -> tuple[Any, ...]:
    answer = answer_gap_question(session, QUESTION, draws=0)
    return answer.people_without, answer.benchmark_provision, {r.area.area_code: r.shortfall for r in answer.rows}


def test_one_group_of_two_lists_counts_twice_and_is_told_with_the_answer_without(towns: Session) -> None:
    """What is told as counted once is exactly the answer of a map that never had the second."""
    without = answer_of(towns)
    second = add_service(towns, "Larder again", middle_of("W-a"))
    second_list(towns, second)
    of_group(towns, second, "Larder")
    as_asked = answer_of(towns)
    found = count_once(towns, QUESTION)
    assert as_asked[0] != pytest.approx(without[0])
    assert (found.services, found.extra, found.is_all) == (4, 1, True)
    assert (found.asked.people_without, found.asked.fair_share) == pytest.approx(as_asked[:2])
    assert (found.once.people_without, found.once.fair_share) == pytest.approx(without[:2])
    told = {row.area.area_code: row.once for row in found.areas}
    assert told
    assert told == pytest.approx({code: without[2][code] for code in told})
    still = [code for code in without[2] if code not in told]
    assert {c: as_asked[2][c] for c in still} == pytest.approx({c: without[2][c] for c in still}, abs=0.005)
    assert answer_of(towns)[0] == as_asked[0], "nothing is merged"


def test_two_groups_of_nearly_one_name_at_one_spot_may_be_one(towns: Session) -> None:
    add_service(towns, "The Larder", beside("W-a"))
    assert names(towns) == [["Larder service", "The Larder service"]]


@pytest.mark.parametrize(
    ("name", "metres"), [("Larder", 500), ("Baby bank", 0), ("Larder 2", 0)], ids=["far", "other name", "number"]
)
def test_what_is_elsewhere_or_called_otherwise_is_two(towns: Session, name: str, metres: float) -> None:
    other = add_service(towns, f"{name} ", beside("W-a", metres))
    second_list(towns, other)
    assert names(towns) == []


def test_a_registered_address_of_the_same_name_may_be_its_own_hall(towns: Session) -> None:
    add_service(towns, "The larder", beside("W-a", 900), role="registered_at")
    add_service(towns, "Larder and friends", beside("W-a", 900), role="registered_at")
    assert names(towns) == [["Larder service", "The larder service"]]


def test_other_times_are_another_thing(towns: Session) -> None:
    first = one(towns, "SELECT id FROM service WHERE name = 'Larder service'")
    second = add_service(towns, "Larder again", beside("W-a"))
    second_list(towns, second)
    of_group(towns, second, "Larder")
    set_times(towns, first, 2)
    assert names(towns) == [["Larder again service", "Larder service"]]
    set_times(towns, second, 4)
    assert names(towns) == []
    set_times(towns, second, 2, "11:30", "15:00")
    assert names(towns) == [["Larder again service", "Larder service"]]


def test_what_one_list_or_a_person_names_twice_is_two(towns: Session) -> None:
    second = add_service(towns, "Larder again", beside("W-a"))
    of_group(towns, second, "Larder")
    assert names(towns) == []
    second_list(towns, second, "community", "People here")
    assert names(towns) == []


def test_told_apart_they_are_two_at_once(towns: Session) -> None:
    add_service(towns, "The Larder", beside("W-a"))
    assert names(towns) == [["Larder service", "The Larder service"]]
    person = add_person(towns, Role.MODERATOR)
    ids = [one(towns, "SELECT id FROM organisation WHERE name = :n", n=name) for name in ("Larder", "The Larder")]
    say_not_same(towns, *ids, person.id)
    assert names(towns) == []


def test_only_services_that_reach_somebody_asked_about_are_told(towns: Session) -> None:
    add_service(towns, "The Larder", beside("W-a"))
    east = GapQuestion("food", "square", "town:E", 1_440)
    assert count_once(towns, east).extra == 0
    west = GapQuestion("food", "square", "town:W", 1_440)
    assert count_once(towns, west).extra == 1


def test_the_pages_say_it_and_who_decides_has_the_link(towns: Session, client: FlaskClient) -> None:
    plain = client.get(f"/gaps/sure?{ASKED}").text
    assert "None looks like another." in plain
    assert "may be counted a second time" not in client.get(f"/gaps?{ASKED}").text
    add_service(towns, "The Larder", beside("W-a"))
    towns.commit()
    page = client.get(f"/gaps/sure?{ASKED}").text
    assert (
        "1 of the 4 services that count, surely or perhaps, for people here may be counted a second time" in page
    )
    assert "/moderation/same/" not in page
    assert "1 of the services may be counted a second time" in client.get(f"/gaps?{ASKED}").text
    sign_in(client, add_person(towns, Role.MODERATOR))
    assert "/moderation/same/" in client.get(f"/gaps/sure?{ASKED}").text


def test_a_load_tells_what_it_brought_a_second_time(towns: Session) -> None:
    """Both kinds: a second service of one group, and a group of nearly the same name next door."""
    again = add_service(towns, "Larder again", middle_of("W-a"))
    of_group(towns, again, "Larder")
    like = add_service(towns, "The Pantry", beside("W-d"))
    alone = add_service(towns, "Bakery", beside("W-d"))
    for service_id in (again, like, alone):
        second_list(towns, service_id)
    found = [(mine.name, other.name) for mine, other in list_twins_of_list(towns, "walk")]
    assert found == [("Larder again service", "Larder service"), ("The Pantry service", "Pantry service")]
    assert len(list_twins_of_list(towns, "towns")) == 2


def test_too_many_to_compare_is_said(towns: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.actions.likely_twins.MOST_COMPARED", 0)
    add_service(towns, "The Larder house", beside("W-a"))
    towns.commit()
    assert "too many services here to compare" in client.get(f"/gaps/sure?{ASKED}").text
