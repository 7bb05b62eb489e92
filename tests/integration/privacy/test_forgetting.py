"""What somebody asks us to forget is gone; what is old is gone in time, and not a day before."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.contacts import add_contact
from app.actions.drafts import begin_draft
from app.actions.forgetting import forget_old
from app.actions.submissions import approve, reject
from app.models import Account, Contact
from app.vocabulary import ContactPurpose, DraftKind
from tests.integration.accounts.people import token_of
from tests.integration.moderation.conftest import moderator, sender
from tests.integration.moderation.sent import PAGES, TODAY, choir, column, kitchen_id, send_group

__all__ = ["moderator", "sender"]
ASK = "/privacy/delete-me"
EVERYWHERE = (
    "contact",
    "submission",
    "mail",
    "draft",
    "link",
    "audit_entry",
    "revision",
    "need_support",
    "pledge",
)


def ask(client: FlaskClient, email: str) -> str:
    return client.post(ASK, data={"csrf_token": token_of(client, ASK), "email": email}).text


def link_of(town: Session) -> str:
    body = column(town, "SELECT body FROM mail WHERE template = 'delete_me'")[0]
    found = re.search(r"(/privacy/delete-me/\S+)", body)
    assert found
    return found[1]


def where_is(town: Session, words: str) -> list[str]:
    """The tables that hold these words anywhere."""
    return [
        table
        for table in EVERYWHERE
        if town.scalar(text(f"SELECT count(*) FROM {table} t WHERE position(:w IN t::text) > 0"), {"w": words})
    ]


def test_everything_about_an_address_goes_and_the_group_stays(
    town: Session, client: FlaskClient, moderator: Account, sender: Contact
) -> None:
    on_map = send_group(town, choir(town), contact_id=sender.id, note="I am Jo, jo@example.org")
    approve(town, on_map.id, moderator.id, TODAY, pages=PAGES)
    send_group(town, choir(town, name="Waiting Choir", summary="Write to jo@example.org"), contact_id=sender.id)
    begin_draft(town, DraftKind.GROUP, {"contact": {"email": "jo@example.org"}})
    town.commit()
    ask(client, "JO@example.org ")
    link = link_of(town)
    for _scan in range(3):
        assert "jo@example.org" in client.get(link).text
    assert where_is(town, "jo@example.org") != []
    done = client.post(link, data={"csrf_token": token_of(client, link)})
    assert "You are forgotten" in done.text
    assert where_is(town, "jo@example.org") == []
    assert where_is(town, "Jo") == []
    assert column(town, "SELECT count(*) FROM public_organisation WHERE name = 'Chapel Lane Choir'") == [1]
    assert column(town, "SELECT state FROM submission ORDER BY state") == ["approved", "withdrawn"]
    assert client.get(link).status_code in (404, 410)


def test_a_stranger_learns_nothing(town: Session, client: FlaskClient, sender: Contact) -> None:
    town.commit()
    known, unknown = ask(client, "jo@example.org"), ask(client, "nobody@example.org")
    assert known == unknown
    assert column(town, "SELECT to_address FROM mail") == ["jo@example.org"]


@pytest.mark.parametrize("typed", ["", "x", "a@b", "x" * 400])
def test_what_is_no_address_is_said_and_kept(town: Session, client: FlaskClient, typed: str) -> None:
    answer = client.post(ASK, data={"csrf_token": token_of(client, ASK), "email": typed})
    assert answer.status_code == 422
    assert f'value="{typed[:254]}"' in answer.text


def test_only_so_often(town: Session, client: FlaskClient) -> None:
    for _try in range(5):
        ask(client, "nobody@example.org")
    answer = client.post(ASK, data={"csrf_token": token_of(client, ASK), "email": "nobody@example.org"})
    assert answer.status_code == 429


def age(town: Session, table: str, column_name: str, ago: str) -> None:
    town.execute(text(f"UPDATE {table} SET {column_name} = now() - CAST(:ago AS interval)"), {"ago": ago})


@pytest.mark.parametrize(("ago", "left"), [("89 days", 1), ("91 days", 0)])
def test_what_was_refused_is_kept_for_ninety_days(town: Session, moderator: Account, ago: str, left: int) -> None:
    sent = send_group(town, choir(town))
    reject(town, sent.id, moderator.id, "No")
    age(town, "submission", "decided_at_utc", ago)
    forget_old(town)
    assert column(town, "SELECT count(*) FROM submission") == [left]


@pytest.mark.parametrize(("ago", "left"), [("29 days", "key"), ("31 days", "")])
def test_a_sender_key_is_kept_for_thirty_days(town: Session, ago: str, left: str) -> None:
    send_group(town, choir(town), sender_key="key")
    age(town, "submission", "sent_at_utc", ago)
    forget_old(town)
    assert column(town, "SELECT sender_key FROM submission") == [left]


@pytest.mark.parametrize(("ago", "left"), [("29 days", 1), ("31 days", 0)])
def test_a_draft_is_kept_for_thirty_days(town: Session, ago: str, left: int) -> None:
    begin_draft(town, DraftKind.GROUP)
    age(town, "draft", "updated_at_utc", ago)
    forget_old(town)
    assert column(town, "SELECT count(*) FROM draft") == [left]


@pytest.mark.parametrize(("ago", "left"), [("23 months", "a@example.org"), ("25 months", None)])
def test_a_contact_is_kept_for_two_years_after_its_group_left(town: Session, ago: str, left: str | None) -> None:
    group_id = kitchen_id(town)
    add_contact(town, ContactPurpose.GROUP, email="a@example.org", organisation_id=group_id, source="x")
    age(town, "contact", "added_at_utc", "5 years")
    town.execute(text("UPDATE organisation SET review_status = 'hidden' WHERE id = :id"), {"id": group_id})
    age(town, "organisation", "updated_at_utc", ago)
    forget_old(town)
    assert column(town, "SELECT email FROM contact") == [left]


def test_the_contact_of_a_group_on_the_map_stays(town: Session) -> None:
    group_id: UUID = kitchen_id(town)
    add_contact(town, ContactPurpose.GROUP, email="a@example.org", organisation_id=group_id, source="x")
    age(town, "contact", "added_at_utc", "5 years")
    age(town, "organisation", "updated_at_utc", "5 years")
    forget_old(town)
    assert column(town, "SELECT email FROM contact") == ["a@example.org"]


@pytest.mark.parametrize(("ago", "left"), [("89 days", "words"), ("91 days", "")])
def test_words_for_moderators_are_forgotten_after_approval(
    town: Session, moderator: Account, ago: str, left: str
) -> None:
    sent = send_group(town, choir(town), note="words")
    approve(town, sent.id, moderator.id, TODAY)
    age(town, "submission", "decided_at_utc", ago)
    forget_old(town)
    assert column(town, "SELECT note FROM submission") == [left]
