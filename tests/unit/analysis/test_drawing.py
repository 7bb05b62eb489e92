"""Areas at every zoom: borders stay shared, groups add up, and no screen gets more than it should."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from app.analysis import drawing
from app.analysis.drawing import Grouping

SIDE_M = 900.0


def wavy_squares(columns: int, rows: int, seed: int = 1) -> tuple[drawing.Shapes, drawing.Metres]:
    """A coverage of squares whose borders wobble, the same on both sides; and a point in each."""
    dice = np.random.default_rng(seed)

    def border(x: int, y: int, dx: int, dy: int) -> shapely.Geometry:
        along = np.linspace(0, 1, 21)
        wobble = dice.uniform(-30, 30, 21) * (np.abs(along - 0.5) < 0.4)
        return shapely.linestrings(
            np.column_stack([(x + along * dx) * SIDE_M + wobble * dy, (y + along * dy) * SIDE_M + wobble * dx])
        )

    borders = [border(x, y, 1, 0) for x in range(columns) for y in range(rows + 1)]
    borders += [border(x, y, 0, 1) for x in range(columns + 1) for y in range(rows)]
    shapes = np.array(shapely.polygonize(borders).geoms, dtype=object)
    assert len(shapes) == columns * rows
    return shapes, shapely.get_coordinates(shapely.point_on_surface(shapes))


def test_simplified_neighbours_still_share_their_borders() -> None:
    shapes, _ = wavy_squares(12, 12)
    assert shapely.coverage_is_valid(shapes)
    for zoom in (6, 8, 10, 12):
        simple = drawing.simplify(shapes, zoom)
        assert shapely.coverage_is_valid(simple)
        assert shapely.is_valid(simple).all()
        assert shapely.get_num_coordinates(simple).sum() <= shapely.get_num_coordinates(shapes).sum()
    far = drawing.simplify(shapes, 8)
    assert shapely.get_num_coordinates(far).sum() < 0.4 * shapely.get_num_coordinates(shapes).sum()
    bend = drawing.MOST_BEND_PX * drawing.pixel_m(8)
    assert shapely.hausdorff_distance(shapely.union_all(far), shapely.union_all(shapes)) < 2 * bend


@pytest.mark.parametrize("room", [3_000, 15_000, 120_000])
def test_every_zoom_is_drawn_once_and_every_area_is_in_every_band(
    room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MOST_BYTES_PER_SCREEN", room)
    shapes, middles = wavy_squares(20, 20)
    whole = shapely.union_all(shapes)
    drawn = drawing.draw(shapes, middles, [])
    zooms = [zoom for band in drawn.bands for zoom in range(band.first_zoom, band.last_zoom + 1)]
    assert zooms == list(range(23))
    for band in drawn.bands:
        assert shapely.coverage_is_valid(band.shapes)
        bend = drawing.MOST_BEND_PX * drawing.pixel_m(min(band.last_zoom, drawing.EXACT_FROM_ZOOM))
        lost = abs(shapely.area(band.shapes).sum() - whole.area)
        assert lost <= whole.length * bend  # the outline moves by less than a bend
        if band.level:
            grouping = drawn.levels[band.level - 1]
            assert sorted(set(grouping.groups)) == list(range(len(band.shapes)))
            assert len(grouping.groups) == len(shapes)
        else:
            assert len(band.shapes) == len(shapes)
    exact = drawn.bands[-1]
    assert exact.last_zoom == drawing.MOST_ZOOM
    assert all(a is b for a, b in zip(exact.shapes, shapes, strict=True))
    assert len({level.name for level in drawn.levels}) == len(drawn.levels)


def test_groups_are_the_areas_they_are_made_of() -> None:
    shapes, middles = wavy_squares(6, 6)
    grouping = drawing.by_square(middles, 15)
    joined = drawing.join(shapes, grouping)
    assert 1 < grouping.count < len(shapes)
    for group, shape in enumerate(joined):
        assert shape.equals(shapely.union_all(shapes[grouping.groups == group]))


def slow_fullest_screen(middles: drawing.Metres, sizes: np.ndarray, zoom: int) -> float:
    tiles = [tuple(t) for t in np.floor((middles + drawing.WORLD_M / 2) / (drawing.WORLD_M / 2**zoom)).astype(int)]
    return max(
        sum(
            size
            for tile, size in zip(tiles, sizes, strict=True)
            if x - across <= tile[0] < x - across + 3 and y - up <= tile[1] < y - up + 5
        )
        for x, y in set(tiles)
        for across in range(3)
        for up in range(5)
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_fullest_screen_is_what_a_slow_search_finds(seed: int) -> None:
    dice = np.random.default_rng(seed)
    middles = dice.normal(0, 10 ** dice.uniform(3, 6), (60, 2))
    sizes = dice.integers(1, 50, 60).astype(float)
    for zoom in (4, 9, 12, 16):
        assert drawing.fullest_screen(middles, sizes, zoom) == pytest.approx(
            slow_fullest_screen(middles, sizes, zoom)
        )


def test_layers_nest_or_they_do_not() -> None:
    shapes, middles = wavy_squares(6, 6)
    parent = np.floor(middles / (2 * SIDE_M)).astype(int)
    groups = np.unique(parent, axis=0, return_inverse=True)[1].reshape(-1)
    coarse = drawing.join(shapes, Grouping("", groups))
    found = drawing.nest(middles, shapely.area(shapes), coarse, shapely.area(coarse), "wards")
    assert found is not None
    assert [found.groups[groups == group].tolist() for group in range(9)] == [
        [found.groups[groups == group][0]] * 4 for group in range(9)
    ]
    shifted = np.array(
        [shapely.affinity.translate(shape, SIDE_M * 0.7, SIDE_M * 0.7) for shape in coarse], dtype=object
    )
    assert drawing.nest(middles, shapely.area(shapes), shifted, shapely.area(shifted), "wards") is None
    assert drawing.nest(middles, shapely.area(shapes), shapes, shapely.area(shapes), "the same") is None


def test_stray_points_and_lines_are_left_out() -> None:
    square = shapely.box(0, 0, 1, 1)
    messy = shapely.geometrycollections([square, shapely.Point(5, 5), shapely.box(2, 0, 3, 1)])
    cleaned = drawing.only_polygons(np.array([square, messy], dtype=object))
    assert [shape.geom_type for shape in cleaned] == ["MultiPolygon", "MultiPolygon"]
    assert [shape.area for shape in cleaned] == [1, 2]
