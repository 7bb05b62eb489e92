"""What the add form asks the records: who is there already, and which areas are around a spot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.models import Contact, Link, Submission
from app.vocabulary import AreaLayerKind, LinkPurpose, RecordKind


@dataclass(frozen=True)
class NamesakeRow:
    """A public organisation that may be the one typed; ``distance_m``: to its nearest public point, if any."""

    id: UUID
    name: str
    summary: str
    postcode: str | None
    place: str
    themes: list[str]
    identifiers: list[str]
    distance_m: float | None
    is_number: bool


@dataclass(frozen=True)
class AroundRow:
    """An area that holds a spot."""

    id: int
    layer_key: str
    layer_singular: str
    area_code: str
    name: str
    kind: AreaLayerKind
    people: float


def list_namesakes(
    session: Session, name: str, number: str, lon: float | None, lat: float | None, most: int
) -> list[NamesakeRow]:
    """Public organisations spelt like ``name`` or with the register number ``number``, the likest first."""
    values = {
        "name": name, "part": f"%{LIKE_SIGNS.sub(_escaped, name)}%", "lon": lon, "lat": lat, "most": most,
        "schemes": REGISTERS, "numbers": [number, f"0{number}", f"00{number}"] if number else [],
    }  # fmt: skip
    return [NamesakeRow(**row) for row in session.execute(NAMESAKES, values).mappings()]


def _escaped(sign: re.Match[str]) -> str:
    return f"\\{sign[0]}"


def is_public(session: Session, organisation_id: UUID) -> bool:
    found = session.scalar(
        text("SELECT EXISTS (SELECT FROM public_organisation WHERE id = :id)"), {"id": organisation_id}
    )
    return bool(found)


REGISTERS = ["GB-CHC", "GB-SC", "GB-NIC", "GB-COH", "GB-MPR", "GB-CASC", "GB-CIC"]
"""The registers a number on its own may be of, as org-id.guide."""
LIKE_SIGNS = re.compile(r"[\\%_]")
NAMESAKES = text("""
    WITH numbered AS (
        SELECT organisation_id AS id FROM organisation_identifier
        WHERE scheme = ANY(:schemes) AND identifier = ANY(:numbers)
    ), found AS (
        SELECT id FROM organisation WHERE name % :name
        UNION SELECT id FROM organisation WHERE name ILIKE :part
        UNION SELECT id FROM numbered
    ), best AS (
        SELECT o.id, o.name, o.summary, similarity(o.name, :name) AS likeness,
               o.id IN (SELECT id FROM numbered) AS is_number
        FROM public_organisation o WHERE o.id IN (SELECT id FROM found)
        ORDER BY is_number DESC, likeness DESC, o.id LIMIT :most
    )
    SELECT best.id, best.name, best.summary, best.is_number, near.postcode, coalesce(near.place, '') AS place,
           near.distance_m,
           ARRAY(SELECT DISTINCT t.name FROM public_service s
                 JOIN public_service_theme st ON st.service_id = s.id JOIN theme t ON t.key = st.theme_key
                 WHERE s.organisation_id = best.id ORDER BY t.name) AS themes,
           ARRAY(SELECT i.scheme || ' ' || i.identifier FROM organisation_identifier i
                 WHERE i.organisation_id = best.id ORDER BY 1) AS identifiers
    FROM best LEFT JOIN LATERAL (
        SELECT p.postcode, p.name AS place,
               ST_Distance(f.geom::geography,
                           ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography) AS distance_m
        FROM public_footprint f JOIN public_place p ON p.id = f.place_id
        WHERE f.organisation_id = best.id AND f.geom IS NOT NULL
        ORDER BY distance_m NULLS LAST, f.id LIMIT 1
    ) near ON true
    ORDER BY best.is_number DESC, best.likeness DESC, best.id
""")

AROUND = """
    SELECT a.id, l.key AS layer_key, l.singular AS layer_singular, a.area_code, a.name, l.kind,
           coalesce((SELECT sum(p.people) FROM point_area pa
                     JOIN population_point p ON p.id = pa.population_point_id
                     WHERE pa.area_id = a.id), 0) AS people
    FROM area a JOIN area_layer l ON l.id = a.area_layer_id
