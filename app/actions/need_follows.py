"""Following a need by e-mail, and telling those who do what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from app.actions.accounts import tidy_email
from app.actions.contacts import add_contact, confirm_email
from app.actions.follows import find_follower
from app.actions.links import find_link, make_link, use_link
from app.actions.mail import queue_mail
from app.actions.needs import get_need
from app.actions.throttle import note_try
from app.errors import BadQuestionError, NotFoundError
from app.models import Link
from app.queries import Session, audit
from app.queries import need_follows as queries
from app.queries.need_follows import FollowedRow
from app.queries.scopes import Scope
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import ContactPurpose, LinkPurpose, NeedStatus, RecordKind

CONSENT_WORDS = "Write to me when something becomes of this need."
MOST_FROM_ONE_ADDRESS = 20
WITHIN_S = 3600
SETTLED_S = 600
"""A status that is changed again within ten minutes is told once."""
MOST_LETTERS = 200

AddressOf = Callable[[str], str]
"""The absolute address of a page, by the token in it."""


@dataclass(frozen=True)
class Follow:
    """What a mailed link stands for; ``is_confirmed`` is None when the follower has been forgotten."""

    need: FollowedRow
    is_confirmed: bool | None


def follow_need(session: Session, need_id: UUID, email: str, sender_key: str, address_of: AddressOf) -> None:
    """Mail a link that confirms the address; the same answer whether or not it follows already.

    Raises NotFoundError, BadQuestionError (field email), TooOftenError.
    """
    need = get_need(session, need_id)
    address = tidy_email(email)
    note_try(session, "follow_need", sender_key, most=MOST_FROM_ONE_ADDRESS, within_s=WITHIN_S)
    contact = queries.find_follower(session, need_id, address)
    if contact is None:
        contact = add_contact(
            session, ContactPurpose.NEED_FOLLOWER, email=address, consent_words=CONSENT_WORDS, source="need page"
        )
        queries.add_follower(session, need_id, contact.id)
    token = make_link(session, LinkPurpose.FOLLOW_NEED, record_id=need_id, contact_id=contact.id)
    queue_mail(session, address, "need_follow", statement=need.statement, address=address_of(token))


def describe_follow(session: Session, token: str) -> Follow:
    """Raises NotFoundError, LinkOverError."""
    return _follow(session, find_link(session, LinkPurpose.FOLLOW_NEED, token))


def confirm_follow(session: Session, token: str) -> None:
    link = use_link(session, LinkPurpose.FOLLOW_NEED, token)
    contact = find_follower(session, link)
    if contact is None:
        raise NotFoundError("You no longer follow this.", "To follow it again, ask on its page.")
    confirm_email(session, contact)


def get_followed(session: Session, need_id: UUID, scope: Scope | None) -> FollowedRow:
    """A need whose status may be changed, closed ones too. Raises NotFoundError."""
    found = queries.find_followed(session, need_id)
    if found is None or queries.find_need_to_change(session, need_id, scope) is None:
        raise NotFoundError("There is no such need in your area.", "Somebody else may look after it.")
    return found


def change_status(
    session: Session, need_id: UUID, status: NeedStatus, note: str, scope: Scope | None, account_id: UUID
) -> None:
    """Say what became of a need; its followers are told a little later, in one letter."""
    before = get_followed(session, need_id, scope)
    if status != NeedStatus.OPEN and not note:
        raise BadQuestionError(
            "Nothing says what happened.", "Write a sentence for those who follow it.", field="note"
        )
    if (before.status, before.status_note) == (status, note):
        return
    need = queries.find_need_to_change(session, need_id, scope)
    assert need is not None
    queries.set_status(session, need, status, note)
    audit.add_entry(
        session, "status_changed", RecordKind.NEED, need_id, account_id=account_id,
        before={"status": before.status.value, "note": before.status_note},
        after={"status": status.value, "note": note},
    )  # fmt: skip
    bump_versions(session, [RECORDS])


def tell_followers(
    session: Session, address_of_need: Callable[[UUID], str], address_of: AddressOf, most: int = MOST_LETTERS
) -> int:
    """Queue letters to followers of needs whose status changed; how many, at most ``most``."""
    news = queries.claim_news(session, SETTLED_S, most)
    for row in news:
        token = make_link(session, LinkPurpose.FOLLOW_NEED, record_id=row.need_id, contact_id=row.contact_id)
        queue_mail(
            session, row.email, "need_news", unsubscribe_address=address_of(token), statement=row.statement,
            status=row.status.value, note=row.status_note, page=address_of_need(row.need_id),
            address=address_of(token),
        )  # fmt: skip
    return len(news)


def _follow(session: Session, link: Link) -> Follow:
    need = queries.find_followed(session, link.record_id) if link.record_id else None
    if need is None:
        raise NotFoundError("What you followed is no longer on this map.")
    contact = find_follower(session, link)
    return Follow(need, contact.email_confirmed_at_utc is not None if contact else None)
