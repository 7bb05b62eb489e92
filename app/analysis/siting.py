"""Where to go: the few sites that reach the most need, at once and with a proof of how good they are.

A problem is a table of who each possible site reaches. The answer at once is a good choice (greedy, then
one-for-one swaps) with an upper bound that no choice can beat (Lagrangian relaxation), so "at least 98 % of the
best possible" is proven, not hoped. ``app.analysis.siting_exact`` finds the proven best; ``siting_distance``
shortens walks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from app.analysis.inputs import BoolArray, FloatArray, IntArray, as_numbers

ROUNDS = 500
TIGHT = 1e-9


@dataclass(frozen=True, eq=False)
class SitingProblem:
    """Possible sites, whom each reaches, and what may be chosen.

    Shapes: ``reaches`` (m sites, n points) sparse, anything stored counts as reached; ``weight`` (n,) the need
    at each point; ``cost`` (m,) of each site and ``budget`` their most together (1 each and "how many" by
    default); ``pinned`` (m,) must be chosen, ``barred`` (m,) must not. ``group`` (n,) 0..g-1 or -1 and ``floor``
    (g,) ask that each group has at least that share of its weight reached. Errors: ValueError for sizes that
    differ, negative numbers, pinned sites that are barred or cost more than the budget.
    """

    reaches: sparse.csr_array
    weight: FloatArray
    budget: float
    cost: FloatArray | None = None
    pinned: BoolArray | None = None
    barred: BoolArray | None = None
    group: IntArray | None = None
    floor: FloatArray | None = None

    def __post_init__(self) -> None:
        sites, points = self.reaches.shape
        table = sparse.csr_array(self.reaches, dtype=np.float64)
        table.sum_duplicates()
        table.data[:] = 1.0
        _set(self, reaches=table, weight=as_numbers("weight", self.weight, length=points, least=0))
        cost = np.ones(sites) if self.cost is None else as_numbers("cost", self.cost, length=sites, least=0)
        nothing = np.zeros(sites, dtype=bool)
        pinned = nothing if self.pinned is None else np.asarray(self.pinned, dtype=bool)
        barred = nothing if self.barred is None else np.asarray(self.barred, dtype=bool)
        if pinned.shape != (sites,) or barred.shape != (sites,):
            raise ValueError(f"pinned and barred must say yes or no for each of the {sites} sites.")
        if (pinned & barred).any():
            raise ValueError("A site cannot be both pinned and left out.")
        if not (np.isfinite(self.budget) and self.budget >= 0):
            raise ValueError(f"The budget must be 0 or more, not {self.budget}.")
        if cost[pinned].sum() > self.budget + TIGHT:
            raise ValueError("The pinned sites cost more than the whole budget: unpin one, or raise the budget.")
        _set(self, cost=cost, pinned=pinned, barred=barred)
        self._check_groups(points)

    def _check_groups(self, points: int) -> None:
        if (self.group is None) != (self.floor is None):
            raise ValueError("Floors need groups, and groups need floors.")
        if self.group is None or self.floor is None:
            return
        floor = as_numbers("floor", self.floor, least=0)
        group = np.asarray(self.group, dtype=np.intp)
        if group.shape != (points,) or (group.size and (group.max() >= floor.size or group.min() < -1)):
            raise ValueError(f"group must be -1 or 0..{floor.size - 1} for each of the {points} points.")
        if floor.size and floor.max() > 1:
            raise ValueError("A floor is a share from 0 to 1.")
        _set(self, group=group, floor=floor)

    @property
    def site_count(self) -> int:
        return int(self.reaches.shape[0])

    @cached_property
    def reached_by(self) -> sparse.csr_array:
        """The same table by points, (n, m)."""
        return sparse.csr_array(self.reaches.T)

    @cached_property
    def costs(self) -> FloatArray:
        return np.ones(self.site_count) if self.cost is None else self.cost

    @cached_property
    def allowed(self) -> BoolArray:
        """(m,) sites that a choice may add: not barred, not pinned already, not dearer than the whole budget."""
        assert self.pinned is not None
        assert self.barred is not None
        return ~self.barred & ~self.pinned & (self.costs <= self.budget + TIGHT)

    def reached(self, sites: ArrayLike) -> FloatArray:
        """How many of the chosen sites reach each point, (n,)."""
        chosen = np.zeros(self.site_count)
        chosen[np.asarray(sites, dtype=np.intp)] = 1.0
        times: FloatArray = self.reached_by @ chosen
        return times

    def covered_weight(self, sites: ArrayLike) -> float:
        return float(self.weight[self.reached(sites) > 0].sum())

    def floors_missing(self, times: FloatArray) -> FloatArray:
        """How much weight each group still lacks to its floor, (g,); empty without floors."""
        if self.group is None or self.floor is None:
            return np.zeros(0)
        inside = self.group >= 0
        sizes = np.bincount(self.group[inside], self.weight[inside], self.floor.size)
        got = np.bincount(self.group[inside], (self.weight * (times > 0))[inside], self.floor.size)
        short: FloatArray = np.maximum(0, self.floor * sizes - got)
        short[short <= TIGHT * np.maximum(sizes, 1)] = 0
        return short


def bundled(problem: SitingProblem) -> SitingProblem:
    """Points that the same sites reach count as one: every choice reaches as much as before, of fewer points."""
    table, group = problem.reached_by, problem.group
    marks = np.random.default_rng(0).integers(1, 2**62, (table.shape[1], 2), dtype=np.int64)
    whole = sparse.csr_array((np.ones(table.data.size, dtype=np.int64), table.indices, table.indptr), table.shape)
    inside = np.full(problem.weight.size, -1, dtype=np.intp) if group is None else group
    at = np.flatnonzero(problem.weight > 0)
    key = np.column_stack([np.asarray(whole @ marks), inside])[at]
    _, first, bundle = np.unique(key, axis=0, return_index=True, return_inverse=True)
    return replace(
        problem,
        reaches=sparse.csr_array(table[at[first]].T),
        weight=np.bincount(bundle.ravel(), problem.weight[at], first.size).astype(np.float64),
        group=None if group is None else group[at[first]],
    )


@dataclass(frozen=True, eq=False)
class Siting:
    """An answer: the chosen sites in order of what each adds, the weight reached, and what no choice can exceed.

    ``is_proven`` says that nothing better exists; ``at_least`` is value / bound. ``meets_floors`` is false when
    some group stays below its floor.
    """

    sites: IntArray
    value: float
    bound: float
    is_proven: bool
    meets_floors: bool = True
    prices: FloatArray | None = None  # (n,) of the bound: what siting_exact leaves sites out by

    @property
    def at_least(self) -> float:
        """This share of the best possible is reached, 0..1."""
        return 1.0 if self.bound <= 0 else min(1.0, self.value / self.bound)


def most_covered(problem: SitingProblem, *, rounds: int = ROUNDS) -> Siting:
    """The choice that reaches the most weight (MCLP, Church and ReVelle 1974), good at once, with an upper bound.

    The bound ignores floors, so it holds with them too. Ties go to the site that comes first.
    """
    assert problem.pinned is not None
    left = problem.budget - problem.costs[problem.pinned].sum()
    if not (problem.allowed & (problem.costs <= left + TIGHT)).any():
        return _as_pinned(problem)
    best = _improve(problem, _greedy(problem))
    if np.ptp(problem.costs) > 0:  # by gain alone: what a dear site adds may be worth all the cheap ones
        dear = _improve(problem, _greedy(problem, by_rate=False))
        best = max(best, dear, key=lambda sites: _score(problem, sites))
    value = _score(problem, best)
    bound, best, value, prices = _lagrange(problem, best, value, rounds)
    missing = problem.floors_missing(problem.reached(best))
    covered = problem.covered_weight(best)
    return Siting(
        sites=in_order_of_gain(problem.reaches, problem.weight, best),
        value=covered,
        bound=max(bound, covered),
        is_proven=not missing.any() and covered >= bound - TIGHT * max(1.0, bound),
        meets_floors=not missing.any(),
        prices=prices,
    )


def _as_pinned(problem: SitingProblem) -> Siting:
    """Nothing can be added to what is pinned, so it is the answer."""
    assert problem.pinned is not None
    sites = in_order_of_gain(problem.reaches, problem.weight, np.flatnonzero(problem.pinned))
    value, missing = problem.covered_weight(sites), problem.floors_missing(problem.reached(sites))
    return Siting(sites, value, value, not missing.any(), not missing.any())


def _score(problem: SitingProblem, sites: IntArray) -> float:
    """Weight reached; what a floor lacks costs more than all the weight there is, so floors come first."""
    times = problem.reached(sites)
    missing = problem.floors_missing(times)
    return float(problem.weight[times > 0].sum() - missing.sum() * 1e6)


def _pull(problem: SitingProblem, times: FloatArray) -> FloatArray:
    """What a point is worth to a greedy step: points of groups below their floor first."""
    open_weight: FloatArray = problem.weight * (times <= 0)
    missing = problem.floors_missing(times)
    if missing.any():
        assert problem.group is not None
        lacking = (problem.group >= 0) & (missing[problem.group] > 0)
        if (open_weight * lacking).any():
            open_weight = open_weight * np.where(lacking, 1e6, 1.0)
    return open_weight


def _greedy(problem: SitingProblem, start: ArrayLike | None = None, *, by_rate: bool = True) -> IntArray:
    """Add what gains most (per cost) until the budget is spent or nothing gains."""
    assert problem.pinned is not None
    chosen = list(np.flatnonzero(problem.pinned) if start is None else np.asarray(start, dtype=np.intp))
    left = problem.budget - problem.costs[chosen].sum()
    times = problem.reached(chosen)
    free = problem.allowed.copy()
    free[chosen] = False
    while True:
        affordable = free & (problem.costs <= left + TIGHT)
        if not affordable.any():
            return np.array(sorted(chosen), dtype=np.intp)
        gain = problem.reaches @ _pull(problem, times)
        rate = gain / np.maximum(problem.costs, TIGHT) if by_rate else gain
        best = int(np.argmax(np.where(affordable, rate, -1.0)))
        if gain[best] <= 0:
            return np.array(sorted(chosen), dtype=np.intp)
        chosen.append(best)
        free[best] = False
        left -= problem.costs[best]
        times += problem.reached([best])


def _improve(problem: SitingProblem, sites: IntArray, passes: int = 20) -> IntArray:
    """Swap one chosen site for one that is not while that reaches more (Teitz and Bart 1968)."""
    assert problem.pinned is not None
    chosen, value = list(sites), _score(problem, sites)
    for _ in range(passes):
        improved = False
        for out in [site for site in chosen if not problem.pinned[site]]:
            rest = [site for site in chosen if site != out]
            trial = _greedy(problem, rest)
            score = _score(problem, trial)
            if score > value + TIGHT * max(1.0, abs(value)):
                chosen, value, improved = list(trial), score, True
                break
        if not improved:
            break
    return np.array(sorted(chosen), dtype=np.intp)


def _lagrange(
    problem: SitingProblem, best: IntArray, value: float, rounds: int
) -> tuple[float, IntArray, float, FloatArray]:
    """Lower an upper bound by subgradient steps; now and then let its prices suggest a choice.

    "A point counts only if some chosen site reaches it" is given a price per point instead of being enforced:
    L = sum max(0, a - price) + the best sites by prices collected, never less than the optimum (Galvão and ReVelle
    1996). Prices begin at what the point is worth shared among the sites that reach it.
    """
    assert problem.pinned is not None
    tried: set[bytes] = set()
    reach_count = np.asarray(problem.reached_by.sum(axis=1)).ravel()
    price = np.divide(problem.weight, 2.0, where=reach_count > 0, out=np.zeros(problem.weight.size))
    reachable = np.where(reach_count > 0, problem.weight, 0.0)
    bound, step, since, best_price = float(reachable.sum()), 2.0, 0, price
    for turn in range(rounds):
        collected = problem.reaches @ price
        share, collected_total = _fill(problem, collected)
        kept = reachable - price
        upper = float(np.maximum(0, kept).sum() + collected_total)
        if upper < bound - TIGHT * max(1.0, bound):
            bound, since, best_price = upper, 0, price
        else:
            since += 1
            if since >= 8:
                step, since = step / 2, 0
        if value >= bound - TIGHT * max(1.0, bound) or step < 1e-4:
            break
        if turn % 10 == 9:
            suggestion = _greedy(problem, _whole(problem, share))
            if suggestion.tobytes() not in tried:
                tried.add(suggestion.tobytes())
                suggestion = _improve(problem, suggestion, passes=4)
                score = _score(problem, suggestion)
                if score > value:
                    best, value = suggestion, score
        slope = problem.reached_by @ share - (kept > 0)
        length = float(slope @ slope)
        if length <= 0:
            break
        price = np.clip(price - step * (upper - max(value, 0.0)) / length * slope, 0, reachable)
    return bound, best, value, best_price


def _fill(problem: SitingProblem, collected: FloatArray) -> tuple[FloatArray, float]:
    """The sites that collect most per cost within the budget, the last in part; (m,) shares and what they
    collect."""
    assert problem.pinned is not None
    share = problem.pinned.astype(np.float64)
    left = problem.budget - problem.costs @ share
    rate = np.where(problem.allowed, collected / np.maximum(problem.costs, TIGHT), -1.0)
    order = np.argsort(-rate, kind="stable")
    order = order[rate[order] > 0]
    spent = np.cumsum(problem.costs[order])
    before = spent - problem.costs[order]
    part = np.clip((left - before) / np.maximum(problem.costs[order], TIGHT), 0, 1)
    share[order] = np.where(spent <= left + TIGHT, 1.0, part)
    return share, float(share @ collected)


def _whole(problem: SitingProblem, share: FloatArray) -> IntArray:
    """The sites of a filled budget that are in it as a whole."""
    whole = np.flatnonzero(share >= 1 - TIGHT)
    return whole[problem.costs[whole].cumsum() <= problem.budget + TIGHT] if whole.size else whole


def in_order_of_gain(reaches: sparse.csr_array, weight: FloatArray, sites: ArrayLike) -> IntArray:
    """Each site after those that add more given what is chosen before it."""
    left, order = np.asarray(sites, dtype=np.intp).tolist(), []
    near = {site: reaches[[site]].indices for site in left}
    fresh = np.array(weight, dtype=np.float64)
    while left:
        site = left.pop(int(np.argmax([fresh[near[site]].sum() for site in left])))
        order.append(site)
        fresh[near[site]] = 0.0
    return np.array(order, dtype=np.intp)


def _set(owner: object, **values: object) -> None:
    for name, value in values.items():
        object.__setattr__(owner, name, value)
