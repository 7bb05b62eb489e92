"""Taking a record off the map by hand, and putting it back."""

from __future__ import annotations

from uuid import UUID

from app.actions.alarm import watch
from app.actions.record_ways import read_record
from app.actions.submissions import tidy_reason
from app.errors import ChangedMeanwhileError, NotFoundError
from app.queries import Session, audit, freshness, revisions
from app.queries import moderation as queries
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import RecordKind, ReviewStatus, Stage


def hide(session: Session, kind: RecordKind, record_id: UUID, account_id: UUID, reason: str) -> None:
    """Raises BadQuestionError without a reason, ChangedMeanwhileError when it is off the map already."""
    words = tidy_reason(reason, "Write why, for those who read the history.")
    before, _version = read_record(session, kind, record_id)
    if queries.find_status(session, kind, record_id) != ReviewStatus.APPROVED:
        raise ChangedMeanwhileError("It is off the map already.", "Its history says who took it off.")
    queries.set_status(session, kind, record_id, ReviewStatus.HIDDEN)
    audit.add_entry(session, "hidden", kind, record_id, account_id=account_id, before=before, note=words)
    bump_versions(session, [RECORDS])
    watch(session, account_id)


def show(session: Session, kind: RecordKind, record_id: UUID, account_id: UUID) -> None:
    """Raises NotFoundError for what was not taken off by hand, such as a group that was merged into another."""
    if queries.find_status(session, kind, record_id) != ReviewStatus.HIDDEN:
        raise NotFoundError("There is nothing to put back.", "It is on the map, or part of another entry.")
    queries.set_status(session, kind, record_id, ReviewStatus.APPROVED)
    after, _version = read_record(session, kind, record_id)
    audit.add_entry(session, "shown", kind, record_id, account_id=account_id, after=after)
    bump_versions(session, [RECORDS])


def reopen(session: Session, record_id: UUID, account_id: UUID) -> None:
    """A group that had closed is open again, in the stage it was in before. Raises ChangedMeanwhileError."""
    kind = RecordKind.ORGANISATION
    before, _version = read_record(session, kind, record_id)
    if before["stage"] != Stage.CLOSED:
        raise ChangedMeanwhileError("It is open already.", "Its history says who opened it.")
    stages = [revision.document["stage"] for revision in revisions.list_revisions(session, kind, record_id)]
    stage = next((Stage(one) for one in stages if one != Stage.CLOSED), Stage.UNKNOWN)
    freshness.reopen(session, record_id, stage)
    after, _version = read_record(session, kind, record_id)
    audit.add_entry(session, "reopened", kind, record_id, account_id=account_id, before=before, after=after)
    bump_versions(session, [RECORDS])
