"""What a hub did between two days: where it went, what came of it, which groups it found, who met whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import HubReport
from app.vocabulary import IntroductionOutcome


@dataclass(frozen=True)
class Days:
    """Both are counted."""

    since: date
    until: date


@dataclass(frozen=True)
class PlaceVisitedRow:
    """A place of a plan where something was noted."""

    name: str
    area_name: str
    notes: int
    days: int
    last_on: date


@dataclass(frozen=True)
class PatchVisitedRow:
    area_id: int
    layer_key: str
    area_code: str
    name: str
    notes: int  # of visits to places in it; 0: nobody went there


@dataclass(frozen=True)
class FoundRow:
    """A group that a visit sent in; a name only where the public sees it, ``has_number`` of a register."""

    state: str
    organisation_id: UUID | None
    name: str
    has_number: bool


@dataclass(frozen=True)
class VisitCounts:
    notes: int
    places: int
    days: int
    confirmed: int  # groups met that were listed already
    closed: int  # listed groups said to be closed


@dataclass(frozen=True)
class IntroductionCounts:
    """People about whom the hub's patches were asked to be introduced."""

    made: int
    shared: int  # at least two said yes and know each other's names
    people: int
    outcomes: Mapping[IntroductionOutcome, int]  # by what people said came of it
    unsaid: int  # introductions that were shared and of which nobody has said what came of it


NOTED = """
    FROM visit v JOIN plan_stop s ON s.id = v.plan_stop_id JOIN plan p ON p.id = s.plan_id
    WHERE p.hub_id = :hub AND v.visited_on BETWEEN :since AND :until
"""


def _values(hub_id: UUID, days: Days) -> dict[str, Any]:
    return {"hub": hub_id, "since": days.since, "until": days.until}


def count_visits(session: Session, hub_id: UUID, days: Days) -> VisitCounts:
    row = session.execute(
        text(f"""
        SELECT count(*) AS notes, count(DISTINCT s.id) AS places, count(DISTINCT v.visited_on) AS days,
               count(DISTINCT v.organisation_id) FILTER (WHERE v.outcome = 'met') AS confirmed,
               count(DISTINCT v.organisation_id) FILTER (WHERE v.outcome = 'closed') AS closed {NOTED}
        """),
        _values(hub_id, days),
    ).one()
    return VisitCounts(**row._mapping)


def count_outcomes(session: Session, hub_id: UUID, days: Days) -> dict[str, int]:
    """How many notes of each outcome, the most first."""
    rows = session.execute(
        text(f"SELECT v.outcome, count(*) AS n {NOTED} GROUP BY v.outcome ORDER BY n DESC, v.outcome"),
        _values(hub_id, days),
    )
    return {row.outcome: row.n for row in rows}


def list_places_visited(session: Session, hub_id: UUID, days: Days, most: int) -> list[PlaceVisitedRow]:
    """The last visited first."""
    rows = session.execute(
        text(f"""
        SELECT s.name, s.area_name, count(*) AS notes, count(DISTINCT v.visited_on) AS days,
               max(v.visited_on) AS last_on {NOTED}
        GROUP BY s.id ORDER BY last_on DESC, s.name, s.id LIMIT :most
        """),
        {**_values(hub_id, days), "most": most},
    )
    return [PlaceVisitedRow(**row) for row in rows.mappings()]


def list_patches_visited(session: Session, hub_id: UUID, days: Days) -> list[PatchVisitedRow]:
    """Every area the hub looks after, those where it was most first."""
    rows = session.execute(
        text(f"""
        WITH noted AS (SELECT v.id, s.geom {NOTED})
        SELECT a.id AS area_id, l.key AS layer_key, a.area_code, a.name, count(n.id) AS notes
        FROM patch k JOIN area a ON a.id = k.area_id JOIN area_layer l ON l.id = a.area_layer_id
        LEFT JOIN noted n ON a.geom && n.geom AND ST_Covers(a.geom, n.geom)
        WHERE k.hub_id = :hub GROUP BY a.id, l.key ORDER BY notes DESC, a.name, a.id
        """),  # noqa: S608 - a constant of ours
        _values(hub_id, days),
    )
    return [PatchVisitedRow(**row) for row in rows.mappings()]


def list_found(session: Session, hub_id: UUID, days: Days) -> list[FoundRow]:
    """Groups that were on no list before a visit sent them in, by name."""
    rows = session.execute(
        text(f"""
        SELECT DISTINCT sent.id, sent.state, o.id AS organisation_id, coalesce(o.name, '') AS name,
               EXISTS (SELECT FROM organisation_identifier i
                       WHERE i.organisation_id = sent.record_id) AS has_number
        FROM (SELECT v.submission_id {NOTED} AND v.organisation_id IS NULL) visited
        JOIN submission sent ON sent.id = visited.submission_id
        LEFT JOIN public_organisation o ON o.id = sent.record_id
        ORDER BY name, sent.id
        """),  # noqa: S608 - a constant of ours
        _values(hub_id, days),
    )
    return [FoundRow(row.state, row.organisation_id, row.name, row.has_number) for row in rows]


