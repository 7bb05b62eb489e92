"""Where one more service would help most: candidate spots tried one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis.gaps import is_short, one_more_here, shortfall
from app.analysis.inputs import BoolArray, FloatArray, PopulationPoints, ReachSettings, Service


@dataclass(frozen=True, eq=False)
class SiteGains:
    """What one more at each candidate would do, (c,) each: equivalent people without fewer, and people who were
    short and then have their fair share, in all and among those ``here``."""

    people_fewer: FloatArray
    lifted_people: FloatArray
    lifted_here: FloatArray


def try_sites(
    x_m: FloatArray,
    y_m: FloatArray,
    points: PopulationPoints,
    access: FloatArray,
    benchmark: float,
    settings: ReachSettings,
    *,
    counted: BoolArray,
    here: BoolArray,
) -> SiteGains:
    """One more service of supply 1 at each candidate, with the fair share held where it is.

    Shapes: candidates (c,) in metres; access, counted and here (n,). Everybody in reach shares the service, but
    only who is ``counted`` is said to gain from it.
    """
    gains = np.zeros((3, len(x_m)))
    if len(x_m):
        near = _in_box(points, x_m, y_m, settings.straight_reach_m)
        subset = PopulationPoints(
            points.x_m[near], points.y_m[near], points.people[near], points.need_weight[near]
        )
        own, counts, lives = access[near], counted[near], here[near]
        short = is_short(own, benchmark)
        for number, (x, y) in enumerate(zip(x_m, y_m, strict=True)):
            more = one_more_here(subset, own, benchmark, Service(float(x), float(y), 1.0, 0), settings)
            reached = more.points
            after = own[reached] + more.access_gain
            lifted = subset.people[reached] * (short[reached] & ~is_short(after, benchmark) & counts[reached])
            fewer = _fewer(own[reached], after, subset.weighted_people[reached] * counts[reached], benchmark)
            gains[:, number] = fewer, lifted.sum(), lifted[lives[reached]].sum()
    return SiteGains(*gains)


def _fewer(before: FloatArray, after: FloatArray, people: FloatArray, benchmark: float) -> float:
    return float((people * (shortfall(before, benchmark) - shortfall(after, benchmark))).sum())


def _in_box(points: PopulationPoints, x_m: FloatArray, y_m: FloatArray, margin_m: float) -> BoolArray:
    """Which points can be within ``margin_m`` of any candidate at all."""
    inside: BoolArray = (points.x_m >= x_m.min() - margin_m) & (points.x_m <= x_m.max() + margin_m)
    inside &= (points.y_m >= y_m.min() - margin_m) & (points.y_m <= y_m.max() + margin_m)
    return inside
