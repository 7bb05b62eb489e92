"""Who did what: written once, never changed; read by moderators only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models import AuditEntry
from app.vocabulary import RecordKind

Document = Mapping[str, Any]


@dataclass(frozen=True)
class AuditRow:
    id: int
    at_utc: datetime
    account_email: str | None  # None: a visitor or the site itself
    verb: str
    record_kind: RecordKind
    record_id: UUID | None
    record_name: str
    submission_id: UUID | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    note: str


def add_entry(
    session: Session,
    verb: str,
    record_kind: RecordKind,
    record_id: UUID | None,
    *,
    account_id: UUID | None = None,
    submission_id: UUID | None = None,
    before: Document | None = None,
    after: Document | None = None,
    note: str = "",
) -> None:
    """One row; ``before`` and ``after`` are documents as the public may read them, never a refused one."""
    session.add(
        AuditEntry(
            verb=verb, record_kind=record_kind, record_id=record_id, account_id=account_id,
            submission_id=submission_id, before=dict(before) if before else None,
            after=dict(after) if after else None, note=note,
        )
    )  # fmt: skip
    session.flush()


def list_entries(
    session: Session, *, record_id: UUID | None = None, verb: str = "", limit: int, skip: int = 0
) -> list[AuditRow]:
    """Newest first; of one record when it is given."""
    rows = session.execute(
        text(f"""
        SELECT e.id, e.at_utc, a.email AS account_email, e.verb, e.record_kind, e.record_id, e.submission_id,
               e.before, e.after, e.note,
               coalesce(o.name, left(n.statement, 80), left(f.words, 80), e.after ->> 'name', '') AS record_name
        FROM audit_entry e LEFT JOIN account a ON a.id = e.account_id
        LEFT JOIN organisation o ON e.record_kind = 'organisation' AND o.id = e.record_id
        LEFT JOIN need n ON e.record_kind = 'need' AND n.id = e.record_id
        LEFT JOIN offer f ON e.record_kind = 'offer' AND f.id = e.record_id
        WHERE {CHOSEN} ORDER BY e.id DESC LIMIT :limit OFFSET :skip
        """),  # noqa: S608 - a constant of this file
        {"record_id": record_id, "verb": verb, "limit": limit, "skip": skip},
    ).mappings()
    return [AuditRow(**{**row, "record_kind": RecordKind(row["record_kind"])}) for row in rows]


def count_entries(session: Session, *, record_id: UUID | None = None, verb: str = "") -> int:
    found = session.scalar(
        text(f"SELECT count(*) FROM audit_entry e WHERE {CHOSEN}"),  # noqa: S608 - a constant of this file
        {"record_id": record_id, "verb": verb},
    )
    return int(found or 0)


CHOSEN = """
    (CAST(:record_id AS uuid) IS NULL OR e.record_id = :record_id) AND (:verb = '' OR e.verb = :verb)
"""


def count_lately(session: Session, account_id: UUID, verbs: list[str], hours: int) -> int:
    """How often one account did one of these in the last hours."""
    found = session.scalar(
        text("""
        SELECT count(*) FROM audit_entry
        WHERE account_id = :account_id AND verb = ANY(:verbs) AND at_utc > now() - make_interval(hours => :hours)
        """),
        {"account_id": account_id, "verbs": verbs, "hours": hours},
    )
    return int(found or 0)
