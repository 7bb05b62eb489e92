"""The queue of moderators: what waits, in their areas. Nothing here is public."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.vocabulary import RecordKind, ReviewStatus, SubmissionKind, SubmissionState


@dataclass(frozen=True)
class QueueRow:
    id: UUID
    kind: SubmissionKind
    state: SubmissionState
    name: str
    area_name: str
    flags: list[str]
    sent_at_utc: datetime
    days: int
    has_email: bool
    is_of_group: bool  # sent by somebody of the group that the entry is about


@dataclass(frozen=True)
class SentRow:
    """One thing that was sent in, with everything a moderator may know of it."""

    id: UUID
    kind: SubmissionKind
    state: SubmissionState
    record_kind: RecordKind
    record_id: UUID | None
    document: dict[str, Any]
    before: dict[str, Any] | None
    base_version: int | None
    note: str
    reason: str
    flags: list[str]
    sent_at_utc: datetime
    days: int
    decided_at_utc: datetime | None
    decided_by: str | None
    may_undo: bool
    contact_id: UUID | None
    sender_name: str
    sender_email: str | None
    sender_phone: str | None
    email_is_confirmed: bool
    lon: float | None
    lat: float | None
    is_of_group: bool


OPEN = "('waiting', 'asked')"
IN_SCOPE = """
    (CAST(:area_ids AS int[]) IS NULL OR s.geom IS NULL OR EXISTS (
        SELECT FROM area a WHERE a.id = ANY(:area_ids) AND a.geom && s.geom AND ST_Covers(a.geom, s.geom)))
"""
"""What has no place is everybody's."""

CHOSEN = f"""
    {IN_SCOPE}
    AND CASE :state WHEN 'open' THEN s.state IN {OPEN} WHEN '' THEN true ELSE s.state = :state END
    AND (:kind = '' OR s.kind = :kind)
    AND CASE :flag WHEN '' THEN true WHEN 'none' THEN s.flags = '{{}}'
                   ELSE s.flags @> ARRAY[CAST(:flag AS text)] END
"""
NAME = """
    coalesce(nullif(s.document ->> 'name', ''), o.name,
             left(coalesce(s.document ->> 'statement', n.statement, s.document ->> 'words', f.words), 80), '')
"""
RECORDS = """
    LEFT JOIN organisation o ON s.record_kind = 'organisation' AND o.id = s.record_id
    LEFT JOIN need n ON s.record_kind = 'need' AND n.id = s.record_id
    LEFT JOIN offer f ON s.record_kind = 'offer' AND f.id = s.record_id
"""
OLD_ROBOTS_LAST = "s.flags && '{too_fast,many_from_one}'::text[], s.sent_at_utc, s.id"
"""Longest wait first; what looks like a robot waits behind what people sent."""


def list_queue(
    session: Session, *, area_ids: Sequence[int] | None, state: str, kind: str, flag: str, limit: int, skip: int
) -> list[QueueRow]:
    """``area_ids`` None: everywhere. ``state`` open, one of SubmissionState, or empty for all."""
    order = OLD_ROBOTS_LAST if state == "open" else "s.decided_at_utc DESC NULLS LAST, s.sent_at_utc DESC, s.id"
    rows = session.execute(
        text(f"""
        WITH page AS MATERIALIZED (
            SELECT s.*, row_number() OVER (ORDER BY {order}) AS place FROM submission s WHERE {CHOSEN}
            ORDER BY {order} LIMIT :limit OFFSET :skip)
        SELECT s.id, s.kind, s.state, {NAME} AS name, s.flags, s.sent_at_utc,
               CAST(extract(day FROM now() - s.sent_at_utc) AS int) AS days,
               EXISTS (SELECT FROM contact c WHERE c.id = s.contact_id AND c.email IS NOT NULL) AS has_email,
               EXISTS (SELECT FROM contact c WHERE c.id = s.contact_id AND c.organisation_id = s.record_id)
                 AS is_of_group,
               coalesce((SELECT a.name FROM area a JOIN area_layer l ON l.id = a.area_layer_id
                         WHERE l.kind = 'electoral' AND ST_Covers(a.geom, s.geom)
                         ORDER BY a.size_m2, a.id LIMIT 1), '') AS area_name
        FROM page s {RECORDS} ORDER BY s.place
        """),  # noqa: S608 - constants of this file
        {"area_ids": area_ids, "state": state, "kind": kind, "flag": flag, "limit": limit, "skip": skip},
    ).mappings()
    return [
        QueueRow(**{**row, "kind": SubmissionKind(row["kind"]), "state": SubmissionState(row["state"])})
        for row in rows
    ]


def count_queue(session: Session, *, area_ids: Sequence[int] | None, state: str, kind: str, flag: str) -> int:
    found = session.scalar(
        text(f"SELECT count(*) FROM submission s WHERE {CHOSEN}"),  # noqa: S608 - constants of this file
        {"area_ids": area_ids, "state": state, "kind": kind, "flag": flag},
    )
    return int(found or 0)


