"""One gap question counted in forty ways: which areas stay among the worst fifth, however it is counted.

Reach (two thirds, one, four thirds and five thirds of what was asked) x how a service fades and is shared (five) x
need weight (on, off). Pairs within reach are found once, at the largest reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from app.actions.gap_fair import Fair, own_shares
from app.actions.gap_inputs import GapInputs, Sums, find_pairs_to
from app.actions.gap_measure import Measured
from app.analysis.catchments import Pairs
from app.analysis.decay import decay_weights
from app.analysis.gaps import benchmark_access, equivalent_people, standard_access
from app.analysis.inputs import BoolArray, FloatArray, IntArray, PopulationPoints, ReachSettings, ServicePoints
from app.analysis.robustness import worst_fifth
from app.analysis.variants import floating_catchment
from app.errors import BadQuestionError

REACH_FACTORS = (2 / 3, 1, 4 / 3, 5 / 3)
METHODS: dict[str, tuple[str, float, float]] = {
    "fair_dai": ("dai", 0, 1),
    "fair_linear": ("linear", 0, 1),
    "fair_exp": ("exp", 0, 1),
    "two_step": ("step", 0, 0),
    "enhanced": ("dai", 1, 1),
}
"""How it fades, and the powers (a, b) of app.analysis.variants.floating_catchment. Fair share without fading is
2SFCA, so it stands here once; the last is E2SFCA."""
METHOD_OF_DECAY = {"dai": "fair_dai", "linear": "fair_linear", "exp": "fair_exp", "step": "two_step"}
USUAL_NEED = 0.5
MOST_PAIRS = 6_000_000
"""More people within reach of more services than a page can wait for."""
MILE_M = 1609.344
SHIFTS = ((0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.5, 0.5))
"""Where the square miles begin, in miles east and north of the corner of the national grid."""


@dataclass(frozen=True)
class Way:
    """One way of counting: how far people go, how services fade and are shared, and whether need counts."""

    reach_m: float
    method: str  # of METHODS
    is_weighted: bool


@dataclass(frozen=True, eq=False)
class CountedWays:
    """A question counted in w ways, for the z areas of Measured.

    ``people_without`` (w, z); ``rank`` (w, z), 1 = most people without, ties share the better rank, 0 = unranked;
    ``is_worst`` (w, z); ``asked`` is the way the question itself counts. ``shifted_worst`` (4, z): counted as
    asked, but by square miles that begin elsewhere, each person as short as the average of their square mile.
    """

    ways: tuple[Way, ...]
    asked: int
    people_without: FloatArray
    rank: IntArray
    is_worst: BoolArray
    shifted_worst: BoolArray

    @property
    def stable(self) -> IntArray:
        """In how many ways each area is among the worst fifth, (z,)."""
        ways: IntArray = self.is_worst.sum(axis=0).astype(np.intp)
        return ways


def list_ways(reach_m: float, *, need_differs: bool) -> tuple[Way, ...]:
    """All of them; half as many where weighing by need changes nothing."""
    return tuple(
        Way(reach_m * factor, method, is_weighted)
        for factor in REACH_FACTORS
        for method in METHODS
        for is_weighted in ((True, False) if need_differs else (False,))
    )


def count_ways(inputs: GapInputs, sums: Sums, measured: Measured, weighted: PopulationPoints) -> CountedWays:
    """Count again in every way; no database. ``sums`` are those delivered; ``weighted`` the same people by need.

    Errors: BadQuestionError when there are too many pairs to wait for.
    """
    question = inputs.question
    plain = replace(weighted, need_weight=np.ones(weighted.count))
    need_differs = bool((weighted.need_weight != 1).any())
    ways = list_ways(question.reach_m, need_differs=need_differs)
    ranked = measured.rank > 0
    without = np.zeros((len(ways), len(measured.area_id)))
    asked_way = Way(question.reach_m, METHOD_OF_DECAY[question.decay], need_differs and question.need_strength > 0)
    asked = ways.index(asked_way)
    shifted = np.zeros((len(SHIFTS), len(measured.area_id)))
    for number, way, access in _each_access(inputs, sums, measured, ways, weighted, plain):
        people = weighted if way.is_weighted else plain
        short = equivalent_people(*_compared(inputs, measured, people, access))
        without[number] = _by_zone(measured, short)
        if number == asked:
            shifted = np.array([_by_zone(measured, spread) for spread in _shifted(measured, people, short)])
    return CountedWays(
        ways, asked, without, _ranks(without, ranked), _worst(without, ranked), _worst(shifted, ranked)
    )


def _each_access(
    inputs: GapInputs,
    sums: Sums,
    measured: Measured,
    ways: tuple[Way, ...],
    weighted: PopulationPoints,
    plain: PopulationPoints,
) -> Iterator[tuple[int, Way, FloatArray]]:
    """Every way's access (n,), in order; right at the points that are inside or that the average is of."""
    wanted = measured.inside | measured.counted
    services = _near(sums.services, inputs.people.points, wanted, max(way.reach_m for way in ways))
    farthest = ReachSettings(reach_m=max(way.reach_m for way in ways))
    check_pairs(inputs.people.points, services, farthest)
    pairs = find_pairs_to(inputs, services, farthest)
    supply = np.ones(services.count)
    found: tuple[float, str] | None = None
    for number, way in enumerate(ways):
        decay, demand_power, access_power = METHODS[way.method]
        if found != (way.reach_m, decay):
            found = way.reach_m, decay
            near = pairs.distance_m <= way.reach_m
            reached = Pairs(pairs.point[near], pairs.service[near], pairs.distance_m[near])
            weights = decay_weights(reached.distance_m, ReachSettings(reach_m=way.reach_m, decay=decay))
        people = (weighted if way.is_weighted else plain).weighted_people
        access = floating_catchment(
            reached, weights, people, supply, demand_power=demand_power, access_power=access_power
        )
        for points, offered in zip(sums.served.points, sums.served.supply, strict=True):
            heads = people[points].sum()
            access[points] += offered / heads if heads > 0 else 0.0
        yield number, way, access


