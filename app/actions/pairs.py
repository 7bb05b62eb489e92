"""Bringing one who offers and one who asks together: each is asked by letter, names are told after two yeses.

Somebody who presses “I could use this” has said yes once she confirms her address; only then is the other asked.
A no is told to nobody, and nobody is asked twice about the same. Three weeks later both are asked what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.actions.accounts import tidy_email
from app.actions.contacts import add_contact, delete_contact
from app.actions.links import find_link, make_link, use_link
from app.actions.mail import queue_mail
from app.actions.offer_owners import CONSENT_WORDS
from app.actions.offers import get_offer
from app.actions.personal_words import find_personal
from app.actions.pledges import ANSWER_DAYS, NAME, AddressOf
from app.actions.throttle import note_try
from app.errors import BadQuestionError, ChangedMeanwhileError, LinkOverError, NotFoundError
from app.models import Link
from app.queries import Session, audit, contacts, introductions, matches
from app.queries import pairs as queries
from app.queries.introductions import PersonRow
from app.queries.matches import WhomRow
from app.queries.offers import OfferRow
from app.queries.pairs import NewPair, SideRow
from app.queries.scopes import Scope
from app.vocabulary import ContactPurpose, IntroductionOutcome, LinkPurpose, OfferDirection, RecordKind

MOST_LETTERS = 300
MOST_FROM_ONE_ADDRESS, WITHIN_S = 10, 3600
MOST_FROM_ONE_PERSON, MONTH_S = 5, 30 * 86_400
MOST_ASKED, ASKED_DAYS = 3, 30
"""Nobody is asked about what they offer or ask more often than that, unless they said yes."""

UNCONFIRMED_DAYS = 14
OUTCOME_DAYS, AGAIN_DAYS, MOST_ASKS = 21, 14, 2
"""Three weeks after names were told we ask what came of it; once more two weeks later, and then no more."""

MOST_A_DAY = 200


@dataclass(frozen=True)
class NewReply:
    """“I could use this”, or “I could help”: who, and a few words that the other reads, with no name in them."""

    name: str
    email: str
    words: str


def begin(session: Session, public_id: UUID, new: NewReply, sender_key: str, address_of: AddressOf) -> None:
    """Mail somebody who answers an offer or ask a link; once she confirms, the other is asked.

    Raises NotFoundError, BadQuestionError with the field, TooOftenError.
    """
    listed = get_offer(session, public_id)
    _check_reply(new)
    address = tidy_email(new.email)
    note_try(session, "offer_reply", sender_key, most=MOST_FROM_ONE_ADDRESS, within_s=WITHIN_S)
    introductions.lock_introductions(session)
    other = _get_whom(session, public_id)
    if other.email == address:
        raise BadQuestionError("This is your own.", "Nobody can be introduced to herself.", field="email")
    known = queries.find_between(session, listed.kind, (address, other.email))
    if known is None:
        note_try(session, "offer_reply_by", address, most=MOST_FROM_ONE_PERSON, within_s=MONTH_S)
        known = _add_reply(session, listed, new, address, other)
    token = make_link(session, LinkPurpose.INTRODUCTION, record_id=known[0], contact_id=known[1])
    queue_mail(
        session, address, "offer_reply", name=new.name, words=listed.words, kind=listed.kind.value,
        is_ask=listed.direction == OfferDirection.ASK, address=address_of(token),
    )  # fmt: skip


def bring_together(
    session: Session, ask_id: UUID, offer_id: UUID, scope: Scope | None, account_id: UUID, address_of: AddressOf
) -> None:
    """Ask both sides of a match whether they want to be introduced.

    Raises NotFoundError for what is not on the list or in the scope, ChangedMeanwhileError when they were asked
    before, or one of them was asked enough lately, or cannot be written to.
    """
    introductions.lock_introductions(session)
    ask, offer = get_offer(session, ask_id), get_offer(session, offer_id)
    is_pair = (ask.direction, offer.direction) == (OfferDirection.ASK, OfferDirection.OFFER)
    if not is_pair or ask.kind != offer.kind or not matches.is_in_scope(session, ask_id, scope):
        raise NotFoundError("There is no such pair in your patches.", "Look at the list as it stands now.")
    asker, giver = matches.find_whom(session, ask_id), matches.find_whom(session, offer_id)
    if asker is None or giver is None:
        raise ChangedMeanwhileError(
            "One of them left no address, or asked us to forget it.",
            "They can be reached on their page, if at all.",
        )
    if asker.email == giver.email or queries.find_between(session, ask.kind, (asker.email, giver.email)):
        raise ChangedMeanwhileError("These two have been asked already.", "Look at the list as it stands now.")
    for whom in (asker, giver):
        if queries.count_asked_lately(session, whom.email, ASKED_DAYS) >= MOST_ASKED:
            raise ChangedMeanwhileError(
                f"One of them has been asked {MOST_ASKED} times this month and has not said yes.",
                "Let them be for a while.",
            )
    introduction_id = queries.add_pair(session, _pair(ask.id, ask=ask, offer=offer))
    for whom, gives in ((asker, False), (giver, True)):
        queries.add_side(session, introduction_id, whom.contact_id, gives=gives, is_asked=False)
    ask_who_waits(session, introduction_id, address_of)
    audit.add_entry(session, "introduced", RecordKind.OFFER, offer_id, account_id=account_id, note="2 asked")


def ask_who_waits(session: Session, introduction_id: UUID, address_of: AddressOf) -> None:
    """Write to those of a pair who have not been asked yet; one who was asked enough lately is asked later."""
    for side in queries.list_waiting(session, introduction_id, ANSWER_DAYS):
        if queries.count_asked_lately(session, side.email, ASKED_DAYS) >= MOST_ASKED:
            continue
        queries.note_asked(session, introduction_id, side.contact_id)
        token = make_link(session, LinkPurpose.INTRODUCTION, record_id=introduction_id, contact_id=side.contact_id)
        queue_mail(
            session, side.email, "pair_ask", name=side.name, gives=side.gives, offered=side.offered,
            wanted=side.wanted, days=ANSWER_DAYS, address=address_of(token),
        )  # fmt: skip


def tell(
    session: Session,
    introduction_id: UUID,
    person: PersonRow,
    others: Sequence[PersonRow],
    address_of: AddressOf,
) -> None:
    """Both said yes: who the other is."""
    side = queries.find_side(session, introduction_id, person.contact_id, ANSWER_DAYS)
    assert side is not None
    token = make_link(session, LinkPurpose.INTRODUCTION, record_id=introduction_id, contact_id=person.contact_id)
    queue_mail(
        session, person.email, "pair_made", name=person.name, gives=side.gives, offered=side.offered,
        wanted=side.wanted, others=[(other.name, other.email) for other in others], address=address_of(token),
    )  # fmt: skip


def describe(session: Session, token: str) -> SideRow:
    """An introduction as the holder of a mailed link sees it. Raises NotFoundError, LinkOverError."""
    return _side_of(session, find_link(session, LinkPurpose.INTRODUCTION, token))


def say_outcome(session: Session, token: str, outcome: IntroductionOutcome) -> None:
    """What came of it. Raises LinkOverError for two who were never told of each other."""
    side = _side_of(session, use_link(session, LinkPurpose.INTRODUCTION, token))
    if not queries.set_outcome(session, side.introduction_id, side.contact_id, outcome):
        raise LinkOverError("You have not been introduced yet.", "We ask what came of it three weeks after.")


def leave(session: Session, token: str) -> None:
    """Say no where nothing was said, and forget an address that was given for this alone."""
    side = _side_of(session, use_link(session, LinkPurpose.INTRODUCTION, token))
    if not side.is_shared:
        introductions.set_answer(session, side.introduction_id, side.contact_id, False, ANSWER_DAYS)
    contact = contacts.find_contact(session, side.contact_id)
    if (
        contact is not None
        and contact.purpose == ContactPurpose.OFFER
        and not matches.has_offer(session, contact.id)
    ):
        delete_contact(session, contact)


def ask_who_was_held(session: Session, address_of: AddressOf) -> None:
    """Ask those for whom there was no room before, as far as there is now."""
    introductions.lock_introductions(session)
    for introduction_id in queries.list_held(session, ANSWER_DAYS, MOST_A_DAY):
        ask_who_waits(session, introduction_id, address_of)


def ask_what_came(session: Session, address_of: AddressOf) -> int:
    """Ask those who were introduced three weeks ago; once more, and then no more. How many letters."""
    due = queries.claim_due(
        session, after_days=OUTCOME_DAYS, again_days=AGAIN_DAYS, most_asks=MOST_ASKS, limit=MOST_A_DAY
    )
    for side in due:
        token = make_link(
            session, LinkPurpose.INTRODUCTION, record_id=side.introduction_id, contact_id=side.contact_id
        )
        queue_mail(
            session, side.email, "introduction_outcome", name=side.name,
            about=side.statement or side.offered or side.wanted, address=address_of(token),
        )  # fmt: skip
    return len(due)


def forget_unconfirmed(session: Session) -> int:
    """Remove what somebody began and never confirmed; how many."""
    return queries.remove_unconfirmed(session, UNCONFIRMED_DAYS)


def _check_reply(new: NewReply) -> None:
    if not NAME.fullmatch(new.name.strip()):
        raise BadQuestionError(
            "This is not a name we can pass on.", "Letters only: your first name.", field="name"
        )
    if find_personal(new.words):
        raise BadQuestionError(
            "There is a number, an address or a link in your words.",
            "Leave it out: you can tell each other once both have said yes.",
            field="words",
        )


def _get_whom(session: Session, public_id: UUID) -> WhomRow:
    found = matches.find_whom(session, public_id)
    if found is None:
        raise BadQuestionError(
            "Nobody can be written to about this.", "If a group asks for it, its page may say how to reach it."
        )
    return found


def _add_reply(
    session: Session, listed: OfferRow, new: NewReply, address: str, other: WhomRow
) -> tuple[UUID, UUID]:
    contact = add_contact(
        session, ContactPurpose.OFFER, email=address, name=new.name, consent_words=CONSENT_WORDS,
        source="answer to an offer",
    )  # fmt: skip
    helps = listed.direction == OfferDirection.ASK
    pair = (
        _pair(listed.id, ask=listed, words=new.words) if helps else _pair(listed.id, offer=listed, words=new.words)
    )
    introduction_id = queries.add_pair(session, pair)
    queries.add_side(session, introduction_id, contact.id, gives=helps, is_asked=True)
    queries.add_side(session, introduction_id, other.contact_id, gives=not helps, is_asked=False)
    return introduction_id, contact.id


def _pair(
    place_of: UUID, *, ask: OfferRow | None = None, offer: OfferRow | None = None, words: str = ""
) -> NewPair:
    """Two of the list, or one and what somebody wrote to it."""
    one = ask or offer
    assert one is not None
    return NewPair(
        kind=one.kind, offer_id=offer.id if offer else None,
        wanted_id=ask.id if ask and not ask.is_on_page else None,
        organisation_id=ask.organisation_id if ask and ask.is_on_page else None,
        offered=offer.words if offer else words, wanted=ask.words if ask else words, place_of=place_of,
    )  # fmt: skip


def _side_of(session: Session, link: Link) -> SideRow:
    found = None
    if link.record_id and link.contact_id:
        found = queries.find_side(session, link.record_id, link.contact_id, ANSWER_DAYS)
    if found is None:
        raise NotFoundError("This introduction is no longer here.", "You can answer offers and asks anew.")
    return found
