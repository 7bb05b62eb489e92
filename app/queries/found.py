"""What a card of the finder says of each record it found; from the public views only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.vocabulary import Cost, Referral, Room


@dataclass(frozen=True)
class FoundRow:
    """One service, or one organisation that lists none; of its places the one nearest to the spot."""

    id: UUID
    is_service: bool
    organisation_id: UUID
    name: str
    organisation_name: str
    description: str
    themes: list[str]
    cost: Cost
    cost_note: str
    referral: Referral
    step_free: bool | None
    is_online: bool
    is_national: bool
    room: Room
    confirmed_on: date | None
    missing_since: date | None
    phone: str | None
    place_name: str
    address: str
    postcode: str | None
    privacy: str | None  # None: no public place at all
    is_registered: bool
    lon: float | None
    lat: float | None
    serves: list[str]


CARDS = """
    WITH asked AS (
        SELECT n, s.id, true AS is_service, s.organisation_id, s.name, s.description, s.cost::text AS cost,
               s.cost_note, s.referral::text AS referral, s.step_free, s.is_online, s.room::text AS room,
               s.confirmed_on, s.missing_since
        FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS listed (id, n) JOIN public_service s USING (id)
        UNION ALL
        SELECT n, o.id, false, o.id, o.name, '', 'unknown', '', 'unknown', NULL, false, 'unknown',
               o.confirmed_on, o.missing_since
        FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS listed (id, n)
        JOIN public_organisation o USING (id)
    )
    SELECT a.id, a.is_service, a.organisation_id, a.name, o.name AS organisation_name,
           coalesce(nullif(a.description, ''), o.summary) AS description, a.cost, a.cost_note, a.referral,
           a.step_free, a.is_online, a.room, a.confirmed_on,
           coalesce(a.missing_since, o.missing_since) AS missing_since,
           ARRAY(SELECT t.name FROM public_service_theme st JOIN theme t ON t.key = st.theme_key
                 WHERE st.service_id = a.id ORDER BY t.sort_order, t.key) AS themes,
           (SELECT c.phone FROM public_contact c WHERE c.organisation_id = a.organisation_id AND c.phone <> ''
            ORDER BY c.id LIMIT 1) AS phone,
           coalesce(p.name, '') AS place_name, coalesce(p.address, '') AS address, p.postcode,
           p.privacy::text AS privacy,
           coalesce(p.role = 'registered_at', false) AS is_registered, p.lon, p.lat,
           coalesce(f.is_national, false) AS is_national, coalesce(f.serves, '{}') AS serves
    FROM asked a JOIN public_organisation o ON o.id = a.organisation_id
    LEFT JOIN LATERAL (
        SELECT bool_or(f.role::text = 'national') AS is_national,
               array_agg(DISTINCT area.name) FILTER (WHERE area.name IS NOT NULL) AS serves
        FROM public_footprint f LEFT JOIN area ON area.id = f.area_id
        WHERE f.organisation_id = a.organisation_id AND (f.service_id = a.id OR (f.service_id IS NULL
              AND NOT EXISTS (SELECT FROM footprint own WHERE own.service_id = a.id)))
    ) f ON true
    LEFT JOIN LATERAL (
        SELECT p.name, p.address, p.postcode, p.privacy, f.role::text AS role, ST_X(p.geom) AS lon,
               ST_Y(p.geom) AS lat
        FROM public_footprint f JOIN public_place p ON p.id = f.place_id
        WHERE f.organisation_id = a.organisation_id AND (f.service_id = a.id OR (f.service_id IS NULL
              AND NOT EXISTS (SELECT FROM footprint own WHERE own.service_id = a.id)))
        ORDER BY f.role::text = 'registered_at', p.geom IS NULL,
                 ST_Transform(p.geom, 27700) <-> ST_Transform(ST_SetSRID(
                     ST_MakePoint(CAST(:lon AS float), CAST(:lat AS float)), 4326), 27700), p.id LIMIT 1
    ) p ON true
    ORDER BY a.n, a.is_service DESC
"""


def list_found(session: Session, ids: Sequence[str], spot: tuple[float, float] | None) -> list[FoundRow]:
    """The cards of ``ids`` in their order; what is not public any more is left out."""
    lon, lat = spot or (None, None)
    rows = session.execute(
        text(CARDS),
        {"ids": list(ids), "lon": lon, "lat": lat},
    ).mappings()
    return [
        FoundRow(
            **{**row, "cost": Cost(row["cost"]), "referral": Referral(row["referral"]), "room": Room(row["room"])}
        )
        for row in rows
    ]
