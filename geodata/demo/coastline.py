"""The coast: a sketch of bays and headlands, rounded, then made ragged as far as its rock is ragged."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline
from shapely import MultiPolygon, Polygon, make_valid, union_all

from geodata.demo.chance import Floats
from geodata.demo.settlements import Sketch

ROUGHNESS = 0.24  # sideways push of a midpoint as a part of its edge, where the rock is most ragged
DETAIL_M = 45.0


def make_coastline(sketch: Sketch, rng: np.random.Generator) -> MultiPolygon:
    """The island and its islets as one valid MultiPolygon in metres (EPSG:27700), main island first.

    Random midpoint displacement (Fournier, Fussell and Carpenter 1982) on a periodic spline of the sketch.
    """
    main = _largest(_ragged(_rounded(sketch.coast_m), rng))
    islets = [_islet(x, y, radius, rng) for x, y, radius in sketch.islets_m]
    parts = sorted(_polygons(union_all([main, *islets])), key=lambda part: -part.area)
    return MultiPolygon(parts)


def _rounded(sketch: Floats, per_edge: int = 2) -> Floats:
    """The sketch (n, 3: x, y, ragged) as a closed smooth curve with ``per_edge`` points for every sketched one."""
    closed = np.vstack([sketch, sketch[:1]])
    chord = np.sqrt(np.hypot(*np.diff(closed[:, :2], axis=0).T))
    at = np.concatenate([[0.0], np.cumsum(chord)])
    along = np.interp(np.arange(len(sketch) * per_edge) / per_edge, np.arange(len(at)), at)
    curve = CubicSpline(at, closed[:, :2], bc_type="periodic")(along)
    return np.column_stack([curve, np.interp(along, at, closed[:, 2])])


def _ragged(ring: Floats, rng: np.random.Generator) -> Polygon:
    """Split every edge at a pushed midpoint until the edges are about DETAIL_M long."""
    while True:
        after = np.roll(ring, -1, axis=0)
        edge = after[:, :2] - ring[:, :2]
        push = rng.normal(0, ROUGHNESS, len(ring)) * (0.12 + ring[:, 2])
        middle = (ring + after) / 2
        middle[:, 0] -= edge[:, 1] * push
        middle[:, 1] += edge[:, 0] * push
        ring = np.stack([ring, middle], axis=1).reshape(-1, 3)
        if np.median(np.hypot(*edge.T)) < 2 * DETAIL_M:
            return Polygon(ring[:, :2])


def _islet(x: float, y: float, radius: float, rng: np.random.Generator) -> Polygon:
    turn = np.linspace(0, 2 * np.pi, 9, endpoint=False)
    reach = radius * rng.uniform(0.65, 1.25, len(turn))
    ring = np.column_stack([x + 1.35 * reach * np.cos(turn), y + 0.8 * reach * np.sin(turn), np.ones(len(turn))])
    return _largest(_ragged(ring, rng))


def _polygons(shape: object) -> list[Polygon]:
    return [part for part in getattr(shape, "geoms", [shape]) if isinstance(part, Polygon)]


def _largest(shape: Polygon) -> Polygon:
    """The largest piece without holes, once a ring that crosses itself has been mended."""
    piece = max(_polygons(make_valid(shape)), key=lambda part: part.area)
    return Polygon(piece.exterior)
