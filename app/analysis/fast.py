"""The same pass compiled by numba, for those who install requirements-fast.txt. Same answers to 1e-12.

Services are taken cell by cell: the points near a cell are copied once into one short stretch of memory, and every
service of the cell then runs straight loops over it. Blocks are dealt out to threads, each with sums of its own.
"""

# numba finds the types of its functions itself.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, disallow-untyped-decorators=False

from __future__ import annotations

import numba
import numpy as np

from app.analysis.catchments import PointGrid
from app.analysis.decay import DAI_EDGE, LEAST_WEIGHT, squared_limit
from app.analysis.engines import CatchmentSums
from app.analysis.inputs import DECAYS, IntArray, PopulationPoints, ReachSettings, ServicePoints

DAI, STEP, LINEAR, EXP, GAUSSIAN, STEPS = (DECAYS.index(name) for name in DECAYS)
# e^-t on 0..0.5 as a polynomial, exact to 1e-15: it runs on many numbers at once, which exp does not.
SERIES = np.polynomial.chebyshev.Chebyshev.interpolate(lambda t: np.exp(-t), 9, domain=[0, 0.5])
C0, C1, C2, C3, C4, C5, C6, C7, C8, C9 = (
    float(c) for c in SERIES.convert(kind=np.polynomial.Polynomial, domain=[-1, 1], window=[-1, 1]).coef
)
DAI_SCALE = 1 / (1 - DAI_EDGE)
# Sums may be taken in any order; products and sums are never fused in the distance, so that every engine
# agrees on which pair lies at the very edge of reach.
LOOSE = {"reassoc", "nsz", "arcp", "contract"}
BLOCK_OF_RADIUS, LEAST_BLOCK_M = 0.5, 200.0


@numba.njit(cache=True)
def _squared(x_m, y_m, to_x_m, to_y_m):
    across = to_x_m - x_m
    along = to_y_m - y_m
    return across * across + along * along


@numba.njit(cache=True, fastmath=LOOSE)
def _dai(t):
    e = C0 + t * (C1 + t * (C2 + t * (C3 + t * (C4 + t * (C5 + t * (C6 + t * (C7 + t * (C8 + t * C9))))))))
    return (e - DAI_EDGE) * DAI_SCALE


@numba.njit(cache=True)
def _decayed(kind, u_squared, limits, step_weights):
    """Weight at u = distance / reach, for all but the default decay; step limits are shares of the reach."""
    if kind == STEP:
        return 1.0
    if kind == GAUSSIAN:
        return np.exp(-4.5 * u_squared)
    u = np.sqrt(u_squared)
    if kind == LINEAR:
        return max(0.0, 1.0 - u)
    if kind == EXP:
        return np.exp2(-3.0 * u)
    for step in range(limits.size):
        if u <= limits[step]:
            return step_weights[step]
    return 0.0


@numba.njit(cache=True, fastmath=LOOSE)
def _weigh(x_m, y_m, near, count, rules, weight, inside):
    """Weight and inside (0 or 1) of each near point for one service."""
    near_x, near_y = near
    kind, limit, reach, limits, step_weights = rules
    if kind == DAI:
        half = 0.5 / (reach * reach)
        for i in range(count):
            squared = _squared(x_m, y_m, near_x[i], near_y[i])
            within = 1.0 if squared <= limit else 0.0
            inside[i] = within
            closeness = _dai(squared * half)
            weight[i] = closeness * within if closeness > LEAST_WEIGHT else 0.0
    else:
        for i in range(count):
            squared = _squared(x_m, y_m, near_x[i], near_y[i])
            within = 1.0 if squared <= limit else 0.0
            inside[i] = within
            weight[i] = _decayed(kind, squared / (reach * reach), limits, step_weights) if within else 0.0


@numba.njit(cache=True, fastmath=LOOSE)
def _raised(weight, inside, power, count, spare):
    """weight ** power where inside: one of the two arrays themselves when the power is 1 or 0."""
    if power == 1.0:
        return weight
    if power == 0.0:
        return inside
    for i in range(count):
        spare[i] = weight[i] ** power * inside[i]
    return spare


@numba.njit(cache=True, fastmath=LOOSE)
def _dots(demand, weighted, inside, people, count):
    shared_by, heads = 0.0, 0.0
    for i in range(count):
        shared_by += demand[i] * weighted[i]
        heads += inside[i] * people[i]
    return shared_by, heads