def count_open_by_kind(session: Session, area_ids: Sequence[int] | None) -> dict[str, int]:
    rows = session.execute(
        text(f"""
        SELECT s.kind, count(*) AS n FROM submission s WHERE s.state IN {OPEN} AND {IN_SCOPE} GROUP BY 1
        """),  # noqa: S608 - constants of this file
        {"area_ids": area_ids},
    )
    return {row.kind: row.n for row in rows}


def find_sent(
    session: Session, submission_id: UUID, area_ids: Sequence[int] | None, undo_days: int
) -> SentRow | None:
    """One thing that was sent in, when it is in scope."""
    row = session.execute(
        text(f"""
        SELECT s.id, s.kind, s.state, s.record_kind, s.record_id, s.document, s.before, s.base_version, s.note,
               s.reason, s.flags, s.sent_at_utc, s.decided_at_utc, s.contact_id, ST_X(s.geom) AS lon,
               CAST(extract(day FROM now() - s.sent_at_utc) AS int) AS days, ST_Y(s.geom) AS lat,
               a.email AS decided_by, coalesce(c.name, '') AS sender_name, c.email AS sender_email,
               c.phone AS sender_phone, c.email_confirmed_at_utc IS NOT NULL AS email_is_confirmed,
               coalesce(c.organisation_id = s.record_id, false) AS is_of_group,
               s.state IN ('approved', 'rejected')
                 AND s.decided_at_utc > now() - make_interval(days => :undo_days) AS may_undo
        FROM submission s LEFT JOIN account a ON a.id = s.decided_by_id
        LEFT JOIN contact c ON c.id = s.contact_id AND c.deleted_at_utc IS NULL
        WHERE s.id = :id AND {IN_SCOPE}
        """),  # noqa: S608 - constants of this file
        {"id": submission_id, "area_ids": area_ids, "undo_days": undo_days},
    )
    found = row.mappings().one_or_none()
    if found is None:
        return None
    return SentRow(
        **{
            **found, "kind": SubmissionKind(found["kind"]), "state": SubmissionState(found["state"]),
            "record_kind": RecordKind(found["record_kind"]),
        }
    )  # fmt: skip


def list_patch_areas(session: Session, hub_ids: Sequence[UUID]) -> list[int]:
    """The areas that hubs look after."""
    rows = session.scalars(
        text("SELECT DISTINCT area_id FROM patch WHERE hub_id = ANY(:ids) ORDER BY 1"), {"ids": list(hub_ids)}
    )
    return list(rows)


def is_record_in_scope(session: Session, record_id: UUID, area_ids: Sequence[int] | None) -> bool:
    """Does a group meet, or a need or an offer lie, in one of these areas? One without a place is everybody's."""
    found = session.scalar(
        text("""
        WITH at AS (
            SELECT p.geom FROM footprint f JOIN place p ON p.id = f.place_id WHERE f.organisation_id = :id
            UNION ALL SELECT geom FROM need WHERE id = :id UNION ALL SELECT geom FROM offer WHERE id = :id)
        SELECT CAST(:area_ids AS int[]) IS NULL OR NOT EXISTS (SELECT FROM at WHERE geom IS NOT NULL) OR EXISTS (
            SELECT FROM at JOIN area a ON ST_Covers(a.geom, at.geom) WHERE a.id = ANY(:area_ids))
        """),
        {"id": record_id, "area_ids": area_ids},
    )
    return bool(found)


def list_area_names(session: Session, areas: Sequence[Mapping[str, str]]) -> dict[tuple[str, str], str]:
    """The names of areas given by layer and code."""
    rows = session.execute(
        text("""
        SELECT l.key, a.area_code, a.name FROM jsonb_to_recordset(:areas) AS w(layer text, code text)
        JOIN area_layer l ON l.key = w.layer JOIN area a ON a.area_layer_id = l.id AND a.area_code = w.code
        """).bindparams(bindparam("areas", type_=JSONB)),
        {"areas": [dict(area) for area in areas]},
    )
    return {(row.key, row.area_code): row.name for row in rows}


STATUS_TABLE = {RecordKind.ORGANISATION: "organisation", RecordKind.NEED: "need", RecordKind.OFFER: "offer"}


def find_status(session: Session, kind: RecordKind, record_id: UUID) -> ReviewStatus | None:
    """None for one that is not there, or is now part of another."""
    merged = "AND merged_into_id IS NULL" if kind == RecordKind.ORGANISATION else ""
    found = session.scalar(
        text(f"SELECT review_status FROM {STATUS_TABLE[kind]} WHERE id = :id {merged}"),  # noqa: S608 - ours
        {"id": record_id},
    )
    return ReviewStatus(found) if found else None


def set_status(session: Session, kind: RecordKind, record_id: UUID, status: ReviewStatus) -> int:
    """Show or hide a record; a group counts its versions. Its new version, 0 for others."""
    counted = ", version = version + 1, updated_at_utc = now()" if kind == RecordKind.ORGANISATION else ""
    returned = "version" if counted else "0"
    version = session.scalar(
        text(
            f"UPDATE {STATUS_TABLE[kind]} SET review_status = :status{counted} "  # noqa: S608 - ours
            f"WHERE id = :id RETURNING {returned}"
        ),
        {"id": record_id, "status": status.value},
    )
    session.expire_all()
    return int(version or 0)
