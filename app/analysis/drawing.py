"""Drawing a layer of areas at every zoom: borders simplified so that neighbours still share them, and areas too
small to see drawn together.

Everything is in metres of Web Mercator (EPSG:3857). A band is a run of zooms drawn alike; a level says how areas
are drawn together: level 0 is each area by itself. Nothing is dropped: each area is part of one shape in every
band, so sums over shapes are sums over areas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

Shapes = npt.NDArray[np.object_]
Numbers = npt.NDArray[np.int64]
Metres = npt.NDArray[np.float64]

WORLD_M = 40_075_016.685578488
LEAST_ZOOM, EXACT_FROM_ZOOM, MOST_ZOOM = 4, 15, 22
SCREEN_COLUMNS, SCREEN_ROWS = 3, 5
"""Tiles of 256 pixels that a phone of 390 x 844 may show a part of."""
MOST_BYTES_PER_SCREEN = 120_000
"""Compressed, by estimate; the goal is 150,000."""
BYTES_PER_SHAPE, BYTES_PER_VERTEX = 8.0, 1.7
"""Measured on tiles of 1024 units, compressed, with what neighbouring tiles repeat."""
MOST_BEND_PX = 2.0
"""A bend goes when the triangle it makes is smaller than a square of this side: about a pixel off the line."""
SQUARES = "squares"


@dataclass(frozen=True)
class Grouping:
    """Which group each area is in, from 0; ``name`` is the key of a coarser layer, or ``squares``."""

    name: str
    groups: Numbers

    @cached_property
    def count(self) -> int:
        return int(self.groups.max()) + 1 if len(self.groups) else 0


@dataclass(frozen=True)
class Band:
    """Shapes for the zooms from ``first_zoom`` to ``last_zoom``; level 0 is areas, else ``levels[level - 1]``."""

    first_zoom: int
    last_zoom: int
    level: int
    shapes: Shapes


@dataclass(frozen=True)
class Drawing:
    """Bands from the farthest zoom to the nearest; levels from the smallest groups to the biggest."""

    bands: tuple[Band, ...]
    levels: tuple[Grouping, ...]


def pixel_m(zoom: int) -> float:
    return float(WORLD_M / 256 / 2**zoom)


def mercator(degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Longitude and latitude, shape (n, 2), as EPSG:3857 metres."""
    radius = WORLD_M / (2 * np.pi)
    lat = np.radians(np.clip(degrees[:, 1], -85.0511, 85.0511))
    return np.column_stack([np.radians(degrees[:, 0]) * radius, np.log(np.tan(np.pi / 4 + lat / 2)) * radius])


def draw(shapes: Shapes, middles: Metres, coarser: Sequence[Grouping]) -> Drawing:
    """Choose what to draw at each zoom and simplify it.

    ``shapes`` are polygons, ``middles`` (n, 2) a point in each; ``coarser`` are groupings by other layers that
    nest, the finest first. From near to far, the finest of areas, coarser layers and squares that fits a phone
    screen is taken. Squares of 32 pixels are used where no layer gives at least a quarter of their detail.
    """
    own = Grouping("", np.arange(len(shapes)))
    levels: list[Grouping] = []
    bands = [Band(EXACT_FROM_ZOOM, MOST_ZOOM, 0, shapes)]
    choices = _Choices(shapes, middles, [own, *coarser])
    for zoom in range(EXACT_FROM_ZOOM - 1, LEAST_ZOOM - 1, -1):
        last = bands[-1]
        is_lone = last.level == 0 and last.first_zoom == last.last_zoom
        if is_lone and fits(last.shapes, middles, zoom):
            bands[-1] = Band(zoom, last.last_zoom, 0, last.shapes)
            continue
        grouping, drawn = choices.take(zoom)
        if grouping is not own and (not levels or levels[-1].name != grouping.name):
            levels.append(grouping)
        bands.append(Band(zoom, zoom, 0 if grouping is own else len(levels), drawn))
    farthest = bands[-1]
    bands[-1] = Band(0, farthest.last_zoom, farthest.level, farthest.shapes)
    return Drawing(tuple(reversed(bands)), tuple(levels))


