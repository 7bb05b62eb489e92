"""Hubs, their people and patches, and who else means to go there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class HubRow:
    id: UUID
    name: str
    summary: str
    patches: int
    people: int


@dataclass(frozen=True)
class PatchRow:
    """An area that a hub looks after; ``others`` names the other hubs that do so today."""

    area_id: int
    area_layer_id: int
    layer_key: str
    area_code: str
    name: str
    claimed_until: date | None
    others: tuple[str, ...]


@dataclass(frozen=True)
class OtherPlanRow:
    """Somebody else's plan that goes into these areas: who, what, until when; never what was noted there."""

    hub_name: str | None
    title: str
    ends_on: date | None
    stops: int
    next_on: date | None


@dataclass(frozen=True)
class GroupRow:
    """A public organisation with a public place in some patches, by their names."""

    id: UUID
    name: str
    patches: tuple[str, ...]


@dataclass(frozen=True)
class OtherHubRow:
    """What hubs may know of each other: patches by name, and plans that were shared (id, title)."""

    id: UUID
    name: str
    summary: str
    patches: tuple[str, ...]
    plans: tuple[tuple[UUID, str], ...]


HUBS = """
    SELECT h.id, h.name, h.summary, (SELECT count(*) FROM patch p WHERE p.hub_id = h.id) AS patches,
           (SELECT count(DISTINCT r.account_id) FROM account_role r WHERE r.hub_id = h.id) AS people
    FROM hub h
"""


def list_hubs(session: Session, hub_ids: Sequence[UUID] | None) -> list[HubRow]:
    """Some hubs, or all, by name."""
    rows = session.execute(
        text(f"{HUBS} WHERE :all OR h.id = ANY (:ids) ORDER BY h.name, h.id"),
        {"all": hub_ids is None, "ids": list(hub_ids or [])},
    )
    return [HubRow(**row) for row in rows.mappings()]


def list_hubs_inside(session: Session, area_ids: Sequence[int]) -> frozenset[UUID]:
    """Hubs that look after something, and all of it in these areas; a sliver over an edge is no matter."""
    rows = session.scalars(
        text(
            """
            SELECT p.hub_id FROM patch p JOIN area a ON a.id = p.area_id
            GROUP BY p.hub_id HAVING bool_and(a.id = ANY (:ids) OR EXISTS (
                SELECT FROM area mine WHERE mine.id = ANY (:ids) AND mine.geom && a.geom
                AND ST_Area(ST_Intersection(mine.geom, a.geom)) > 0.95 * ST_Area(a.geom)))
            """
        ),
        {"ids": list(area_ids)},
    )
    return frozenset(rows)


def find_hub(session: Session, hub_id: UUID) -> HubRow | None:
    row = session.execute(text(f"{HUBS} WHERE h.id = :id"), {"id": hub_id}).mappings().first()
    return HubRow(**row) if row else None


def list_patches(session: Session, hub_id: UUID, today: date) -> list[PatchRow]:
    """The areas a hub has claimed, over or not, by name."""
    rows = session.execute(
        text(
            """
            SELECT p.area_id, a.area_layer_id, l.key AS layer_key, a.area_code, a.name, p.claimed_until,
                   ARRAY(SELECT h.name FROM patch o JOIN hub h ON h.id = o.hub_id
                         WHERE o.area_id = p.area_id AND o.hub_id <> p.hub_id
                           AND (o.claimed_until IS NULL OR o.claimed_until >= :today)
                         ORDER BY h.name, h.id) AS others
            FROM patch p JOIN area a ON a.id = p.area_id JOIN area_layer l ON l.id = a.area_layer_id
            WHERE p.hub_id = :hub ORDER BY a.name, a.id
            """
        ),
        {"hub": hub_id, "today": today},
    )
    return [PatchRow(**{**row, "others": tuple(row["others"])}) for row in rows.mappings()]


