"""The week of a gap question: what is open when, and how many people have nothing open within reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from app.actions import gap_week_words as words
from app.actions.clock import today
from app.actions.find_times import DAYS, PARTS_OF_DAY
from app.actions.gap_answers import AreaRef, GapQuestion
from app.actions.gap_inputs import GapInputs, ThemeSums, load_gap_inputs, load_sums
from app.actions.gap_scope import GapScope, area_ref, find_scope
from app.actions.gap_words import distance_words
from app.actions.remembered import Remembered
from app.analysis.inputs import BoolArray, FloatArray, IntArray
from app.analysis.states import shortfall_bands
from app.analysis.week import (
    ANY_DAY,
    DAY_MIN,
    OPEN,
    PERHAPS,
    OpeningTimes,
    Slots,
    best_of,
    hours_of_the_week,
    open_in,
    people_with_nothing,
    reach_matrix,
)
from app.queries import Session, sources
from app.queries.sources import SourceRow
from app.queries.versions import get_version
from app.vocabulary import FootprintRole, GapBand

ANY = ""
PARTS = (*PARTS_OF_DAY, ANY)
USUAL_HOURS = (8, 21)
"""Hours that are shown even when nothing is open; others when something is."""
BANDS = tuple(GapBand)


@dataclass(frozen=True)
class WeekCell:
    """A part of a day. Services are those that people there can reach; people are of ``people_known``."""

    day: str  # of DAYS, or ANY
    part: str  # of PARTS_OF_DAY, or ANY
    open_least: int  # every week, and surely of the sort asked for
    open_most: int  # counting those that perhaps are
    some_weeks: int  # of the difference: on only in some weeks of a month
    without_least: float  # people with nothing open within reach, even if everything that perhaps is open were
    without_most: float  # with nothing that is surely open
    fill: str  # the pattern of its colour; "not_enough_data" where nobody has looked


@dataclass(frozen=True)
class WeekRow:
    day: str
    cells: tuple[WeekCell, ...]


@dataclass(frozen=True)
class HourRow:
    """A day by the clock: services (at least, at most) open at some time of each of ``GapWeek.hours``."""

    day: str
    open_range: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class GapWeek:
    question: GapQuestion
    theme_name: str
    within: AreaRef | None
    people: float
    people_known: float  # who live where somebody has looked
    services: int  # that people there can reach
    services_untold: int  # of them, those that nobody has told us the times of
    days: tuple[WeekRow, ...]  # Monday first, any day last
    hours: tuple[int, ...]
    by_hour: tuple[HourRow, ...]
    sentence: str
    notes: tuple[str, ...]
    sources: tuple[SourceRow, ...]
    data_version: str
    distance_words: str = ""  # how far is measured: by the paths, or from the straight line


_weeks: Remembered[GapWeek] = Remembered(64)


def describe_week(session: Session, question: GapQuestion) -> GapWeek:
    """The week for the area asked about, whatever day the question names; BadQuestionError as find_scope."""
    version = get_version(session)
    asked = replace(question, day="", part="")
    return _weeks.get((version, asked, today()), lambda: _week(session, version, asked))


def _week(session: Session, version: str, question: GapQuestion) -> GapWeek:
    scope = find_scope(session, question)
    inputs = load_gap_inputs(session, version, scope)
    sums = load_sums(version, inputs)
    counted = _reached(inputs, sums)
    slots = Slots(*_slot_columns())
    cells = _cells(counted, slots)
    hours, by_hour = _hours(counted)
    within = area_ref(scope.within) if scope.within else None
    days = tuple(
        WeekRow(day, tuple(cells[row * len(PARTS) : (row + 1) * len(PARTS)]))
        for row, day in enumerate((*DAYS, ANY))
    )
    told = counted.is_told
    facts = words.WeekFacts(
        theme_name=scope.theme.name,
        where=within.name if within else "the whole map",
        people=float(inputs.people.points.people[inputs.inside].sum()),
        people_known=float(counted.people.sum()),
        services=len(told),
        untold=int((~told).sum()),
    )
    return GapWeek(
        question=question,
        theme_name=scope.theme.name,
        within=within,
        people=facts.people,
        people_known=facts.people_known,
        services=facts.services,
        services_untold=facts.untold,
        days=days,
        hours=hours,
        by_hour=by_hour,
        sentence=words.week_sentence(facts, [cell for row in days[:-1] for cell in row.cells[:-1]]),
        notes=words.week_notes(facts, sums, any(cell.some_weeks for cell in cells)),
        sources=tuple(_sources(session, scope)),
        data_version=version,
        distance_words=distance_words(inputs.walking),
    )


@dataclass(frozen=True, eq=False)
class _Reached:
    """The rows of the services table that people there can reach: ``fit`` (m,), when each is open, which service
    each belongs to (m,), and the people, (n,), who live there where somebody has looked."""

    fit: IntArray
    times: OpeningTimes
    service: IntArray
    service_count: int
    people: FloatArray
    reach: sparse.csr_array

    @property
    def is_told(self) -> BoolArray:
        told = np.zeros(self.service_count, dtype=bool)
        np.logical_or.at(told, self.service, self.times.is_told)
        return told


def _reached(inputs: GapInputs, sums: ThemeSums) -> _Reached:
    """All that perhaps fits and reaches somebody there; a registered address only perhaps is where it happens."""
    at_most, table = sums.at_most, sums.table
    row = np.concatenate([at_most.row, at_most.served_row]).astype(np.intp)
    first_served = len(at_most.row)
    served = [(first_served + number, points) for number, points in enumerate(at_most.served.points)]
    shape = (inputs.people.points.count, len(row))
    reach = reach_matrix(at_most.pairs.point, at_most.pairs.service, served, shape)
    near = np.flatnonzero(inputs.inside.astype(np.float64) @ reach)
    row = row[near]
    fit = np.where(table["role"].to_numpy()[row] == FootprintRole.REGISTERED_AT, PERHAPS, sums.fit[row])
    ids, service = np.unique(table["service_id"].to_numpy(dtype=str)[row], return_inverse=True)
    people = inputs.people.points.people * (inputs.inside & inputs.known)
    return _Reached(fit, opening_times(list(table["times"].iloc[row])), service, len(ids), people, reach[:, near])


def opening_times(times: Sequence[list[list[int]]]) -> OpeningTimes:
    """The times of some rows of the services table (its column), numbered in their order."""
    told = [
        (number, weekday - 1, opens, closes if closes > opens else closes + DAY_MIN, not week)
        for number, row in enumerate(times)
        for weekday, opens, closes, week in row
    ]
    columns = np.array(told, dtype=np.intp).reshape(-1, 5).T
    service, weekday, opens, closes, weekly = columns
    return OpeningTimes(len(times), service, weekday, opens, closes, weekly.astype(bool))


def _slot_columns() -> tuple[IntArray, IntArray, IntArray]:
    """Every part of every day, then of any day: PARTS within (*DAYS, ANY)."""
    slots = [
        (weekday, *PARTS_OF_DAY.get(part, (0, DAY_MIN))) for weekday in (*range(7), ANY_DAY) for part in PARTS
    ]
    weekday, begins, ends = np.array(slots, dtype=np.intp).T
    return weekday, begins, ends


def _cells(counted: _Reached, slots: Slots) -> list[WeekCell]:
    at = open_in(counted.times, slots)
    level = np.minimum(at, counted.fit[:, None])
    least, most = people_with_nothing(counted.people, counted.reach, level)
    best = best_of(level, counted.service, counted.service_count)
    now_and_then = (at == PERHAPS) & counted.times.is_told[:, None] & (level == PERHAPS)
    seldom = best_of(now_and_then.astype(np.intp), counted.service, counted.service_count)
    names = [(day, part) for day in (*DAYS, ANY) for part in PARTS]
    return [
        WeekCell(
            day=day,
            part=part,
            open_least=int((best[:, slot] == OPEN).sum()),
            open_most=int((best[:, slot] >= PERHAPS).sum()),
            some_weeks=int(((seldom[:, slot] > 0) & (best[:, slot] == PERHAPS)).sum()),
            without_least=float(least[slot]),
            without_most=float(most[slot]),
            fill=_fill(float(least[slot]), float(most[slot]), float(counted.people.sum())),
        )
        for slot, (day, part) in enumerate(names)
    ]


def _fill(least: float, most: float, people: float) -> str:
    """Colour by the share of people with nothing open; hatched where what nobody told us decides the colour."""
    if people <= 0:
        return "not_enough_data"
    low, high = shortfall_bands(np.array([least, most]) / people)
    return f"unclear-{BANDS[high]}" if low != high else BANDS[high].value


def _hours(counted: _Reached) -> tuple[tuple[int, ...], tuple[HourRow, ...]]:
    at = open_in(counted.times, hours_of_the_week(), by_the_clock=True)
    level = np.minimum(at, counted.fit[:, None])
    best = best_of(level, counted.service, counted.service_count).reshape(-1, 7, 24)
    least, most = (best == OPEN).sum(axis=0), (best >= PERHAPS).sum(axis=0)
    told = best_of(at * counted.times.is_told[:, None], counted.service, counted.service_count).reshape(-1, 7, 24)
    anything = np.flatnonzero((told > 0).any(axis=(0, 1)))
    first, last = USUAL_HOURS
    if anything.size:
        first, last = min(first, int(anything[0])), max(last, int(anything[-1]))
    hours = tuple(range(first, last + 1))
    rows = tuple(
        HourRow(day, tuple((int(least[number, hour]), int(most[number, hour])) for hour in hours))
        for number, day in enumerate(DAYS)
    )
    return hours, rows


def _sources(session: Session, scope: GapScope) -> list[SourceRow]:
    layer_ids = [scope.layer.id] + ([scope.within.layer_id] if scope.within else [])
    return sources.list_gap_sources(session, scope.question.theme, layer_ids)
