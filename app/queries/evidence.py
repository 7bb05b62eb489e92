"""Packs and snapshots as they are kept, and which of the records they name are still public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pandas as pd
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Evidence, EvidenceFile, EvidencePart, Service
from app.models.base import METRIC_SRID
from app.queries.tables import read_table
from app.vocabulary import EvidenceKind, EvidenceState


@dataclass(frozen=True)
class FileRow:
    name: str
    size: int
    listed_key: str


@dataclass(frozen=True)
class ServiceFact:
    """What says whether a service is new or gone, or only the map's knowledge of it."""

    started_on: date | None
    is_public: bool
    is_closed: bool  # its organisation is
    is_merged: bool  # into another entry, that says the same
    is_off: bool  # hidden or rejected


def service_facts(session: Session, service_ids: Sequence[str]) -> dict[str, ServiceFact]:
    """By service id, public or not; those that were deleted are left out."""
    rows = session.execute(
        text("""
        SELECT s.id::text AS id, s.started_on, o.stage = 'closed' AS is_closed,
               o.merged_into_id IS NOT NULL AS is_merged,
               NOT (o.review_status = 'approved' AND s.review_status = 'approved') AS is_off,
               EXISTS (SELECT FROM public_service p WHERE p.id = s.id) AS is_public
        FROM service s JOIN organisation o ON o.id = s.organisation_id
        WHERE s.id = ANY (CAST(:ids AS uuid[]))
        """),
        {"ids": list(service_ids)},
    ).mappings()
    return {row["id"]: ServiceFact(**{name: row[name] for name in row if name != "id"}) for row in rows}


def find_service(session: Session, service_id: UUID) -> Service | None:
    """A service that is public now, to be changed."""
    if not session.scalar(text("SELECT EXISTS (SELECT FROM public_service WHERE id = :id)"), {"id": service_id}):
        return None
    return session.get(Service, service_id, with_for_update=True)


def lock_question(session: Session, question_key: str) -> None:
    """Who asks for the same question at the same moment waits until the commit."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('evidence:' || :key, 0))"), {"key": question_key}
    )


def add_evidence(session: Session, evidence: Evidence) -> Evidence:
    session.add(evidence)
    session.flush()
    return evidence


def find_evidence(session: Session, code: str) -> Evidence | None:
    return session.scalar(select(Evidence).where(Evidence.code == code))


def lock_evidence(session: Session, code: str) -> Evidence | None:
    """For whoever makes it: a second worker waits, and then sees what the first has done."""
    statement = select(Evidence).where(Evidence.code == code).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def find_same_pack(session: Session, question_key: str, data_version: str, account_id: object) -> Evidence | None:
    """The account's pack of this question that rests on the same data, made or under way."""
    return session.scalar(
        select(Evidence)
        .where(
            Evidence.kind == EvidenceKind.PACK,
            Evidence.question_key == question_key,
            Evidence.data_version == data_version,
            Evidence.account_id == account_id,
            Evidence.state != EvidenceState.FAILED,
            func.date(func.timezone("Europe/London", Evidence.asked_at_utc))
            == func.date(func.timezone("Europe/London", func.now())),
        )
        .order_by(Evidence.id.desc())
        .limit(1)
    )


def list_packs(session: Session, limit: int) -> Sequence[Evidence]:
    """The newest first."""
    statement = select(Evidence).where(Evidence.kind == EvidenceKind.PACK)
    return session.scalars(statement.order_by(Evidence.id.desc()).limit(limit)).all()


def list_codes(session: Session) -> list[str]:
    """Every pack and snapshot that is ready, the oldest first."""
    statement = select(Evidence.code).where(Evidence.state == EvidenceState.READY)
    return list(session.scalars(statement.order_by(Evidence.id)))


def find_earlier(session: Session, question_key: str, latest: date) -> Evidence | None:
    """The newest evidence of a question that is of ``latest`` or before."""
    return session.scalar(
        select(Evidence)
        .where(
            Evidence.question_key == question_key,
            Evidence.state == EvidenceState.READY,
            Evidence.made_on <= latest,
        )
        .order_by(Evidence.made_on.desc(), Evidence.id.desc())
        .limit(1)
    )


def list_days(session: Session, question_key: str) -> list[date]:
    """The days that there is evidence of a question of, the newest first."""
    statement = select(Evidence.made_on).where(
        Evidence.question_key == question_key,
        Evidence.state == EvidenceState.READY,
        Evidence.made_on.is_not(None),
    )
    return [day for day in session.scalars(statement.distinct().order_by(Evidence.made_on.desc())) if day]


def list_pack_questions(session: Session) -> list[dict[str, Any]]:
    """What packs were made of, the oldest first; each question once."""
    rows = session.scalars(
        text("""
        SELECT DISTINCT ON (question_key) question FROM evidence WHERE kind = 'pack' AND state = 'ready'
        ORDER BY question_key, id
        """)
    )
    return list(rows)


