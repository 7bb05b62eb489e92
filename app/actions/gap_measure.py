"""A gap question in numbers: everything is summed from population points, whatever areas it is shown by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from scipy.spatial import cKDTree

from app.actions.gap_fair import Fair, fair_points, find_fair, weights_of_alike
from app.actions.gap_inputs import NEVER, GapInputs, People, Sums, ThemeSums, Zones
from app.actions.remembered import Remembered
from app.analysis.gaps import ZoneGaps, standard_access, zone_gaps
from app.analysis.inputs import BoolArray, FloatArray, IntArray, PopulationPoints
from app.analysis.robustness import bootstrap_zone_shortfall
from app.analysis.similar import compared_with_own
from app.analysis.states import KNOWN_COMPLETENESS, State, decide_states, shortfall_bands

DRAWS = 200


@dataclass(frozen=True, eq=False)
class Measured:
    """A question in numbers: one entry per area of the layer that has people inside."""

    area_id: IntArray
    zone: IntArray  # (n,) row in area_id, or -1
    inside: BoolArray  # (n,)
    delivered: ZoneGaps
    at_most: ZoneGaps
    counted: BoolArray  # (n,) whose average the benchmark is
    fair: Fair
    fair_at_most: Fair  # when all that perhaps counts does
    low: FloatArray
    high: FloatArray
    state: IntArray
    band: IntArray
    rank: IntArray  # 1 = most people without, of the areas that can be scored; 0 for the others
    known_share: FloatArray
    checked_on: list[date | None]
    far_short_people: float  # people who get less than half the benchmark
    near_unknown: FloatArray  # share of people within reach of somewhere outside where nobody has looked
    inside_share: FloatArray  # of all people of the area: a patch or a border may cut through it
    near_edge: FloatArray | None = None  # share of people near the edge of what is loaded; None: not worked out

    @property
    def benchmark(self) -> float:
        """The fair share, or the mean of those that areas have of their own."""
        return self.fair.one

    @property
    def people_near_unknown(self) -> float:
        return float(np.nansum(self.near_unknown * self.delivered.people))

    @property
    def people_near_edge(self) -> float:
        return 0.0 if self.near_edge is None else float(np.nansum(self.near_edge * self.delivered.people))


def measure(
    inputs: GapInputs,
    sums: ThemeSums,
    *,
    only: int | None = None,
    draws: int = DRAWS,
    held: Measured | None = None,
) -> Measured:
    """Sum a theme up by the areas of a layer; resampled services give each, or ``only`` one, its 90 % band.

    No band is made (NaN) with 0 ``draws``, which is most of the time this takes. With ``held`` the fair share is
    not worked out again, but stays where it was measured before.
    """
    people, inside, known = inputs.people, inputs.inside, inputs.known
    area_id, zone = zones_inside(inputs.zones, inside)
    counted = fair_points(inputs, zone, only)
    fair = held.fair if held else find_fair(inputs, sums.delivered, counted, only)
    fair_at_most = held.fair_at_most if held else find_fair(inputs, sums.at_most, counted, only)
    delivered = _zone_sums(people, sums.delivered, zone, len(area_id), fair)
    both = _zone_sums(people, sums.at_most, zone, len(area_id), fair_at_most)
    low, high = _bands_by_chance(inputs, sums.delivered, zone, len(area_id), counted, only, draws)
    heads = people.points.people
    known_share = _share(zone, heads * known, delivered.people)
    state = decide_states(
        shortfall_bands(both.shortfall),
        shortfall_bands(delivered.shortfall),
        known_share >= KNOWN_COMPLETENESS,
        np.nan_to_num(both.services_in_reach) > 0,
    )
    access, one = fair.compare(sums.delivered.provision.access[0])
    return Measured(
        area_id=area_id,
        zone=zone,
        inside=inside,
        counted=counted,
        delivered=delivered,
        at_most=both,
        fair=fair,
        fair_at_most=fair_at_most,
        low=low,
        high=high,
        state=state,
        band=shortfall_bands(delivered.shortfall),
        rank=_ranks(delivered.equivalent_people, state),
        known_share=known_share,
        checked_on=_last_checks(zone, len(area_id), inputs.looked_on),
        far_short_people=float(heads[inside & known & (access < one / 2)].sum()),
        near_unknown=_share(zone, heads * _near_unknown(inputs, sums), delivered.people),
        inside_share=_inside_share(inputs.zones, area_id, heads, delivered.people),
    )


def measure_whole(inputs: GapInputs, sums: ThemeSums, *, draws: int = DRAWS) -> Measured:
    """The same with everybody asked about in one row; none when nobody lives there."""
    zones = Zones(np.zeros(1, dtype=np.intp), np.where(inputs.inside, 0, -1))
    return measure(replace(inputs, zones=zones), sums, draws=draws)


def find_zone(inputs: GapInputs, area_id: int) -> int | None:
    """Which row of the sums an area has; None when nobody inside lives there."""
    numbers, _ = zones_inside(inputs.zones, inputs.inside)
    row = np.flatnonzero(numbers == area_id)
    return int(row[0]) if row.size else None


def zones_inside(zones: Zones, inside: BoolArray) -> tuple[IntArray, IntArray]:
    """Only the areas that have people inside, numbered afresh: their ids (z,), and the number of each point."""
    used = np.unique(zones.of_point[inside & (zones.of_point >= 0)])
    number = np.full(len(zones.area_id) + 1, -1, dtype=np.intp)
    number[used] = np.arange(used.size)
    return zones.area_id[used], np.where(inside, number[zones.of_point], -1)


_away: Remembered[tuple[PopulationPoints, FloatArray]] = Remembered(16)


def _near_unknown(inputs: GapInputs, sums: ThemeSums) -> BoolArray:
    """Points near land over the border where nobody has looked: their gap may look bigger than it is."""
    inside, points = inputs.inside, inputs.people.points
    near = np.zeros_like(inside)
    outside = ~inside & ~inputs.known
    if outside.any() and inside.any():
        key = (id(points.x_m), inside.tobytes(), outside.tobytes())
        _, away = _away.get(key, lambda: (points, _away_from(points, inside, outside)))
        reach = sums.delivered.provision.settings
        near[inside] = away <= (reach.reach_m if inputs.walking else reach.straight_reach_m)
    return near


def _away_from(points: PopulationPoints, some: BoolArray, others: BoolArray) -> FloatArray:
    """Straight metres from each of some points to the nearest of others."""
    where = np.column_stack([points.x_m, points.y_m])
    away: FloatArray = cKDTree(where[others]).query(where[some])[0]
    return away


def _inside_share(zones: Zones, area_id: IntArray, heads: FloatArray, inside: FloatArray) -> FloatArray:
    placed = zones.of_point >= 0
    everybody = np.bincount(zones.of_point[placed], heads[placed], len(zones.area_id))
    of_row = everybody[np.searchsorted(zones.area_id, area_id)]
    return np.divide(inside, of_row, out=np.ones(len(area_id)), where=of_row > 0)


def _zone_sums(people: People, sums: Sums, zone: IntArray, count: int, fair: Fair) -> ZoneGaps:
    access = sums.provision.access[0]
    zones = _sum_zones(people, sums, zone, count, access, fair.one)
    if fair.own is None:
        return zones
    against = _sum_zones(people, sums, zone, count, compared_with_own(access, fair.own), 1.0)
    return replace(
        zones,
        shortfall=against.shortfall,
        equivalent_people=against.equivalent_people,
        short_people=against.short_people,
    )


def _sum_zones(
    people: People, sums: Sums, zone: IntArray, count: int, access: FloatArray, benchmark: float
) -> ZoneGaps:
    return zone_gaps(
        people.points,
        zone,
        count,
        access,
        benchmark,
        services_in_reach=sums.provision.services_in_reach[0],
        closeness_sum=sums.provision.closeness_sum[0],
        nearest_m=sums.nearest_m,
    )


def _bands_by_chance(
    inputs: GapInputs,
    sums: Sums,
    zone: IntArray,
    count: int,
    counted: BoolArray,
    only: int | None,
    draws: int,
) -> tuple[FloatArray, FloatArray]:
    question, people = inputs.question, inputs.people
    nothing = not sums.services.count + sums.served.count
    if nothing or not draws or people.points.weighted_people[counted].sum() <= 0:
        return np.full(count, np.nan), np.full(count, np.nan)
    standard = standard_access(question.people_per_service or 0) if question.is_standard else None
    likeness = weights_of_alike(inputs) if only is None else None
    return bootstrap_zone_shortfall(
        sums.pairs,
        people.points,
        sums.services,
        zone if only is None else np.where(zone == only, zone, -1),
        count,
        sums.provision.settings,
        0,
        draws=draws,
        served=sums.served,
        counted=counted,
        benchmark=standard,
        own=(likeness, inputs.alike.of_point) if likeness is not None and inputs.alike else None,
    )


def _share(zone: IntArray, part: FloatArray, whole: FloatArray) -> FloatArray:
    inside = zone >= 0
    total = np.bincount(zone[inside], part[inside], len(whole))
    return np.divide(total, whole, out=np.zeros(len(whole)), where=whole > 0)


def _ranks(people_without: FloatArray, state: IntArray) -> IntArray:
    scored = np.flatnonzero((state == State.SCORE) | (state == State.CHECKED_NONE))
    rank = np.zeros(len(state), dtype=np.intp)
    rank[scored[np.argsort(-people_without[scored], kind="stable")]] = np.arange(1, scored.size + 1)
    return rank


def _last_checks(zone: IntArray, count: int, looked_on: IntArray) -> list[date | None]:
    last = np.full(count, NEVER, dtype=np.intp)
    np.maximum.at(last, zone[zone >= 0], looked_on[zone >= 0])
    return [None if day == NEVER else date.fromordinal(int(day)) for day in last]
