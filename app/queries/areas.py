"""Layers, areas and the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.tables import read_table
from app.vocabulary import AreaLayerKind


@dataclass(frozen=True)
class LayerRow:
    id: int
    key: str
    name: str
    singular: str
    vintage: str
    kind: AreaLayerKind
    sort_order: int
    area_count: int


@dataclass(frozen=True)
class AreaRow:
    id: int
    area_code: str
    name: str
    layer_id: int
    layer_key: str
    layer_name: str
    layer_singular: str


@dataclass(frozen=True)
class SiteRow:
    name: str
    is_invented: bool
    area: AreaRow | None
    base_layer_key: str | None


AREA_COLUMNS = """
    a.id, a.area_code, a.name, l.id AS layer_id, l.key AS layer_key, l.name AS layer_name,
    l.singular AS layer_singular
"""


def list_layers(session: Session) -> list[LayerRow]:
    """Finest first; only layers that have areas."""
    rows = session.execute(
        text("""
        SELECT l.id, l.key, l.name, l.singular, l.vintage, l.kind, l.sort_order, area_count
        FROM area_layer l, LATERAL (SELECT count(*) AS area_count FROM area WHERE area_layer_id = l.id) AS counted
        WHERE area_count > 0 ORDER BY l.sort_order, l.key
        """)
    ).mappings()
    return [LayerRow(**{**row, "kind": AreaLayerKind(row["kind"])}) for row in rows]


def find_areas(session: Session, area_code: str, layer_key: str | None = None) -> list[AreaRow]:
    """Areas with a code, in the coarsest layer first; one layer only when ``layer_key`` is given."""
    rows = session.execute(
        text(f"""
        SELECT {AREA_COLUMNS} FROM area a JOIN area_layer l ON l.id = a.area_layer_id
        WHERE a.area_code = :code AND (CAST(:layer AS text) IS NULL OR l.key = :layer)
        ORDER BY l.sort_order DESC, l.key DESC
        """),  # noqa: S608 - a constant of ours, no input
        {"code": area_code, "layer": layer_key},
    ).mappings()
    return [AreaRow(**row) for row in rows]


def find_site(session: Session) -> SiteRow | None:
    row = session.execute(
        text("""
        SELECT s.name, s.is_invented, s.area_id, l.key AS base_layer_key
        FROM site s LEFT JOIN area_layer l ON l.id = s.base_layer_id
        """)
    ).one_or_none()
    if row is None:
        return None
    area = get_areas(session, [row.area_id])[0] if row.area_id else None
    return SiteRow(row.name, row.is_invented, area, row.base_layer_key)


def get_areas(session: Session, area_ids: Sequence[int]) -> list[AreaRow]:
    """Areas by id, in the order of name then code."""
    rows = session.execute(
        text(f"""
        SELECT {AREA_COLUMNS} FROM area a JOIN area_layer l ON l.id = a.area_layer_id
        WHERE a.id = ANY(:ids) ORDER BY a.name, a.area_code
        """),  # noqa: S608 - a constant of ours, no input
        {"ids": list(area_ids)},
    ).mappings()
    return [AreaRow(**row) for row in rows]


def list_layer_areas(session: Session, layer_id: int) -> list[AreaRow]:
    """Every area of a layer, by name then code."""
    rows = session.execute(
        text(f"""
        SELECT {AREA_COLUMNS} FROM area a JOIN area_layer l ON l.id = a.area_layer_id
        WHERE l.id = :layer_id ORDER BY a.name, a.area_code
        """),  # noqa: S608 - a constant of ours, no input
        {"layer_id": layer_id},
    ).mappings()
    return [AreaRow(**row) for row in rows]


def list_layer_areas_within_site(session: Session, layer_id: int) -> list[AreaRow]:
    """Areas of a layer with people in the site's main area (all of the layer when there is none), by name."""
    rows = session.execute(
        text(f"""
        SELECT {AREA_COLUMNS} FROM area a JOIN area_layer l ON l.id = a.area_layer_id
        WHERE l.id = :layer_id AND (
            (SELECT area_id FROM site) IS NULL OR a.id IN (
                SELECT mine.area_id FROM point_area mine
                JOIN point_area site_point ON site_point.population_point_id = mine.population_point_id
                JOIN site ON site.area_id = site_point.area_id
                WHERE mine.area_layer_id = :layer_id))
        ORDER BY a.name, a.area_code
        """),  # noqa: S608 - a constant of ours, no input
        {"layer_id": layer_id},
    ).mappings()
    return [AreaRow(**row) for row in rows]


def area_shapes_table(session: Session, area_ids: Sequence[int]) -> pd.DataFrame:
    """Outlines in WGS84: area_id, wkb, by id."""
    return read_table(
        session,
        "SELECT id AS area_id, ST_AsBinary(geom) AS wkb FROM area WHERE id = ANY(:ids) ORDER BY id",
        ids=list(area_ids),
    )


def get_area_facts(session: Session, area_id: int) -> dict[str, Any]:
    """size_m2, lon and lat (a point inside) of one area."""
    row = session.execute(
        text("SELECT size_m2, ST_X(point_geom) AS lon, ST_Y(point_geom) AS lat FROM area WHERE id = :id"),
        {"id": area_id},
    )
    return dict(row.mappings().one())


def list_bigger_areas(session: Session, area_id: int, *, least_share: float = 0.5) -> list[AreaRow]:
    """Areas of coarser layers that hold most of this one's people, the smallest first."""
    rows = session.execute(
        text(f"""
        WITH own AS (
            SELECT pa.population_point_id, p.people FROM point_area pa
            JOIN population_point p ON p.id = pa.population_point_id WHERE pa.area_id = :id
        ), total AS (SELECT sum(people) AS people FROM own)
        SELECT {AREA_COLUMNS} FROM own
        JOIN point_area pa USING (population_point_id)
        JOIN area a ON a.id = pa.area_id JOIN area_layer l ON l.id = a.area_layer_id, total
        WHERE l.sort_order > (
            SELECT l2.sort_order FROM area a2 JOIN area_layer l2 ON l2.id = a2.area_layer_id WHERE a2.id = :id
        )
        GROUP BY a.id, l.id, total.people
        HAVING sum(own.people) >= :least * total.people AND total.people > 0
        ORDER BY l.sort_order, a.name
        """),  # noqa: S608 - a constant of ours, no input
        {"id": area_id, "least": least_share},
    ).mappings()
    return [AreaRow(**row) for row in rows]


def list_neighbours(session: Session, area_id: int) -> list[AreaRow]:
    """Areas of the same layer that touch this one (within 25 m, as outlines are simplified), by name."""
    rows = session.execute(
        text(f"""
        SELECT {AREA_COLUMNS} FROM area me
        JOIN area a ON a.area_layer_id = me.area_layer_id AND a.id <> me.id
             AND a.geom && ST_Expand(me.geom, 0.0004) AND ST_DWithin(a.geom, me.geom, 0.0003)
        JOIN area_layer l ON l.id = a.area_layer_id
        WHERE me.id = :id ORDER BY a.name, a.area_code
        """),  # noqa: S608 - a constant of ours, no input
        {"id": area_id},
    ).mappings()
    return [AreaRow(**row) for row in rows]
