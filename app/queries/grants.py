"""Grants as the public may see them: a list, and what they sum to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.sources import COLUMNS, SourceRow


@dataclass(frozen=True)
class GrantChoice:
    """Which grants: every part that is set narrows the choice. ``area_ids``: those that are for these areas."""

    theme: str | None = None
    area_ids: tuple[int, ...] | None = None
    funder: str | None = None
    organisation_id: UUID | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class GrantRow:
    id: int
    grant_ref: str
    title: str
    description: str
    programme: str
    currency: str
    amount: Decimal
    awarded_on: date
    planned_from: date | None
    planned_to: date | None
    funder_name: str
    funder_key: str
    recipient_name: str
    organisation_id: UUID | None
    matched_by: str | None
    area_name: str | None
    area_code: str | None
    layer_key: str | None
    beneficiary_name: str
    source_title: str
    source_publisher: str
    source_licence: str


@dataclass(frozen=True)
class SumRow:
    """What some grants come to in one currency; ``key`` and ``name`` say of whom, where it is of somebody."""

    key: str
    name: str
    currency: str
    count: int
    amount: Decimal


HERE = """
    chosen AS (SELECT id, geom, point_geom, size_m2 FROM area WHERE id = ANY(:area_ids)),
    stated AS (SELECT id, geom, point_geom, size_m2 FROM area
               WHERE id IN (SELECT area_id FROM public_grant)),
    inside AS (SELECT DISTINCT s.id FROM stated s JOIN chosen c ON s.id = c.id OR (
                   s.size_m2 <= c.size_m2 AND c.geom && s.point_geom AND ST_Covers(c.geom, s.point_geom))),
    around AS (SELECT DISTINCT s.id FROM stated s JOIN chosen c
                   ON s.geom && c.point_geom AND ST_Covers(s.geom, c.point_geom)
               WHERE s.id NOT IN (SELECT id FROM inside)),
    based AS (SELECT DISTINCT f.organisation_id FROM public_footprint f
              JOIN chosen c ON c.geom && f.geom AND ST_Covers(c.geom, f.geom))
"""
"""Areas that grants are for, inside and around those chosen; organisations that meet or are registered there."""

IS_HERE = """(g.area_id IN (SELECT id FROM inside) OR (
    g.organisation_id IN (SELECT organisation_id FROM based)
    AND (g.area_id IS NULL OR g.area_id IN (SELECT id FROM around))))"""
"""For the place itself; or for a bigger one, or none that is known, and the recipient is here."""

FUNDER_KEY = "coalesce(nullif(g.funder_ref, ''), g.funder_name)"


def _chosen(choice: GrantChoice, where: str = "") -> tuple[str, str, dict[str, Any]]:
    """WITH, WHERE and the values of a choice."""
    parts: dict[str, tuple[str, Any]] = {
        "theme": (
            "g.organisation_id IN (SELECT s.organisation_id FROM public_service s JOIN public_service_theme t "
            "ON t.service_id = s.id WHERE t.theme_key = :theme)",
            choice.theme,
        ),
        "area_ids": (where or IS_HERE, list(choice.area_ids) if choice.area_ids is not None else None),
        "funder": (f"{FUNDER_KEY} = :funder", choice.funder),
        "organisation_id": ("g.organisation_id = :organisation_id", choice.organisation_id),
        "since": ("g.awarded_on >= :since", choice.since),
        "until": ("g.awarded_on <= :until", choice.until),
    }
    asked = {name: part for name, part in parts.items() if part[1] is not None}
    conditions = " AND ".join(condition for condition, _ in asked.values()) or "true"
    return (
        f"WITH {HERE}" if "area_ids" in asked else "",
        f"WHERE {conditions}",
        {name: value for name, (_, value) in asked.items()},
    )


def list_grants(session: Session, choice: GrantChoice, *, most: int, skip: int = 0) -> list[GrantRow]:
    """The newest first."""
    begin, where, values = _chosen(choice)
    rows = session.execute(
        text(f"""
        {begin} SELECT g.id, g.grant_ref, g.title, g.description, g.programme, g.currency, g.amount, g.awarded_on,
               g.planned_from, g.planned_to, g.funder_name, {FUNDER_KEY} AS funder_key, g.recipient_name,
               g.organisation_id, g.matched_by, a.name AS area_name, a.area_code, l.key AS layer_key,
               g.beneficiary_name, src.title AS source_title, src.publisher AS source_publisher,
               src.licence AS source_licence
        FROM public_grant g JOIN source src ON src.id = g.source_id
        LEFT JOIN area a ON a.id = g.area_id LEFT JOIN area_layer l ON l.id = a.area_layer_id
        {where} ORDER BY g.awarded_on DESC, g.grant_ref, g.id LIMIT :most OFFSET :skip
        """),  # noqa: S608 - constants of ours, no input
        {**values, "most": most, "skip": skip},
    )
    return [GrantRow(**row) for row in rows.mappings()]


def sum_grants(session: Session, choice: GrantChoice) -> list[SumRow]:
    """One row for each currency, the most grants first."""
    return _sums(session, choice, "'' AS key, '' AS name")


def sum_by_funder(session: Session, choice: GrantChoice, *, most: int) -> list[SumRow]:
    """One row for each funder and currency, the most money first; the name is the one last used."""
    key = f"{FUNDER_KEY} AS key, (array_agg(g.funder_name ORDER BY g.awarded_on DESC, g.id))[1] AS name"
    return _sums(session, choice, key, group=f"{FUNDER_KEY},", most=most)


def sum_by_theme(session: Session, choice: GrantChoice) -> list[SumRow]:
    """One row for each theme of the recipients' services and currency; a grant counts under each theme."""
    joined = """
        JOIN (SELECT DISTINCT s.organisation_id, t.theme_key FROM public_service s
              JOIN public_service_theme t ON t.service_id = s.id) st ON st.organisation_id = g.organisation_id
        JOIN theme ON theme.key = st.theme_key
    """
    return _sums(session, choice, "theme.key AS key, theme.name AS name", group="theme.key,", joined=joined)


