"""Where a typed place is: postcodes, the first half of postcodes, and names of areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class PointRow:
    lon: float
    lat: float


@dataclass(frozen=True)
class PostcodeRow:
    """One postcode; ``point`` is None where its source gives none."""

    postcode: str
    point: PointRow | None
    is_terminated: bool


@dataclass(frozen=True)
class NamedRow:
    """An area that bears a name, with a point inside it."""

    area_id: int
    name: str
    layer: str  # in the singular: Ward
    point: PointRow


def find_postcode(session: Session, postcode: str) -> PostcodeRow | None:
    """By its normal form: M332AB."""
    row = session.execute(
        text("""
        SELECT postcode, ST_X(geom) AS lon, ST_Y(geom) AS lat, terminated_on IS NOT NULL AS is_terminated
        FROM postcode WHERE postcode = :postcode
        """),
        {"postcode": postcode},
    ).one_or_none()
    if row is None:
        return None
    return PostcodeRow(
        row.postcode, PointRow(row.lon, row.lat) if row.lon is not None else None, row.is_terminated
    )


def find_nearest_spelling(session: Session, postcode: str) -> str | None:
    """A living postcode that begins as this one does, and goes on as much alike as there is; None without any."""
    found: str | None = session.scalar(
        text("""
        SELECT postcode FROM postcode
        WHERE postcode >= :start AND postcode < :start || '~' AND geom IS NOT NULL AND terminated_on IS NULL
        ORDER BY similarity(postcode, :postcode) DESC, postcode LIMIT 1
        """),
        {"start": postcode[:-2], "postcode": postcode},
    )
    return found


def find_outward(session: Session, outward: str) -> PointRow | None:
    """The middle of the living postcodes that begin with a first half: M33."""
    row = session.execute(
        text("""
        SELECT avg(ST_X(geom)) AS lon, avg(ST_Y(geom)) AS lat FROM postcode
        WHERE postcode >= :outward AND postcode < :outward || '~' AND length(postcode) = length(:outward) + 3
          AND geom IS NOT NULL AND terminated_on IS NULL
        """),
        {"outward": outward},
    ).one()
    return PointRow(row.lon, row.lat) if row.lon is not None else None


def list_outwards(session: Session) -> list[str]:
    """The first halves of a few postcodes that are loaded, for an example in a message."""
    return list(
        session.scalars(
            text("""
            SELECT left(postcode, length(postcode) - 3) AS outward
            FROM (SELECT postcode FROM postcode WHERE geom IS NOT NULL LIMIT 2000) AS sample
            GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 3
            """)
        )
    )


NAMED = """
    SELECT a.id AS area_id, a.name, l.singular AS layer, ST_X(a.point_geom) AS lon, ST_Y(a.point_geom) AS lat
    FROM area a JOIN area_layer l ON l.id = a.area_layer_id
"""


def list_named(session: Session, name: str) -> list[NamedRow]:
    """Areas of exactly this name, whatever its case and accents, the biggest kind first."""
    same = "lower(unaccent(a.name)) = lower(unaccent(:name))"
    return _named(session, f"{NAMED} WHERE {same} ORDER BY l.sort_order DESC, a.id", name=name)


def list_named_with(session: Session, name: str) -> list[NamedRow]:
    """Areas whose name has ``name`` as whole words in it: Sale in Sale Moor; at most 60, biggest kind first."""
    return _named(
        session,
        f"""
        {NAMED} WHERE ' ' || lower(unaccent(a.name)) || ' ' LIKE '% ' || lower(unaccent(:name)) || ' %'
        ORDER BY l.sort_order DESC, a.name, a.id LIMIT 60
        """,
        name=name.replace("\\", "").replace("%", "").replace("_", ""),
    )


def list_alike(session: Session, name: str, most: int) -> list[str]:
    """Names of areas that are spelt much like ``name``, the likest first."""
    return list(
        session.scalars(
            text("""
            SELECT name FROM (
                SELECT a.name, max(word_similarity(lower(unaccent(:name)), lower(unaccent(a.name)))) AS likeness
                FROM area a GROUP BY a.name) named
            WHERE likeness >= 0.4 ORDER BY likeness DESC, length(name), name LIMIT :most
            """),
            {"name": name, "most": most},
        )
    )


def list_areas_at(session: Session, lon: float, lat: float) -> list[int]:
    """Every area, of every layer, that the point lies in."""
    return list(
        session.scalars(
            text("""
            SELECT a.id FROM area a JOIN area_layer l ON l.id = a.area_layer_id
            WHERE ST_Intersects(a.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)) ORDER BY l.sort_order, a.id
            """),
            {"lon": lon, "lat": lat},
        )
    )


def find_base_area(session: Session, lon: float, lat: float) -> int | None:
    """The area of the layer that people are counted by that the point lies in; None outside all of them."""
    found: int | None = session.scalar(
        text("""
        SELECT a.id FROM area a JOIN site s ON s.base_layer_id = a.area_layer_id
        WHERE ST_Intersects(a.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)) ORDER BY a.id LIMIT 1
        """),
        {"lon": lon, "lat": lat},
    )
    return found


def _named(session: Session, statement: str, **values: object) -> list[NamedRow]:
    rows: Sequence[object] = session.execute(text(statement), values).all()
    return [NamedRow(row.area_id, row.name, row.layer, PointRow(row.lon, row.lat)) for row in rows]  # type: ignore[attr-defined]
