"""Making a layer of square miles or hexagons over areas that are loaded."""

from __future__ import annotations

from enum import StrEnum
from math import sqrt
from typing import Literal

import geopandas as gpd

from app.actions.load_areas import LayerCard, load_areas, make_singular
from app.actions.loading import SILENT, LoadReport, Progress, SourceCard, begin_load
from app.errors import LoadRefusedError
from app.queries import Session, loading_areas, loading_grid
from app.vocabulary import AreaLayerKind
from geodata.frames import AreasFrame

MILE_M = 1609.344
HEXAGON_M = 1000.0
MAX_CELLS = 250_000


class GridShape(StrEnum):
    SQUARE_MILE = "square-mile"
    HEXAGON = "hexagon"


def make_grid(
    session: Session,
    *,
    over: str,
    shape: GridShape,
    size_m: float | None = None,
    key: str | None = None,
    name: str | None = None,
    replace: bool = False,
    progress: Progress = SILENT,
) -> LoadReport:
    """Make a layer of the cells that touch ``over``: a layer key, or layer:code for one area.

    ``size_m`` is the side of a square (default a mile) or the distance between opposite sides of a hexagon
    (default 1 km). A cell's code is its place in the grid that starts at the origin of the British National Grid,
    so it is the same whatever is covered; its name is its place on this map, like a street atlas: C4. ``key`` and
    ``name`` (plural) are those of the layer, made from shape and size when not given.
    """
    begin_load(session)
    layer_key, _, area_code = over.partition(":")
    layer = loading_areas.find_layer(session, layer_key)
    if layer is None:
        known = ", ".join(loading_areas.list_layer_keys(session)) or "none"
        raise LoadRefusedError(f"There is no layer “{layer_key}”.", f"Layers loaded: {known}.")
    if area_code and not loading_grid.has_area(session, layer.id, area_code):
        raise LoadRefusedError(f"The layer “{layer_key}” has no area “{area_code}”.", "Check the code.")
    is_square = shape is GridShape.SQUARE_MILE
    size = size_m or (MILE_M if is_square else HEXAGON_M)
    wanted = loading_grid.measure_extent(session, layer.id, area_code or None) / size**2
    if not 50 <= size <= 100_000 or wanted > MAX_CELLS:
        raise LoadRefusedError(
            f"Cells of {size:g} m cannot be made here (about {wanted:,.0f} of them; the limit is {MAX_CELLS:,}).",
            "Choose a size from 50 m to 100 km, or a smaller part of the map.",
        )
    progress.start("Cutting the grid", None)
    side = size if is_square else size / sqrt(3)
    kind: Literal["square", "hexagon"] = "square" if is_square else "hexagon"
    cells = loading_grid.list_cells(session, kind, side, layer.id, area_code or None)
    usual = _card(shape, size)
    plural = name or usual.name
    card = LayerCard(key or usual.key, plural, make_singular(plural), usual.vintage, usual.kind)
    return load_areas(
        session, AreasFrame(_name_cells(cells, shape, size)), card, SOURCE, file=f"grid over {over}",
        replace=replace, progress=progress,
    )  # fmt: skip


SOURCE = SourceCard(
    key="grid",
    title="Grid cells",
    publisher="Made here",
    licence="None needed",
    attribution="Grid cells made by this map",
    note="Squares and hexagons cut on the British National Grid.",
)


def _card(shape: GridShape, size: float) -> LayerCard:
    if shape is GridShape.SQUARE_MILE and size == MILE_M:
        return LayerCard("square-mile", "Square miles", "Square mile", "1 mile grid", AreaLayerKind.GRID)
    if shape is GridShape.SQUARE_MILE:
        key, vintage = f"square-{size:g}", f"{size:g} m grid"
        return LayerCard(key, f"Squares of {size:g} m", "Square", vintage, AreaLayerKind.GRID)
    return LayerCard(
        f"hexagon-{size:g}", f"Hexagons of {size:g} m", "Hexagon", f"{size:g} m hexagons", AreaLayerKind.HEXAGON
    )


def _name_cells(cells: gpd.GeoDataFrame, shape: GridShape, size: float) -> gpd.GeoDataFrame:
    """Give each cell its code (place in the national grid) and its name (place on this map, A1 is north-west)."""
    card = _card(shape, size)
    is_square = shape is GridShape.SQUARE_MILE
    prefix = "sm" if card.key == "square-mile" else f"{'sq' if is_square else 'hx'}{size:g}"
    columns = cells["i"] - cells["i"].min()
    rows = cells["j"].max() - cells["j"]
    return gpd.GeoDataFrame(
        {
            "area_code": [f"{prefix}-{i}-{j}" for i, j in zip(cells["i"], cells["j"], strict=True)],
            "name": [f"{card.singular} {_letters(c)}{r + 1}" for c, r in zip(columns, rows, strict=True)],
            "geom": cells.geometry,
        },
        geometry="geom",
        crs=cells.crs,
    )


def _letters(number: int) -> str:
    """Columns as spreadsheets name them: A … Z, AA …"""
    number += 1
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