class _Choices:
    """What is still to choose from on the way out: never again anything finer than what was taken last."""

    def __init__(self, shapes: Shapes, middles: Metres, groupings: list[Grouping]) -> None:
        self.shapes = shapes
        self.middles = middles
        self.groupings = groupings
        self.finest_square = MOST_ZOOM

    def take(self, zoom: int) -> tuple[Grouping, Shapes]:
        """The finest grouping that fits a screen at ``zoom``, and its shapes."""
        detail = by_square(self.middles, zoom + 3).count
        for position, grouping in enumerate(self.groupings):
            if grouping.name and grouping.count < detail / 4:
                break
            drawn = _draw_if_it_fits(self.shapes, self.middles, grouping, zoom)
            if drawn is not None:
                self.groupings = self.groupings[position:]
                return grouping, drawn
        for level in range(min(self.finest_square, zoom + 3), zoom, -1):
            squares = by_square(self.middles, level)
            drawn = _draw_if_it_fits(self.shapes, self.middles, squares, zoom)
            if drawn is not None:
                break
        else:
            squares = by_square(self.middles, zoom + 1)
            drawn = simplify(join(self.shapes, squares), zoom)
        self.finest_square = level
        self.groupings = [grouping for grouping in self.groupings if grouping.count < squares.count]
        return squares, drawn


def _draw_if_it_fits(shapes: Shapes, middles: Metres, grouping: Grouping, zoom: int) -> Shapes | None:
    middles = middles_of(grouping, middles)
    least = np.full(grouping.count, BYTES_PER_SHAPE + 5 * BYTES_PER_VERTEX)
    if fullest_screen(middles, least, zoom) > MOST_BYTES_PER_SCREEN:  # not even as squares: no need to look closer
        return None
    drawn = simplify(join(shapes, grouping), zoom)
    return drawn if fits(drawn, middles, zoom) else None


def middles_of(grouping: Grouping, middles: Metres) -> Metres:
    """The mean of the points of each group, (count, 2)."""
    size = np.bincount(grouping.groups, minlength=grouping.count)
    sums = [np.bincount(grouping.groups, weights=middles[:, axis], minlength=grouping.count) for axis in (0, 1)]
    return np.column_stack([total / size for total in sums])


def by_square(middles: Metres, level: int) -> Grouping:
    """Areas whose points lie in the same square of the world halved ``level`` times."""
    side = WORLD_M / 2**level
    cells = np.floor((middles + WORLD_M / 2) / side).astype(np.int64)
    _, groups = np.unique(cells, axis=0, return_inverse=True)
    return Grouping(f"{SQUARES}-{level}", groups.reshape(-1))


def join(shapes: Shapes, grouping: Grouping) -> Shapes:
    """The shapes of the groups; borders inside a group go."""
    if grouping.count == len(shapes):
        return shapes[np.argsort(grouping.groups)]
    order = np.argsort(grouping.groups, kind="stable")
    parts = np.split(shapes[order], np.cumsum(np.bincount(grouping.groups))[:-1])
    return only_polygons(np.array([_union(part) for part in parts], dtype=object))


def _union(parts: Shapes) -> object:
    if len(parts) == 1:
        return parts[0]
    try:
        return shapely.coverage_union_all(parts)
    except shapely.GEOSException:  # where published borders overlap; a metre hides the join
        return shapely.union_all(parts, grid_size=1.0)


