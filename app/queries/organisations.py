"""Organisations and services as the public may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.vocabulary import AskKind, Cost, FootprintRole, OrganisationKind, Referral, Room, Stage

Point = tuple[float, float]
"""Longitude and latitude in degrees."""


@dataclass(frozen=True)
class OrganisationRow:
    id: UUID
    name: str
    kind: OrganisationKind
    stage: Stage
    summary: str
    website: str | None
    is_confidential: bool
    confirmed_on: date | None
    missing_since: date | None
    source_title: str
    source_publisher: str
    source_licence: str
    source_is_invented: bool


@dataclass(frozen=True)
class ServiceRow:
    id: UUID
    organisation_id: UUID
    name: str
    description: str
    theme_keys: list[str]
    themes: list[str]
    audiences: list[str]
    languages: list[str]
    cost: Cost
    cost_note: str
    referral: Referral
    how_to_join: str
    step_free: bool | None
    toilet: bool | None
    hearing_loop: bool | None
    is_online: bool
    capacity: int | None
    room: Room
    min_age: int | None
    max_age: int | None
    confirmed_on: date | None
    missing_since: date | None


@dataclass(frozen=True)
class WhereRow:
    """One footprint: of a service, or of the organisation as a whole where ``service_id`` is None.

    ``lon`` and ``lat`` are of the public point; ``away_m`` is from where the visitor said she is.
    """

    service_id: UUID | None
    role: FootprintRole
    place_name: str
    address: str
    postcode: str | None
    privacy: str
    lon: float | None
    lat: float | None
    away_m: float | None
    area_name: str | None
    area_code: str | None
    layer_key: str | None

    @property
    def whole_address(self) -> str:
        """Name, street and postcode in one line, nothing twice; empty when the public may see none of it."""
        postcode = self.postcode or ""
        name = "" if self.address.lower().startswith(self.place_name.lower()) else self.place_name
        code = "" if self.address.lower().endswith(postcode.lower()) else postcode
        return ", ".join(filter(None, [name, self.address, code]))


@dataclass(frozen=True)
class WhenRow:
    service_id: UUID
    weekday: int
    opens: time
    closes: time
    term_time_only: bool
    week_of_month: int | None


@dataclass(frozen=True)
class ContactRow:
    name: str
    email: str | None
    phone: str | None


@dataclass(frozen=True)
class AskRow:
    id: UUID
    kind: AskKind
    words: str


@dataclass(frozen=True)
class NearRow:
    """Another service; ``away_m`` is from the one that is looked at."""

    id: UUID
    name: str
    organisation: str
    themes: list[str]
    away_m: float


SERVICE_WORDS: dict[str, type] = {"cost": Cost, "referral": Referral, "room": Room}

SERVICES = """
    SELECT s.id, s.organisation_id, s.name, s.description, s.audiences, s.languages, s.cost, s.cost_note,
           s.referral, s.how_to_join, s.step_free, s.toilet, s.hearing_loop, s.is_online, s.capacity, s.room,
           s.min_age, s.max_age, s.confirmed_on, s.missing_since, themes.theme_keys, themes.themes
    FROM public_service s CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(t.key ORDER BY t.sort_order, t.key), '{}') AS theme_keys,
               coalesce(array_agg(t.name ORDER BY t.sort_order, t.key), '{}') AS themes
        FROM public_service_theme st JOIN theme t ON t.key = st.theme_key WHERE st.service_id = s.id
    ) themes