"""


def list_around(session: Session, lon: float, lat: float) -> list[AroundRow]:
    """The areas people know by name that hold a spot (no grids, no drawn ones), the finest first."""
    rows = session.execute(
        text(f"""
        {AROUND} WHERE l.kind IN ('statistical', 'electoral', 'council')
          AND ST_Covers(a.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))
        ORDER BY l.sort_order, l.key, a.area_code
        """),
        {"lon": lon, "lat": lat},
    ).mappings()
    return [_around(row) for row in rows]


def list_areas_named(session: Session, wanted: Sequence[tuple[str, str]]) -> list[AroundRow]:
    """Areas by layer key and code, the coarsest first, then by name."""
    rows = session.execute(
        text(f"""
        {AROUND} WHERE (l.key, a.area_code) IN
            (SELECT * FROM unnest(CAST(:layers AS text[]), CAST(:codes AS text[])))
        ORDER BY l.sort_order DESC, a.name, a.area_code
        """),  # noqa: S608 - a constant of ours, no input
        {"layers": [layer for layer, _code in wanted], "codes": [code for _layer, code in wanted]},
    ).mappings()
    return [_around(row) for row in rows]


def list_wards(session: Session) -> list[AroundRow]:
    """The areas people vote in (or, without any, the finest named ones) of the whole place, by name."""
    rows = session.execute(
        text(f"""
        {AROUND} WHERE l.id = (
            SELECT id FROM area_layer WHERE kind IN ('electoral', 'statistical')
              AND EXISTS (SELECT FROM area WHERE area_layer_id = area_layer.id)
            ORDER BY kind = 'electoral' DESC, sort_order DESC, key LIMIT 1)
        ORDER BY a.name, a.area_code LIMIT 80
        """)  # noqa: S608 - a constant of ours, no input
    ).mappings()
    return [_around(row) for row in rows]


def list_touching(session: Session, area_id: int) -> list[AroundRow]:
    """An area and those of its layer that touch it, by name."""
    rows = session.execute(
        text(f"""
        {AROUND} JOIN area me ON me.id = :id AND me.area_layer_id = a.area_layer_id
          AND ST_DWithin(a.geom, me.geom, 0.0003)
        ORDER BY a.name, a.area_code
        """),
        {"id": area_id},
    ).mappings()
    return [_around(row) for row in rows]


def list_councils_over(
    session: Session, wanted: Sequence[tuple[str, str]], spot: tuple[float, float] | None
) -> list[AroundRow]:
    """The council areas that hold a spot or the middle of any of the areas, by name."""
    lon, lat = spot or (None, None)
    rows = session.execute(
        text(f"""
        {AROUND} WHERE l.kind = 'council' AND (
            ST_Covers(a.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326))
            OR EXISTS (SELECT FROM area part JOIN area_layer pl ON pl.id = part.area_layer_id
                       WHERE (pl.key, part.area_code) IN
                             (SELECT * FROM unnest(CAST(:layers AS text[]), CAST(:codes AS text[])))
                         AND ST_Covers(a.geom, part.point_geom)))
        ORDER BY a.name, a.area_code
        """),  # noqa: S608 - a constant of ours, no input
        {
            "lon": lon,
            "lat": lat,
            "layers": [layer for layer, _code in wanted],
            "codes": [code for _layer, code in wanted],
        },
    ).mappings()
    return [_around(row) for row in rows]


def list_areas_inside(session: Session, corners: Sequence[tuple[float, float]]) -> list[AroundRow] | None:
    """The base-layer areas with half of their people or more inside the corners; None for no sound shape."""
    ring = ", ".join(f"{lon:.7f} {lat:.7f}" for lon, lat in [*corners, corners[0]])
    shape = {"wkt": f"POLYGON(({ring}))"}
    if not session.scalar(text("SELECT ST_IsValid(ST_GeomFromText(:wkt, 4326))"), shape):
        return None
    rows = session.execute(
        text(f"""
        {AROUND} JOIN site ON site.base_layer_id = a.area_layer_id
        WHERE a.geom && ST_GeomFromText(:wkt, 4326) AND (
            SELECT coalesce(sum(p.share) FILTER (WHERE ST_Covers(ST_GeomFromText(:wkt, 4326), p.geom)), 0)
                   >= 0.5 * sum(p.share)
            FROM population_point p WHERE p.area_id = a.id)
        ORDER BY a.name, a.area_code
        """),  # noqa: S608 - a constant of ours, no input
        shape,
    ).mappings()
    return [_around(row) for row in rows]


def _around(row: object) -> AroundRow:
    values = dict(row)  # type: ignore[call-overload]
    return AroundRow(**{**values, "kind": AreaLayerKind(values["kind"])})


def is_near_site(session: Session, lon: float, lat: float, within_m: float) -> bool:
    """Whether a point lies in the place this map is about, or not far from it; true when no place is set."""
    found = session.scalar(
        text("""
        SELECT ST_DWithin(a.geom::geography, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography, :within_m)
        FROM site JOIN area a ON a.id = site.area_id
        """),
        {"lon": lon, "lat": lat, "within_m": within_m},
    )
    return found is None or bool(found)


def find_living_contact(session: Session, contact_id: UUID) -> Contact | None:
    return session.scalar(select(Contact).where(Contact.id == contact_id, Contact.deleted_at_utc.is_(None)))


def find_group_submission(session: Session, submission_id: UUID) -> Submission | None:
    return session.scalar(
        select(Submission).where(Submission.id == submission_id, Submission.record_kind == RecordKind.ORGANISATION)
    )


def move_links(session: Session, old_id: UUID, new_id: UUID) -> None:
    """Links that lead to one thing sent lead to another from now on."""
    moved = (LinkPurpose.EDIT_GROUP, LinkPurpose.CONFIRM_EMAIL)
    statement = update(Link).where(Link.record_id == old_id, Link.purpose.in_(moved))
    session.execute(statement.values(record_id=new_id))


def find_public_name(session: Session, organisation_id: UUID) -> str | None:
    found: str | None = session.scalar(
        text("SELECT name FROM public_organisation WHERE id = :id"), {"id": organisation_id}
    )
    return found
