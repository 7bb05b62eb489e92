"""The proven best choice of sites: small linear models for HiGHS, made smaller by what the bound already rules
out.

Every function takes a time limit in seconds and says honestly what it proved by then: a value, a bound, and
whether they are the same. An answer never is worse than the one at once that it started from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from app.analysis.inputs import BoolArray, FloatArray, IntArray
from app.analysis.siting import TIGHT, Siting, SitingProblem, bundled, most_covered

SLACK = 1e-7
"""Of the objective: what a solver's own tolerance may leave between a value and its bound."""


def most_covered_proven(problem: SitingProblem, *, time_limit_s: float = 20.0) -> Siting:
    """The best choice there is (MCLP), or the best found in time with its bound.

    Floors are rows of the model. ``meets_floors`` is false, and the bound what it was without them, when no choice
    within the budget can meet them (or none was found in time).
    """
    at_once = most_covered(problem)
    if at_once.is_proven:
        return at_once
    fixed = rule_out(problem, at_once) if at_once.meets_floors else problem
    model = _Model.of(fixed)
    result = _solve(model.objective, model.rows, model.whole, time_limit_s)
    bound = at_once.bound
    if result.mip_dual_bound is not None and np.isfinite(result.mip_dual_bound):
        bound = min(bound, max(model.constant - float(result.mip_dual_bound), at_once.value))
    if result.x is None:
        return replace(at_once, bound=bound)
    sites = np.flatnonzero(np.round(result.x[: problem.site_count]) > 0)
    value = problem.covered_weight(sites)
    if at_once.meets_floors and at_once.value >= value:
        sites, value = at_once.sites, at_once.value
    missing = problem.floors_missing(problem.reached(sites))
    proven = not missing.any() and (result.status == 0 or value >= bound * (1 - SLACK))
    return Siting(sites, value, value if proven else max(bound, value), proven, not missing.any())


def rule_out(problem: SitingProblem, at_once: Siting) -> SitingProblem:
    """Pin the sites without which, and bar those with which, no choice beats the one at once (by reduced price).

    What sites collect by the prices of the bound fills the budget like a knapsack that may be cut (Dantzig 1957):
    a site forced in or out changes the bound by the difference of two such knapsacks.
    """
    assert problem.pinned is not None
    assert problem.barred is not None
    free = np.flatnonzero(problem.allowed)
    if at_once.prices is None or not free.size:
        return problem
    collected = np.asarray(problem.reaches @ at_once.prices, dtype=np.float64)
    reachable = np.where(np.diff(problem.reached_by.indptr) > 0, problem.weight, 0.0)
    room = float(problem.budget - problem.costs[problem.pinned].sum())
    filled = _Knapsack.of(problem.costs[free], collected[free])
    always_there = float(np.maximum(0, reachable - at_once.prices).sum() + collected[problem.pinned].sum())
    limit = at_once.value - SLACK * max(1.0, at_once.value) - always_there
    inside, cost, worth = filled.holds(room), problem.costs[free], collected[free]
    never = ~inside & ((cost > room + TIGHT) | (worth + filled.worth(room - cost) < limit))
    always = inside & (filled.worth(room + cost) - worth < limit)
    pinned, barred = problem.pinned.copy(), problem.barred.copy()
    barred[free[never]] = True
    pinned[free[always]] = True
    return replace(problem, pinned=pinned, barred=barred)


@dataclass(frozen=True, eq=False)
class _Knapsack:
    """Items in order of worth per cost: what they cost and are worth together so far, and what costs nothing."""

    order: IntArray
    spent: FloatArray
    earned: FloatArray
    is_free: BoolArray
    gift: float

    @classmethod
    def of(cls, cost: FloatArray, worth: FloatArray) -> _Knapsack:
        is_free = cost <= TIGHT
        order = np.argsort(-worth / np.maximum(cost, TIGHT), kind="stable")
        order = order[~is_free[order]]
        start = [0.0]
        spent, earned = np.r_[start, np.cumsum(cost[order])], np.r_[start, np.cumsum(worth[order])]
        return cls(order, spent, earned, is_free, float(worth[is_free].sum()))

    def worth(self, room: FloatArray | float) -> FloatArray:
        """The most that fits into ``room`` when the last item may be cut."""
        return np.asarray(self.gift + np.interp(room, self.spent, self.earned), dtype=np.float64)

    def holds(self, room: float) -> BoolArray:
        """Which items fit as a whole, in order."""
        inside = self.is_free.copy()
        inside[self.order[self.spent[1:] <= room + TIGHT]] = True
        return inside


