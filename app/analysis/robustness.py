"""How sure we are: what chance alone would do to a score, and how complete a list is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from app.analysis.catchments import Pairs, find_pairs
from app.analysis.decay import decay_weights, raised
from app.analysis.engines import share_out
from app.analysis.gaps import shortfall
from app.analysis.inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    PopulationPoints,
    ReachSettings,
    ServedAreas,
    ServicePoints,
    as_numbers,
)
from app.analysis.similar import compared_with_own

DRAWS_AT_ONCE = 50
Z_90 = 1.6448536269514722
"""The normal deviate with 5 % beyond it."""


def access_matrix(
    pairs: Pairs, points: PopulationPoints, services: ServicePoints, settings: ReachSettings
) -> sparse.csr_array:
    """W (n, m) with access = W @ supply: w_ij^b / D_j hangs on people only, so access is linear in supply."""
    near = pairs.distance_m <= settings.reach_m
    point, service = pairs.point[near], pairs.service[near]
    weight = decay_weights(pairs.distance_m[near], settings)
    demand = points.weighted_people[point] * raised(weight, settings.demand_power)
    shared_by = np.bincount(service, demand, services.count).astype(np.float64)
    each = share_out(np.ones(services.count), shared_by)
    values = raised(weight, settings.access_power) * each[service]
    return sparse.csr_array((values, (point, service)), shape=(points.count, services.count))


def _served_matrix(points: PopulationPoints, served: ServedAreas) -> sparse.csr_array:
    """As access_matrix, for services that serve a whole area: 1 / N(area) at each of its points."""
    heads = np.array([points.weighted_people[inside].sum() for inside in served.points])
    each = share_out(np.ones(served.count), heads)
    sizes = [inside.size for inside in served.points]
    point = np.concatenate([*served.points, np.zeros(0, np.intp)])
    column = np.repeat(np.arange(served.count), sizes)
    return sparse.csr_array((each[column], (point, column)), shape=(points.count, served.count))


def _theme_matrix(
    pairs: Pairs,
    points: PopulationPoints,
    services: ServicePoints,
    settings: ReachSettings,
    theme: int,
    served: ServedAreas | None,
) -> tuple[sparse.csr_array, FloatArray]:
    """access = W @ supply of one theme: W (n, m), placed services first, and their supply (m,)."""
    of_theme = np.flatnonzero(services.theme == theme)
    matrix = access_matrix(pairs, points, services, settings)[:, of_theme]
    supply = services.supply[of_theme]
    if served is not None:
        wide = np.flatnonzero(served.theme == theme)
        matrix = sparse.hstack([matrix, _served_matrix(points, served)[:, wide]], format="csr")
        supply = np.concatenate([supply, served.supply[wide]])
    return matrix, supply


def bootstrap_zone_shortfall(
    pairs: Pairs,
    points: PopulationPoints,
    services: ServicePoints,
    zone_index: IntArray,
    zone_count: int,
    settings: ReachSettings,
    theme: int,
    *,
    draws: int = 200,
    seed: int = 0,
    served: ServedAreas | None = None,
    counted: BoolArray | None = None,
    benchmark: float | None = None,
    own: tuple[sparse.csr_array, IntArray] | None = None,
) -> tuple[FloatArray, FloatArray]:
    """The 5th and 95th percentile of each zone's shortfall when every service is there 0, 1, 2 … times by chance.

    Shapes: pairs of n points and m services in, (z,) and (z,) out; zones with nobody are NaN. Poisson bootstrap
    (mean 1 per service); each draw has its own fair share over ``counted``, unless a typed ``benchmark`` is given,
    or, with ``own``, several: how much each point counts in each (k, n), and which of them holds for it (n,).
    """
    matrix, supply = _theme_matrix(pairs, points, services, settings, theme, served)
    zone = np.asarray(zone_index, dtype=np.intp)
    inside = np.flatnonzero(zone >= 0)
    people = points.weighted_people
    places = (zone[inside], np.arange(inside.size))
    to_zones = sparse.csr_array((people[inside], places), shape=(zone_count, inside.size))
    fair_weights = people if counted is None else people * counted
    if benchmark is None and fair_weights.sum() <= 0:
        raise ValueError("Nobody lives in the places to compare with: choose a benchmark with people in it.")
    # Access is linear in supply, so the fair share needs one row and the zones only the points inside them.
    fair_share = fair_weights @ matrix / (fair_weights.sum() or 1)
    own_share = own[0] @ matrix if own else None
    matrix = matrix[inside]
    random = np.random.default_rng(seed)
    shortfalls = np.empty((zone_count, draws))
    for begin in range(0, draws, DRAWS_AT_ONCE):
        end = min(begin + DRAWS_AT_ONCE, draws)
        times = random.poisson(1.0, (end - begin, supply.size))
        access = (matrix @ (times * supply).T).T
        fair = (times * supply) @ fair_share if benchmark is None else np.full(end - begin, benchmark)
        if own is not None and own_share is not None:
            own_fair = (own_share @ (times * supply).T).T[:, own[1][inside]]
            access, fair = compared_with_own(access, own_fair), np.ones(end - begin)
        shortfalls[:, begin:end] = to_zones @ shortfall(access, fair).T
    heads = np.bincount(zone[inside], people[inside], zone_count)
    shortfalls /= np.where(heads > 0, heads, np.nan)[:, None]
    low, high = np.percentile(shortfalls, [5, 95], axis=1)
    return low, high


def random_placement_p_values(
    points: PopulationPoints,
    supply: ArrayLike,
    access: FloatArray,
    settings: ReachSettings,
    *,
    draws: int = 999,
    seed: int = 0,
) -> FloatArray:
    """How often chance does as badly: p_i = (1 + draws with access <= A_i) / (1 + draws).

    Shapes: supply (m,) of one theme's services, access (n,) as measured, (n,) out. In each draw the same services
    stand at population points picked by weighted people. Correct the result with benjamini_hochberg.
    """
    amounts = as_numbers("supply", supply, least=0)
    people = points.weighted_people
    if people.sum() <= 0:
        raise ValueError("Random placement needs people to place services among, but nobody lives here.")
    sites = ServicePoints(points.x_m, points.y_m, np.ones(points.count), np.zeros(points.count, np.intp))
    matrix = access_matrix(find_pairs(points, sites, settings), points, sites, settings)
    random = np.random.default_rng(seed)
    # Equal sums in another order may differ in the last digit; they must still count as equal.
    ceiling = (access * (1 + 1e-12))[:, None]
    as_low = np.ones(points.count)
    for begin in range(0, draws, DRAWS_AT_ONCE):
        count = min(DRAWS_AT_ONCE, draws - begin)
        chosen = random.choice(points.count, (count, amounts.size), p=people / people.sum())
        cell = np.arange(count)[:, None] * points.count + chosen
        placed = np.bincount(cell.ravel(), np.tile(amounts, count), count * points.count)
        as_low += (matrix @ placed.reshape(count, -1).T <= ceiling).sum(axis=1)
    return as_low / (1 + draws)


def random_placement_zone_p_values(
    points: PopulationPoints,
    sites: IntArray,
    services: int,
    access: FloatArray,
    zone_index: IntArray,
    zone_count: int,
    settings: ReachSettings,
    *,
    draws: int = 999,
    seed: int = 0,
) -> FloatArray:
    """As random_placement_p_values for the mean access of zones, with services of supply 1 at some points only.

    Shapes: ``sites`` are indexes of the points where a service may stand, picked by weighted people; access (n,)
    as measured, zone_index (n,), (zone_count,) out. Zones are summed first, so that a draw costs little.
    """
    people = points.weighted_people
    inside = np.flatnonzero(np.asarray(zone_index) >= 0)
    zone = np.asarray(zone_index, dtype=np.intp)[inside]
    heads = np.bincount(zone, people[inside], zone_count)
    share = np.divide(people[inside], heads[zone], out=np.zeros(inside.size), where=heads[zone] > 0)
    to_zones = sparse.csr_array((share, (zone, inside)), shape=(zone_count, points.count))
    places = ServicePoints(
        points.x_m[sites], points.y_m[sites], np.ones(sites.size), np.zeros(sites.size, np.intp)
    )
    matrix = (to_zones @ access_matrix(find_pairs(points, places, settings), points, places, settings)).tocsr()
    ceiling = ((to_zones @ access) * (1 + 1e-9))[:, None]
    random = np.random.default_rng(seed)
    chance = people[sites] / people[sites].sum()
    as_low = np.ones(zone_count)
    for begin in range(0, draws, DRAWS_AT_ONCE):
        count = min(DRAWS_AT_ONCE, draws - begin)
        chosen = random.choice(sites.size, (count, services), p=chance)
        cell = np.arange(count)[:, None] * sites.size + chosen
        placed = np.bincount(cell.ravel(), minlength=count * sites.size).reshape(count, -1)
        as_low += (matrix @ placed.T <= ceiling).sum(axis=1)
    return as_low / (1 + draws)


def benjamini_hochberg(p_values: ArrayLike, q: float = 0.05) -> BoolArray:
    """Which results stand when at most a share q may be false: Benjamini and Hochberg 1995. (n,) in and out."""
    p = as_numbers("p_values", p_values, least=0)
    if p.size == 0:
        return np.zeros(0, dtype=bool)
    ordered = np.sort(p)
    passes = np.flatnonzero(ordered <= q * np.arange(1, p.size + 1) / p.size)
    stands: BoolArray = p <= (ordered[passes[-1]] if passes.size else -1.0)
    return stands


def marshall_empirical_bayes(events: ArrayLike, base: ArrayLike) -> FloatArray:
    """Rates drawn towards the overall rate, the more the fewer people they rest on: Marshall 1991 (global).

    Shapes: (n,) each. A place with no base gets the overall rate. ValueError when there is no base at all.
    """
    count = as_numbers("events", events, least=0)
    people = as_numbers("base", base, length=count.size, least=0)
    if people.sum() <= 0:
        raise ValueError("A rate needs people to divide by, but base adds up to 0.")
    mean = count.sum() / people.sum()
    rate = np.divide(count, people, out=np.full(count.size, mean), where=people > 0)
    variance = (people * (rate - mean) ** 2).sum() / people.sum() - mean / people.mean()
    noise = np.divide(mean, people, out=np.full(count.size, np.inf), where=people > 0)
    trust = variance / (variance + noise) if variance > 0 else np.zeros(count.size)
    smoothed: FloatArray = trust * rate + (1 - trust) * mean
    return smoothed


@dataclass(frozen=True)
class Completeness:
    """How much of what exists is on the map: services thought to exist (and from ``low`` to ``high`` by chance),
    found so far, and their ratio (0..1)."""

    estimated: float
    found: int
    completeness: float
    low: float
    high: float


def chapman_estimate(first_list: int, second_list: int, on_both: int) -> float:
    """How many exist, from two independent lists: (n1 + 1)(n2 + 1) / (m + 1) - 1 (Chapman 1951).

    Errors: ValueError when more are on both lists than on either.
    """
    if min(first_list, second_list, on_both) < 0 or on_both > min(first_list, second_list):
        raise ValueError(f"{on_both} on both lists does not fit lists of {first_list} and {second_list}.")
    return (first_list + 1) * (second_list + 1) / (on_both + 1) - 1


def completeness(first_list: int, second_list: int, on_both: int) -> Completeness:
    """Completeness c = distinct found / Chapman's estimate; 1 when both lists are empty (nothing to find).

    The 90 % interval is log-normal in how many neither has (Chao 1987), with the variance of Seber (1970).
    """
    estimated = chapman_estimate(first_list, second_list, on_both)
    found = first_list + second_list - on_both
    missing = estimated - found
    share = found / estimated if estimated > 0 else 1.0
    if missing <= 0:
        return Completeness(estimated, found, share, found, found)
    only_first, only_second = first_list - on_both, second_list - on_both
    product = (first_list + 1) * (second_list + 1) * only_first * only_second
    variance = product / ((on_both + 1) ** 2 * (on_both + 2))
    factor = math.exp(Z_90 * math.sqrt(math.log1p(variance / missing**2)))
    return Completeness(estimated, found, share, found + missing / factor, found + missing * factor)


def worst_fifth(values: FloatArray) -> BoolArray:
    """Which areas are in the worst (largest) fifth of each run; ties are in. Shapes: (runs, z) both."""
    zones = values.shape[1]
    if not zones:
        return np.zeros(values.shape, dtype=bool)
    place = max(0, zones - max(1, round(zones / 5)))
    threshold = np.sort(values, axis=1)[:, place, None]
    worst: BoolArray = values >= threshold
    return worst


def worst_fifth_stability(shortfalls: FloatArray) -> FloatArray:
    """Share of runs that put each area in the worst fifth. Shapes: (runs, z) in, (z,) out; ties are in."""
    stability: FloatArray = worst_fifth(shortfalls).mean(axis=0)
    return stability