def sum_around(session: Session, choice: GrantChoice) -> list[SumRow]:
    """Grants for a bigger area that holds the one chosen, whose recipient is not known to be here."""
    around = f"(g.area_id IN (SELECT id FROM around) AND {IS_HERE} IS NOT TRUE)"  # noqa: S608 - constants of ours, no input
    return _sums(session, choice, "'' AS key, '' AS name", where=around)


def sum_without_place(session: Session, choice: GrantChoice) -> list[SumRow]:
    """Grants of which nobody says where they are for: no area, and no recipient on the map."""
    nowhere = "(NOT g.names_an_area AND g.organisation_id IS NULL)"
    return _sums(session, choice, "'' AS key, '' AS name", where=nowhere)


def _sums(
    session: Session, choice: GrantChoice, named: str, *, group: str = "", joined: str = "", where: str = "",
    most: int = 1_000,
) -> list[SumRow]:  # fmt: skip
    begin, condition, values = _chosen(choice, where)
    rows = session.execute(
        text(f"""
        {begin} SELECT {named}, g.currency, count(*) AS count, sum(g.amount) AS amount
        FROM public_grant g {joined} {condition}
        GROUP BY {group} g.currency ORDER BY sum(g.amount) DESC, name, key, g.currency LIMIT :most
        """),  # noqa: S608 - constants of ours, no input
        {**values, "most": most},
    )
    return [SumRow(**row) for row in rows.mappings()]


def list_sources_of(session: Session, choice: GrantChoice) -> list[SourceRow]:
    begin, where, values = _chosen(choice)
    rows = session.execute(
        text(f"""
        {begin} SELECT {COLUMNS} FROM source s
        WHERE s.id IN (SELECT g.source_id FROM public_grant g {where}) ORDER BY s.title, s.key
        """),  # noqa: S608 - constants of ours, no input
        values,
    )
    return [SourceRow(**row) for row in rows.mappings()]


def has_grants(session: Session) -> bool:
    return bool(session.scalar(text("SELECT EXISTS (SELECT FROM public_grant)")))


def list_funders(session: Session, most: int) -> Sequence[tuple[str, str]]:
    """Key and name of each funder, by name."""
    rows = session.execute(
        text(f"""
        SELECT {FUNDER_KEY} AS key, (array_agg(g.funder_name ORDER BY g.awarded_on DESC, g.id))[1] AS name
        FROM public_grant g GROUP BY {FUNDER_KEY} ORDER BY name, key LIMIT :most
        """),  # noqa: S608 - constants of ours, no input
        {"most": most},
    )
    return [(row.key, row.name) for row in rows]