def check_pairs(points: PopulationPoints, services: ServicePoints, settings: ReachSettings) -> None:
    """BadQuestionError when more people are in reach of more services than a page can wait for."""
    if not services.count:
        return
    tree = cKDTree(np.column_stack([points.x_m, points.y_m]))
    where = np.column_stack([services.x_m, services.y_m])
    if int(tree.query_ball_point(where, settings.straight_reach_m, return_length=True).sum()) > MOST_PAIRS:
        raise BadQuestionError(
            "This is too much to count in every way while you wait.",
            "Ask about a smaller area, or a shorter reach.",
            field="within",
        )


def _near(services: ServicePoints, points: PopulationPoints, wanted: BoolArray, reach_m: float) -> ServicePoints:
    """The services that reach any of the wanted points."""
    if not services.count or not wanted.any():
        kept = np.zeros(services.count, dtype=bool)
    else:
        tree = cKDTree(np.column_stack([points.x_m[wanted], points.y_m[wanted]]))
        away, _ = tree.query(np.column_stack([services.x_m, services.y_m]))
        kept = away <= reach_m  # along a path that may be straight
    return ServicePoints(services.x_m[kept], services.y_m[kept], services.supply[kept], services.theme[kept])


def _compared(
    inputs: GapInputs, measured: Measured, people: PopulationPoints, access: FloatArray
) -> tuple[FloatArray, FloatArray, float]:
    """Access (n,), weighted people (n,), and the fair share to hold it against, in this way of counting."""
    fair = Fair(_benchmark(inputs, measured, people, access), own_shares(inputs, access, people.weighted_people))
    compared, one = fair.compare(access)
    return compared, people.weighted_people, one


def _benchmark(inputs: GapInputs, measured: Measured, people: PopulationPoints, access: FloatArray) -> float:
    if inputs.question.is_standard:
        return standard_access(inputs.question.people_per_service or 0)
    if people.weighted_people[measured.counted].sum() <= 0:
        return 0.0
    return benchmark_access(access, people.weighted_people, measured.counted)


def _by_zone(measured: Measured, values: FloatArray) -> FloatArray:
    inside = measured.zone >= 0
    return np.bincount(measured.zone[inside], values[inside], len(measured.area_id)).astype(np.float64)


def _shifted(measured: Measured, people: PopulationPoints, short: FloatArray) -> Iterator[FloatArray]:
    """What each point is short of if all in its square mile are equally short, for each of SHIFTS."""
    inside = measured.zone >= 0
    heads = people.weighted_people[inside]
    for east, north in SHIFTS:
        column = np.floor(people.x_m[inside] / MILE_M + east)
        row = np.floor(people.y_m[inside] / MILE_M + north)
        _, square = np.unique(np.column_stack([column, row]), axis=0, return_inverse=True)
        square = square.ravel()
        whole = np.bincount(square, heads)
        mean = np.divide(np.bincount(square, short[inside]), whole, out=np.zeros(whole.size), where=whole > 0)
        spread = np.zeros(short.size)
        spread[inside] = heads * mean[square]
        yield spread


def _ranks(without: FloatArray, ranked: BoolArray) -> IntArray:
    """1 = most people without, among the ranked; equals share the better rank."""
    ranks = np.zeros(without.shape, dtype=np.intp)
    for way, values in enumerate(without[:, ranked]):
        ordered = np.sort(-values)
        ranks[way, ranked] = np.searchsorted(ordered, -values, side="left") + 1
    return ranks


def _worst(without: FloatArray, ranked: BoolArray) -> BoolArray:
    """The worst fifth of the ranked; nobody without any is never among the worst."""
    worst = np.zeros(without.shape, dtype=bool)
    worst[:, ranked] = worst_fifth(without[:, ranked])
    return worst & (without > 0)