def only_polygons(shapes: Shapes) -> Shapes:
    """The same shapes as multipolygons, without the stray points and lines that repairs and joins leave."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    is_collection = shapely.get_type_id(parts) == shapely.GeometryType.GEOMETRYCOLLECTION
    if is_collection.any():
        return only_polygons(np.array([shapely.unary_union(shape) for shape in shapes], dtype=object))
    is_polygon = np.isin(
        shapely.get_type_id(parts), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
    )
    parts, inner = shapely.get_parts(parts[is_polygon], return_index=True)
    made: Shapes = shapely.multipolygons(parts, indices=owner[is_polygon][inner])
    return made


def simplify(shapes: Shapes, zoom: int) -> Shapes:
    """The same coverage with the bends under a pixel at ``zoom`` taken out of the borders, once for both sides.

    GEOS coverage simplification (Visvalingam-Whyatt): triangles smaller than a square pixel go.
    """
    return np.asarray(shapely.coverage_simplify(shapes, MOST_BEND_PX * pixel_m(zoom)), dtype=object)


def fits(shapes: Shapes, middles: Metres, zoom: int) -> bool:
    sizes = BYTES_PER_SHAPE + BYTES_PER_VERTEX * shapely.get_num_coordinates(shapes)
    return fullest_screen(middles, sizes, zoom) <= MOST_BYTES_PER_SCREEN


def fullest_screen(middles: Metres, sizes: npt.NDArray[np.float64], zoom: int) -> float:
    """The most bytes on any phone screen at ``zoom``, by what stands in its tiles."""
    tiles = np.floor((middles + WORLD_M / 2) / (WORLD_M / 2**zoom)).astype(np.int64)
    tiles -= tiles.min(axis=0)
    # Most tiles are empty at near zooms: only rows and columns in use are laid out, and gaps kept short.
    columns, rows = (_close_up(tiles[:, axis], span) for axis, span in ((0, SCREEN_COLUMNS), (1, SCREEN_ROWS)))
    grid = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(grid, (rows, columns), sizes)
    sums = np.zeros((grid.shape[0] + 1, grid.shape[1] + 1))
    sums[1:, 1:] = grid.cumsum(axis=0).cumsum(axis=1)
    bottom = np.minimum(np.arange(grid.shape[0]) + SCREEN_ROWS, grid.shape[0])
    right = np.minimum(np.arange(grid.shape[1]) + SCREEN_COLUMNS, grid.shape[1])
    window = sums[np.ix_(bottom, right)] - sums[: len(bottom), right] - sums[bottom, : len(right)]
    return float((window + sums[: len(bottom), : len(right)]).max())


def _close_up(positions: Numbers, span: int) -> Numbers:
    """Positions with every gap wider than ``span`` shortened to it: no window of that width sees a difference."""
    used, where = np.unique(positions, return_inverse=True)
    steps = np.minimum(np.diff(used, prepend=used[:1]), span)
    return np.cumsum(steps)[where.reshape(-1)]


def nest(
    middles: Metres,
    sizes: npt.NDArray[np.float64],
    coarse_shapes: Shapes,
    coarse_sizes: npt.NDArray[np.float64],
    name: str,
) -> Grouping | None:
    """Areas grouped by the coarser area that holds their point, or None where the layers do not nest.

    They nest when 98 % of areas have one, and nine of ten of these areas lie in a coarse area whose size their
    sizes add up to within 10 %. Areas without one each stay alone. ``sizes`` are in one unit, whichever.
    """
    points = shapely.points(middles)
    found, parents = shapely.STRtree(coarse_shapes).query(points, predicate="within")
    parent = np.full(len(middles), -1)
    parent[found[::-1]] = parents[::-1]
    has_one = parent >= 0
    if has_one.mean() < 0.98 or len(coarse_shapes) >= len(middles):
        return None
    total = np.bincount(parent[has_one], weights=sizes[has_one], minlength=len(coarse_shapes))
    agrees = np.abs(total / coarse_sizes - 1) <= 0.1
    if agrees[parent[has_one]].mean() < 0.9:
        return None
    parent[~has_one] = len(coarse_shapes) + np.arange((~has_one).sum())
    _, groups = np.unique(parent, return_inverse=True)
    return Grouping(name, groups.reshape(-1))
