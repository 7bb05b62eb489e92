"""Taking a decision back, for 30 days: the record is as it was before, and the submission waits again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.actions.alarm import watch
from app.actions.record_ways import hide_record, read_record, save_record
from app.actions.submissions import OF_THE_GROUP, get_submission, note_verb, sender_of
from app.errors import BadQuestionError, ChangedMeanwhileError
from app.models import Submission
from app.queries import Session, audit, challenges, contacts, links, revisions
from app.queries import submissions as queries
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import LinkPurpose, SubmissionKind, SubmissionState

UNDO_DAYS = 30


def undo(session: Session, submission_id: UUID, account_id: UUID, today: date) -> Submission:
    """Take back an approval or a refusal.

    Raises BadQuestionError when there is nothing to take back or it is too long ago, ChangedMeanwhileError when
    the record was changed again since.
    """
    submission = get_submission(session, submission_id)
    if submission.state not in (SubmissionState.APPROVED, SubmissionState.REJECTED):
        raise BadQuestionError("Nothing has been decided about this.", "There is nothing to take back.")
    if not queries.was_decided_within(session, submission_id, UNDO_DAYS):
        raise BadQuestionError(
            f"This was decided more than {UNDO_DAYS} days ago.", "Change the entry itself instead."
        )
    if submission.state == SubmissionState.APPROVED:
        _take_off(session, submission, account_id, today)
        watch(session, account_id)
    else:
        note_verb(session, "undone", submission, account_id)
    if challenges.set_look(session, submission_id, None):
        bump_versions(session, [RECORDS])
    queries.set_state(session, submission, SubmissionState.WAITING, decided_by_id=None, reason="")
    return submission


def _take_off(session: Session, submission: Submission, account_id: UUID, today: date) -> None:
    kind, record_id = submission.record_kind, submission.record_id
    made = revisions.find_revision_before(session, kind, record_id, submission.id) if record_id else None
    before = after = None
    if record_id is not None and made is not None:
        document_before, made_version = made
        before, version = read_record(session, kind, record_id)
        if version != made_version:
            raise ChangedMeanwhileError(
                "This entry has been changed again since.", "Take back the newer change first."
            )
        if document_before is None:
            hide_record(session, kind, record_id)
        else:
            _id, version, after = save_record(
                session, kind, document_before, today=today, record_id=record_id, base_version=version
            )
            revisions.add_revision(session, kind, record_id, version, after, account_id=account_id)
    if submission.kind == SubmissionKind.CHALLENGE and before is not None and after is not None:
        submission.record_id = None  # what it was said to be is another group's entry, and no longer its own
    contact = sender_of(session, submission)
    if contact is not None:
        links.revoke_links(session, LinkPurpose.EDIT_GROUP, contact_id=contact.id, record_id=record_id)
        if submission.kind in OF_THE_GROUP:
            contacts.unlink_contact(session, contact)
    audit.add_entry(
        session, "undone", kind, record_id, account_id=account_id, submission_id=submission.id, before=before,
        after=after,
    )  # fmt: skip
