"""Records as they were: one document per change; version 0 is how it was loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import Revision
from app.vocabulary import RecordKind


@dataclass(frozen=True)
class RevisionRow:
    version: int
    document: dict[str, Any]
    made_at_utc: datetime
    account_email: str | None
    submission_id: UUID | None


def add_revision(
    session: Session,
    record_kind: RecordKind,
    record_id: UUID,
    version: int,
    document: Mapping[str, Any],
    *,
    submission_id: UUID | None = None,
    account_id: UUID | None = None,
) -> None:
    session.add(
        Revision(
            record_kind=record_kind, record_id=record_id, version=version, document=dict(document),
            submission_id=submission_id, account_id=account_id,
        )
    )  # fmt: skip
    session.flush()


def has_revisions(session: Session, record_kind: RecordKind, record_id: UUID) -> bool:
    statement = select(Revision.version).where(
        Revision.record_kind == record_kind, Revision.record_id == record_id
    )
    return session.scalar(statement.limit(1)) is not None


def find_newest(session: Session, record_kind: RecordKind, record_id: UUID) -> int | None:
    """The newest version that is kept."""
    return session.scalar(
        select(func.max(Revision.version)).where(
            Revision.record_kind == record_kind, Revision.record_id == record_id
        )
    )


def find_revision_before(
    session: Session, record_kind: RecordKind, record_id: UUID, submission_id: UUID
) -> tuple[dict[str, Any] | None, int] | None:
    """The document before the change a submission made (None: there was none) and the version it made.

    None when that submission made no change.
    """
    made = session.scalar(
        select(Revision)
        .where(
            Revision.record_kind == record_kind,
            Revision.record_id == record_id,
            Revision.submission_id == submission_id,
        )
        .order_by(Revision.version.desc())
        .limit(1)
    )
    if made is None:
        return None
    before = session.scalar(
        select(Revision.document)
        .where(
            Revision.record_kind == record_kind, Revision.record_id == record_id, Revision.version < made.version
        )
        .order_by(Revision.version.desc())
        .limit(1)
    )
    return before, made.version


def list_revisions(session: Session, record_kind: RecordKind, record_id: UUID) -> list[RevisionRow]:
    """Newest first."""
    rows = session.execute(
        text("""
        SELECT r.version, r.document, r.made_at_utc, a.email AS account_email, r.submission_id
        FROM revision r LEFT JOIN account a ON a.id = r.account_id
        WHERE r.record_kind = :kind AND r.record_id = :id ORDER BY r.version DESC
        """),
        {"kind": record_kind.value, "id": record_id},
    ).mappings()
    return [RevisionRow(**row) for row in rows]
