"""How sure the answer to a gap question is: which of its conclusions stand however it is counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from app.actions.clock import today
from app.actions.gap_answers import AreaRef, GapQuestion
from app.actions.gap_certainty import Looked, list_looked, services_inside, with_edge
from app.actions.gap_chance import DRAWS, compare_with_chance, shortfall_if_fresh
from app.actions.gap_inputs import ThemeSums, load_gap_inputs, load_pairs, load_people, load_sums
from app.actions.gap_measure import Measured, measure, zones_inside
from app.actions.gap_scope import GapScope, area_ref, find_scope
from app.actions.gap_ways import USUAL_NEED, CountedWays, Way, count_ways
from app.actions.gap_words import listed
from app.actions.gaps import PER_PEOPLE
from app.actions.remembered import Remembered
from app.analysis.inputs import BoolArray, FloatArray
from app.analysis.robustness import worst_fifth
from app.errors import BadQuestionError
from app.queries import Session, areas
from app.queries.versions import get_version

OFTEN, HALF = 0.75, 0.5
MOST_NAMED = 3
MOST_AT_ONCE = 2_000
"""Of more areas the page of the question does not wait for the ways; the page about them counts them."""


@dataclass(frozen=True)
class AreaWays:
    """One area in every way of counting."""

    area: AreaRef
    rank: int
    is_worst: bool  # as asked
    ranks: tuple[int, ...]  # one for each way
    in_worst: tuple[bool, ...]  # among the worst fifth, in each way
    shifted: int  # in how many of the shifted zonings it is among the worst fifth

    @property
    def stable(self) -> int:
        """In how many ways it is among the worst fifth."""
        return sum(self.in_worst)

    @property
    def best_rank(self) -> int:
        return max(self.ranks)

    @property
    def worst_rank(self) -> int:
        return min(self.ranks)


@dataclass(frozen=True)
class WayLine:
    """One way of counting, beside the one asked for."""

    way: Way
    is_asked: bool
    kept: int  # how many of the worst fifth as asked it finds too
    left_out: tuple[AreaRef, ...]  # the others


@dataclass(frozen=True)
class SureAnswer:
    """``rows`` are the ranked areas in the order of the answer."""

    question: GapQuestion
    theme_name: str
    within: AreaRef | None
    layer_name: str
    sentence: str
    ways: tuple[WayLine, ...]
    rows: tuple[AreaWays, ...]
    shifts: int
    looked: tuple[Looked, ...]  # every area, by name
    data_version: str

    @property
    def stable(self) -> dict[str, int]:
        """In how many ways each area of the worst fifth stays there, by its code."""
        return {row.area.area_code: row.stable for row in self.worst}

    @property
    def worst(self) -> tuple[AreaWays, ...]:
        return tuple(row for row in self.rows if row.is_worst)

    @property
    def nearly(self) -> tuple[AreaWays, ...]:
        """Not among the worst fifth as asked, but in half of the other ways."""
        return tuple(row for row in self.rows if not row.is_worst and 2 * row.stable >= len(self.ways))


_sure: Remembered[SureAnswer] = Remembered(64)


def compare_ways(session: Session, question: GapQuestion) -> SureAnswer:
    """The question in every way of counting; remembered per data version.

    Errors: BadQuestionError when a word names nothing, or when it is too much to wait for.
    """
    version = get_version(session)
    return _sure.get((version, question, today()), lambda: _compare(session, version, question))


def find_stability(session: Session, question: GapQuestion) -> SureAnswer | None:
    """As compare_ways, for the rows of the gap page; None where it is too much to wait for on every visit."""
    scope = find_scope(session, question)
    inputs = load_gap_inputs(session, get_version(session), scope)
    if zones_inside(inputs.zones, inputs.inside)[0].size > MOST_AT_ONCE:
        return None
    try:
        return compare_ways(session, question)
    except BadQuestionError:
        return None


def _compare(session: Session, version: str, question: GapQuestion) -> SureAnswer:
    scope = find_scope(session, question)
    inputs = load_gap_inputs(session, version, scope)
    sums = load_sums(version, inputs)
    measured = measure(inputs, sums, draws=0)
    weighted = load_people(session, version, question.need_strength or USUAL_NEED)
    counted = count_ways(inputs, sums.delivered, measured, weighted.points)
    refs = {row.id: area_ref(row) for row in areas.get_areas(session, [int(i) for i in measured.area_id])}
    rows = _rows(measured, counted, [refs[int(i)] for i in measured.area_id])
    return SureAnswer(
        question=question,
        theme_name=scope.theme.name,
        within=scope.asked_about,
        layer_name=scope.layer.name,
        sentence=_sentence(rows, len(counted.ways)),
        ways=_lines(counted, rows),
        rows=rows,
        shifts=len(counted.shifted_worst),
        looked=tuple(list_looked(session, version, scope, inputs, measured)),
        data_version=version,
    )


def _rows(measured: Measured, counted: CountedWays, refs: list[AreaRef]) -> tuple[AreaWays, ...]:
    order = np.argsort(measured.rank, kind="stable")
    return tuple(
        AreaWays(
            area=refs[zone],
            rank=int(measured.rank[zone]),
            is_worst=bool(counted.is_worst[counted.asked, zone]),
            ranks=tuple(counted.rank[:, zone].tolist()),
            in_worst=tuple(counted.is_worst[:, zone].tolist()),
            shifted=int(counted.shifted_worst[:, zone].sum()),
        )
        for zone in order.tolist()
        if measured.rank[zone]
    )


def _lines(counted: CountedWays, rows: tuple[AreaWays, ...]) -> tuple[WayLine, ...]:
    worst = [row for row in rows if row.is_worst]
    lines = []
    for number, way in enumerate(counted.ways):
        left_out = tuple(row.area for row in worst if not row.in_worst[number])
        lines.append(WayLine(way, number == counted.asked, len(worst) - len(left_out), left_out))
    return tuple(lines)


def _sentence(rows: tuple[AreaWays, ...], ways: int) -> str:
    worst = [row for row in rows if row.is_worst]
    if not rows:
        return (
            "No gap could be drawn here, because nobody has looked or it hangs on what nobody has said: there is "
            "nothing to count again. That is not the same as having none."
        )
    if not worst:
        return "No area is short in a way that could be compared, so there is nothing to count again."
    always = sum(row.stable == ways for row in worst)
    often = sum(row.stable >= OFTEN * ways for row in worst)
    areas_are = "1 area" if len(worst) == 1 else f"{len(worst)} areas"
    said = (
        f"The worst fifth of the list is {areas_are}. Counted in {ways} ways, {always} of them "
        f"{'stays' if always == 1 else 'stay'} there in every one, and {often} in at least three of four."
    )
    return said + _warning([row.area.name for row in worst if row.stable < HALF * ways])


def _warning(fragile: list[str]) -> str:
    if not fragile:
        return ""
    few = listed([*fragile[:MOST_NAMED], *(["others"] if len(fragile) > MOST_NAMED else [])])
    them = "it" if len(fragile) == 1 else "them"
    return f" Do not rest a decision on {few} alone: more than half of the ways leave {them} out."


PLAIN_MEASURES = ("inside", "per_10000", "in_reach")
"""Easier to say than the shortfall, and what each leaves out is why it is not used: who shares, and borders."""


@dataclass(frozen=True)
class AreaDoubt:
    """Whether one area's shortfall could be chance, or hangs on records that nobody confirmed lately."""

    shortfall: float
    if_fresh: float | None  # the shortfall when only what was confirmed lately counts; None: nothing was
    p_value: float | None  # how often as many services dropped at random do as badly; None: not compared
    is_beyond: bool  # short beyond chance, after allowing for how many areas were looked at
    near_edge: float  # share of its people near the edge of the map
    inside: int  # services that happen in the area, whoever uses them
    per_10000: float  # the same for each 10,000 people of it
    in_reach: float  # services in reach of a person here, on average
    fewest: dict[str, bool]  # whether it is in the worst fifth by each of PLAIN_MEASURES