@numba.njit(cache=True)
def _gather(box, radius, grid, points, near):
    """Copy the points within radius of the box into the near arrays; how many there are."""
    low_x, low_y, high_x, high_y = box
    first, left, bottom, cell, columns, rows = grid
    x_m, y_m, weighted, people = points
    near_x, near_y, near_weighted, near_people, near_index = near
    count = 0
    row_from = max(0, int((low_y - radius - bottom) // cell))
    row_to = min(rows - 1, int((high_y + radius - bottom) // cell))
    column_from = max(0, int((low_x - radius - left) // cell))
    column_to = min(columns - 1, int((high_x + radius - left) // cell))
    if column_from >= columns or column_to < 0:
        return 0
    for row in range(row_from, row_to + 1):
        for i in range(first[row * columns + column_from], first[row * columns + column_to + 1]):
            across = max(0.0, low_x - x_m[i], x_m[i] - high_x)
            along = max(0.0, low_y - y_m[i], y_m[i] - high_y)
            if across * across + along * along <= radius * radius:
                near_x[count], near_y[count], near_index[count] = x_m[i], y_m[i], i
                near_weighted[count], near_people[count] = weighted[i], people[i]
                count += 1
    return count


@numba.njit(cache=True, fastmath=LOOSE)
def _collect(mine, ratio, supply, closeness, inside, count):
    """Add one service to the block's own rows, side by side in memory."""
    for i in range(count):
        mine[0, i] += ratio * closeness[i]
    if mine.shape[0] == 3:
        for i in range(count):
            mine[1, i] += supply * inside[i]
            mine[2, i] += supply * closeness[i]


@numba.njit(cache=True)
def _flush(sums, theme, mine, index, count):
    """Add the block's own rows to the sums of their points, and empty them."""
    for table in range(mine.shape[0]):
        for i in range(count):
            sums[table, theme, index[i]] += mine[table, i]
            mine[table, i] = 0.0


@numba.njit(cache=True)
def _block(span, services, per_service, near, scratch, rules, powers, sums):
    """All services of one block against its near points, theme by theme."""
    begin, end, count = span
    x_m, y_m, supply, theme = services
    shared_by, shared_by_people, ratio = per_service
    near_x, near_y, near_weighted, near_people, near_index = near
    weight, inside, spare, mine = scratch
    for j in range(begin, end):
        _weigh(x_m[j], y_m[j], (near_x, near_y), count, rules, weight, inside)
        demand = _raised(weight, inside, powers[0], count, spare)
        shared_by[j], shared_by_people[j] = _dots(demand, near_weighted, inside, near_people, count)
        ratio[j] = supply[j] / shared_by[j] if shared_by[j] > 0.0 else 0.0
        closeness = _raised(weight, inside, powers[1], count, spare)
        _collect(mine, ratio[j], supply[j], closeness, inside, count)
        if j + 1 == end or theme[j + 1] != theme[j]:
            _flush(sums, theme[j], mine, near_index, count)


@numba.njit(cache=True, parallel=True)
def _pass(begins, services, per_service, grid, points, rules, powers, radius, partial):
    threads = partial.shape[0]
    size = points[0].size
    for thread in numba.prange(threads):
        near = (np.empty(size), np.empty(size), np.empty(size), np.empty(size), np.empty(size, np.int64))
        scratch = (np.empty(size), np.empty(size), np.empty(size), np.zeros((partial.shape[1], size)))
        for block in range(thread, begins.size - 1, threads):
            begin, end = begins[block], begins[block + 1]
            low_x, high_x = services[0][begin], services[0][begin]
            low_y, high_y = services[1][begin], services[1][begin]
            for j in range(begin + 1, end):
                low_x, high_x = min(low_x, services[0][j]), max(high_x, services[0][j])
                low_y, high_y = min(low_y, services[1][j]), max(high_y, services[1][j])
            count = _gather((low_x, low_y, high_x, high_y), radius, grid, points, near)
            span = (begin, end, count)
            _block(span, services, per_service, near, scratch, rules, powers, partial[thread])


def order_by_block(services: ServicePoints, cell_m: float, theme_count: int) -> tuple[IntArray, IntArray]:
    """Services in order of square cell and theme, and where each cell's run begins (last entry: the end)."""
    column = np.floor(services.x_m / cell_m).astype(np.int64)
    row = np.floor(services.y_m / cell_m).astype(np.int64)
    column -= column.min()
    row -= row.min()
    block = row * (int(column.max()) + 1) + column
    order = np.argsort(block * theme_count + services.theme)
    block = block[order]
    return order, np.flatnonzero(np.concatenate([[True], block[1:] != block[:-1], [True]]))


def sum_compiled(
    points: PopulationPoints, services: ServicePoints, theme_count: int, settings: ReachSettings, reasons: bool
) -> CatchmentSums:
    """As sum_by_grid, compiled, on all cores: memory O(threads x themes x points)."""
    sums = CatchmentSums.empty(theme_count, points.count, services.count, reasons)
    if points.count == 0 or services.count == 0:
        return sums
    radius = settings.straight_reach_m
    grid = PointGrid.of(points.x_m, points.y_m, radius / 4)
    order, begins = order_by_block(services, max(radius * BLOCK_OF_RADIUS, LEAST_BLOCK_M), theme_count)
    per_service = tuple(np.zeros(services.count) for _ in range(3))
    partial = np.zeros((numba.get_num_threads(), 3 if reasons else 1, theme_count, points.count))
    steps = np.array(settings.steps or ((settings.reach_m, 1.0),))
    _pass(
        begins,
        (services.x_m[order], services.y_m[order], services.supply[order], services.theme[order]),
        per_service,
        (grid.first, grid.left_m, grid.bottom_m, grid.cell_m, grid.columns, grid.rows),
        (grid.x_m, grid.y_m, points.weighted_people[grid.order], points.people[grid.order]),
        (
            DECAYS.index(settings.decay),
            squared_limit(settings.reach_m, settings.detour),
            radius,
            steps[:, 0] / settings.reach_m,
            np.ascontiguousarray(steps[:, 1]),
        ),
        (float(settings.demand_power), float(settings.access_power)),
        radius * (1 + 1e-9),
        partial,
    )
    sums.shared_by[order], sums.shared_by_people[order], sums.ratio[order] = per_service
    total = partial.sum(axis=0)
    sums.access = total[0]
    if reasons:
        sums.services_in_reach, sums.closeness_sum = total[1], total[2]
    return sums.in_order(grid.order)