INTRODUCED = """
    SELECT i.id, i.shared_at_utc FROM introduction i LEFT JOIN need n ON n.id = i.need_id
    WHERE i.made_at_utc >= CAST(:since AS date) AND i.made_at_utc < CAST(:until AS date) + 1
      AND EXISTS (SELECT FROM patch k JOIN area a ON a.id = k.area_id
                  WHERE k.hub_id = :hub AND a.geom && coalesce(i.geom, n.public_geom)
                    AND ST_Covers(a.geom, coalesce(i.geom, n.public_geom)))
"""


def count_introductions(session: Session, hub_id: UUID, days: Days) -> IntroductionCounts:
    """Introductions offered in the hub's patches; what came of one is the first that anybody said."""
    values = _values(hub_id, days)
    row = session.execute(
        text(f"""
        WITH introduced AS ({INTRODUCED})
        SELECT count(DISTINCT i.id) AS made,
               count(DISTINCT i.id) FILTER (WHERE i.shared_at_utc IS NOT NULL) AS shared,
               count(DISTINCT a.contact_id) AS people,
               count(DISTINCT i.id) FILTER (WHERE i.shared_at_utc IS NOT NULL AND NOT EXISTS (
                   SELECT FROM introduction_answer said
                   WHERE said.introduction_id = i.id AND said.outcome IS NOT NULL)) AS unsaid
        FROM introduced i LEFT JOIN introduction_answer a ON a.introduction_id = i.id
        """),  # noqa: S608 - a constant of ours
        values,
    ).one()
    outcomes = session.execute(
        text(f"""
        SELECT outcome, count(*) AS n FROM (
            SELECT DISTINCT ON (i.id) a.outcome FROM ({INTRODUCED}) i
            JOIN introduction_answer a ON a.introduction_id = i.id
            WHERE a.outcome IS NOT NULL ORDER BY i.id, a.outcome_at_utc, a.contact_id) one
        GROUP BY outcome ORDER BY n DESC, outcome
        """),  # noqa: S608 - a constant of ours
        values,
    )
    return IntroductionCounts(
        row.made, row.shared, row.people, {IntroductionOutcome(one.outcome): one.n for one in outcomes}, row.unsaid
    )


def list_plan_ids(session: Session, hub_id: UUID, days: Days, most: int) -> list[UUID]:
    """Plans of the hub that were made or meant for these days, or visited in them; the newest first."""
    rows = session.scalars(
        text(f"""
        SELECT p.id FROM plan p WHERE p.hub_id = :hub AND (
            CAST(p.made_at_utc AS date) BETWEEN :since AND :until
            OR (p.starts_on <= :until AND coalesce(p.ends_on, p.starts_on) >= :since)
            OR p.id IN (SELECT s.plan_id {NOTED}))
        ORDER BY p.made_at_utc DESC, p.id LIMIT :most
        """),  # noqa: S608 - a constant of ours
        {**_values(hub_id, days), "most": most},
    )
    return list(rows)


def report_stamp(session: Session, hub_id: UUID) -> tuple[Any, ...]:
    """Another whenever something was noted, planned, claimed, sent in or answered that a report may count."""
    row = session.execute(
        text("""
        SELECT (SELECT count(*) FROM plan WHERE hub_id = :hub),
               (SELECT max(made_at_utc) FROM plan WHERE hub_id = :hub),
               count(v.id), max(v.made_at_utc), string_agg(v.xmin::text, ',' ORDER BY v.id),
               (SELECT string_agg(area_id::text, ',' ORDER BY area_id) FROM patch WHERE hub_id = :hub),
               (SELECT count(*) FROM submission WHERE state <> 'waiting'),
               (SELECT count(*) FROM introduction), (SELECT max(answered_at_utc) FROM introduction_answer),
               (SELECT max(outcome_at_utc) FROM introduction_answer),
               (SELECT name || summary FROM hub WHERE id = :hub)
        FROM visit v JOIN plan_stop s ON s.id = v.plan_stop_id JOIN plan p ON p.id = s.plan_id
        WHERE p.hub_id = :hub
        """),
        {"hub": hub_id},
    ).one()
    return tuple(row)


def find_report(session: Session, report_id: UUID) -> HubReport | None:
    return session.get(HubReport, report_id)


def find_kept(session: Session, hub_id: UUID, days: Days) -> HubReport | None:
    """What the hub added to the report about exactly these days."""
    same = (HubReport.starts_on == days.since) & (HubReport.ends_on == days.until)
    return session.scalar(select(HubReport).where(HubReport.hub_id == hub_id, same))


def list_kept(session: Session, hub_id: UUID, most: int) -> list[HubReport]:
    """The newest days first."""
    ordered = select(HubReport).where(HubReport.hub_id == hub_id)
    return list(session.scalars(ordered.order_by(HubReport.ends_on.desc(), HubReport.starts_on).limit(most)))


def keep_report(
    session: Session, hub_id: UUID, days: Days, words: str, *, is_shared: bool, account_id: UUID
) -> None:
    """Keep what the hub adds; where it adds nothing and shares nothing, nothing is kept."""
    if not words and not is_shared:
        kept = find_kept(session, hub_id, days)
        if kept is not None:
            session.delete(kept)
            session.flush()
        return
    said = {"words": words, "is_shared": is_shared, "account_id": account_id}
    statement = insert(HubReport).values(hub_id=hub_id, starts_on=days.since, ends_on=days.until, **said)
    session.execute(statement.on_conflict_do_update(index_elements=["hub_id", "starts_on", "ends_on"], set_=said))
    session.expire_all()