@dataclass(frozen=True)
class Doubts:
    """``areas`` are the ranked ones by code; ``services`` were dropped at random ``draws`` times."""

    areas: dict[str, AreaDoubt]
    services: int
    draws: int

    @property
    def beyond(self) -> int:
        return sum(area.is_beyond for area in self.areas.values())


_doubts: Remembered[Doubts] = Remembered(64)


def weigh_doubts(session: Session, question: GapQuestion) -> Doubts:
    """Chance and old records; remembered. Errors: BadQuestionError as compare_ways."""
    version = get_version(session)
    return _doubts.get((version, question, today()), lambda: _weigh(session, version, question))


def _weigh(session: Session, version: str, question: GapQuestion) -> Doubts:
    scope = find_scope(session, question)
    inputs = load_gap_inputs(session, version, scope)
    sums = load_sums(version, inputs)
    measured = with_edge(session, version, scope, inputs, measure(inputs, sums, draws=0))
    chance = compare_with_chance(inputs, sums.delivered, measured)
    fresh = shortfall_if_fresh(inputs, load_pairs(version, inputs))
    plain = _plain_measures(session, scope, sums, measured)
    fewest = {name: _fewest_fifth(values, measured.rank > 0) for name, values in plain.items()}
    found = {}
    for area in areas.get_areas(session, [int(i) for i in measured.area_id]):
        zone = int(np.searchsorted(measured.area_id, area.id))
        if measured.rank[zone]:
            found[area.area_code] = AreaDoubt(
                shortfall=float(measured.delivered.shortfall[zone]),
                if_fresh=float(fresh[zone]) if np.isfinite(fresh[zone]) else None,
                p_value=float(chance.p_value[zone]) if np.isfinite(chance.p_value[zone]) else None,
                is_beyond=bool(chance.is_beyond[zone]),
                near_edge=0.0 if measured.near_edge is None else float(measured.near_edge[zone]),
                inside=int(plain["inside"][zone]),
                per_10000=float(plain["per_10000"][zone]),
                in_reach=float(plain["in_reach"][zone]),
                fewest={name: bool(fewest[name][zone]) for name in PLAIN_MEASURES},
            )
    return Doubts(found, chance.services, DRAWS)


def _plain_measures(
    session: Session, scope: GapScope, sums: ThemeSums, measured: Measured
) -> dict[str, FloatArray]:
    """A count, a rate and what is in reach, (z,) each, of the services that fit the question."""
    table = services_inside(session, scope)
    fitting = table["service_id"].isin(sums.table["service_id"].iloc[sums.delivered.row])
    counted = Counter(table["area_id"][fitting])
    inside = np.array([float(counted[int(area_id)]) for area_id in measured.area_id])
    people = measured.delivered.people
    rate = np.divide(inside * PER_PEOPLE, people, out=np.zeros(inside.size), where=people > 0)
    in_reach = np.nan_to_num(measured.delivered.services_in_reach)
    return dict(zip(PLAIN_MEASURES, (inside, rate, in_reach), strict=True))


def _fewest_fifth(values: FloatArray, ranked: BoolArray) -> BoolArray:
    """Which of the ranked have as little as the worst fifth of them; ties are in."""
    fewest = np.zeros(values.size, dtype=bool)
    fewest[ranked] = worst_fifth(-values[ranked][None])[0]
    return fewest
