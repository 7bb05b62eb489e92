"""Forgetting: what somebody asks us to, and what is no longer needed; /privacy says what is kept, and how long."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from app.actions.accounts import tidy_email
from app.actions.contacts import add_contact
from app.actions.drafts import KEPT_DAYS
from app.actions.links import find_link, make_link, use_link
from app.actions.mail import queue_mail
from app.actions.personal_words import EMAIL
from app.actions.throttle import note_try
from app.errors import LinkOverError
from app.models import Contact, Link
from app.queries import Session, audit, contacts, drafts, hub_letters, visits
from app.queries import forgetting as queries
from app.vocabulary import ContactPurpose, LinkPurpose, RecordKind

REFUSED_DAYS = 90
APPROVED_WORDS_DAYS = 90
SENDER_KEY_DAYS = 30
CONTACT_MONTHS = 24
WISH_MONTHS = 24
VISIT_MONTHS = 24
HUB_LETTER_MONTHS = 24
MOST_ASKED, ASKED_WITHIN_S = 5, 3600


def ask_to_forget(session: Session, typed: str, sender_key: str, page_of: Callable[[str], str]) -> None:
    """Mail a link that deletes, when we hold anything about this address; whoever asks is never told whether.

    Raises BadQuestionError (field email), TooOftenError.
    """
    email = tidy_email(typed)
    note_try(session, "forget", sender_key, most=MOST_ASKED, within_s=ASKED_WITHIN_S)
    if not queries.holds_anything(session, email):
        return
    known = contacts.list_contacts_of_email(session, email)
    contact = known[0] if known else add_contact(
        session, ContactPurpose.SENDER, email=email, source="asked to be forgotten"
    )  # fmt: skip
    token = make_link(session, LinkPurpose.DELETE_ME, contact_id=contact.id)
    queue_mail(session, email, "delete_me", page=page_of(token))


def find_who(session: Session, token: str) -> str:
    """The address a link would forget. Raises NotFoundError, LinkOverError."""
    return _contact_of(session, find_link(session, LinkPurpose.DELETE_ME, token)).email or ""


def forget(session: Session, token: str) -> None:
    """Delete everything about the address of a link; the public facts of a group stay, without the person."""
    email = _contact_of(session, use_link(session, LinkPurpose.DELETE_ME, token)).email or ""
    known = contacts.list_contacts_of_email(session, email)
    groups: list[UUID] = sorted({one.organisation_id for one in known if one.organisation_id})
    queries.forget_contacts(session, [one.id for one in known])
    queries.forget_address(session, email)
    visits.forget_words(session, _noted_with(session, email))
    for record_id in groups:
        audit.add_entry(session, "forgotten", RecordKind.ORGANISATION, record_id)


def forget_old(session: Session) -> None:
    """Once a day: what has been kept as long as we said."""
    queries.remove_refused(session, REFUSED_DAYS)
    queries.shorten_approved(session, APPROVED_WORDS_DAYS)
    queries.forget_sender_keys(session, SENDER_KEY_DAYS)
    queries.remove_old_wishes(session, WISH_MONTHS)
    drafts.remove_old_drafts(session, KEPT_DAYS)
    visits.forget_old_words(session, VISIT_MONTHS)
    hub_letters.remove_old(session, HUB_LETTER_MONTHS)
    if idle := queries.list_idle_contacts(session, CONTACT_MONTHS):
        queries.forget_contacts(session, idle)
    queries.remove_emptied_contacts(session, CONTACT_MONTHS)


def _noted_with(session: Session, email: str) -> list[UUID]:
    """Visits that name this very address; one in which it is part of a longer word is somebody else's."""
    return [
        visit_id
        for visit_id, noted in visits.list_noted_with(session, email)
        if any(found.lower() == email for found in EMAIL.findall(noted))
    ]


def _contact_of(session: Session, link: Link) -> Contact:
    contact = contacts.find_contact(session, link.contact_id) if link.contact_id else None
    if contact is None or not contact.email:
        raise LinkOverError("You have been forgotten already.", "There is nothing left to delete.")
    return contact
