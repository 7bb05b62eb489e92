"""Walking by the paths: a network of nodes and lengths, and who is how far from what on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from app.analysis.catchments import Pairs, find_pairs
from app.analysis.inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    PopulationPoints,
    ReachSettings,
    ServicePoints,
    as_indexes,
    as_numbers,
)
from app.analysis.provision import nearest_distance

MOST_SNAP_M = 250.0
"""Whoever lives further than this from any path is measured by straight line instead."""
SPLIT_M = 50.0
"""Long straights get nodes in between, so that nobody is taken far along a path only to join it."""
LEAST_PIECE = 0.1
"""Pieces of the network smaller than this share of the biggest are courtyards and mistakes: nobody joins those."""
CELLS_AT_ONCE = 8_000_000


@dataclass(frozen=True, eq=False)
class WalkingNetwork:
    """Where one may walk: nodes (n,) in metres on a flat grid, and edges (e,) between two of them with a length.

    Every edge goes both ways; a length is never less than the straight line. Errors: ValueError where an edge
    names a node that is not there.
    """

    x_m: FloatArray
    y_m: FloatArray
    start: IntArray
    stop: IntArray
    length_m: FloatArray

    def __post_init__(self) -> None:
        x_m = as_numbers("x_m", self.x_m)
        start = as_indexes("start", self.start)
        object.__setattr__(self, "x_m", x_m)
        object.__setattr__(self, "y_m", as_numbers("y_m", self.y_m, length=x_m.size))
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "stop", as_indexes("stop", self.stop, length=start.size))
        object.__setattr__(self, "length_m", as_numbers("length_m", self.length_m, length=start.size, least=0))
        if start.size and max(int(start.max()), int(self.stop.max())) >= x_m.size:
            raise ValueError("An edge of the walking network names a node that is not there.")

    @property
    def count(self) -> int:
        """How many nodes there are."""
        return int(self.x_m.size)

    @cached_property
    def graph(self) -> csr_matrix:
        """Lengths both ways, (n, n); of two edges between the same nodes the shorter."""
        ends = np.concatenate([self.start, self.stop]), np.concatenate([self.stop, self.start])
        length = np.maximum(np.concatenate([self.length_m, self.length_m]), 1e-9)  # 0 would be no edge
        order = np.lexsort((length, ends[1], ends[0]))
        row, column = ends[0][order], ends[1][order]
        first = np.ones(order.size, dtype=bool)
        first[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
        return csr_matrix((length[order][first], (row[first], column[first])), shape=(self.count, self.count))

    @cached_property
    def joinable(self) -> IntArray:
        """Nodes of pieces big enough to lead anywhere."""
        if not self.count:
            return np.zeros(0, dtype=np.intp)
        _, piece = connected_components(self.graph, directed=False)
        size = np.bincount(piece)
        return np.flatnonzero(size[piece] >= LEAST_PIECE * size.max())

    @cached_property
    def tree(self) -> cKDTree:
        return cKDTree(np.column_stack([self.x_m[self.joinable], self.y_m[self.joinable]]))

    def snap(self, x_m: FloatArray, y_m: FloatArray) -> Snapped:
        """The nearest node of each place, and how far away it is; none further than MOST_SNAP_M."""
        if not len(x_m) or not self.joinable.size:
            return Snapped(np.full(len(x_m), -1, dtype=np.intp), np.full(len(x_m), np.inf))
        away, nearest = self.tree.query(np.column_stack([x_m, y_m]), distance_upper_bound=MOST_SNAP_M)
        found = np.isfinite(away)
        node = np.full(len(x_m), -1, dtype=np.intp)
        node[found] = self.joinable[nearest[found]]
        return Snapped(node, away)


@dataclass(frozen=True, eq=False)
class Snapped:
    """Places on a network: ``node`` (k,) or -1 where no path is near, ``away_m`` (k,) straight to it."""

    node: IntArray
    away_m: FloatArray

    @property
    def on_path(self) -> BoolArray:
        return self.node >= 0


def split_edges(network: WalkingNetwork, most_m: float = SPLIT_M) -> WalkingNetwork:
    """The same network with nodes along every straight that is longer than ``most_m``."""
    parts = np.maximum(1, np.ceil(network.length_m / most_m)).astype(np.intp)
    edge = np.repeat(np.arange(parts.size), parts)
    part = np.arange(edge.size) - np.repeat(np.cumsum(parts) - parts, parts)
    share = part / parts[edge]
    new = np.flatnonzero(part > 0)
    number = np.zeros(edge.size, dtype=np.intp)
    number[new] = network.count + np.arange(new.size)
    start = np.where(part == 0, network.start[edge], number)
    is_last = part == parts[edge] - 1
    stop = np.where(is_last, network.stop[edge], np.append(number[1:], 0))

    def along(axis: FloatArray) -> FloatArray:
        ends = axis[network.start[edge[new]]], axis[network.stop[edge[new]]]
        return np.append(axis, ends[0] + share[new] * (ends[1] - ends[0]))

    return WalkingNetwork(
        along(network.x_m), along(network.y_m), start, stop, network.length_m[edge] / parts[edge]
    )


def find_walks(
    network: WalkingNetwork,
    points: PopulationPoints,
    homes: Snapped,
    services: ServicePoints,
    settings: ReachSettings,
) -> Pairs:
    """Every point and service within reach by the paths: to the path, along it, and from it, in metres.

    Where a point or a service is too far from any path, ``settings.detour`` times the straight line stands for it.
    Shapes: ``homes`` is the network's snap of the n points; p pairs out, sorted by service, then by point.
    """
    doors = network.snap(services.x_m, services.y_m)
    chunks = list(_walks(network, homes, doors, settings.reach_m))
    straight = find_pairs(points, services, settings)
    off = ~(homes.on_path[straight.point] & doors.on_path[straight.service])
    chunks.append((straight.point[off], straight.service[off], straight.distance_m[off]))
    point, service, distance = (np.concatenate(column) for column in zip(*chunks, strict=True))
    order = np.lexsort((point, service))
    return Pairs(point[order], service[order], distance[order])


def _walks(
    network: WalkingNetwork, homes: Snapped, doors: Snapped, reach_m: float
) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Chunks of (point, service, metres); services near each other share one search of the part around them."""
    living = np.flatnonzero(homes.on_path)
    for services in _tiles(network, doors, reach_m):
        nodes, graph = _around(network, doors.node[services], reach_m)
        place = np.full(network.count, -1, dtype=np.intp)
        place[nodes] = np.arange(nodes.size)
        near = living[place[homes.node[living]] >= 0]
        at_once = max(1, CELLS_AT_ONCE // max(1, nodes.size))
        for first in range(0, services.size, at_once):
            some = services[first : first + at_once]
            sources, which = np.unique(place[doors.node[some]], return_inverse=True)
            found = dijkstra(graph, indices=sources, limit=reach_m)[:, place[homes.node[near]]]
            walk = found[which] + doors.away_m[some][:, None] + homes.away_m[near]
            row, column = np.nonzero(walk <= reach_m)
            yield near[column], some[row], walk[row, column]


def _tiles(network: WalkingNetwork, doors: Snapped, reach_m: float) -> Iterator[IntArray]:
    """Services on the network, in groups that lie in one square as wide as the reach."""
    some = np.flatnonzero(doors.on_path)
    side = max(reach_m, 500.0)
    column, row = ((axis[doors.node[some]] // side).astype(np.intp) for axis in (network.x_m, network.y_m))
    _, tile = np.unique(np.column_stack([column, row]), axis=0, return_inverse=True)
    order = np.argsort(tile.ravel(), kind="stable")
    last = np.flatnonzero(np.diff(tile.ravel()[order])) + 1
    yield from (group for group in np.split(some[order], last) if group.size)


def _around(network: WalkingNetwork, nodes: IntArray, reach_m: float) -> tuple[IntArray, csr_matrix]:
    """The part of the network that anybody could walk through within reach of these nodes."""
    inside = np.ones(network.count, dtype=bool)
    for axis in (network.x_m, network.y_m):
        inside &= (axis >= axis[nodes].min() - reach_m) & (axis <= axis[nodes].max() + reach_m)
    kept = np.flatnonzero(inside)
    return kept, network.graph[kept][:, kept]


def nearest_walk(
    network: WalkingNetwork, points: PopulationPoints, homes: Snapped, services: ServicePoints, detour: float
) -> FloatArray:
    """Metres from each point to the nearest service, (n,), however far, measured as find_walks measures.

    Where no path leads there, it is ``detour`` times the straight line; inf where there is no service.
    """
    straight: FloatArray = nearest_distance(points, services, 1, detour)[0]
    doors = network.snap(services.x_m, services.y_m)
    if not doors.on_path.any():
        return straight
    walk = np.full(points.count, np.inf)
    living = homes.on_path
    walk[living] = _from_nearest(network, doors)[homes.node[living]] + homes.away_m[living]
    off = ~doors.on_path
    moors = ServicePoints(services.x_m[off], services.y_m[off], services.supply[off], services.theme[off])
    walk[living] = np.minimum(walk, nearest_distance(points, moors, 1, detour)[0])[living]
    nearest: FloatArray = np.where(np.isfinite(walk), walk, straight)
    return nearest


def _from_nearest(network: WalkingNetwork, doors: Snapped) -> FloatArray:
    """Metres to each node from the nearest service on the network: one search, from a node joined to them all."""
    some = np.flatnonzero(doors.on_path)
    order = some[np.argsort(doors.away_m[some], kind="stable")]
    node, first = np.unique(doors.node[order], return_index=True)
    away = np.maximum(doors.away_m[order][first], 1e-9)  # 0 would be no edge
    graph, size = network.graph, network.count
    joined = csr_matrix(
        (
            np.concatenate([graph.data, away]),
            np.concatenate([graph.indices, node]),
            np.append(graph.indptr, graph.nnz + node.size),
        ),
        shape=(size + 1, size + 1),
    )
    found: FloatArray = dijkstra(joined, indices=size)[:size]
    return found
