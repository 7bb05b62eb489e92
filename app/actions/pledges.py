"""I would start one, host one or help with one: offered, confirmed by e-mail, taken back at any time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from app.actions.accounts import tidy_email
from app.actions.contacts import add_contact, confirm_email, delete_contact
from app.actions.links import find_link, make_link, use_link
from app.actions.mail import queue_mail
from app.actions.needs import get_need
from app.actions.throttle import note_try
from app.errors import BadQuestionError, NotFoundError
from app.models import Link
from app.queries import Session, contacts, introductions
from app.queries import pledges as queries
from app.queries.introductions import AskedRow
from app.queries.pledges import PledgeRow
from app.vocabulary import ContactPurpose, LinkPurpose, NeedStatus, PledgeRole

CONSENT_WORDS = "Tell my name and e-mail address to neighbours who want the same, each time after I have said yes."
KEPT_DAYS = 365
"""Who would have started something a year ago may have moved away: it is forgotten, and can be offered again."""
UNCONFIRMED_DAYS = 14
ANSWER_DAYS = 60
MOST_FROM_ONE_ADDRESS = 20
WITHIN_S = 3600
NAME = re.compile(r"[^\W\d_][^\d_@/:<>\\]*")
"""Names go to strangers in letters: no numbers, addresses or links in them."""

AddressOf = Callable[[str], str]


@dataclass(frozen=True)
class PledgePage:
    """What the holder of a mailed link sees of her own offer, and the introductions she was asked about."""

    pledge: PledgeRow
    asked: tuple[AskedRow, ...]


@dataclass(frozen=True)
class NewPledge:
    role: PledgeRole
    name: str
    email: str
    words: str = ""


def make_pledge(session: Session, need_id: UUID, new: NewPledge, sender_key: str, address_of: AddressOf) -> None:
    """Keep an offer, and mail a link that confirms it; the same offer again is one offer and another link.

    Raises NotFoundError, BadQuestionError (fields email, name), TooOftenError.
    """
    need = get_need(session, need_id)
    if need.status != NeedStatus.OPEN:
        raise BadQuestionError("Something has been done about this already.", "Look at what there is near it.")
    if not NAME.fullmatch(new.name.strip()):
        raise BadQuestionError(
            "This is not a name we can pass on.", "Letters only: your first name.", field="name"
        )
    address = tidy_email(new.email)
    note_try(session, "pledge", sender_key, most=MOST_FROM_ONE_ADDRESS, within_s=WITHIN_S)
    contact = queries.find_pledge_contact(session, need_id, address)
    if contact is None:
        contact = add_contact(
            session, ContactPurpose.PLEDGE, email=address, name=new.name, consent_words=CONSENT_WORDS,
            source="need page",
        )  # fmt: skip
    pledge_id = queries.put_pledge(session, need_id, contact.id, new.role, new.words)
    token = make_link(session, LinkPurpose.INTRODUCTION, record_id=pledge_id, contact_id=contact.id)
    queue_mail(
        session, address, "need_pledge", statement=need.statement, role=new.role.value, address=address_of(token)
    )


def describe_pledge(session: Session, token: str) -> PledgePage:
    """Raises NotFoundError, LinkOverError."""
    pledge = _pledge(session, find_link(session, LinkPurpose.INTRODUCTION, token))
    asked = [] if pledge.is_withdrawn else introductions.list_asked_of(session, pledge.contact_id, ANSWER_DAYS)
    return PledgePage(pledge, tuple(asked))


def confirm_pledge(session: Session, token: str) -> None:
    pledge = _pledge(session, use_link(session, LinkPurpose.INTRODUCTION, token))
    contact = contacts.find_contact(session, pledge.contact_id)
    if contact is None or pledge.is_withdrawn:
        raise NotFoundError("This offer was taken back.", "You can offer again on the page of the need.")
    confirm_email(session, contact)


def withdraw_pledge(session: Session, token: str) -> None:
    """Take back everything offered with this address for this need, and forget who it was."""
    pledge = _pledge(session, use_link(session, LinkPurpose.INTRODUCTION, token))
    queries.withdraw_pledges(session, pledge.contact_id)
    contact = contacts.find_contact(session, pledge.contact_id)
    if contact is not None:
        delete_contact(session, contact)


def forget_old_pledges(session: Session) -> int:
    """Take back offers that are a year old or were never confirmed, and forget who made them; how many people."""
    found = queries.list_over(session, kept_days=KEPT_DAYS, unconfirmed_days=UNCONFIRMED_DAYS)
    for contact in found:
        queries.withdraw_pledges(session, contact.id)
        delete_contact(session, contact)
    return len(found)


def _pledge(session: Session, link: Link) -> PledgeRow:
    pledge = queries.find_pledge(session, link.record_id) if link.record_id else None
    if pledge is None or pledge.contact_id != link.contact_id:
        raise NotFoundError("What you offered is no longer here.", "You can offer again on the page of the need.")
    return pledge
