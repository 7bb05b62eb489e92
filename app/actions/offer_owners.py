"""Offering something or asking for it: sent from a form, confirmed by letter, looked after from the same letter.

Nothing waits for a moderator before whoever it is about has confirmed her address: so anybody may fill the form in
for somebody else, and nobody can sign her up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import ValidationError

from app.actions.contacts import add_contact, confirm_email, delete_contact
from app.actions.drafts import begin_draft, get_draft
from app.actions.group_documents import Where
from app.actions.links import find_link, make_link, use_link
from app.actions.mail import queue_mail
from app.actions.need_asking import OUTSIDE_WITHIN_M
from app.actions.offer_documents import OfferDocument, OfOrganisation
from app.actions.pledges import NAME
from app.actions.spots import Spot, SpotKind, locate
from app.actions.submissions import NewSubmission, send
from app.actions.throttle import note_try
from app.errors import BadQuestionError, LinkOverError, NotFoundError
from app.models import Contact, Link
from app.queries import Session, contacts, need_documents, needs, organisations, submissions
from app.queries import offers as queries
from app.queries.offers import OwnRow
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import (
    AskKind,
    ContactPurpose,
    DraftKind,
    LinkPurpose,
    LocationPrivacy,
    OfferDirection,
    RecordKind,
    Stage,
    SubmissionKind,
)

CONSENT_WORDS = "Ask me when somebody could use it or help; tell my name and address only after my yes."
ASKED_AFTER_MONTHS, KEPT_MONTHS, GRACE_DAYS = 11, 12, 21
"""After eleven months silence we ask once; after twelve, and three weeks to answer, it goes."""
WITHDRAWN_DAYS = 90
INTRODUCED_DAYS = 180
MOST_FROM_ONE_ADDRESS, WITHIN_S = 10, 3600
MOST_A_DAY = 200
DECIMALS = 5

AddressOf = Callable[[str], str]


@dataclass(frozen=True)
class NewOffer:
    """What the form says; ``near`` is a postcode or a place, ``is_exact`` that all may know exactly where."""

    direction: OfferDirection
    kind: AskKind
    words: str
    near: str
    name: str
    email: str
    theme: str = ""
    stage: Stage = Stage.UNKNOWN
    address: str = ""
    is_exact: bool = False
    ends_on: date | None = None
    organisation_id: UUID | None = None


@dataclass(frozen=True)
class Unconfirmed:
    """What a confirming letter is about; ``is_sent`` once it waits for a moderator or was decided."""

    document: OfferDocument
    is_sent: bool


def ask_to_confirm(session: Session, new: NewOffer, today: date, sender_key: str, address_of: AddressOf) -> None:
    """Keep what the form says and mail a link that sends it on.

    Raises BadQuestionError with the field, NotFoundError for a group that is not there, TooOftenError.
    """
    if not NAME.fullmatch(new.name.strip()):
        raise BadQuestionError("This is not a name we can pass on.", "Letters only: a first name.", field="name")
    if new.ends_on is not None and new.ends_on < today:
        raise BadQuestionError("This day is past.", "Choose a later one, or leave it empty.", field="ends_on")
    document = _document(session, new)
    note_try(session, "new_offer", sender_key, most=MOST_FROM_ONE_ADDRESS, within_s=WITHIN_S)
    contact = add_contact(
        session, ContactPurpose.OFFER, email=new.email, name=new.name, consent_words=CONSENT_WORDS,
        source="offer form",
    )  # fmt: skip
    answers = {"document": document.model_dump(mode="json"), "email": contact.email, "sender_key": sender_key}
    draft = begin_draft(session, DraftKind.OFFER, answers)
    token = make_link(session, LinkPurpose.CONFIRM_EMAIL, record_id=draft.id, contact_id=contact.id)
    queue_mail(
        session, str(contact.email), "offer_confirm", name=contact.name, words=new.words,
        is_ask=new.direction == OfferDirection.ASK, address=address_of(token),
    )  # fmt: skip


def find_unconfirmed(session: Session, token: str) -> Unconfirmed:
    """Raises NotFoundError, LinkOverError."""
    link = find_link(session, LinkPurpose.CONFIRM_EMAIL, token)
    if link.record_id is None:
        raise NotFoundError("This link leads to nothing.")
    document, _key = _read_draft(session, link.record_id)
    return Unconfirmed(document, submissions.find_submission_of_draft(session, link.record_id) is not None)


def confirm(session: Session, token: str) -> None:
    """The address is hers: what she offers or asks for waits for a moderator now; pressed twice it waits once."""
    link = use_link(session, LinkPurpose.CONFIRM_EMAIL, token)
    contact = _contact_of(session, link)
    if link.record_id is None:
        raise NotFoundError("This link leads to nothing.")
    document, sender_key = _read_draft(session, link.record_id)
    confirm_email(session, contact)
    send(
        session,
        NewSubmission(
            SubmissionKind.NEW_OFFER, RecordKind.OFFER, document.model_dump(mode="json"), draft_id=link.record_id,
            contact_id=contact.id, sender_key=sender_key,
        ),
    )  # fmt: skip


def find_own(session: Session, token: str) -> OwnRow:
    """The offer that a mailed link looks after. Raises NotFoundError, LinkOverError."""
    return _own(session, find_link(session, LinkPurpose.OFFER, token))


def keep(session: Session, token: str, today: date) -> None:
    """It still stands, for another year. Raises LinkOverError for one that was taken back."""
    own = _own(session, use_link(session, LinkPurpose.OFFER, token))
    if own.is_withdrawn:
        raise LinkOverError("This was taken back.", "You can offer or ask again on the page of offers.")
    queries.keep(session, own.id, today)
    bump_versions(session, [RECORDS])


def take_back(session: Session, token: str) -> None:
    """Off the map at once, and forget who it was."""
    link = use_link(session, LinkPurpose.OFFER, token)
    own = _own(session, link)
    queries.withdraw(session, [own.id])
    contact = contacts.find_contact(session, link.contact_id) if link.contact_id else None
    if contact is not None and contact.purpose == ContactPurpose.OFFER:
        delete_contact(session, contact)
    bump_versions(session, [RECORDS])


def ask_whether_they_stand(session: Session, today: date, address_of: AddressOf) -> int:
    """Ask those who said nothing for eleven months, once; how many."""
    due = queries.list_due(session, today=today, asked_after_months=ASKED_AFTER_MONTHS, limit=MOST_A_DAY)
    for row in due:
        queries.note_asked(session, row.id, today)
        token = make_link(session, LinkPurpose.OFFER, record_id=row.id, contact_id=row.contact_id)
        queue_mail(
            session, row.email, "offer_still", name=row.name, words=row.words,
            is_ask=row.direction == OfferDirection.ASK, days=GRACE_DAYS, address=address_of(token),
        )  # fmt: skip
    return len(due)


def let_old_ones_go(session: Session, today: date) -> int:
    """Take back what is over or a year old, remove what was taken back long ago, forget whose it was; how many."""
    over = queries.list_over(session, today=today, kept_months=KEPT_MONTHS, grace_days=GRACE_DAYS)
    if over:
        queries.withdraw(session, over)
        bump_versions(session, [RECORDS])
    queries.remove_withdrawn(session, WITHDRAWN_DAYS)
    for contact_id in queries.list_idle_contacts(session, INTRODUCED_DAYS):
        if contact := contacts.find_contact(session, contact_id):
            delete_contact(session, contact)
    return len(over)


def _document(session: Session, new: NewOffer) -> OfferDocument:
    spot = locate(session, new.near)
    if not needs.is_near_site(session, spot.lon, spot.lat, OUTSIDE_WITHIN_M):
        raise BadQuestionError(
            "That is outside this map.", "Choose somewhere in it, or just over its border.", field="near"
        )
    if new.theme and not need_documents.has_theme(session, new.theme):
        raise BadQuestionError("There is no such subject.", "Choose one from the list.", field="theme")
    group = organisations.find_organisation(session, new.organisation_id) if new.organisation_id else None
    if new.organisation_id and group is None:
        raise NotFoundError("This group is not on the map.", "Offer or ask without naming a group.")
    try:
        return OfferDocument(
            direction=new.direction, kind=new.kind, words=new.words, theme=new.theme or None, stage=new.stage,
            organisation=OfOrganisation(id=group.id, title=group.name[:200]) if group else None,
            places=(_place(new, spot),), ends_on=new.ends_on,
        )  # fmt: skip
    except ValidationError as problem:
        raise BadQuestionError(
            "Only a space that is offered can be shown exactly.", "Take that tick away.", field="is_exact"
        ) from problem


def _place(new: NewOffer, spot: Spot) -> Where:
    """As the form says; only of a public space are the words of the address kept."""
    return Where(
        lon=round(spot.lon, DECIMALS), lat=round(spot.lat, DECIMALS),
        privacy=LocationPrivacy.EXACT if new.is_exact else LocationPrivacy.ROUGH,
        address=new.address if new.is_exact else "",
        postcode=spot.label if new.is_exact and spot.kind == SpotKind.POSTCODE else None,
    )  # fmt: skip


def _read_draft(session: Session, draft_id: UUID) -> tuple[OfferDocument, str]:
    draft = get_draft(session, draft_id, DraftKind.OFFER, lock=True)
    return OfferDocument.model_validate(draft.answers["document"]), str(draft.answers["sender_key"])


def _contact_of(session: Session, link: Link) -> Contact:
    contact = contacts.find_contact(session, link.contact_id) if link.contact_id else None
    if contact is None:
        raise LinkOverError("You asked us to forget you.", "You can offer or ask again on the page of offers.")
    return contact


def _own(session: Session, link: Link) -> OwnRow:
    own = (
        queries.find_own(session, link.record_id, link.contact_id) if link.record_id and link.contact_id else None
    )
    if own is None:
        raise NotFoundError("What you offered is no longer here.", "You can offer again on the page of offers.")
    return own
