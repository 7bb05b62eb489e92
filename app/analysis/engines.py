"""The one pass over all services, in chunks of pairs; app.analysis.fast is the same pass, compiled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.analysis.catchments import Pairs, PointGrid, iterate_pairs
from app.analysis.decay import decay_weights, raised, weights_of_squared
from app.analysis.inputs import FloatArray, IntArray, PopulationPoints, ReachSettings, ServicePoints


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


def scatter_add(table: FloatArray, cell: IntArray, values: FloatArray) -> None:
    """Add each value to its cell of a (K, n) table, cells counted row after row."""
    if cell.size * 4 < table.size:
        np.add.at(table.reshape(-1), cell, values)
    else:
        table += np.bincount(cell, values, table.size).reshape(table.shape)


def add_pairs(
    sums: CatchmentSums, reached: Reached, heads: Heads, services: ServicePoints, settings: ReachSettings
) -> None:
    """Add some services, each with all its pairs side by side, to the sums."""
    point, service, weight = reached
    if point.size == 0:
        return
    first = np.flatnonzero(np.concatenate([[True], service[1:] != service[:-1]]))
    length = np.diff(np.append(first, service.size))
    each = service[first]
    demand = heads.weighted[point]
    if settings.demand_power:
        demand *= raised(weight, settings.demand_power)
    shared_by = np.add.reduceat(demand, first)
    ratio = share_out(services.supply[each], shared_by)
    sums.shared_by[each] = shared_by
    sums.shared_by_people[each] = np.add.reduceat(heads.people[point], first)
    sums.ratio[each] = ratio
    cell = np.repeat(services.theme[each] * sums.access.shape[1], length)
    cell += point
    closeness = raised(weight, settings.access_power)
    scatter_add(sums.access, cell, np.repeat(ratio, length) * closeness)
    if sums.reasons:
        supply = np.repeat(services.supply[each], length)
        scatter_add(sums.services_in_reach, cell, supply)
        scatter_add(sums.closeness_sum, cell, supply * closeness)


def sum_by_grid(
    points: PopulationPoints, services: ServicePoints, theme_count: int, settings: ReachSettings, reasons: bool
) -> CatchmentSums:
    """The pass in chunks of pairs found through a grid; memory O(themes x points + one chunk)."""
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
    near = np.flatnonzero(pairs.distance_m <= settings.reach_m)
    near = near[np.argsort(pairs.service[near], kind="stable")]
    weight = decay_weights(pairs.distance_m[near], settings)
    sums = CatchmentSums.empty(theme_count, points.count, services.count, reasons)
    heads = Heads(points.people, points.weighted_people)
    add_pairs(sums, Reached(pairs.point[near], pairs.service[near], weight), heads, services, settings)
    return sums
