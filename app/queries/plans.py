"""Plans and their stops; never public unless a plan is shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models import Plan, PlanStop


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


def read_kept(session: Session, plan_id: UUID) -> dict[str, dict[str, str]]:
    """By theme: the checksums of what the numbers of its day rest on; {} for plans from before these were kept."""
    found = session.scalar(text("SELECT kept FROM plan WHERE id = :id"), {"id": plan_id})
    return dict(found or {})


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
