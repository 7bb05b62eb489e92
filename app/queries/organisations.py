"""One organisation or service as the public may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.vocabulary import Cost, FootprintRole, OrganisationKind, Referral, Stage


@dataclass(frozen=True)
class OrganisationRow:
    id: UUID
    name: str
    kind: OrganisationKind
    stage: Stage
    summary: str
    website: str | None
    confirmed_on: date | None
    missing_since: date | None
    source_title: str
    source_publisher: str
    source_licence: str
    source_is_invented: bool


@dataclass(frozen=True)
class ServiceRow:
    id: UUID
    name: str
    description: str
    themes: list[str]
    audiences: list[str]
    languages: list[str]
    cost: Cost
    cost_note: str
    referral: Referral
    step_free: bool | None
    is_online: bool
    capacity: int | None
    confirmed_on: date | None


@dataclass(frozen=True)
class WhereRow:
    """One footprint: of a service, or of the organisation as a whole where ``service_id`` is None."""

    service_id: UUID | None
    role: FootprintRole
    place_name: str
    address: str
    postcode: str | None
    privacy: str
    area_name: str | None
    area_code: str | None
    layer_key: str | None


@dataclass(frozen=True)
class WhenRow:
    service_id: UUID
    weekday: int
    opens: time
    closes: time
    term_time_only: bool


def find_organisation(session: Session, organisation_id: UUID) -> OrganisationRow | None:
    row = (
        session.execute(
            text("""
        SELECT o.id, o.name, o.kind, o.stage, o.summary, o.website, o.confirmed_on, o.missing_since,
               src.title AS source_title, src.publisher AS source_publisher, src.licence AS source_licence,
               src.is_invented AS source_is_invented
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
    """By name; themes as their names in screen order."""
    rows = session.execute(
        text("""
        SELECT s.id, s.name, s.description, s.audiences, s.languages, s.cost, s.cost_note, s.referral, s.step_free,
               s.is_online, s.capacity, s.confirmed_on,
               ARRAY(SELECT t.name FROM public_service_theme st JOIN theme t ON t.key = st.theme_key
                     WHERE st.service_id = s.id ORDER BY t.sort_order, t.key) AS themes
        FROM public_service s WHERE s.organisation_id = :id ORDER BY s.name, s.id
        """),
        {"id": organisation_id},
    ).mappings()
    return [
        ServiceRow(**{**row, "cost": Cost(row["cost"]), "referral": Referral(row["referral"])}) for row in rows
    ]


def list_where(session: Session, organisation_id: UUID) -> list[WhereRow]:
    rows = session.execute(
        text("""
        SELECT f.service_id, f.role, coalesce(p.name, '') AS place_name, coalesce(p.address, '') AS address,
               p.postcode, coalesce(p.privacy, '') AS privacy, a.name AS area_name, a.area_code,
               l.key AS layer_key
        FROM public_footprint f LEFT JOIN public_place p ON p.id = f.place_id
        LEFT JOIN area a ON a.id = f.area_id LEFT JOIN area_layer l ON l.id = a.area_layer_id
        WHERE f.organisation_id = :id ORDER BY f.role, place_name, address, f.id
        """),
        {"id": organisation_id},
    ).mappings()
    return [WhereRow(**{**row, "role": FootprintRole(row["role"])}) for row in rows]


def list_when(session: Session, service_ids: Sequence[UUID]) -> list[WhenRow]:
    rows = session.execute(
        text("""
        SELECT service_id, weekday, opens, closes, term_time_only FROM public_schedule
        WHERE service_id = ANY(:ids) ORDER BY service_id, weekday, opens, id
        """),
        {"ids": list(service_ids)},
    ).mappings()
    return [WhenRow(**row) for row in rows]


def find_organisation_of_service(session: Session, service_id: UUID) -> UUID | None:
    return session.execute(
        text("SELECT organisation_id FROM public_service WHERE id = :id"), {"id": service_id}
    ).scalar_one_or_none()
