"""Sending what the add form holds: once, however often it is asked, and never over somebody else's change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.actions.add import document_of, spot_of
from app.actions.add_reach import finish_reach
from app.actions.contacts import (
    add_contact,
    agree_to_hub_letters,
    confirm_email,
    get_contact,
    stop_hub_letters,
)
from app.actions.drafts import get_draft, save_answers
from app.actions.group_documents import GroupDocument, read_group
from app.actions.links import find_link, make_link, use_link
from app.actions.mail import queue_mail
from app.actions.submissions import NewSubmission, get_submission, send, withdraw
from app.actions.throttle import note_try
from app.errors import ChangedMeanwhileError, LinkOverError, NotFoundError
from app.models import Contact, Draft, Submission
from app.queries import Session
from app.queries import add as queries
from app.vocabulary import (
    ContactPurpose,
    DraftKind,
    LinkPurpose,
    RecordKind,
    SubmissionKind,
    SubmissionState,
)

MOST_SENT, SENT_WITHIN_S = 60, 3600
"""From one network address: a library may hold an afternoon for all the groups of a town."""
CONSENT_WORDS = "Show these on the page of the group, for everyone to see."
SOURCE = "add form"
AddressOf = Callable[[str], str]


class OvertakenError(ChangedMeanwhileError):
    """Somebody else's change came first: ``now`` is what stands, ``version`` its number."""

    def __init__(self, now: GroupDocument, version: int) -> None:
        self.now, self.version = now, version
        super().__init__(
            "Somebody else changed this entry while you were filling in the form.",
            "Nothing of yours is lost. Look at both below.",
        )


@dataclass(frozen=True)
class EditWay:
    """What an edit link opens: a record that is on the map, or something sent that nobody has decided about."""

    name: str
    contact_id: UUID | None
    organisation_id: UUID | None = None
    submission: Submission | None = None


@dataclass(frozen=True)
class Receipt:
    """What she is told after sending; ``page_id`` where it is on the map already."""

    kind: SubmissionKind
    state: SubmissionState
    name: str
    has_email: bool
    page_id: UUID | None


def find_receipt(session: Session, draft: Draft) -> Receipt:
    submission = get_submission(session, UUID(draft.answers["sent"]))
    contact = queries.find_living_contact(session, submission.contact_id) if submission.contact_id else None
    shown = submission.record_id if submission.state == SubmissionState.APPROVED else draft.organisation_id
    has_email = bool(contact and contact.email)
    return Receipt(submission.kind, submission.state, document_of(draft).name, has_email, shown)


def finished(session: Session, draft: Draft) -> GroupDocument:
    """The document as it is sent; of a refuge, what a stranger has not seen stays as it is."""
    document = document_of(draft)
    was_secret = bool((draft.answers.get("before") or {}).get("is_confidential"))
    if was_secret and document.is_confidential and not draft.answers["is_trusted"]:
        return document
    return finish_reach(session, document, spot_of(draft))


def send_group(
    session: Session, draft_id: UUID, note: str, sender_key: str, confirm_address: AddressOf
) -> Submission:
    """Take it in, and mail a link to confirm the address. Raises OvertakenError, TooOftenError."""
    draft = get_draft(session, draft_id, DraftKind.GROUP, lock=True)
    if sent := draft.answers.get("sent"):
        return get_submission(session, UUID(sent))
    note_try(session, "send-group", sender_key, most=MOST_SENT, within_s=SENT_WITHIN_S)
    document = finished(session, draft)
    refuse_overtaken(session, draft)
    contact = _contact(session, draft)
    submission = send(session, _submission(draft, document, note, sender_key, contact))
    if replaces := draft.answers.get("replaces"):
        _replace(session, UUID(replaces), submission.id)
    save_answers(session, draft.id, DraftKind.GROUP, **_kept_of(document), sent=str(submission.id))
    if contact and contact.email and contact.email_confirmed_at_utc is None:
        token = make_link(session, LinkPurpose.CONFIRM_EMAIL, record_id=submission.id, contact_id=contact.id)
        queue_mail(session, contact.email, "confirm_group", address=confirm_address(token))
    return submission


def _kept_of(document: GroupDocument) -> dict[str, Any]:
    """What a draft keeps once it was sent: nothing by which somebody could be reached, or found at home."""
    return {"document": _json(document), "contact": {}, "spot": None}


def refuse_overtaken(session: Session, draft: Draft) -> None:
    """Raises OvertakenError when the record is no longer the one the draft began from."""
    if draft.organisation_id is None:
        return
    now, version = read_group(session, draft.organisation_id)
    if version != draft.base_version:
        raise OvertakenError(now, version)