@dataclass(frozen=True, eq=False)
class _Model:
    """x: sites chosen, then z: bundles of points reached. Minimise ``objective``; the value is constant -
    objective."""

    objective: FloatArray
    rows: list[LinearConstraint]
    whole: IntArray
    constant: float

    @classmethod
    def of(cls, problem: SitingProblem) -> _Model:
        problem = bundled(problem)
        assert problem.pinned is not None
        assert problem.barred is not None
        weight, sites, count = problem.weight, problem.site_count, problem.weight.size
        low, high = problem.pinned.astype(float), 1.0 - problem.barred
        high[~problem.allowed & ~problem.pinned] = 0.0
        link = sparse.hstack([problem.reached_by, -sparse.eye_array(count)], format="csr")
        rows = [
            LinearConstraint(link, 0, np.inf),
            LinearConstraint(_row(problem.costs, count), -np.inf, problem.budget + TIGHT),
            LinearConstraint(sparse.eye_array(sites + count, format="csr")[:sites], low, high),
        ]
        rows += _floor_rows(problem)
        objective = np.concatenate([np.zeros(sites), -weight])
        whole = np.concatenate([np.ones(sites), np.zeros(count)]).astype(np.intp)
        return cls(objective, rows, whole, 0.0)


def _row(values: FloatArray, blanks: int) -> sparse.csr_array:
    return sparse.csr_array(np.concatenate([values, np.zeros(blanks)])[None])


def _floor_rows(problem: SitingProblem) -> list[LinearConstraint]:
    if problem.group is None or problem.floor is None:
        return []
    weight, group, sites = problem.weight, problem.group, problem.site_count
    inside = group >= 0
    sizes = np.bincount(group[inside], weight[inside], problem.floor.size)
    wanted = np.flatnonzero((problem.floor > 0) & (sizes > 0))
    table = np.array([np.where(group == g, weight, 0.0) for g in wanted]).reshape(wanted.size, weight.size)
    rows = sparse.hstack([sparse.csr_array((wanted.size, sites)), sparse.csr_array(table)], format="csr")
    least = problem.floor[wanted] * sizes[wanted]
    return [LinearConstraint(rows, least - TIGHT * np.maximum(1, sizes[wanted]), np.inf)] if wanted.size else []


def _solve(
    objective: FloatArray, rows: list[LinearConstraint], whole: IntArray, time_limit_s: float
) -> OptimizeResult:
    options = {"time_limit": time_limit_s, "mip_rel_gap": 0.0}
    return milp(objective, constraints=rows, integrality=whole, bounds=Bounds(0, 1), options=options)


def fewest_sites(
    reaches: sparse.csr_array,
    *,
    times: int = 1,
    cost: FloatArray | None = None,
    pinned: BoolArray | None = None,
    barred: BoolArray | None = None,
    time_limit_s: float = 20.0,
) -> Siting:
    """The fewest (or cheapest) sites that reach every point that can be reached, ``times`` over where possible
    (LSCP).

    Shapes: reaches (m, n); a point that fewer than ``times`` allowed sites reach is asked for as many as there
    are. ``value`` and ``bound`` are what the sites cost, the bound never above the value. Source: Toregas and
    others 1971.
    """
    sites = reaches.shape[0]
    price = np.ones(sites) if cost is None else np.asarray(cost, dtype=np.float64)
    low = np.zeros(sites) if pinned is None else pinned.astype(float)
    high = np.ones(sites) if barred is None else np.asarray(1.0 - barred, dtype=np.float64)
    table = sparse.csr_array(reaches.T, dtype=np.float64)
    table.data[:] = 1.0
    possible = table @ high
    wanted = np.minimum(possible, times)
    each = sparse.eye_array(sites, format="csr")
    rows = [LinearConstraint(table, wanted, np.inf), LinearConstraint(each, low, high)]
    result = _solve(np.asarray(price, dtype=np.float64), rows, np.ones(sites, dtype=np.intp), time_limit_s)
    chosen, bound = _greedy_cover(table, price, wanted, low, high), _fitted_bound(table, price, wanted, high)
    if result.x is not None and price @ np.round(result.x) <= price[chosen].sum():
        chosen = np.flatnonzero(np.round(result.x) > 0)
    value = float(price[chosen].sum())
    if result.mip_dual_bound is not None and np.isfinite(result.mip_dual_bound):
        bound = max(bound, float(result.mip_dual_bound))
    if cost is None:
        bound = float(np.ceil(bound - SLACK * max(1.0, bound)))
    proven = result.status == 0 or value <= bound + SLACK * max(1.0, value)
    return Siting(chosen, value, value if proven else bound, proven)