def list_latest_days(session: Session) -> dict[str, date]:
    """The day of the newest evidence of each question, or of its being asked for; what failed does not count."""
    rows = session.execute(
        text("""
        SELECT question_key, max(coalesce(made_on, CAST(asked_at_utc AT TIME ZONE 'Europe/London' AS date))) AS day
        FROM evidence WHERE state <> 'failed' GROUP BY question_key
        """)
    )
    return {row.question_key: row.day for row in rows}


def put_parts(session: Session, parts: dict[str, bytes]) -> None:
    """Keep parts by their checksum; those that are kept already are left alone."""
    for sha256, content in sorted(parts.items()):
        statement = insert(EvidencePart).values(sha256=sha256, content=content)
        session.execute(statement.on_conflict_do_nothing())


def read_parts(session: Session, checksums: Iterable[str]) -> dict[str, bytes]:
    rows = session.execute(
        select(EvidencePart.sha256, EvidencePart.content).where(EvidencePart.sha256.in_(list(checksums)))
    )
    return {row.sha256: bytes(row.content) for row in rows}


def put_files(session: Session, evidence_id: int, files: dict[str, bytes], listed_key: str) -> None:
    """Put files in the place of those before."""
    session.execute(delete(EvidenceFile).where(EvidenceFile.evidence_id == evidence_id))
    for name, content in files.items():
        session.add(EvidenceFile(evidence_id=evidence_id, name=name, content=content, listed_key=listed_key))
    session.flush()


def list_files(session: Session, evidence_id: int) -> list[FileRow]:
    rows = session.execute(
        select(EvidenceFile.name, func.octet_length(EvidenceFile.content).label("size"), EvidenceFile.listed_key)
        .where(EvidenceFile.evidence_id == evidence_id)
        .order_by(EvidenceFile.name)
    )
    return [FileRow(**row) for row in rows.mappings()]


def read_file(session: Session, evidence_id: int, name: str, listed_key: str) -> bytes | None:
    """A file, if it names only what is public now."""
    content = session.scalar(
        select(EvidenceFile.content).where(
            EvidenceFile.evidence_id == evidence_id,
            EvidenceFile.name == name,
            EvidenceFile.listed_key == listed_key,
        )
    )
    return None if content is None else bytes(content)


def public_points_table(session: Session, service_ids: Sequence[str]) -> pd.DataFrame:
    """Where the public map shows services now: service_id, place_id, x_m, y_m; no row where it shows no point."""
    return read_table(
        session,
        f"""
        SELECT DISTINCT s.id::text AS service_id, f.place_id::text AS place_id, ST_X(metric) AS x_m,
               ST_Y(metric) AS y_m
        FROM public_service s
        JOIN public_footprint f ON f.organisation_id = s.organisation_id
             AND (f.service_id = s.id OR f.service_id IS NULL),
        ST_Transform(f.geom, {METRIC_SRID}) AS metric
        WHERE s.id = ANY (CAST(:ids AS uuid[])) AND f.geom IS NOT NULL
        ORDER BY service_id, place_id
        """,  # noqa: S608 - a constant of ours, no input
        ids=list(service_ids),
    )


def list_current_names(session: Session, service_ids: Sequence[str]) -> dict[str, list[str]]:
    """Service and organisation name, by service id, of those that are public now."""
    rows = session.execute(
        text("""
        SELECT s.id::text AS id, s.name, o.name AS organisation FROM public_service s
        JOIN public_organisation o ON o.id = s.organisation_id WHERE s.id = ANY (CAST(:ids AS uuid[]))
        """),
        {"ids": list(service_ids)},
    )
    return {row.id: [row.name, row.organisation] for row in rows}


def set_state(session: Session, code: str, state: EvidenceState, problem: str = "") -> None:
    session.execute(update(Evidence).where(Evidence.code == code).values(state=state, problem=problem))


def begin_again(session: Session, code: str) -> bool:
    """Put a pack that is ready back to waiting; False when somebody else did, or it is not ready."""
    changed = session.execute(
        update(Evidence)
        .where(Evidence.code == code, Evidence.state == EvidenceState.READY)
        .values(state=EvidenceState.WAITING)
        .returning(Evidence.id)
    )
    return changed.first() is not None


def remove_unused_parts(session: Session) -> int:
    """Remove parts that no evidence and no plan rests on any more; how many.

    Waits for who is putting parts: one that is kept already is not put again, and must not go meanwhile.
    """
    session.execute(text("LOCK TABLE evidence_part IN SHARE ROW EXCLUSIVE MODE"))
    done = session.execute(
        text("""
        DELETE FROM evidence_part p WHERE NOT EXISTS (
            SELECT FROM evidence e, jsonb_each_text(e.parts) AS part WHERE part.value = p.sha256)
        AND NOT EXISTS (
            SELECT FROM plan, jsonb_each(plan.kept) AS theme, jsonb_each_text(theme.value) AS part
            WHERE part.value = p.sha256)
        """)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]
