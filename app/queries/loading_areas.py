"""Layers of areas: polygons come in as WGS84, sizes are measured on the British National Grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.loading import Changes, count_rows, merge, stage


@dataclass(frozen=True)
class LayerRow:
    """One layer as it is loaded."""

    id: int
    key: str
    name: str
    vintage: str


def find_layer(session: Session, key: str) -> LayerRow | None:
    row = session.execute(
        text("SELECT id, key, name, vintage FROM area_layer WHERE key = :key"), {"key": key}
    ).one_or_none()
    return LayerRow(*row) if row else None


def list_layer_keys(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT key FROM area_layer ORDER BY sort_order, key")))


def list_area_codes(session: Session, layer_id: int) -> set[str]:
    return set(session.scalars(text("SELECT area_code FROM area WHERE area_layer_id = :id"), {"id": layer_id}))


def merge_layer(session: Session, row: dict[str, Any]) -> int:
    """Add or update a layer (key, name, singular, vintage, kind, source_id); returns its id."""
    columns = {"key": "text", "name": "text", "singular": "text", "vintage": "text", "kind": "text"}
    types = {**columns, "source_id": "integer", "sort_order": "integer"}
    stage(session, "stage_layer", types, pd.DataFrame([{**row, "sort_order": 0}], dtype=object))
    names = [name for name in types if name not in ("key", "sort_order")]
    merge(session, "area_layer", "stage_layer", key=["key"], columns=names, on_insert={"sort_order": "0"})
    found = session.scalar(text("SELECT id FROM area_layer WHERE key = :key"), {"key": row["key"]})
    return int(found or 0)


def stage_areas(session: Session, areas: gpd.GeoDataFrame) -> None:
    """Copy polygons (area_code, name, geom) into the staging table."""
    frame = pd.DataFrame(
        {
            "area_code": areas["area_code"],
            "name": areas["name"],
            "geom": shapely.to_wkb(areas.geometry.to_numpy(), hex=True, include_srid=False),
        }
    )
    columns = {"area_code": "text", "name": "text", "geom": "geometry"}
    stage(session, "stage_area", columns, frame)


USERS_OF_AREAS = {
    "need": "needs are about them",
    "offer": "offers are about them",
    "survey": "surveys looked at them",
    "patch": "they are patches of a hub",
    "account_role": "people look after one of them only",
    "area_follower": "people follow them",
    "member": "members of a hub say they are there",
    "wish": "people said what is missing there",
    "challenge": "somebody said there is something in them",
}
"""What rests on areas, by its table: an area must not go while any of it is about it."""


def list_users_of_removed(session: Session, layer_id: int) -> list[str]:
    """What would be left without its area if the areas that are not staged went; in words, empty when nothing."""
    counted = "\n".join(
        f"UNION ALL SELECT '{words}: ' || count(*) FROM {table} JOIN gone ON gone.id = area_id HAVING count(*) > 0"  # noqa: S608
        for table, words in USERS_OF_AREAS.items()
    )
    return list(
        session.scalars(
            text(
                f"""
                WITH gone AS (SELECT id, area_code FROM area a WHERE area_layer_id = :layer_id
                              AND NOT EXISTS (SELECT 1 FROM stage_area s WHERE s.area_code = a.area_code))
                SELECT count(DISTINCT organisation_id) || ' organisations say they serve one of them'
                FROM footprint JOIN gone ON gone.id = area_id HAVING count(*) > 0
                UNION ALL SELECT 'this site is about ' || gone.area_code FROM site JOIN gone ON gone.id = area_id
                {counted}
                """  # noqa: S608 - constants of this file
            ),
            {"layer_id": layer_id},
        )
    )


def remove_areas_not_staged(session: Session, layer_id: int) -> int:
    return count_rows(
        session,
        "DELETE FROM area a WHERE area_layer_id = :layer_id "
        "AND NOT EXISTS (SELECT 1 FROM stage_area s WHERE s.area_code = a.area_code)",
        layer_id=layer_id,
    )


def merge_areas(session: Session, layer_id: int) -> Changes:
    """Add and change areas of a layer from the staging table; measures only those that differ."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.ready_area"))
    session.execute(
        text(
            """
            CREATE TEMP TABLE ready_area ON COMMIT DROP AS
            SELECT CAST(:layer_id AS integer) AS area_layer_id, area_code, name, geom,
                   ST_PointOnSurface(geom) AS point_geom, ST_Area(ST_Transform(geom, 27700)) AS size_m2
            FROM (SELECT area_code, name, ST_Multi(ST_SetSRID(geom, 4326)) AS geom FROM stage_area) s
            WHERE NOT EXISTS (SELECT 1 FROM area a WHERE a.area_layer_id = :layer_id
                              AND a.area_code = s.area_code AND a.name = s.name AND a.geom = s.geom)
            """
        ),
        {"layer_id": layer_id},
    )
    session.execute(text("ANALYZE ready_area"))
    return merge(
        session, "area", "ready_area", key=["area_layer_id", "area_code"],
        columns=["name", "geom", "point_geom", "size_m2"],
    )  # fmt: skip


def refresh_sort_order(session: Session, layer_id: int) -> None:
    """Order layers by the usual size of their areas, finest first."""
    session.execute(
        text(
            """
            UPDATE area_layer SET sort_order = found.sort_order
            FROM (SELECT coalesce(round(100 * log(avg(size_m2)))::integer, 0) AS sort_order
                  FROM area WHERE area_layer_id = :layer_id) found
            WHERE id = :layer_id AND area_layer.sort_order <> found.sort_order
            """
        ),
        {"layer_id": layer_id},
    )
