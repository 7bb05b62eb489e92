"""What a gap answer is when services that may be listed twice are counted once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.actions.clock import today
from app.actions.gap_answers import AreaRef, GapQuestion
from app.actions.gap_inputs import GapInputs, ThemeSums, load_gap_inputs, load_pairs, load_sums, sum_services
from app.actions.gap_measure import Measured, measure
from app.actions.gap_scope import area_ref, find_scope
from app.actions.likely_twins import Entry, Twins, find_twins
from app.actions.remembered import Remembered
from app.analysis.inputs import IntArray
from app.analysis.overlap import group_pairs
from app.analysis.robustness import worst_fifth
from app.queries import Session, areas
from app.queries.versions import get_version

PER_PEOPLE = 10_000
LEAST_CHANGE = 0.005
"""Of a shortfall; less would not show in whole per cents."""


@dataclass(frozen=True)
class TwinGroup:
    """Entries that may be one: the one that says most would stay, the others would not be counted."""

    stays: Entry
    others: tuple[Entry, ...]


@dataclass(frozen=True)
class Told:
    """One way of counting: the fair share per 10,000, people without, and the areas of the worst fifth."""

    fair_share: float
    people_without: float
    worst: frozenset[int]  # ids


@dataclass(frozen=True)
class AreaOnce:
    """An area whose shortfall is another when each is counted once."""

    area: AreaRef
    shortfall: float
    once: float


@dataclass(frozen=True)
class CountedOnce:
    """``services`` reach somebody asked about, ``extra`` of them beyond the first of each group; ``is_all`` False
    when there were too many to compare each with its like."""

    groups: tuple[TwinGroup, ...]
    services: int
    extra: int
    is_all: bool
    asked: Told
    once: Told
    areas: tuple[AreaOnce, ...]  # the greatest change first
    left: tuple[AreaRef, ...]  # the worst fifth as asked, not when counted once
    came: tuple[AreaRef, ...]  # the other way round


_twins: Remembered[Twins] = Remembered(64)
_once: Remembered[CountedOnce] = Remembered(64)


def count_once(session: Session, question: GapQuestion) -> CountedOnce:
    """The answer as asked beside the one that counts each only once. Errors: BadQuestionError as compare_ways."""
    version = get_version(session)
    return _once.get((version, question, today()), lambda: _count(session, version, question))


def count_extra(session: Session, version: str, inputs: GapInputs, sums: ThemeSums) -> int:
    """How many of the services that reach somebody asked about are perhaps counted a second time."""
    found = _find(session, version, inputs.question.theme, sums)
    if not found.pairs:
        return 0
    return sum(len(group.others) for group in group_twins(found, sums, reaching(inputs, sums)))


def _find(session: Session, version: str, theme: str, sums: ThemeSums) -> Twins:
    return _twins.get((version, theme), lambda: find_twins(session, sums.table, theme))


def _count(session: Session, version: str, question: GapQuestion) -> CountedOnce:
    scope = find_scope(session, question)
    inputs = load_gap_inputs(session, version, scope)
    sums = load_sums(version, inputs)
    twins, here = _find(session, version, scope.theme.key, sums), reaching(inputs, sums)
    groups = group_twins(twins, sums, here)
    left_out = {entry.service_id for group in groups for entry in group.others}
    measured = measure(inputs, sums, draws=0)
    once = measured
    if left_out:
        once = measure(inputs, sum_services(inputs, load_pairs(version, inputs), left_out), draws=0)
    asked, counted = _told(measured), _told(once)
    refs = {row.id: area_ref(row) for row in areas.get_areas(session, [int(i) for i in measured.area_id])}
    return CountedOnce(
        groups=groups,
        services=len(here),
        extra=len(left_out),
        is_all=twins.is_all,
        asked=asked,
        once=counted,
        areas=_changed(measured, once, refs),
        left=_named(asked.worst - counted.worst, refs),
        came=_named(counted.worst - asked.worst, refs),
    )


def reaching(inputs: GapInputs, sums: ThemeSums) -> set[str]:
    """The ids of services that count, surely or perhaps, for anybody asked about."""
    counted = sums.at_most
    rows = counted.row[np.unique(counted.pairs.service[inputs.inside[counted.pairs.point]])].tolist()
    served = zip(counted.served_row.tolist(), counted.served.points, strict=True)
    rows += [row for row, points in served if inputs.inside[points].any()]
    return set(sums.table["service_id"].iloc[rows])


def group_twins(twins: Twins, sums: ThemeSums, here: set[str]) -> tuple[TwinGroup, ...]:
    """Entries that hang together by pairs that are both ``here``; the one that surely fits and says most stays."""
    pairs = [pair for pair in twins.pairs if pair[0] in here and pair[1] in here]
    idents = sorted({ident for pair in pairs for ident in pair})
    number = {ident: at for at, ident in enumerate(idents)}
    group = group_pairs(_numbers(pairs, 0, number), _numbers(pairs, 1, number), len(idents))
    fit = sums.table.assign(fit=sums.fit).groupby("service_id")["fit"].max().to_dict() if idents else {}
    members: dict[int, list[Entry]] = {}
    for ident, of in zip(idents, group.tolist(), strict=True):
        members.setdefault(of, []).append(twins.entries[ident])
    found = []
    for together in members.values():
        first, *others = sorted(
            together, key=lambda one: (-fit[one.service_id], not one.doors, not one.times, one.service_id)
        )
        found.append(TwinGroup(first, tuple(others)))
    return tuple(sorted(found, key=lambda one: (one.stays.organisation_name.casefold(), one.stays.service_id)))


def _numbers(pairs: list[tuple[str, str]], side: int, number: dict[str, int]) -> IntArray:
    return np.array([number[pair[side]] for pair in pairs], dtype=np.intp)


def _told(measured: Measured) -> Told:
    ranked = measured.rank > 0
    without = measured.delivered.equivalent_people
    short = ranked & (without > 0)
    worst = np.zeros(ranked.size, dtype=bool)
    worst[ranked] = worst_fifth(without[ranked][None])[0]
    named = frozenset(measured.area_id[worst & short].tolist())
    return Told(measured.benchmark * PER_PEOPLE, float(without[ranked].sum()), named)


def _changed(measured: Measured, once: Measured, refs: dict[int, AreaRef]) -> tuple[AreaOnce, ...]:
    before, after = measured.delivered.shortfall, once.delivered.shortfall
    both = (measured.rank > 0) & (once.rank > 0)
    found = [
        AreaOnce(refs[int(measured.area_id[zone])], float(before[zone]), float(after[zone]))
        for zone in np.flatnonzero(both & (np.abs(after - before) >= LEAST_CHANGE)).tolist()
    ]
    return tuple(sorted(found, key=lambda one: (-abs(one.once - one.shortfall), one.area.area_code)))


def _named(area_ids: frozenset[int], refs: dict[int, AreaRef]) -> tuple[AreaRef, ...]:
    return tuple(
        sorted((refs[area_id] for area_id in area_ids), key=lambda ref: (ref.name.casefold(), ref.area_code))
    )
