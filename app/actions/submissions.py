"""What people send in: taken, approved, asked about, refused, taken back. Nothing is public before it is approved.

The last approved version of a record stays public while a change to it waits. Every decision is one audit entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.actions.alarm import watch
from app.actions.duplicates import list_alike
from app.actions.links import make_link
from app.actions.mail import queue_mail
from app.actions.record_ways import check_document, read_record, save_record
from app.actions.submission_flags import find_lon_lat, list_flags, list_served
from app.errors import BadQuestionError, ChangedMeanwhileError, NotAllowedError, NotFoundError
from app.models import Contact, Submission
from app.queries import Session, accounts, audit, contacts, offers, revisions, visits
from app.queries import submissions as queries
from app.vocabulary import LinkPurpose, RecordKind, SubmissionKind, SubmissionState

MOST_NOTE_LETTERS = 2_000
OPEN_STATES = (SubmissionState.WAITING, SubmissionState.ASKED)
OF_THE_GROUP = (SubmissionKind.NEW_GROUP, SubmissionKind.CLAIM)
"""Whoever sends one of these is from the group: her address becomes one of its contacts."""


@dataclass(frozen=True)
class NewSubmission:
    """What a form sends; ``document`` is a document model as JSON, empty where only the note matters.

    ``draft_id`` makes sending idempotent. ``sender_key`` is a keyed hash. ``lon`` and ``lat`` are whose queue it
    goes to; left out, they come from the document.
    """

    kind: SubmissionKind
    record_kind: RecordKind
    document: Mapping[str, Any]
    record_id: UUID | None = None
    draft_id: UUID | None = None
    before: Mapping[str, Any] | None = None
    base_version: int | None = None
    note: str = ""
    contact_id: UUID | None = None
    sender_key: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Pages:
    """The absolute addresses that letters name."""

    record: Callable[[RecordKind, UUID], str]
    edit: Callable[[str], str]  # token of an edit link
    answer: Callable[[str], str]  # token of an answer link
    delete_me: str
    offer: Callable[[str], str] = str  # token of the link by which an offer is looked after


def send(session: Session, new: NewSubmission) -> Submission:
    """Take something in, to wait for a moderator. Sent again with the same draft, it is the first one.

    When the moderator has asked about the first one, what is sent now takes its place. Raises BadQuestionError for
    a document that could never be kept.
    """
    if len(new.note) > MOST_NOTE_LETTERS:
        raise BadQuestionError(
            f"This is too long: {len(new.note):,} letters.", f"Use {MOST_NOTE_LETTERS:,} or fewer.", field="note"
        )
    if new.document:
        check_document(new.record_kind, new.document)
    known = queries.find_submission_of_draft(session, new.draft_id) if new.draft_id else None
    if known is not None and known.state != SubmissionState.ASKED:
        return known
    own = (new.lon, new.lat) if new.lon is not None and new.lat is not None else None
    facts = queries.find_sent_facts(
        session, lon_lat=own or find_lon_lat(new.document), serves=list_served(new.document),
        record_id=new.record_id, draft_id=new.draft_id, contact_id=new.contact_id, sender_key=new.sender_key,
    )  # fmt: skip
    is_new_group = new.kind == SubmissionKind.NEW_GROUP
    alike = list_alike(session, new.document, contact_id=new.contact_id) if is_new_group else []
    flags = list_flags(new.document, new.note, facts, looks_known=bool(alike))
    values = {
        "document": dict(new.document), "before": dict(new.before) if new.before else None, "note": new.note,
        "base_version": new.base_version, "flags": flags,
    }  # fmt: skip
    if known is not None:
        queries.send_anew(session, known, facts.lon_lat, **values)
        return known
    submission, is_new = queries.add_submission(
        session, facts.lon_lat, **values, kind=new.kind, record_kind=new.record_kind, record_id=new.record_id,
        draft_id=new.draft_id, contact_id=new.contact_id, sender_key=new.sender_key,
    )  # fmt: skip
    if is_new:
        audit.add_entry(session, "sent", new.record_kind, new.record_id, submission_id=submission.id)
    return submission


def approve(
    session: Session,
    submission_id: UUID,
    account_id: UUID,
    today: date,
    edited_document: Mapping[str, Any] | None = None,
    *,
    base_version: int | None = None,
    pages: Pages | None = None,
) -> Submission:
    """Put it on the map, as sent or as edited; tell the sender (``pages`` None: no letter).

    Raises ChangedMeanwhileError when it was decided already, or when the record changed since it was sent;
    ``base_version`` is the version the moderator looked at instead.
    """
    submission = _open_submission(session, submission_id, account_id)
    document = dict(edited_document or submission.document)
    if document:
        submission.record_id = _keep(session, submission, document, account_id, today, base_version)
    else:
        note_verb(session, "approved", submission, account_id)
    queries.set_state(session, submission, SubmissionState.APPROVED, decided_by_id=account_id, reason="")
    contact = sender_of(session, submission)
    is_group = submission.record_kind == RecordKind.ORGANISATION and submission.record_id is not None
    if contact and is_group and submission.kind in OF_THE_GROUP:
        contacts.link_contact(session, contact, submission.record_id)  # type: ignore[arg-type]
    if contact and submission.record_id and submission.record_kind == RecordKind.OFFER:
        offers.set_contact(session, submission.record_id, contact.id)
    if contact and contact.email and pages and submission.record_id:
        edit = ""
        if is_group and contact.organisation_id == submission.record_id:  # anybody may suggest; the group may edit
            purpose = LinkPurpose.EDIT_GROUP
            edit = pages.edit(make_link(session, purpose, record_id=submission.record_id, contact_id=contact.id))
        if submission.record_kind == RecordKind.OFFER:
            purpose = LinkPurpose.OFFER
            edit = pages.offer(make_link(session, purpose, record_id=submission.record_id, contact_id=contact.id))
        was_edited = edited_document is not None and document != submission.document
        queue_mail(
            session, contact.email, "approved", kind=submission.kind.value, name=contact.name, edit=edit,
            page=pages.record(submission.record_kind, submission.record_id), was_edited=was_edited,
            delete_me=pages.delete_me,
        )  # fmt: skip
    return submission


def ask(
    session: Session, submission_id: UUID, account_id: UUID, question: str, *, pages: Pages | None = None
) -> Submission:
    """Ask the sender something and wait. Raises BadQuestionError when there is no question or nobody to ask."""
    submission = _open_submission(session, submission_id, account_id)
    words = tidy_reason(question, "Write what you want to know.")
    contact = sender_of(session, submission)
    if contact is None or not contact.email:
        raise BadQuestionError(
            "The sender left no e-mail address, so nobody can be asked.", "Approve it, edit it or refuse it."
        )
    queries.set_state(session, submission, SubmissionState.ASKED, decided_by_id=account_id, reason=words)
    note_verb(session, "asked", submission, account_id, words)
    if pages:
        token = make_link(session, LinkPurpose.ANSWER, record_id=submission.id, contact_id=contact.id)
        queue_mail(
            session, contact.email, "asked", name=contact.name, question=words, answer=pages.answer(token),
            delete_me=pages.delete_me,
        )  # fmt: skip
    return submission


def reject(
    session: Session, submission_id: UUID, account_id: UUID, reason: str, *, pages: Pages | None = None
) -> Submission:
    """Refuse it, and tell the sender why. Raises BadQuestionError without a reason."""
    submission = _open_submission(session, submission_id, account_id)
    words = tidy_reason(reason, "Write why: the sender is told.")
    queries.set_state(session, submission, SubmissionState.REJECTED, decided_by_id=account_id, reason=words)
    note_verb(session, "rejected", submission, account_id, words)
    watch(session, account_id)
    contact = sender_of(session, submission)
    if contact and contact.email and pages:
        queue_mail(session, contact.email, "rejected", name=contact.name, reason=words, delete_me=pages.delete_me)
    return submission


def withdraw(session: Session, submission_id: UUID) -> Submission:
    """The sender takes it back before it is decided."""
    submission = _open_submission(session, submission_id, None)
    queries.set_state(session, submission, SubmissionState.WITHDRAWN)
    note_verb(session, "withdrawn", submission, None)
    return submission


def get_submission(session: Session, submission_id: UUID) -> Submission:
    """Raises NotFoundError."""
    submission = queries.find_submission(session, submission_id)
    if submission is None:
        raise NotFoundError("There is no such message.", "It may have been cleared away.")
    return submission


def sender_of(session: Session, submission: Submission) -> Contact | None:
    """Who sent it; None when nobody left an address, or it has been cleared away."""
    return contacts.find_contact(session, submission.contact_id) if submission.contact_id else None


def note_verb(
    session: Session, verb: str, submission: Submission, account_id: UUID | None, note: str = ""
) -> None:
    """One audit entry of what was done with it where its record did not change."""
    audit.add_entry(
        session, verb, submission.record_kind, submission.record_id, account_id=account_id,
        submission_id=submission.id, note=note,
    )  # fmt: skip


def _open_submission(session: Session, submission_id: UUID, account_id: UUID | None) -> Submission:
    """One that is not decided yet, and that did not come from the account that decides."""
    submission = get_submission(session, submission_id)
    if submission.state not in OPEN_STATES:
        raise ChangedMeanwhileError(
            "This was decided already.", "Look at what was decided; it can be undone for 30 days."
        )
    contact = sender_of(session, submission)
    if account_id and contact and contact.email == accounts.find_email(session, account_id):
        raise NotAllowedError("You sent this yourself.", "Somebody else has to decide about it.")
    return submission


def _keep(
    session: Session,
    submission: Submission,
    document: Mapping[str, Any],
    account_id: UUID,
    today: date,
    base_version: int | None,
) -> UUID:
    """Save the document as the record; the record as it was is kept when it was never kept before."""
    kind, record_id = submission.record_kind, submission.record_id
    before: dict[str, Any] | None = None
    if record_id is not None:
        before, _version = read_record(session, kind, record_id)
    kept_id, version, kept = save_record(
        session, kind, document, today=today, record_id=record_id,
        base_version=base_version or submission.base_version,
    )  # fmt: skip
    if before is not None and not revisions.has_revisions(session, kind, kept_id):
        revisions.add_revision(session, kind, kept_id, 0, before)
    if submission.kind == SubmissionKind.NEW_GROUP:
        visits.credit_visit(session, submission.id, kept_id)
    revisions.add_revision(
        session, kind, kept_id, version, kept, submission_id=submission.id, account_id=account_id
    )
    audit.add_entry(
        session, "approved", kind, kept_id, account_id=account_id, submission_id=submission.id, before=before,
        after=kept,
    )  # fmt: skip
    return kept_id


def tidy_reason(typed: str, fix: str) -> str:
    """What somebody typed to somebody else. Raises BadQuestionError (field reason): empty or too long."""
    words = typed.strip()
    if not words:
        raise BadQuestionError("There are no words yet.", fix, field="reason")
    if len(words) > MOST_NOTE_LETTERS:
        raise BadQuestionError(
            f"This is too long: {len(words):,} letters.", f"Use {MOST_NOTE_LETTERS:,} or fewer.", field="reason"
        )
    return words