def go_on_top(session: Session, draft_id: UUID, version: int) -> None:
    """She has seen what stands now, and sends hers all the same."""
    draft = get_draft(session, draft_id, DraftKind.GROUP, lock=True)
    if draft.organisation_id is None:
        return
    now, newest = read_group(session, draft.organisation_id)
    if newest == version:
        draft.base_version = newest
        save_answers(session, draft.id, DraftKind.GROUP, before=_json(now))


def _submission(
    draft: Draft, document: GroupDocument, note: str, sender_key: str, contact: Contact | None
) -> NewSubmission:
    lon, lat = (spot_of(draft) if draft.answers["is_trusted"] else None) or (None, None)
    before = draft.answers.get("before")
    facts = _json(document)
    kind = SubmissionKind(draft.answers["kind"])
    is_empty_claim = kind == SubmissionKind.CLAIM and facts == before
    return NewSubmission(
        kind=kind, record_kind=RecordKind.ORGANISATION, document={} if is_empty_claim else facts,
        record_id=draft.organisation_id, draft_id=draft.id, before=before, base_version=draft.base_version,
        note=note, contact_id=contact.id if contact else None, sender_key=sender_key,
        lon=None if document.is_confidential else lon, lat=None if document.is_confidential else lat,
    )  # fmt: skip


def _contact(session: Session, draft: Draft) -> Contact | None:
    """Whoever opened the form by a link is known already; else as typed, and shown only if she said so."""
    typed = draft.answers.get("contact") or {}
    hubs = bool(typed.get("hubs"))
    if not (typed.get("email") or typed.get("phone")):
        known = draft.answers.get("contact_id")
        contact = queries.find_living_contact(session, UUID(known)) if known else None
        if contact is not None and "email" in typed:  # the question was answered, not only filled in for her
            (agree_to_hub_letters if hubs else stop_hub_letters)(session, contact)
        return contact
    publish = bool(typed.get("publish"))
    return add_contact(
        session, ContactPurpose.SENDER, email=typed.get("email"), phone=typed.get("phone"), publish=publish,
        consent_words=CONSENT_WORDS if publish else "", takes_hub_letters=hubs and bool(typed.get("email")),
        source=SOURCE,
    )  # fmt: skip


def _replace(session: Session, old_id: UUID, new_id: UUID) -> None:
    """What was sent before is taken back, and its links lead to what was sent now."""
    if get_submission(session, old_id).state in (SubmissionState.WAITING, SubmissionState.ASKED):
        withdraw(session, old_id)
    queries.move_links(session, old_id, new_id)


def find_confirmation(session: Session, token: str) -> Submission:
    """What is to be confirmed. Raises NotFoundError, LinkOverError."""
    link = find_link(session, LinkPurpose.CONFIRM_EMAIL, token)
    if link.record_id is None or link.contact_id is None:
        raise NotFoundError("This link leads to nothing.")
    submission = get_submission(session, link.record_id)
    if submission.kind == SubmissionKind.CHALLENGE:
        raise NotFoundError("This link is for another page.", "Open it as it stands in the letter.")
    return submission


def confirm_sender(session: Session, token: str, edit_address: AddressOf) -> None:
    """The address is hers: she is mailed the link to change what she sent, once."""
    find_confirmation(session, token)
    link = use_link(session, LinkPurpose.CONFIRM_EMAIL, token)
    assert link.contact_id is not None
    contact = get_contact(session, link.contact_id)
    if contact.email_confirmed_at_utc is None and contact.email:
        edit = make_link(session, LinkPurpose.EDIT_GROUP, record_id=link.record_id, contact_id=contact.id)
        queue_mail(session, contact.email, "edit_link", address=edit_address(edit))
    confirm_email(session, contact)


def find_edit_way(session: Session, token: str) -> EditWay:
    """What an edit link opens. Raises NotFoundError, LinkOverError."""
    link = find_link(session, LinkPurpose.EDIT_GROUP, token)
    if link.record_id is None:
        raise NotFoundError("This link leads to nothing.")
    submission = queries.find_group_submission(session, link.record_id)
    if submission is None or submission.state == SubmissionState.APPROVED:
        organisation_id = submission.record_id if submission else link.record_id
        if organisation_id is None:
            raise NotFoundError("There is no such group.", "It may have been removed.")
        return EditWay(read_group(session, organisation_id)[0].name, link.contact_id, organisation_id)
    if submission.state == SubmissionState.WITHDRAWN or not submission.document:
        raise LinkOverError("What you sent was taken back.", "You can put the group on the map again.")
    name = str(submission.document.get("name", ""))
    return EditWay(name, link.contact_id, submission.record_id, submission)


def _json(document: GroupDocument) -> dict[str, Any]:
    return document.model_dump(mode="json")
