"""Offering and asking as visitors do, and rows that others have said already."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.contacts import add_contact, confirm_email
from app.actions.submissions import approve
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import ContactPurpose, Role
from tests.integration.accounts.people import add_person
from tests.integration.moderation.sent import PAGES, TODAY
from tests.integration.needs.asking import letters, link_in, press, rows, unhurried
from tests.integration.web import web_town

ANN, BOB, CAT = "ann@example.org", "bob@example.org", "cat@example.org"
SAID = "A hall for forty people on weekday mornings"
FORM = {
    "direction": "offer", "kind": "space", "words": SAID, "near": "ZZ1 2AB", "name": "Ann", "email": ANN,
}  # fmt: skip


def fill_form(visitor: FlaskClient, **values: str) -> int:
    return unhurried(visitor, "/offers/new", **{**FORM, **values}).status_code


def say(visitor: FlaskClient, town: Session, **values: str) -> str:
    """Send the form and press the button of the letter; the path of that letter's link."""
    before = letters(town, "offer_confirm")
    assert fill_form(visitor, **values) == 302
    (letter,) = [row for row in letters(town, "offer_confirm") if row not in before]
    path = link_in(letter, "offers/confirm")
    assert press(visitor, path, path).status_code == 302
    return path


def publish(town: Session, **changes: Any) -> UUID:
    """Let a moderator approve what waits; the id of the offer."""
    (waiting,) = rows(town, "SELECT id FROM submission WHERE state = 'waiting' AND record_kind = 'offer'")
    moderator = town.scalar(text("SELECT id FROM account WHERE email = 'moderator@example.org'"))
    account_id = moderator or add_person(town, Role.MODERATOR).id
    done = approve(town, UUID(str(waiting["id"])), account_id, TODAY, changes or None, pages=PAGES)
    town.commit()
    assert done.record_id is not None
    return done.record_id


def add_offer(
    town: Session, words: str, at: tuple[float, float], email: str = "", name: str = "Somebody", **values: Any
) -> UUID:
    """An offer or ask on the list, of somebody whose address is confirmed."""
    contact_id = None
    if email:
        contact = add_contact(
            town, ContactPurpose.OFFER, email=email, name=name, consent_words="Ask me.", source="test"
        )
        confirm_email(town, contact)
        contact_id = contact.id
    facts = {
        "direction": "offer", "kind": "space", "theme_key": "food", "stage": "unknown", "privacy": "rough",
        "review_status": "approved", "said_on": date(2026, 11, 1), **values,
    }  # fmt: skip
    made = web_town.insert(
        town, "offer", sql={"geom": web_town.point_sql(at)}, words=words, contact_id=contact_id,
        source_id=web_town.source_id(town), source_ref=words, **facts,
    )  # fmt: skip
    bump_versions(town, [RECORDS])
    town.commit()
    return UUID(str(made))
