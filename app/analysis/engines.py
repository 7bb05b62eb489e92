"""The one pass over all services, two ways: a grid in chunks, and dense blocks where reach covers many points.

Both give the same sums to 1e-12; app.analysis.fast is the same pass compiled, for those who install it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from app.analysis.catchments import SLACK, Pairs, PointGrid, expand_runs, iterate_pairs
from app.analysis.decay import decay_weights, raised, squared_limit, weights_of_squared
from app.analysis.inputs import FloatArray, IntArray, PopulationPoints, ReachSettings, ServicePoints

BLOCK_ELEMENTS = 250_000
LEAST_BLOCK_M = 700.0


@dataclass(eq=False)
class CatchmentSums:
    """What one pass adds up: rows by theme and point (K, n), and one number per service (m,).

    ``services_in_reach`` and ``closeness_sum`` stay unwritten when the reasons are not asked for.
    """

    access: FloatArray
    services_in_reach: FloatArray
    closeness_sum: FloatArray
    shared_by: FloatArray
    shared_by_people: FloatArray
    ratio: FloatArray
    reasons: bool

    @classmethod
    def empty(cls, theme_count: int, point_count: int, service_count: int, reasons: bool) -> CatchmentSums:
        """All sums at zero; without reasons their two tables are one NaN seen everywhere."""
        shape = (theme_count, point_count)
        unknown = np.broadcast_to(np.nan, shape)
        return cls(
            np.zeros(shape),
            np.zeros(shape) if reasons else unknown,
            np.zeros(shape) if reasons else unknown,
            np.zeros(service_count),
            np.zeros(service_count),
            np.zeros(service_count),
            reasons,
        )

    def in_order(self, order: IntArray) -> CatchmentSums:
        """The same sums with points back in their original order; ``order`` is the original index of each row."""
        for name in ("access", "services_in_reach", "closeness_sum") if self.reasons else ("access",):
            table = getattr(self, name)
            unsorted = np.empty_like(table)
            unsorted[:, order] = table
            setattr(self, name, unsorted)
        return self


def share_out(supply: FloatArray, shared_by: FloatArray) -> FloatArray:
    """R_j = S_j / D_j, and 0 where nobody shares."""
    ratio: FloatArray = np.divide(supply, shared_by, out=np.zeros_like(supply), where=shared_by > 0)
    return ratio


class Reached(NamedTuple):
    """Pairs with their weight, all pairs of each service, (p,) each."""

    point: IntArray
    service: IntArray
    weight: FloatArray


class Heads(NamedTuple):
    """People and weighted people of each point, (n,) each, in the order the pairs count points."""

    people: FloatArray
    weighted: FloatArray


def add_pairs(
    sums: CatchmentSums, reached: Reached, heads: Heads, services: ServicePoints, settings: ReachSettings
) -> None:
    """Add some services, each with all its pairs, to the sums."""
    point, service, weight = reached
    if point.size == 0:
        return
    begin, end = int(service.min()), int(service.max()) + 1
    local = service - begin
    demand = heads.weighted[point]
    if settings.demand_power:
        demand = demand * raised(weight, settings.demand_power)
    shared_by = np.bincount(local, demand, end - begin).astype(np.float64)
    ratio = share_out(services.supply[begin:end], shared_by)
    sums.shared_by[begin:end] += shared_by
    sums.shared_by_people[begin:end] += np.bincount(local, heads.people[point], end - begin)
    sums.ratio[begin:end] += ratio
    shape = sums.access.shape
    cell = services.theme[service] * shape[1] + point
    closeness = raised(weight, settings.access_power)
    sums.access += np.bincount(cell, ratio[local] * closeness, sums.access.size).reshape(shape)
    if sums.reasons:
        supply = services.supply[service]
        sums.services_in_reach += np.bincount(cell, supply, sums.access.size).reshape(shape)
        sums.closeness_sum += np.bincount(cell, supply * closeness, sums.access.size).reshape(shape)


def sum_by_grid(
    points: PopulationPoints, services: ServicePoints, theme_count: int, settings: ReachSettings, reasons: bool
) -> CatchmentSums:
    """The pass in chunks of pairs; memory O(themes x points + one chunk). Best with few points per service."""
    grid = PointGrid.of(points.x_m, points.y_m, settings.straight_reach_m / 2)
    sums = CatchmentSums.empty(theme_count, points.count, services.count, reasons)
    heads = Heads(points.people[grid.order], points.weighted_people[grid.order])
    for point, service, squared in iterate_pairs(grid, services, settings):
        reached = Reached(point, service, weights_of_squared(squared, settings))
        add_pairs(sums, reached, heads, services, settings)
    return sums.in_order(grid.order)


def sum_pairs(
    pairs: Pairs,
    points: PopulationPoints,
    services: ServicePoints,
    theme_count: int,
    settings: ReachSettings,
    *,
    reasons: bool,
) -> CatchmentSums:
    """The pass over ready-made pairs, such as those of a walking network; pairs beyond reach are left out."""
    near = pairs.distance_m <= settings.reach_m
    weight = decay_weights(pairs.distance_m[near], settings)
    sums = CatchmentSums.empty(theme_count, points.count, services.count, reasons)
    heads = Heads(points.people, points.weighted_people)
    add_pairs(sums, Reached(pairs.point[near], pairs.service[near], weight), heads, services, settings)
    return sums


def group_by_cell(services: ServicePoints, cell_m: float) -> tuple[IntArray, IntArray]:
    """Services in order of square cell, and where each cell's run begins (last entry: the end)."""
    column = np.floor(services.x_m / cell_m).astype(np.intp)
    row = np.floor(services.y_m / cell_m).astype(np.intp)
    order = np.lexsort((column, row))
    changes = (np.diff(column[order]) != 0) | (np.diff(row[order]) != 0)
    if not services.count:
        return order, np.zeros(1, dtype=np.intp)
    return order, np.flatnonzero(np.r_[True, changes, True])


