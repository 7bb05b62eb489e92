"""Where to go so that walks are short: the mean walk (p-median) and the worst walk (p-centre)."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from app.analysis.inputs import BoolArray, FloatArray, IntArray, as_numbers
from app.analysis.siting import TIGHT, Siting

ROUNDS = 90
MOST_EXACT_PAIRS = 60_000
"""Walks that the proven p-median is asked about; more only get the bound."""


def walks_of(sites: FloatArray, points: FloatArray) -> FloatArray:
    """Straight metres from each site (m, 2) to each point (n, 2), (m, n)."""
    away: FloatArray = np.hypot(sites[:, None, 0] - points[:, 0], sites[:, None, 1] - points[:, 1])
    return away


def shortest_mean_walk(
    distance_m: FloatArray,
    weight: FloatArray,
    count: int,
    *,
    pinned: BoolArray | None = None,
    rounds: int = ROUNDS,
) -> Siting:
    """``count`` sites with the least total weighted walk (p-median, Hakimi 1964), good at once, with a lower
    bound.

    Shapes: distance_m (m sites, n points), all finite; weight (n,). ``value`` and ``bound`` are weighted metres,
    the bound never above the value. Errors: ValueError for fewer sites than ``count`` or pinned ones beyond it.
    """
    walks, people, fixed = _checked(distance_m, weight, count, pinned)
    sites = _swap_walks(walks, people, _greedy_walks(walks, people, count, fixed), fixed)
    value = _total_walk(walks, people, sites)
    bound, sites, value = _lower_bound(walks, people, sites, value, count, fixed, rounds)
    return Siting(sites, value, min(bound, value), value <= bound + TIGHT * max(1.0, value))


def shortest_mean_walk_proven(
    distance_m: FloatArray,
    weight: FloatArray,
    count: int,
    *,
    pinned: BoolArray | None = None,
    time_limit_s: float = 20.0,
) -> Siting:
    """As shortest_mean_walk, proven by HiGHS where there are at most MOST_EXACT_PAIRS walks."""
    at_once = shortest_mean_walk(distance_m, weight, count, pinned=pinned)
    walks, people, fixed = _checked(distance_m, weight, count, pinned)
    sites, points = walks.shape
    if at_once.is_proven or walks.size > MOST_EXACT_PAIRS:
        return at_once
    pairs = sites * points
    site, point, pair = np.repeat(np.arange(sites), points), np.tile(np.arange(points), sites), np.arange(pairs)
    one_each = sparse.csr_array((np.ones(pairs), (point, sites + pair)), (points, sites + pairs))
    signs, columns = np.r_[np.ones(pairs), -np.ones(pairs)], np.r_[site, sites + pair]
    open_first = sparse.csr_array((signs, (np.r_[pair, pair], columns)), (pairs, sites + pairs))
    how_many = sparse.csr_array(np.r_[np.ones(sites), np.zeros(pairs)][None])
    low = np.r_[fixed.astype(float), np.zeros(pairs)]
    result = milp(
        np.r_[np.zeros(sites), (walks * people).ravel()],
        constraints=[
            LinearConstraint(one_each, 1, 1),
            LinearConstraint(open_first, 0, np.inf),
            LinearConstraint(how_many, count, count),
        ],
        integrality=np.r_[np.ones(sites), np.zeros(pairs)],
        bounds=Bounds(low, 1),
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    if result.x is None:
        return at_once
    chosen = np.flatnonzero(np.round(result.x[:sites]) > 0)
    value = _total_walk(walks, people, chosen)
    if at_once.value <= value:
        chosen, value = at_once.sites, at_once.value
    bound = value if result.status == 0 else max(at_once.bound, min(value, float(result.mip_dual_bound)))
    return Siting(chosen, value, bound, result.status == 0)


def shortest_worst_walk(
    distance_m: FloatArray, count: int, *, pinned: BoolArray | None = None, time_limit_s: float = 20.0
) -> Siting:
    """``count`` sites with the shortest worst walk (p-centre), by asking "would this reach do?" ever more closely.

    Shapes: distance_m (m, n). ``value`` and ``bound`` are metres: no choice has a shorter worst walk than the
    bound. Each question is a covering model of HiGHS; a greedy cover answers the easy ones. Source: Minieka
    1970.
    """
    walks, _, fixed = _checked(distance_m, np.ones(distance_m.shape[1]), count, pinned)
    reaches = np.unique(walks)
    best = _greedy_centre(walks, count, fixed)
    high = int(np.searchsorted(reaches, _worst(walks, best)))
    low = min(high, int(np.searchsorted(reaches, _too_short(walks, count, _worst(walks, best)), side="right")))
    proven, limit = True, time_limit_s / max(1, int(np.ceil(np.log2(reaches.size + 1))))
    while low < high:
        middle = (low + high) // 2
        found, is_sure = _cover_within(walks <= reaches[middle], count, fixed, limit)
        if found is not None:
            best, high = found, int(np.searchsorted(reaches, _worst(walks, found)))
        elif is_sure:
            low = middle + 1
        else:
            proven = False
            break
    value = _worst(walks, best)
    return Siting(best, value, value if proven else float(reaches[low]), proven)


def _checked(
    distance_m: FloatArray, weight: FloatArray, count: int, pinned: BoolArray | None
) -> tuple[FloatArray, FloatArray, BoolArray]:
    walks = np.asarray(distance_m, dtype=np.float64)
    if walks.ndim != 2 or not np.isfinite(walks).all() or (walks < 0).any():
        raise ValueError("distance_m must be a table of walks from every site to every point, none missing.")
    fixed = np.zeros(walks.shape[0], dtype=bool) if pinned is None else np.asarray(pinned, dtype=bool)
    if not 1 <= count <= walks.shape[0]:
        raise ValueError(f"Choose 1 to {walks.shape[0]} sites, not {count}.")
    if fixed.sum() > count:
        raise ValueError(f"{int(fixed.sum())} sites are pinned but only {count} may be chosen.")
    return walks, as_numbers("weight", weight, length=walks.shape[1], least=0), fixed


def _total_walk(walks: FloatArray, people: FloatArray, sites: IntArray) -> float:
    return float((walks[sites].min(axis=0) * people).sum())


def _worth(saved: FloatArray, people: FloatArray) -> FloatArray:
    """The weighted sum of each row, (m,). The threads of ``@`` wait for one another on a busy machine."""
    worth: FloatArray = np.einsum("ij,j->i", saved, people)
    return worth


def _worst(walks: FloatArray, sites: IntArray) -> float:
    return float(walks[sites].min(axis=0).max(initial=0.0))


def _greedy_walks(walks: FloatArray, people: FloatArray, count: int, fixed: BoolArray) -> IntArray:
    chosen: list[int] = np.flatnonzero(fixed).tolist()
    nearest = walks[chosen].min(axis=0) if chosen else np.full(walks.shape[1], walks.max(initial=0.0) * 2 + 1)
    while len(chosen) < count:
        saved = _worth(np.maximum(nearest - walks, 0), people)
        saved[chosen] = -1
        best = int(np.argmax(saved))
        chosen.append(best)
        nearest = np.minimum(nearest, walks[best])
    return np.array(sorted(chosen), dtype=np.intp)


def _swap_walks(walks: FloatArray, people: FloatArray, sites: IntArray, fixed: BoolArray) -> IntArray:
    """Exchange one site for another while that shortens walks (Teitz and Bart 1968)."""
    chosen: list[int] = sites.tolist()
    value, saved = _total_walk(walks, people, sites), np.empty_like(walks)
    improved = True
    while improved:
        improved = False
        for out in [site for site in chosen if not fixed[site]]:
            rest = [site for site in chosen if site != out]
            nearest = walks[rest].min(axis=0) if rest else np.full(walks.shape[1], walks.max(initial=0.0) * 2 + 1)
            np.maximum(np.subtract(nearest, walks, out=saved), 0, out=saved)
            worth = _worth(saved, people)
            worth[rest] = -1
            trial = [*rest, int(np.argmax(worth))]
            total = _total_walk(walks, people, np.array(trial))
            if total < value * (1 - TIGHT):
                chosen, value, improved = trial, total, True
    return np.array(sorted(chosen), dtype=np.intp)


def _lower_bound(
    walks: FloatArray,
    people: FloatArray,
    sites: IntArray,
    value: float,
    count: int,
    fixed: BoolArray,
    rounds: int,
) -> tuple[float, IntArray, float]:
    """Lagrangian bound: "every point has one site" is paid for instead of enforced (Narula and others 1977)."""
    costs = walks * people
    fee = np.sort(costs[sites], axis=0)[:2].mean(axis=0)
    gain, bound, step, since = np.empty_like(costs), 0.0, 2.0, 0
    for _ in range(rounds):
        np.minimum(np.subtract(costs, fee, out=gain), 0, out=gain)
        total = np.where(fixed, -np.inf, gain.sum(axis=1))
        chosen = np.argsort(total, kind="stable")[:count]
        lower = float(fee.sum() + gain[chosen].sum())
        if lower > bound + TIGHT * max(1.0, bound):
            bound, since = lower, 0
        else:
            since += 1
            if since >= 6:
                step, since = step / 2, 0
        total_walk = _total_walk(walks, people, chosen)
        if total_walk < value:
            sites, value = np.sort(chosen), total_walk
        slope = 1.0 - (gain[chosen] < 0).sum(axis=0)
        length = float(slope @ slope)
        if length <= 0 or step < 1e-4 or value <= bound * (1 + TIGHT):
            break
        fee = fee + step * max(value - lower, 0.0) / length * slope
    return bound, sites, value


def _greedy_centre(walks: FloatArray, count: int, fixed: BoolArray) -> IntArray:
    """Always add the site nearest to whoever walks furthest (Gonzalez 1985)."""
    chosen: list[int] = np.flatnonzero(fixed).tolist() or [int(np.argmin(walks.max(axis=1)))]
    while len(chosen) < count:
        furthest = int(np.argmax(walks[chosen].min(axis=0)))
        order = np.argsort(walks[:, furthest], kind="stable")
        chosen.append(int(next(site for site in order if site not in chosen)))
    return np.array(sorted(chosen), dtype=np.intp)


def _too_short(walks: FloatArray, count: int, longest: float, steps: int = 12) -> float:
    """A walk that no ``count`` sites make the longest one, as far as packing tells; -1 where it tells nothing.

    Points of which no site reaches two need a site each (a packing bounds a cover; Hochbaum and Shmoys 1985).
    """
    low, high = -1.0, longest
    for _ in range(steps):
        middle = (max(low, 0.0) + high) / 2
        if _is_packed(walks <= middle, count):
            low = middle
        else:
            high = middle
    return low


def _is_packed(within: BoolArray, count: int) -> bool:
    """Are there more than ``count`` points no two of which a site reaches? Found greedily, the hardest first."""
    sites_near = within.sum(axis=0)
    if not sites_near.all():
        return True
    free, found = np.ones(within.shape[1], dtype=bool), 0
    for point in np.argsort(sites_near, kind="stable"):
        if free[point]:
            found += 1
            if found > count:
                return True
            free &= ~within[within[:, point]].any(axis=0)
    return False


def _cover_within(
    within: BoolArray, count: int, fixed: BoolArray, time_limit_s: float
) -> tuple[IntArray | None, bool]:
    """``count`` sites that leave nobody out of reach, or None; and whether that is certain."""
    if not within.any(axis=0).all():
        return None, True
    chosen, left = np.flatnonzero(fixed).tolist(), np.ones(within.shape[1], dtype=bool)
    left[within[chosen].any(axis=0)] = False
    while left.any() and len(chosen) < count:
        chosen.append(int(np.argmax(within[:, left].sum(axis=1))))
        left[within[chosen[-1]]] = False
    if not left.any():
        return _filled(chosen, count, within.shape[0]), True
    table = sparse.csr_array(within.T.astype(np.float64))
    result = milp(
        np.ones(within.shape[0]),
        constraints=[LinearConstraint(table, 1, np.inf)],
        integrality=np.ones(within.shape[0]),
        bounds=Bounds(fixed.astype(float), 1),
        options={"time_limit": time_limit_s},
    )
    if result.x is not None and np.round(result.x).sum() <= count:
        return _filled(np.flatnonzero(np.round(result.x) > 0).tolist(), count, within.shape[0]), True
    dual = result.mip_dual_bound
    return None, result.status in (0, 2) or bool(dual is not None and np.ceil(dual - 1e-6) > count)


def _filled(chosen: list[int], count: int, sites: int) -> IntArray:
    """Exactly ``count`` sites: the first unused ones fill what is not needed."""
    unused = (site for site in range(sites) if site not in set(chosen))
    return np.array(sorted([*chosen, *(next(unused) for _ in range(count - len(chosen)))]), dtype=np.intp)
