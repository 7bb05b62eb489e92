"""Plans, their stops and visits; never public unless a plan is shared, and visits never."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models import Plan, PlanStop, Visit
from app.queries.tables import read_table
from app.vocabulary import VisitOutcome


@dataclass(frozen=True)
class PlanRow:
    id: UUID
    title: str
    hub_id: UUID | None
    hub_name: str | None
    account_id: UUID | None
    made_by: str | None
    question: dict[str, Any]
    answer: dict[str, Any]
    starts_on: date | None
    ends_on: date | None
    is_shared: bool
    made_at_utc: datetime
    stops: int
    visits: int


@dataclass(frozen=True)
class StopRow:
    id: UUID
    position: int
    key: str
    name: str
    area_name: str
    lon: float
    lat: float
    planned_on: date | None
    before: dict[str, Any]


@dataclass(frozen=True)
class VisitRow:
    id: UUID
    plan_stop_id: UUID
    position: int
    visited_on: date
    outcome: VisitOutcome
    group_name: str
    organisation_id: UUID | None
    submission_id: UUID | None
    words: str
    made_by: str | None


PLANS = """
    SELECT p.id, p.title, p.hub_id, h.name AS hub_name, p.account_id, a.email AS made_by, p.question, p.answer,
           p.starts_on, p.ends_on, p.is_shared, p.made_at_utc,
           (SELECT count(*) FROM plan_stop s WHERE s.plan_id = p.id) AS stops,
           (SELECT count(*) FROM visit v JOIN plan_stop s ON s.id = v.plan_stop_id
            WHERE s.plan_id = p.id) AS visits
    FROM plan p LEFT JOIN hub h ON h.id = p.hub_id LEFT JOIN account a ON a.id = p.account_id
"""


def add_plan(session: Session, plan: Plan, stops: Sequence[tuple[PlanStop, float, float]]) -> UUID:
    """Keep a plan and its stops, each with longitude and latitude."""
    session.add(plan)
    session.flush()
    for stop, lon, lat in stops:
        stop.plan_id = plan.id
        stop.geom = f"SRID=4326;POINT({lon!r} {lat!r})"  # type: ignore[assignment]
        session.add(stop)
    session.flush()
    return plan.id


def find_plan(session: Session, plan_id: UUID) -> PlanRow | None:
    row = session.execute(text(f"{PLANS} WHERE p.id = :id"), {"id": plan_id}).mappings().first()
    return PlanRow(**row) if row else None


def list_plans(session: Session, *, account_id: UUID, hub_ids: Sequence[UUID], sees_all: bool) -> list[PlanRow]:
    """Those a person may see, the newest first."""
    rows = session.execute(
        text(
            f"{PLANS} WHERE :all OR p.account_id = :me OR p.hub_id = ANY (:hubs) ORDER BY p.made_at_utc DESC, p.id"
        ),
        {"all": sees_all, "me": account_id, "hubs": list(hub_ids)},
    )
    return [PlanRow(**row) for row in rows.mappings()]


def list_stops(session: Session, plan_id: UUID) -> list[StopRow]:
    rows = session.execute(
        text(
            "SELECT id, position, key, name, area_name, ST_X(geom) AS lon, ST_Y(geom) AS lat, planned_on, before "
            "FROM plan_stop WHERE plan_id = :plan ORDER BY position"
        ),
        {"plan": plan_id},
    )
    return [StopRow(**row) for row in rows.mappings()]


def set_stop_day(session: Session, plan_id: UUID, position: int, day: date | None) -> bool:
    done = session.execute(
        text("UPDATE plan_stop SET planned_on = :day WHERE plan_id = :plan AND position = :n RETURNING id"),
        {"day": day, "plan": plan_id, "n": position},
    )
    return done.first() is not None


def set_shared(session: Session, plan_id: UUID, is_shared: bool) -> None:
    session.execute(text("UPDATE plan SET is_shared = :s WHERE id = :plan"), {"s": is_shared, "plan": plan_id})


def delete_plan(session: Session, plan_id: UUID) -> None:
    session.execute(text("DELETE FROM plan WHERE id = :plan"), {"plan": plan_id})


def list_visits(session: Session, plan_id: UUID) -> list[VisitRow]:
    """The newest first."""
    rows = session.execute(
        text(
            "SELECT v.id, v.plan_stop_id, s.position, v.visited_on, v.outcome, v.group_name, v.organisation_id, "
            "v.submission_id, v.words, a.email AS made_by "
            "FROM visit v JOIN plan_stop s ON s.id = v.plan_stop_id LEFT JOIN account a ON a.id = v.account_id "
            "WHERE s.plan_id = :plan ORDER BY v.visited_on DESC, v.made_at_utc DESC, v.id"
        ),
        {"plan": plan_id},
    )
    return [VisitRow(**{**row, "outcome": VisitOutcome(row["outcome"])}) for row in rows.mappings()]


def add_visit(session: Session, visit: Visit) -> bool:
    """False when this very visit was kept before: a phone sends again what it is not sure has arrived."""
    if session.get(Visit, visit.id) is not None:
        return False
    session.add(visit)
    session.flush()
    return True


def list_groups_near(
    session: Session, lon: float, lat: float, within_m: float, most: int = 12
) -> list[dict[str, Any]]:
    """Public organisations that meet near a point, those longest unconfirmed first: whom to knock on."""
    table = read_table(
        session,
        """
        SELECT o.id, o.name, min(o.confirmed_on) AS confirmed_on,
               round(min(ST_Distance(f.geom::geography, at.geom)))::integer AS away_m
        FROM (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography AS geom) at,
             public_footprint f JOIN public_organisation o ON o.id = f.organisation_id
        WHERE f.role = 'meets_at' AND f.geom && ST_Expand(at.geom::geometry, CAST(:degrees AS float8))
          AND ST_DWithin(f.geom::geography, at.geom, :within)
        GROUP BY o.id, o.name ORDER BY min(o.confirmed_on) NULLS FIRST, o.id LIMIT :most
        """,
        lon=lon, lat=lat, within=within_m, degrees=within_m / 60_000, most=most,
    )  # fmt: skip
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