def points_near_block(grid: PointGrid, x_m: FloatArray, y_m: FloatArray, radius_m: float) -> IntArray:
    """Sorted points within radius of the box around some services: a superset of what any of them reaches."""
    low, high = np.array([x_m.min(), y_m.min()]), np.array([x_m.max(), y_m.max()])
    middle, half = (low + high) / 2, (high - low) / 2
    start, length = grid.runs(middle[:1], middle[1:], radius_m + float(np.hypot(*half)))
    near = expand_runs(start.ravel(), length.ravel())
    across = np.maximum(np.abs(grid.x_m[near] - middle[0]) - half[0], 0)
    along = np.maximum(np.abs(grid.y_m[near] - middle[1]) - half[1], 0)
    inside: IntArray = near[across * across + along * along <= (radius_m * SLACK) ** 2]
    return inside


def sum_by_blocks(
    points: PopulationPoints, services: ServicePoints, theme_count: int, settings: ReachSettings, reasons: bool
) -> CatchmentSums:
    """The pass in dense blocks, one cell of services against all points near it. Best above ~300 per service."""
    radius = settings.straight_reach_m
    grid = PointGrid.of(points.x_m, points.y_m, radius / 4)
    sums = CatchmentSums.empty(theme_count, points.count, services.count, reasons)
    heads = np.stack([points.weighted_people[grid.order], points.people[grid.order]], axis=1)
    order, begins = group_by_cell(services, max(radius * 0.75, LEAST_BLOCK_M))
    for begin, end in pairwise(begins):
        block = order[begin:end]
        near = points_near_block(grid, services.x_m[block], services.y_m[block], radius)
        if near.size == 0:
            continue
        at_once = max(1, BLOCK_ELEMENTS // near.size)
        for step in range(0, block.size, at_once):
            _add_block(
                sums,
                grid,
                heads=heads[near],
                near=near,
                block=block[step : step + at_once],
                services=services,
                settings=settings,
            )
    return sums.in_order(grid.order)


def _add_block(
    sums: CatchmentSums,
    grid: PointGrid,
    *,
    heads: FloatArray,
    near: IntArray,
    block: IntArray,
    services: ServicePoints,
    settings: ReachSettings,
) -> None:
    across = services.x_m[block][:, None] - grid.x_m[near]
    along = services.y_m[block][:, None] - grid.y_m[near]
    across *= across
    along *= along
    across += along
    inside = (across <= squared_limit(settings.reach_m, settings.detour)).astype(np.float64)
    weight = weights_of_squared(across, settings)
    shared_by, shared_by_people = (inside @ heads).T
    if settings.demand_power:
        shared_by = raised(weight, settings.demand_power) * inside @ heads[:, 0]
    ratio = share_out(services.supply[block], shared_by)
    sums.shared_by[block], sums.shared_by_people[block], sums.ratio[block] = shared_by, shared_by_people, ratio
    closeness = weight if settings.access_power == 1 else raised(weight, settings.access_power) * inside
    theme, member = np.unique(services.theme[block], return_inverse=True)
    gather = np.zeros((2 if sums.reasons else 1, theme.size, block.size))
    gather[0, member, np.arange(block.size)] = ratio
    if not sums.reasons:
        sums.access[np.ix_(theme, near)] += gather[0] @ closeness
        return
    gather[1, member, np.arange(block.size)] = services.supply[block]
    both = gather.reshape(-1, block.size) @ closeness
    cells = np.ix_(theme, near)
    sums.access[cells] += both[: theme.size]
    sums.closeness_sum[cells] += both[theme.size :]
    sums.services_in_reach[cells] += gather[1] @ inside
