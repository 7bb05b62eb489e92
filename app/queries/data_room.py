"""What every load did, and the records that no map or theme can show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class LoadRunRow:
    id: int
    kind: str
    source_key: str
    source_title: str
    file_name: str
    finished_at_utc: datetime
    counts: dict[str, dict[str, int]]
    problem_count: int


@dataclass(frozen=True)
class UnplacedRow:
    missing: str  # theme | point
    kind: str  # organisation | service | need
    name: str
    organisation: str  # whose service; empty for another kind
    source_key: str
    source_title: str
    source_ref: str
    why: str  # no_theme | no_place | no_postcode | unknown_postcode | no_point
    postcode: str  # the unknown one, when its place is shown exactly
    organisation_id: UUID | None  # of the page that shows it, when it is public


@dataclass(frozen=True)
class UnplacedCount:
    missing: str
    kind: str
    source_key: str
    source_title: str
    count: int


RUNS = """
    SELECT r.id, r.kind, s.key AS source_key, s.title AS source_title, r.file_name, r.finished_at_utc, r.counts,
           jsonb_array_length(r.problems) AS problem_count
    FROM load_run r JOIN source s ON s.id = r.source_id
"""

LISTED = "IN ('approved', 'pending')"
"""Rejected and hidden records are no work left to do; organisations that closed are left out too."""

IS_SHOWN = "(f.role IN ('serves', 'national') OR p.geom IS NOT NULL OR p.privacy = 'hidden')"
"""A footprint that needs nothing more: an area, everywhere, a point, or a place that asked to stay hidden."""

WHY = """
    CASE WHEN w.privacy IS NULL THEN 'no_place' WHEN w.postcode IS NULL THEN 'no_postcode'
         ELSE 'unknown_postcode' END AS why,
    CASE WHEN w.privacy = 'exact' THEN coalesce(w.postcode, '') ELSE '' END AS postcode
"""

UNPLACED = f"""
    SELECT 'theme' AS missing, 'service' AS kind, s.id, s.name, o.name AS organisation, s.source_id,
           s.source_ref, 'no_theme' AS why, '' AS postcode, o.id AS organisation_id
    FROM service s JOIN organisation o ON o.id = s.organisation_id
    WHERE s.review_status {LISTED} AND o.review_status {LISTED} AND o.stage <> 'closed'
      AND NOT EXISTS (SELECT 1 FROM service_theme t WHERE t.service_id = s.id)
    UNION ALL
    SELECT 'point', 'organisation', o.id, o.name, '', o.source_id, o.source_ref, {WHY}, o.id
    FROM organisation o LEFT JOIN LATERAL (
        SELECT p.privacy, p.postcode FROM footprint f JOIN place p ON p.id = f.place_id
        WHERE f.organisation_id = o.id ORDER BY p.postcode, p.id LIMIT 1
    ) w ON true
    WHERE o.review_status {LISTED} AND o.stage <> 'closed'
      AND NOT EXISTS (SELECT 1 FROM footprint f LEFT JOIN place p ON p.id = f.place_id
                      WHERE f.organisation_id = o.id AND {IS_SHOWN})
      AND NOT EXISTS (SELECT 1 FROM service s WHERE s.organisation_id = o.id AND s.is_online)
    UNION ALL
    SELECT 'point', 'service', s.id, s.name, o.name, s.source_id, s.source_ref, {WHY}, o.id
    FROM service s JOIN organisation o ON o.id = s.organisation_id JOIN LATERAL (
        SELECT p.privacy, p.postcode FROM footprint f JOIN place p ON p.id = f.place_id
        WHERE f.service_id = s.id ORDER BY p.postcode, p.id LIMIT 1
    ) w ON true
    WHERE s.review_status {LISTED} AND o.review_status {LISTED} AND o.stage <> 'closed' AND NOT s.is_online
      AND NOT EXISTS (SELECT 1 FROM footprint f LEFT JOIN place p ON p.id = f.place_id
                      WHERE f.service_id = s.id AND {IS_SHOWN})
      AND EXISTS (SELECT 1 FROM footprint f LEFT JOIN place p ON p.id = f.place_id
                  WHERE f.organisation_id = o.id AND {IS_SHOWN})
    UNION ALL
    SELECT 'point', 'need', n.id, n.statement, '', n.source_id, n.source_ref, 'no_point', '', NULL
    FROM need n
    WHERE n.review_status {LISTED} AND n.status <> 'closed' AND n.geom IS NULL AND n.privacy <> 'hidden'
"""  # noqa: S608 - constants of this file
"""A service is listed as without a point only when its organisation is on the map without it: nothing twice."""

CHOSEN = """
    (:source = '' OR c.key = :source) AND (:kind = '' OR u.kind = :kind)
    AND (:missing = '' OR u.missing = :missing)
"""


def list_load_runs(session: Session, *, limit: int, skip: int = 0) -> list[LoadRunRow]:
    """Newest first."""
    rows = session.execute(
        text(f"{RUNS} ORDER BY r.finished_at_utc DESC, r.id DESC LIMIT :limit OFFSET :skip"),
        {"limit": limit, "skip": skip},
    )
    return [LoadRunRow(**row) for row in rows.mappings()]


def count_load_runs(session: Session) -> int:
    return int(session.scalar(text("SELECT count(*) FROM load_run")) or 0)


def find_load_run(session: Session, run_id: int) -> LoadRunRow | None:
    row = session.execute(text(f"{RUNS} WHERE r.id = :id"), {"id": run_id}).mappings().one_or_none()
    return LoadRunRow(**row) if row else None


def list_load_problems(session: Session, run_id: int) -> list[dict[str, Any]]:
    """As kept with the load: file, row, column, problem, fix, skipped."""
    problems = session.scalar(text("SELECT problems FROM load_run WHERE id = :id"), {"id": run_id})
    return list(problems or [])


def list_unplaced(
    session: Session, *, source: str, kind: str, missing: str, limit: int, skip: int = 0
) -> list[UnplacedRow]:
    """Records without a theme or a point that fit; an empty text means all."""
    rows = session.execute(
        text(f"""
        WITH u AS ({UNPLACED}), page AS (
            SELECT u.*, c.key AS source_key, c.title AS source_title FROM u JOIN source c ON c.id = u.source_id
            WHERE {CHOSEN}
            ORDER BY u.missing, c.title, u.name, u.source_ref, u.id LIMIT :limit OFFSET :skip
        )
        SELECT page.missing, page.kind, page.name, page.organisation, page.source_key, page.source_title,
               page.source_ref, page.why, page.postcode, o.id AS organisation_id
        FROM page LEFT JOIN public_organisation o ON o.id = page.organisation_id
        ORDER BY page.missing, page.source_title, page.name, page.source_ref, page.id
        """),  # noqa: S608 - constants of this file
        {"source": source, "kind": kind, "missing": missing, "limit": limit, "skip": skip},
    )
    return [UnplacedRow(**row) for row in rows.mappings()]


def count_unplaced(session: Session) -> list[UnplacedCount]:
    """How many of each kind from each source, by title of the source."""
    rows = session.execute(
        text(f"""
        SELECT u.missing, u.kind, c.key AS source_key, c.title AS source_title, count(*) AS count
        FROM ({UNPLACED}) u JOIN source c ON c.id = u.source_id
        GROUP BY 1, 2, 3, 4 ORDER BY c.title, c.key, 1, 2
        """)  # noqa: S608 - constants of this file
    )
    return [UnplacedCount(**row) for row in rows.mappings()]
