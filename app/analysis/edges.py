"""Where the map ends: how far people live from land of which nothing is loaded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from app.analysis.inputs import FloatArray

SLIVER_M = 25.0
"""Drawn borders of neighbours may miss each other by this much; that is no land of its own."""
LEAST_HOLE_M2 = 100_000.0
COAST_STRIP_M = 100.0
"""Two drawings of a coast may lie twice this far apart."""


def edge_distance(
    shapes: Sequence[bytes],
    x_m: FloatArray,
    y_m: FloatArray,
    most_m: float,
    land: Sequence[bytes] | None = None,
) -> FloatArray:
    """Metres from each point to the edge of everything the shapes cover together; inf beyond ``most_m``.

    Shapes: polygons as WKB in metres; (n,) in and out. Holes under ten hectares and slivers are no edge. With
    ``land``, all of it within ``most_m`` of the points, only where land goes on is an edge: the sea is none.
    """
    distance = np.full(x_m.size, np.inf)
    if not len(shapes) or not x_m.size:
        return distance
    covered = shapely.union_all(shapely.buffer(shapely.from_wkb(list(shapes)), SLIVER_M, join_style="mitre"))
    rings = _ends_of(covered) if land is None else _ends_on_land(covered, land)
    if not rings:
        return distance
    ends = [shapely.get_coordinates(ring) for ring in rings]
    pieces = np.concatenate([np.stack([line[:-1], line[1:]], axis=1) for line in ends])
    tree = shapely.STRtree(shapely.linestrings(pieces))
    points = shapely.points(x_m, y_m)
    found, away = tree.query_nearest(
        points, max_distance=most_m + SLIVER_M, return_distance=True, all_matches=False
    )
    distance[found[0]] = np.maximum(0.0, away - SLIVER_M)
    return distance


def _ends_of(covered: shapely.Geometry) -> list[shapely.Geometry]:
    """Where what is covered ends: its outer rings, and those of its bigger holes."""
    rings = []
    for polygon in shapely.get_parts(covered):
        rings.append(shapely.get_exterior_ring(polygon))
        rings += [hole for hole in polygon.interiors if shapely.area(shapely.polygons(hole)) >= LEAST_HOLE_M2]
    return rings


def _ends_on_land(covered: shapely.Geometry, land: Sequence[bytes]) -> list[shapely.Geometry]:
    """The outer rings of land that is not covered; strips between two drawings of one coast are none."""
    drawn = shapely.union_all(shapely.make_valid(shapely.from_wkb(list(land))))
    bare = shapely.difference(drawn, covered)
    whole = shapely.buffer(
        shapely.buffer(bare, -COAST_STRIP_M, join_style="mitre"), COAST_STRIP_M, join_style="mitre"
    )
    parts = shapely.get_parts(whole)
    return list(shapely.get_exterior_ring(parts[shapely.area(parts) >= LEAST_HOLE_M2]))