def _greedy_cover(
    table: sparse.csr_array, price: FloatArray, wanted: FloatArray, low: FloatArray, high: FloatArray
) -> IntArray:
    """Add what is wanted most per cost until everybody has what there is for them (Chvatal 1979)."""
    chosen = low > 0
    left = wanted - table @ chosen
    by_site = sparse.csr_array(table.T)
    while (left > 0).any():
        gain = by_site @ (left > 0).astype(np.float64)
        rate = np.where((high > 0) & ~chosen, gain / np.maximum(price, TIGHT), -1.0)
        best = int(np.argmax(rate))
        chosen[best] = True
        left = left - table[:, [best]].toarray().ravel()
    return np.flatnonzero(chosen)


def _fitted_bound(table: sparse.csr_array, price: FloatArray, wanted: FloatArray, high: FloatArray) -> float:
    """Below this no cover costs: each point pays the least share of any site that reaches it (dual fitting)."""
    reached = np.asarray(table.T @ (wanted > 0).astype(np.float64))
    share = np.where(high > 0, price / np.maximum(reached, 1.0), np.inf)
    least = np.full(table.shape[0], np.inf)
    np.minimum.at(least, np.repeat(np.arange(table.shape[0]), np.diff(table.indptr)), share[table.indices])
    return float((np.where(np.isfinite(least), least, 0.0) * wanted).sum())


def backup_covered(problem: SitingProblem, *, second: float = 0.5, time_limit_s: float = 20.0) -> Siting:
    """The choice that reaches most weight once, and most of it again (backup cover, Hogan and ReVelle 1986).

    ``second`` (0..1) is what being reached a second time is worth beside 1 for the first. Floors are kept.
    """
    if not 0 <= second <= 1:
        raise ValueError(f"second must be between 0 and 1, not {second}.")
    model = _Model.of(problem)
    count = model.objective.size - problem.site_count
    links, budget, limits, *floors = model.rows
    again = sparse.hstack([links.A, -sparse.eye_array(count)], format="csr")
    no_site, each = sparse.csr_array((count, problem.site_count)), sparse.eye_array(count)
    order = sparse.hstack([no_site, each, -each], format="csr")
    blank = sparse.csr_array((1, count))
    rows = [LinearConstraint(again, 0, np.inf), LinearConstraint(order, 0, np.inf)]
    rows += [_wider(row, blank) for row in (budget, limits, *floors)]
    objective = np.concatenate([model.objective, second * model.objective[problem.site_count :]])
    whole = np.concatenate([model.whole, np.zeros(count, dtype=np.intp)])
    result = _solve(objective, rows, whole, time_limit_s)
    if result.x is None:
        return replace(most_covered(problem), is_proven=False, meets_floors=False, bound=float(-objective.sum()))
    sites = np.flatnonzero(np.round(result.x[: problem.site_count]) > 0)
    times = problem.reached(sites)
    value = float(problem.weight[times >= 1].sum() + second * problem.weight[times >= 2].sum())
    missing = problem.floors_missing(times)
    limit = -float(result.mip_dual_bound) if result.mip_dual_bound is not None else np.inf
    limit = limit if np.isfinite(limit) else float(-objective.sum())
    bound = value if result.status == 0 else max(value, limit)
    return Siting(sites, value, bound, result.status == 0, not missing.any())


def _wider(row: LinearConstraint, blank: sparse.csr_array) -> LinearConstraint:
    """The same rows for a model with more columns."""
    empty = sparse.csr_array((row.A.shape[0], blank.shape[1]))
    return LinearConstraint(sparse.hstack([row.A, empty], format="csr"), row.lb, row.ub)