"""


def find_organisation(session: Session, organisation_id: UUID) -> OrganisationRow | None:
    row = (
        session.execute(
            text("""
        SELECT o.id, o.name, o.kind, o.stage, o.summary, o.website, o.is_confidential, o.confirmed_on,
               o.missing_since, src.title AS source_title, src.publisher AS source_publisher,
               src.licence AS source_licence, src.is_invented AS source_is_invented
        FROM public_organisation o JOIN source src ON src.id = o.source_id WHERE o.id = :id
        """),
            {"id": organisation_id},
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        return None
    return OrganisationRow(**{**row, "kind": OrganisationKind(row["kind"]), "stage": Stage(row["stage"])})


def list_identifiers(session: Session, organisation_id: UUID) -> list[tuple[str, str]]:
    """Register numbers of a public organisation: scheme (as org-id.guide) and number."""
    rows = session.execute(
        text("""
        SELECT DISTINCT i.scheme, i.identifier FROM organisation_identifier i
        JOIN public_organisation o ON o.id = i.organisation_id
        WHERE o.id = :id ORDER BY i.scheme, i.identifier
        """),
        {"id": organisation_id},
    )
    return [(row.scheme, row.identifier) for row in rows]


def list_services(session: Session, organisation_id: UUID) -> list[ServiceRow]:
    """By name; themes in screen order."""
    rows = session.execute(
        text(f"{SERVICES} WHERE s.organisation_id = :id ORDER BY s.name, s.id"), {"id": organisation_id}
    )
    return [_service(row) for row in rows.mappings()]


def find_service(session: Session, service_id: UUID) -> ServiceRow | None:
    row = session.execute(text(f"{SERVICES} WHERE s.id = :id"), {"id": service_id}).mappings().one_or_none()
    return _service(row) if row else None


def _service(row: Any) -> ServiceRow:
    return ServiceRow(**{**row, **{name: kind(row[name]) for name, kind in SERVICE_WORDS.items()}})


def list_where(session: Session, organisation_id: UUID, near: Point | None = None) -> list[WhereRow]:
    """Of the organisation and all its services; an area-only place is named by the area it is in."""
    rows = session.execute(
        text("""
        SELECT f.service_id, f.role, coalesce(p.name, '') AS place_name, coalesce(p.address, '') AS address,
               p.postcode, coalesce(p.privacy, '') AS privacy, ST_X(p.geom) AS lon, ST_Y(p.geom) AS lat,
               ST_DistanceSphere(p.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)) AS away_m,
               a.name AS area_name, a.area_code, l.key AS layer_key
        FROM public_footprint f LEFT JOIN public_place p ON p.id = f.place_id
        LEFT JOIN area a ON a.id = coalesce(f.area_id, p.area_id)
        LEFT JOIN area_layer l ON l.id = a.area_layer_id
        WHERE f.organisation_id = :id ORDER BY f.role, away_m, place_name, address, area_name, f.id
        """),
        {"id": organisation_id, "lon": near[0] if near else None, "lat": near[1] if near else None},
    ).mappings()
    return [WhereRow(**{**row, "role": FootprintRole(row["role"])}) for row in rows]


def list_when(session: Session, service_ids: Sequence[UUID]) -> list[WhenRow]:
    rows = session.execute(
        text("""
        SELECT DISTINCT service_id, weekday, opens, closes, term_time_only, week_of_month FROM public_schedule
        WHERE service_id = ANY(:ids) ORDER BY service_id, weekday, opens, closes, week_of_month, term_time_only
        """),
        {"ids": list(service_ids)},
    ).mappings()
    return [WhenRow(**row) for row in rows]


def list_contacts(session: Session, organisation_id: UUID) -> list[ContactRow]:
    """How to reach it, as far as somebody agreed to have it published."""
    rows = session.execute(
        text("SELECT name, email, phone FROM public_contact WHERE organisation_id = :id ORDER BY name, id"),
        {"id": organisation_id},
    ).mappings()
    return [ContactRow(**row) for row in rows]


def list_asks(session: Session, organisation_id: UUID) -> list[AskRow]:
    rows = session.execute(
        text("SELECT id, kind, words FROM public_ask WHERE organisation_id = :id ORDER BY kind, words, id"),
        {"id": organisation_id},
    )
    return [AskRow(row.id, AskKind(row.kind), row.words) for row in rows]
