"""Every LSOA of England and Wales, drawn: no phone screen is heavier than it may be, and no sliver appears."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import shapely
from sqlalchemy.orm import Session

from app.actions.area_tiles import MOST_TILE_BYTES, draw_layer, make_tiles
from app.actions.load_areas import LayerCard, load_areas
from app.actions.loading import SourceCard
from app.actions.tile_blocks import Tile
from app.actions.tile_cache import TileCache
from app.analysis import drawing
from app.analysis.drawing import Drawing
from geodata.frames import AreasFrame
from geodata.readers.areas import read_areas

pytestmark = pytest.mark.real

NATIONAL = 34_753


def read_country(shared_data: Path) -> AreasFrame:
    file = shared_data / "areas" / "lsoa11_england_wales.gpkg"
    return read_areas(file, code_field="lsoa11_code", name_field="lsoa11_name")


@pytest.fixture(scope="module")
def country(shared_data: Path) -> tuple[drawing.Shapes, drawing.Metres, Drawing]:
    frame = read_country(shared_data)
    shapes = drawing.only_polygons(shapely.transform(frame.areas.geometry.to_numpy(), drawing.mercator))
    middles = shapely.get_coordinates(shapely.point_on_surface(shapes))
    return shapes, middles, drawing.draw(shapes, middles, [])


def test_neighbours_share_their_borders_in_every_band(
    country: tuple[drawing.Shapes, drawing.Metres, Drawing],
) -> None:
    shapes, _, drawn = country
    assert len(shapes) == NATIONAL
    assert shapely.coverage_is_valid(shapes)
    for band in drawn.bands:
        assert shapely.coverage_is_valid(band.shapes), (band.first_zoom, band.last_zoom)


def test_every_area_is_in_every_band_and_near_it_is_drawn_by_itself(
    country: tuple[drawing.Shapes, drawing.Metres, Drawing],
) -> None:
    _, _, drawn = country
    levels = {0: NATIONAL} | {number: level.count for number, level in enumerate(drawn.levels, 1)}
    assert all(len(band.shapes) == levels[band.level] for band in drawn.bands)
    assert all(len(level.groups) == NATIONAL for level in drawn.levels)
    assert all(band.level == 0 for band in drawn.bands if band.first_zoom >= 12)
    counts = [len(band.shapes) for band in drawn.bands]
    assert counts == sorted(counts)


def fullest_screens(middles: drawing.Metres, zoom: int) -> list[tuple[int, int]]:
    """The north-west tile of screens of 3 x 5 tiles with the most areas: around each of the fullest tiles, the
    fullest of the fifteen ways to lay a screen over it."""
    tiles = np.floor((middles + drawing.WORLD_M / 2) / (drawing.WORLD_M / 2**zoom)).astype(int)
    counts = Counter((x, 2**zoom - 1 - y) for x, y in tiles.tolist())
    corners = {(x - i, y - j) for (x, y), _ in counts.most_common(12) for i in range(3) for j in range(5)}
    return sorted(corners, key=lambda c: -sum(counts[c[0] + i, c[1] + j] for i in range(3) for j in range(5)))[:2]


def test_the_fullest_phone_screen_is_under_150_kb_at_every_zoom(
    country: tuple[drawing.Shapes, drawing.Metres, Drawing], shared_data: Path, session: Session, tmp_path: Path
) -> None:
    load_areas(
        session, read_country(shared_data), LayerCard("lsoa-2011", "LSOA", "LSOA", "2011"),
        SourceCard(key="ons", title="LSOA", publisher="ONS", licence="OGL v3.0"), file="lsoa11.gpkg",
    )  # fmt: skip
    drawn = draw_layer(session, "lsoa-2011")
    weights = {}
    for zoom in range(4, 17):
        for x, y in fullest_screens(country[1], zoom):
            tiles = [
                make_tiles(session, drawn, TileCache(tmp_path), Tile(zoom, x + i, y + j))
                for i in range(3) for j in range(5) if 0 <= x + i < 2**zoom and 0 <= y + j < 2**zoom
            ]  # fmt: skip
            assert max(map(len, tiles)) <= MOST_TILE_BYTES
            weights[zoom] = max(weights.get(zoom, 0), sum(map(len, tiles)))
    assert max(weights.values()) < 150_000, weights
    assert min(weights.values()) > 0
