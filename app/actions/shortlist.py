"""What a visitor saved for later: ids in the session, nothing on our side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from app.actions.accounts import tidy_email
from app.actions.find import Card, list_cards
from app.actions.mail import queue_mail
from app.actions.throttle import note_try
from app.errors import BadQuestionError
from app.queries import Session

MOST_SAVED = 30
MOST_MAILS, MAILS_WITHIN_S = 5, 3600


def with_one_more(saved: Sequence[str], record_id: UUID) -> list[str]:
    """The list with a record at its end. Raises BadQuestionError when it is full."""
    kept = [ident for ident in saved if ident != record_id.hex]
    if len(kept) >= MOST_SAVED:
        raise BadQuestionError(
            f"Your list is full: it holds {MOST_SAVED}.", "Take something off it first, then save this."
        )
    return [*kept, record_id.hex]


def without(saved: Sequence[str], record_id: UUID) -> list[str]:
    return [ident for ident in saved if ident != record_id.hex]


def read_shortlist(session: Session, saved: Sequence[str], now: datetime) -> tuple[Card, ...]:
    """The saved records that are still public, in the order they were saved."""
    return list_cards(session, [str(UUID(hex=ident)) for ident in saved], now)


def mail_shortlist(
    session: Session,
    saved: Sequence[str],
    email: str,
    *,
    sender: str,
    link_to: Callable[[Card], str],
    now: datetime,
) -> None:
    """Queue a letter with the list. Raises BadQuestionError for an address that is none or an empty list, and
    TooOftenError for more letters than a person would send."""
    address = tidy_email(email)
    cards = read_shortlist(session, saved, now)
    if not cards:
        raise BadQuestionError("There is nothing on your list.", "Save something first, then send it.")
    note_try(session, "mail_shortlist", sender, most=MOST_MAILS, within_s=MAILS_WITHIN_S)
    queue_mail(session, address, "shortlist", cards=[(card, link_to(card)) for card in cards])
