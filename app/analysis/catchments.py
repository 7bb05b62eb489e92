"""Who can reach what: every population point within reach of every service, found through a grid of cells."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.analysis.decay import squared_limit
from app.analysis.inputs import (
    FloatArray,
    IntArray,
    PopulationPoints,
    ReachSettings,
    ServicePoints,
    as_indexes,
    as_numbers,
)

CANDIDATES_AT_ONCE = 500_000
MOST_CELLS = 2_000_000
# A little more than the reach, so that rounding never loses a candidate; the exact test follows.
SLACK = 1 + 1e-9


@dataclass(frozen=True, eq=False)
class Pairs:
    """Points and services within reach of each other, sorted by service.

    Shapes: three arrays (p,): index of the point, index of the service, walking metres between them. Distances may
    come from find_pairs or from a walking network; every formula takes either.
    """

    point: IntArray
    service: IntArray
    distance_m: FloatArray

    def __post_init__(self) -> None:
        point = as_indexes("point", self.point)
        object.__setattr__(self, "point", point)
        object.__setattr__(self, "service", as_indexes("service", self.service, length=point.size))
        object.__setattr__(
            self, "distance_m", as_numbers("distance_m", self.distance_m, length=point.size, least=0)
        )

    @property
    def count(self) -> int:
        """How many pairs there are."""
        return int(self.point.size)


@dataclass(frozen=True, eq=False)
class PointGrid:
    """Points sorted by square cell, row by row, so that a stretch of one row of cells is one stretch of points.

    ``order`` (n,) is the original index of each sorted point; points of cell c are first[c]..first[c + 1].
    """

    x_m: FloatArray
    y_m: FloatArray
    order: IntArray
    first: IntArray
    left_m: float
    bottom_m: float
    cell_m: float
    columns: int
    rows: int

    @classmethod
    def of(cls, x_m: FloatArray, y_m: FloatArray, cell_m: float) -> PointGrid:
        """Sort the points; cells grow when the whole would need more than MOST_CELLS of them."""
        if x_m.size == 0:
            return cls(x_m, y_m, np.zeros(0, np.intp), np.zeros(2, np.intp), 0.0, 0.0, cell_m, 1, 1)
        left, bottom = float(x_m.min()), float(y_m.min())
        width, height = float(x_m.max()) - left, float(y_m.max()) - bottom
        cell = max(cell_m, math.sqrt(width * height / MOST_CELLS), max(width, height) / MOST_CELLS)
        columns, rows = int(width / cell) + 1, int(height / cell) + 1
        key = ((y_m - bottom) / cell).astype(np.intp) * columns + ((x_m - left) / cell).astype(np.intp)
        order = np.argsort(key, kind="stable")
        first = np.zeros(columns * rows + 1, dtype=np.intp)
        np.cumsum(np.bincount(key, minlength=columns * rows), out=first[1:])
        return cls(x_m[order], y_m[order], order, first, left, bottom, cell, columns, rows)

    def runs(self, x_m: FloatArray, y_m: FloatArray, radius_m: float) -> tuple[IntArray, IntArray]:
        """Start and length, (m, rows of cells), of stretches that hold all points within radius of each place."""
        reach = radius_m * SLACK
        span = math.ceil(reach / self.cell_m)
        middle = np.floor((y_m - self.bottom_m) / self.cell_m).astype(np.intp)
        row = middle[:, None] + np.arange(-span, span + 1)
        lower = self.bottom_m + row * self.cell_m
        off = np.maximum(0, np.maximum(lower - y_m[:, None], y_m[:, None] - lower - self.cell_m))
        half = np.sqrt(np.maximum(reach * reach - off * off, 0))
        left = np.floor((x_m[:, None] - half - self.left_m) / self.cell_m - 1e-9).astype(np.intp)
        right = np.floor((x_m[:, None] + half - self.left_m) / self.cell_m + 1e-9).astype(np.intp)
        usable = (row >= 0) & (row < self.rows) & (off <= reach) & (right >= 0) & (left < self.columns)
        base = np.clip(row, 0, self.rows - 1) * self.columns
        start = self.first[base + np.clip(left, 0, self.columns - 1)]
        stop = self.first[base + np.clip(right, 0, self.columns - 1) + 1]
        return start, np.where(usable, stop - start, 0)


def expand_runs(start: IntArray, length: IntArray) -> IntArray:
    """All whole numbers of the stretches start..start + length, one stretch after the other."""
    start, length = start[length > 0], length[length > 0]
    numbers = np.repeat(start - (np.cumsum(length) - length), length)
    numbers += np.arange(numbers.size)
    return numbers


def iterate_pairs(
    grid: PointGrid, services: ServicePoints, settings: ReachSettings, at_once: int = CANDIDATES_AT_ONCE
) -> Iterator[tuple[IntArray, IntArray, FloatArray]]:
    """Chunks of (sorted point, service, squared straight metres); all pairs of a service come in one chunk."""
    start, length = grid.runs(services.x_m, services.y_m, settings.straight_reach_m)
    candidates = length.sum(axis=1)
    total = np.cumsum(candidates)
    limit = squared_limit(settings.reach_m, settings.detour)
    begin = 0
    while begin < services.count:
        done = int(total[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(total, done + at_once, side="right")), begin + 1)
        point = expand_runs(start[begin:end].ravel(), length[begin:end].ravel())
        across = grid.x_m[point]
        across -= np.repeat(services.x_m[begin:end], candidates[begin:end])
        squared = grid.y_m[point]
        squared -= np.repeat(services.y_m[begin:end], candidates[begin:end])
        across *= across
        squared *= squared
        squared += across
        near = np.flatnonzero(squared <= limit)
        service = np.repeat(np.arange(begin, end), candidates[begin:end])
        yield point[near], service[near], squared[near]
        begin = end


def find_pairs(points: PopulationPoints, services: ServicePoints, settings: ReachSettings) -> Pairs:
    """Every point and service with detour * straight line <= reach, the reach itself included.

    Shapes: n points and m services in, p pairs out, sorted by service, then by point. Units: metres.
    """
    grid = PointGrid.of(points.x_m, points.y_m, settings.straight_reach_m / 2)
    chunks = []
    for place, service, squared in iterate_pairs(grid, services, settings):
        point = grid.order[place]
        sequence = np.argsort((service - service[:1]) * points.count + point)
        chunks.append((point[sequence], service[sequence], settings.detour * np.sqrt(squared[sequence])))
    if not chunks:
        return Pairs(np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0))
    point, service, distance = (np.concatenate(column) for column in zip(*chunks, strict=True))
    return Pairs(point, service, distance)
