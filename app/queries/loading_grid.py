"""Grids of squares or hexagons over areas that are loaded, cut on the British National Grid."""

from __future__ import annotations

from typing import Literal

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

GRID_FUNCTIONS = {"square": "ST_SquareGrid", "hexagon": "ST_HexagonGrid"}


def list_cells(
    session: Session, shape: Literal["square", "hexagon"], side_m: float, layer_id: int, area_code: str | None
) -> gpd.GeoDataFrame:
    """Cells that touch a layer (or one area of it): columns i, j (the cell's place in the grid) and geom (WGS84).

    The grid starts at the origin of the British National Grid, so a cell has the same i and j whatever it covers.
    """
    rows = session.execute(
        text(
            f"""
            WITH cover AS (SELECT geom FROM area WHERE area_layer_id = :layer_id
                           AND (CAST(:area_code AS text) IS NULL OR area_code = :area_code)),
            cells AS (
              SELECT i, j, ST_Transform(geom, 4326) AS geom FROM {GRID_FUNCTIONS[shape]}(
                :side_m, (SELECT ST_SetSRID(ST_Extent(ST_Transform(geom, 27700))::geometry, 27700) FROM cover)))
            SELECT i, j, ST_AsBinary(ST_Multi(geom)) FROM cells c
            WHERE EXISTS (SELECT 1 FROM cover WHERE ST_Intersects(cover.geom, c.geom)) ORDER BY i, j
            """  # noqa: S608 - one of two function names
        ),
        {"side_m": side_m, "layer_id": layer_id, "area_code": area_code},
    ).all()
    frame = pd.DataFrame(rows, columns=["i", "j", "geom"])
    shapes = shapely.from_wkb(frame["geom"].map(bytes).to_numpy(dtype=object))
    return gpd.GeoDataFrame(frame[["i", "j"]].assign(geom=shapes), geometry="geom", crs="EPSG:4326")


def has_area(session: Session, layer_id: int, area_code: str) -> bool:
    return bool(
        session.scalar(
            text("SELECT EXISTS (SELECT 1 FROM area WHERE area_layer_id = :layer_id AND area_code = :area_code)"),
            {"layer_id": layer_id, "area_code": area_code},
        )
    )


def measure_extent(session: Session, layer_id: int, area_code: str | None) -> float:
    """Square metres of the box around a layer, or around one area of it."""
    found = session.scalar(
        text(
            "SELECT ST_Area(ST_SetSRID(ST_Extent(ST_Transform(geom, 27700))::geometry, 27700)) FROM area "
            "WHERE area_layer_id = :layer_id AND (CAST(:area_code AS text) IS NULL OR area_code = :area_code)"
        ),
        {"layer_id": layer_id, "area_code": area_code},
    )
    return float(found or 0)