def claim_patch(session: Session, hub_id: UUID, area_id: int, until: date, account_id: UUID) -> None:
    """Claim an area, or renew the claim."""
    session.execute(
        text(
            "INSERT INTO patch (hub_id, area_id, claimed_until, account_id) VALUES (:hub, :area, :until, :me) "
            "ON CONFLICT (hub_id, area_id) DO UPDATE SET claimed_until = :until, account_id = :me"
        ),
        {"hub": hub_id, "area": area_id, "until": until, "me": account_id},
    )


def leave_patch(session: Session, hub_id: UUID, area_id: int) -> bool:
    done = session.execute(
        text("DELETE FROM patch WHERE hub_id = :hub AND area_id = :area RETURNING area_id"),
        {"hub": hub_id, "area": area_id},
    )
    return done.first() is not None


def list_plans_of_others(
    session: Session, hub_id: UUID, area_ids: Sequence[int], today: date
) -> list[OtherPlanRow]:
    """Plans of other hubs, not over yet, with a place in one of these areas; the next to happen first."""
    rows = session.execute(
        text(
            """
            SELECT h.name AS hub_name, p.title, p.ends_on, count(*) AS stops,
                   min(s.planned_on) FILTER (WHERE s.planned_on >= :today) AS next_on
            FROM plan p JOIN plan_stop s ON s.plan_id = p.id LEFT JOIN hub h ON h.id = p.hub_id
            WHERE p.hub_id IS DISTINCT FROM :hub AND (p.ends_on IS NULL OR p.ends_on >= :today)
              AND EXISTS (SELECT FROM area a WHERE a.id = ANY (:areas) AND a.geom && s.geom
                                               AND ST_Covers(a.geom, s.geom))
            GROUP BY p.id, h.name, p.title, p.ends_on
            ORDER BY next_on NULLS LAST, p.made_at_utc DESC, p.id
            """
        ),
        {"hub": hub_id, "areas": list(area_ids), "today": today},
    )
    return [OtherPlanRow(**row) for row in rows.mappings()]


def list_groups_in(session: Session, area_ids: Sequence[int]) -> list[GroupRow]:
    """Organisations that meet, or are registered, in one of these areas, by name."""
    rows = session.execute(
        text(
            """
            SELECT o.id, o.name, array_agg(DISTINCT a.name ORDER BY a.name) AS patches
            FROM area a JOIN public_place p ON p.geom && a.geom AND ST_Covers(a.geom, p.geom)
            JOIN public_footprint f ON f.place_id = p.id JOIN public_organisation o ON o.id = f.organisation_id
            WHERE a.id = ANY (:areas) GROUP BY o.id, o.name ORDER BY lower(o.name), o.id
            """
        ),
        {"areas": list(area_ids)},
    )
    return [GroupRow(row.id, row.name, tuple(row.patches)) for row in rows]


def list_other_hubs(session: Session, hub_ids: Sequence[UUID], today: date) -> list[OtherHubRow]:
    """All hubs but these, by name, with the areas they look after today and their shared plans not over yet."""
    rows = session.execute(
        text(
            """
            SELECT h.id, h.name, h.summary,
                   ARRAY(SELECT a.name FROM patch p JOIN area a ON a.id = p.area_id
                         WHERE p.hub_id = h.id AND (p.claimed_until IS NULL OR p.claimed_until >= :today)
                         ORDER BY a.name, a.id) AS patches,
                   ARRAY(SELECT json_build_array(p.id, p.title) FROM plan p
                         WHERE p.hub_id = h.id AND p.is_shared AND (p.ends_on IS NULL OR p.ends_on >= :today)
                         ORDER BY p.made_at_utc DESC, p.id) AS plans
            FROM hub h WHERE h.id <> ALL (:ids) ORDER BY h.name, h.id
            """
        ),
        {"ids": list(hub_ids), "today": today},
    )
    return [
        OtherHubRow(
            row.id,
            row.name,
            row.summary,
            tuple(row.patches),
            tuple((UUID(ident), title) for ident, title in row.plans),
        )
        for row in rows
    ]
