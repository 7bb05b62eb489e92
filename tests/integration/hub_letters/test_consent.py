"""Whether hubs may write is asked apart from all else, off until ticked, and changed by the group's own link."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.contacts import HUB_LETTERS_WORDS, add_contact
from app.actions.submissions import approve
from app.queries.hub_letters import list_candidates
from app.vocabulary import ContactPurpose, Role
from tests.integration.accounts.people import add_person
from tests.integration.add.filling import add_postcode, fill, letters, link_in, start, walk
from tests.integration.needs.asking import unhurried

TICK = 'name="hubs" value="yes"'
CONTACT = {"email": "ann@example.org"}


@pytest.fixture
def visitor(client: FlaskClient, town: Session) -> FlaskClient:
    add_postcode(town)
    return client


def consent(town: Session) -> list[tuple[Any, ...]]:
    """What each contact said, oldest first: (agreed, stopped, words)."""
    rows = town.execute(
        text(
            "SELECT hub_letters_at_utc IS NOT NULL, hub_letters_stopped_at_utc IS NOT NULL, hub_letters_words "
            "FROM contact ORDER BY added_at_utc, id"
        )
    )
    return [tuple(row) for row in rows]


def put_on_map(town: Session) -> None:
    moderator = add_person(town, Role.MODERATOR)
    approve(town, town.scalar(text("SELECT id FROM submission WHERE state = 'waiting'")), moderator.id, today())
    town.commit()


def may_write(town: Session) -> list[str]:
    """Addresses of groups of the whole town that a hub may write to."""
    area = town.scalar(text("SELECT id FROM area WHERE area_code = 'T1'"))
    rows = list_candidates(town, [area], [], 7)
    return [str(row.email) for row in rows if row.has_agreed and row.is_confirmed]


def test_it_is_off_until_it_is_ticked(visitor: FlaskClient, town: Session) -> None:
    start(visitor)
    page = visitor.get("/add/contact").text
    assert HUB_LETTERS_WORDS in page
    assert TICK in page
    assert f"{TICK} checked" not in page
    fill(visitor, "/add/contact", **CONTACT, publish="yes")
    fill(visitor, "/add/check")
    put_on_map(town)
    assert consent(town) == [(False, False, "")]
    assert may_write(town) == []


def test_ticked_it_counts_once_the_address_is_confirmed_and_the_group_is_on_the_map(
    visitor: FlaskClient, town: Session
) -> None:
    walk(visitor, contact={**CONTACT, "hubs": "yes"})
    assert consent(town) == [(True, False, HUB_LETTERS_WORDS)]
    assert town.scalar(text("SELECT publish FROM contact")) is False
    put_on_map(town)
    assert may_write(town) == []
    fill(visitor, link_in(letters(town, "confirm_group")[0]))
    assert may_write(town) == ["ann@example.org"]


def test_the_tick_stays_while_the_form_is_filled_in_and_is_said_on_the_check_page(
    visitor: FlaskClient, town: Session
) -> None:
    start(visitor)
    wrong = fill(visitor, "/add/contact", email="no address", hubs="yes")
    assert wrong.status_code == 422
    assert f"{TICK} checked" in wrong.text
    fill(visitor, "/add/contact", **CONTACT, hubs="yes")
    assert f"{TICK} checked" in visitor.get("/add/contact").text
    assert HUB_LETTERS_WORDS in visitor.get("/add/check").text


@pytest.mark.parametrize("typed", [{}, {"phone": "0161 496 0000"}])
def test_without_an_address_there_is_nothing_to_agree_to(
    visitor: FlaskClient, town: Session, typed: dict[str, str]
) -> None:
    start(visitor)
    refused = fill(visitor, "/add/contact", **typed, hubs="yes")
    assert refused.status_code == 422
    assert 'href="#field-email"' in refused.text
    assert fill(visitor, "/add/contact", **CONTACT, hubs="maybe").status_code == 422


def test_by_its_own_link_a_group_agrees_and_takes_it_back(visitor: FlaskClient, town: Session) -> None:
    walk(visitor, contact=CONTACT)
    fill(visitor, link_in(letters(town, "confirm_group")[0]))
    put_on_map(town)
    edit = link_in(letters(town, "edit_link")[0])
    for ticked, expected in (("yes", ["ann@example.org"]), ("", []), ("yes", ["ann@example.org"])):
        fill(visitor, edit)
        before = f"{TICK} checked" in visitor.get("/add/contact").text
        assert before == (ticked == "")
        fill(visitor, "/add/contact?then=check", **({"hubs": ticked} if ticked else {}))
        fill(visitor, "/add/check")
        assert may_write(town) == expected
    assert len(consent(town)) == 1


def test_a_change_that_says_nothing_of_it_changes_nothing(visitor: FlaskClient, town: Session) -> None:
    walk(visitor, contact={**CONTACT, "hubs": "yes"})
    fill(visitor, link_in(letters(town, "confirm_group")[0]))
    put_on_map(town)
    since = town.scalar(text("SELECT hub_letters_at_utc FROM contact"))
    edit = link_in(letters(town, "edit_link")[0])
    fill(visitor, edit)
    town.execute(text("UPDATE contact SET hub_letters_stopped_at_utc = now()"))  # by a letter, in between
    fill(visitor, "/add/who?then=check", audiences=["anyone"], cost="paid")
    fill(visitor, "/add/check")
    assert may_write(town) == []
    assert town.scalar(text("SELECT hub_letters_at_utc FROM contact")) == since


def test_opening_the_link_of_a_letter_confirms_the_address(visitor: FlaskClient, town: Session) -> None:
    walk(visitor, contact={**CONTACT, "hubs": "yes"})
    fill(visitor, link_in(letters(town, "confirm_group")[0]))
    edit = link_in(letters(town, "edit_link")[0])
    town.execute(text("UPDATE contact SET email_confirmed_at_utc = NULL"))
    visitor.get(edit)
    assert town.scalar(text("SELECT email_confirmed_at_utc FROM contact")) is None
    fill(visitor, edit)
    assert town.scalar(text("SELECT email_confirmed_at_utc FROM contact")) is not None


def test_a_stranger_agrees_for_nobody(visitor: FlaskClient, town: Session) -> None:
    walk(visitor, contact=CONTACT)
    put_on_map(town)
    stranger = visitor.application.test_client()
    group = town.scalar(text("SELECT id FROM organisation WHERE name = 'Stitch and Natter'"))
    fill(stranger, f"/organisations/{group}/change")
    assert TICK not in stranger.get("/add/contact").text
    fill(stranger, "/add/contact?then=check", email="stranger@example.org", hubs="yes")
    fill(stranger, "/add/check")
    assert [row[0] for row in consent(town)] == [False, False]


def test_what_came_with_a_list_is_no_consent(town: Session) -> None:
    group = town.scalar(text("SELECT id FROM organisation WHERE name = 'Kitchen 1'"))
    add_contact(
        town, ContactPurpose.GROUP, email="listed@example.org", organisation_id=group, publish=True,
        consent_words="Show these", source="loaded list",
    )  # fmt: skip
    assert may_write(town) == []


def test_whoever_claims_an_entry_may_tick_it_there(visitor: FlaskClient, town: Session) -> None:
    group = town.scalar(text("SELECT id FROM organisation WHERE name = 'Kitchen 1'"))
    path = f"/organisations/{group}/claim"
    claim = {"name": "Ann", "email": "ann@example.org", "involved": "runs"}
    assert f"{TICK} checked" not in visitor.get(path).text
    wrong = unhurried(visitor, path, **{**claim, "email": "none"}, hubs="yes")
    assert wrong.status_code == 422
    assert f"{TICK} checked" in wrong.text
    assert unhurried(visitor, path, **claim, hubs="maybe").status_code == 422
    assert unhurried(visitor, path, **claim, hubs="yes").status_code == 303
    assert consent(town) == [(True, False, HUB_LETTERS_WORDS)]
    assert may_write(town) == []
