"""The gap: how far below a fair share people are, why, how many people that is, and what one more would do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from app.analysis.decay import raised
from app.analysis.inputs import BoolArray, FloatArray, IntArray, PopulationPoints, ReachSettings, Service
from app.analysis.provision import reach_of

ROUNDING = 1e-12


def weighted_mean(values: FloatArray, weights: FloatArray, counted: BoolArray | None = None) -> float:
    """Mean of values (n,) by weights (n,), over the counted rows; ValueError when nobody is counted."""
    rows = np.ones(values.shape, dtype=bool) if counted is None else np.asarray(counted, dtype=bool)
    total = float(weights[rows].sum())
    if total <= 0:
        raise ValueError("Nobody lives in the places to compare with: choose a benchmark with people in it.")
    return float((weights[rows] * values[rows]).sum() / total)


def benchmark_access(access: FloatArray, weighted_people: FloatArray, counted: BoolArray | None = None) -> float:
    """Fair share A* = sum N A / sum N over the counted points (all when None).

    Shapes: (n,) each. Units: supply per weighted person. Errors: ValueError when nobody is counted.
    """
    return weighted_mean(access, weighted_people, counted)


def standard_access(people_per_service: float) -> float:
    """Fair share A* from a typed standard, "one per 2,000 people": 1 / 2000. ValueError unless above 0."""
    if not (np.isfinite(people_per_service) and people_per_service > 0):
        raise ValueError(f"“One per N people” needs N above 0, not {people_per_service}.")
    return 1 / people_per_service


def shortfall(access: FloatArray, benchmark: ArrayLike) -> FloatArray:
    """s = max(0, 1 - A / A*), 0..1.

    Shapes: access (n,) with one benchmark, or (K, n) with (K,). Where the benchmark is 0 nobody there has any:
    then whoever has none is wholly short, s = 1, and whoever has some is not.
    """
    fair = np.asarray(benchmark, dtype=np.float64)[..., None]
    relative = np.divide(access, fair, out=(access > 0).astype(np.float64), where=fair > 0)
    short: FloatArray = np.maximum(0, 1 - relative)
    return short


def equivalent_people(access: FloatArray, weighted_people: FloatArray, benchmark: ArrayLike) -> FloatArray:
    """U = N s: the same as this many (weighted) people having none. Shapes as shortfall; adds up over areas."""
    equivalent: FloatArray = weighted_people * shortfall(access, benchmark)
    return equivalent


def is_short(access: FloatArray, benchmark: float) -> BoolArray:
    """Who is below the fair share; a difference in the last digits is rounding, not a shortage. (n,)."""
    short: BoolArray = shortfall(access, benchmark) > ROUNDING
    return short


def foster_greer_thorbecke(
    access: FloatArray, weighted_people: FloatArray, benchmark: float, alpha: float
) -> float:
    """FGT index sum N s^alpha [A < A*] / sum N: 0 = share of people short, 1 = mean shortfall, 2 = severity.

    Source: Foster, Greer and Thorbecke 1984, on access as Martens and Bastiaanssen 2019. Strictly below counts.
    """
    short = shortfall(access, benchmark)
    below = is_short(access, benchmark)
    return weighted_mean(np.where(below, raised(short, alpha), 0.0), weighted_people)


FEW, FAR, CROWDED, NOTHING = 0, 1, 2, -1


@dataclass(frozen=True, eq=False)
class Reasons:
    """Why access is what it is: A = K C / X, and A / A* = few x far x crowded exactly.

    Shapes: (n,) for services K, closeness C (0..1), sharing X (weighted people to each), the three ratios to the
    benchmark (below 1 = worse: few services, far away, crowded) and main (FEW, FAR, CROWDED or NOTHING in reach);
    the benchmark's own K*, C* and X* are numbers. Where nothing is in reach few is 0, the others 1, C and X NaN.
    """

    services: FloatArray
    closeness: FloatArray
    sharing: FloatArray
    few: FloatArray
    far: FloatArray
    crowded: FloatArray
    main: IntArray
    fair_services: float
    fair_closeness: float
    fair_sharing: float


def explain(
    access: FloatArray,
    services_in_reach: FloatArray,
    closeness_sum: FloatArray,
    *,
    benchmark: float,
    fair_services: float,
    fair_closeness_sum: float,
) -> Reasons:
    """Split A / A* into few services, far away and crowded, for points or for zones (their weighted means).

    Shapes: (n,) three times, then A* and the benchmark's weighted means of services_in_reach and closeness_sum
    (weighted_mean gives them). With a zero benchmark the ratios are NaN: there is nothing to compare with.
    """
    here = services_in_reach > 0
    unknown = np.full(access.shape, np.nan)
    closeness = np.divide(closeness_sum, services_in_reach, out=unknown.copy(), where=here)
    sharing = np.divide(closeness_sum, access, out=unknown.copy(), where=access > 0)
    if benchmark <= 0 or fair_services <= 0 or fair_closeness_sum <= 0:
        nothing = np.full(access.shape, NOTHING, dtype=np.intp)
        fair = (fair_services, float("nan"), float("nan"))
        return Reasons(services_in_reach, closeness, sharing, unknown, unknown, unknown, nothing, *fair)
    fair_closeness = fair_closeness_sum / fair_services
    fair_sharing = fair_closeness_sum / benchmark
    few = services_in_reach / fair_services
    far = np.where(here, closeness / fair_closeness, 1.0)
    # A service close by that nobody shares (an empty place) gives no access: 0 keeps the product exact.
    unshared = np.where(closeness_sum > 0, 0.0, 1.0)
    crowded = np.divide(fair_sharing, sharing, out=unshared, where=access > 0)
    worst = np.argmin(np.stack([few, far, crowded]), axis=0)
    main = np.where(here, worst, NOTHING).astype(np.intp)
    fair = (fair_services, fair_closeness, fair_sharing)
    return Reasons(services_in_reach, closeness, sharing, few, far, crowded, main, *fair)


@dataclass(frozen=True, eq=False)
class ZoneGaps:
    """Sums of points for each zone of a layer; people, equivalent_people and short_people add up over zones.

    Shapes: (z,). Means (access, services_in_reach, closeness_sum) are by weighted people, and from them follow
    closeness = closeness_sum / services_in_reach and shared_by = closeness_sum / access. nearest_m is the walk
    that half the people do not exceed, nearest_min_m the shortest. Means are NaN where nobody lives.
    """

    people: FloatArray
    weighted_people: FloatArray
    access: FloatArray
    services_in_reach: FloatArray
    closeness_sum: FloatArray
    closeness: FloatArray
    shared_by: FloatArray
    nearest_m: FloatArray
    nearest_min_m: FloatArray
    shortfall: FloatArray
    equivalent_people: FloatArray
    short_people: FloatArray


def zone_gaps(
    points: PopulationPoints,
    zone_index: IntArray,
    zone_count: int,
    access: FloatArray,
    benchmark: float,
    *,
    services_in_reach: FloatArray | None = None,
    closeness_sum: FloatArray | None = None,
    nearest_m: FloatArray | None = None,
) -> ZoneGaps:
    """Sum points into zones: s(zone) = sum U / sum N, so no surplus in one corner hides a shortage in another.

    Shapes: arrays (n,) for one theme; zone_index 0..zone_count-1, or -1 for in no zone. Tables left out are NaN.
    """
    zone = _check_zones(zone_index, zone_count, points.count)
    inside = zone >= 0
    unknown = np.full(points.count, np.nan)

    def total(values: FloatArray) -> FloatArray:
        return np.bincount(zone[inside], values[inside], zone_count).astype(np.float64)

    people, weighted_people = total(points.people), total(points.weighted_people)

    def mean(values: FloatArray | None) -> FloatArray:
        of_all = total(points.weighted_people * (unknown if values is None else values))
        return _divide(of_all, weighted_people)

    access_mean, services_mean, closeness_mean = mean(access), mean(services_in_reach), mean(closeness_sum)
    equivalent = total(equivalent_people(access, points.weighted_people, benchmark))
    below = is_short(access, benchmark)
    walk = unknown if nearest_m is None else nearest_m
    return ZoneGaps(
        people=people,
        weighted_people=weighted_people,
        access=access_mean,
        services_in_reach=services_mean,
        closeness_sum=closeness_mean,
        closeness=_divide(closeness_mean, services_mean),
        shared_by=_divide(closeness_mean, access_mean),
        nearest_m=_median_by_zone(walk[inside], points.people[inside], zone[inside], zone_count),
        nearest_min_m=_least_by_zone(walk[inside], zone[inside], zone_count),
        shortfall=_divide(equivalent, weighted_people),
        equivalent_people=equivalent,
        short_people=total(points.people * below),
    )


def _check_zones(zone_index: IntArray, zone_count: int, point_count: int) -> IntArray:
    zone = np.asarray(zone_index, dtype=np.intp)
    if zone.shape != (point_count,):
        raise ValueError(
            f"zone_index has shape {zone.shape} but there are {point_count} points: give one per point."
        )
    if zone.size and (zone.max() >= zone_count or zone.min() < -1):
        raise ValueError(f"zone_index must lie between 0 and {zone_count - 1}, or be -1 for “in no zone”.")
    return zone


def _divide(upper: FloatArray, lower: FloatArray) -> FloatArray:
    result: FloatArray = np.divide(upper, lower, out=np.full(upper.shape, np.nan), where=lower > 0)
    return result


def _median_by_zone(values: FloatArray, weights: FloatArray, zone: IntArray, zone_count: int) -> FloatArray:
    """The value that half the weight does not exceed, (zone_count,); NaN where there is no weight."""
    order = np.lexsort((values, zone))
    values, weights, zone = values[order], weights[order], zone[order]
    total = np.bincount(zone, weights, zone_count)
    running = np.cumsum(weights)
    before = np.cumsum(total) - total
    reached = (running - before[zone] >= total[zone] / 2) & (weights > 0)
    median = np.full(zone_count, np.nan)
    at = np.flatnonzero(reached)
    # Written backwards, so that the first value that reaches half the weight is the one that stays.
    median[zone[at[::-1]]] = values[at[::-1]]
    return median


def _least_by_zone(values: FloatArray, zone: IntArray, zone_count: int) -> FloatArray:
    least = np.full(zone_count, np.inf)
    order = np.argsort(-values, kind="stable")
    # Longest walk first, so that the shortest is written last and stays.
    least[zone[order]] = values[order]
    least[np.bincount(zone, minlength=zone_count) == 0] = np.nan
    return least


@dataclass(frozen=True, eq=False)
class OneMore:
    """What one more service would do, with the fair share held where it is.

    ``points`` (c,) are the points it reaches and ``access_gain`` (c,) what each gains; shared_by is in weighted
    people, shared_by_people a head-count; equivalent_people_fewer is by how much U falls.
    """

    points: IntArray
    access_gain: FloatArray
    shared_by: float
    shared_by_people: float
    equivalent_people_fewer: float


def one_more_here(
    points: PopulationPoints, access: FloatArray, benchmark: float, service: Service, settings: ReachSettings
) -> OneMore:
    """What would fix it: access is additive in services, so a new one at x gives each point S w_ix^b / D_x.

    Shapes: access (n,) of the service's theme. Units: metres, supply, weighted people.
    """
    near, weight = reach_of(points, service, settings)
    people = points.weighted_people[near]
    shared_by = float((people * raised(weight, settings.demand_power)).sum())
    each = service.supply / shared_by if shared_by > 0 else 0.0
    gain = each * raised(weight, settings.access_power)
    fall = people * (shortfall(access[near], benchmark) - shortfall(access[near] + gain, benchmark))
    return OneMore(near, gain, shared_by, float(points.people[near].sum()), float(fall.sum()))


def across_themes(shortfalls: FloatArray, theme_weights: ArrayLike | None = None) -> tuple[FloatArray, IntArray]:
    """All themes at once: mean shortfall by theme weight, and how many themes are under half the fair share.

    Shapes: (K, z) in; (z,) and (z,) out. A NaN is a theme that cannot be said of a zone and is left out of it; a
    zone with none that can is NaN. A theme of weight 0 counts in neither.
    """
    weights = np.ones(len(shortfalls)) if theme_weights is None else np.asarray(theme_weights, dtype=np.float64)
    if weights.shape != (len(shortfalls),) or (weights < 0).any() or weights.sum() <= 0:
        raise ValueError("Give each theme a weight of 0 or more, and at least one above 0.")
    mean = _divide(weights @ np.nan_to_num(shortfalls), weights @ ~np.isnan(shortfalls))
    return mean, (shortfalls[weights > 0] > 0.5).sum(axis=0)
