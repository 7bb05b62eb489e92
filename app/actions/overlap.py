"""Where several services do the same for the same people, and who could do with one fewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.actions.clock import today
from app.actions.gap_answers import AreaRef, GapAnswer, GapQuestion
from app.actions.gap_fit import NO, PERHAPS, YES
from app.actions.gap_inputs import GapInputs, Sums, ThemeSums, load_gap_inputs, load_sums
from app.actions.gap_measure import Measured, measure
from app.actions.gap_scope import find_scope
from app.actions.gaps import answer_gap_question
from app.actions.remembered import Remembered
from app.analysis.decay import decay_weights, raised
from app.analysis.inputs import IntArray
from app.analysis.overlap import (
    Reached,
    fall_without,
    find_overlaps,
    group_pairs,
    people_with_two,
    work_of_overlaps,
)
from app.errors import BadQuestionError
from app.queries import Session
from app.queries.candidates import points_in_degrees
from app.queries.organisations import Point
from app.queries.versions import get_version

LEAST_SHARES = (0.3, 0.5, 0.7, 0.9)
"""Of the people that either of two services reaches, how many both must reach."""
MOST_WORK = 40_000_000
"""Products of pairs: about two seconds."""
MOST_GROUPS = 50
MOST_IN_A_GROUP = 40


@dataclass(frozen=True)
class OverlapService:
    """A service of a group: heads it reaches, and heads who would fall below their fair share without it.

    ``at`` are the public points where it happens, longitude and latitude; none when it serves a whole area.
    """

    service_id: str
    organisation_id: str
    name: str
    organisation_name: str
    people: float
    would_fall: float
    at: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class OverlapPair:
    """Two services: which part of the people that either reaches both reach, and whether that they are for the
    same people at the same time is known (else nobody has said enough)."""

    first: str
    second: str
    share: float
    is_known: bool


@dataclass(frozen=True)
class OverlapGroup:
    """Services that overlap two by two, the one least missed first."""

    services: tuple[OverlapService, ...]
    pairs: tuple[OverlapPair, ...]
    services_total: int

    @property
    def is_known(self) -> bool:
        return all(pair.is_known for pair in self.pairs)


@dataclass(frozen=True)
class AreaOverlap:
    """How many people of an area reach two services that do the same."""

    area: AreaRef
    people: float
    with_two: float


@dataclass(frozen=True)
class OverlapAnswer:
    answer: GapAnswer
    least_share: float
    groups: tuple[OverlapGroup, ...]  # the biggest first
    groups_total: int
    areas: tuple[AreaOverlap, ...]  # most people first; without those where there are none
    services_compared: int
    is_known: bool  # whether somebody has looked anywhere: else nobody can be said to fall


_answers: Remembered[OverlapAnswer] = Remembered(32)


def answer_overlap(session: Session, question: GapQuestion, least_share: float = 0.5) -> OverlapAnswer:
    """Errors: BadQuestionError as answer_gap_question, and when there is too much to compare at once."""
    version = get_version(session)
    key = (version, question, least_share, today())
    return _answers.get(key, lambda: _answer(session, version, question, least_share))


def _answer(session: Session, version: str, question: GapQuestion, least_share: float) -> OverlapAnswer:
    answer = answer_gap_question(session, question, draws=0)
    inputs = load_gap_inputs(session, version, find_scope(session, question))
    sums = load_sums(version, inputs)
    measured = measure(inputs, sums, draws=0)
    reached, rows = _reached_here(inputs, sums)
    points, counted = inputs.people.points, inputs.inside & inputs.known
    if work_of_overlaps(reached, points.count) > MOST_WORK:
        raise BadQuestionError(
            "There is too much here to compare each service with every other.",
            "Ask about a smaller area, or a shorter reach.",
            field="within",
        )
    found = find_overlaps(reached, points.weighted_people, len(rows), least_share)
    facts = [sums.table.iloc[row].to_dict() for row in rows]
    alike = np.array(
        [_same(facts[i], facts[j]) for i, j in zip(found.first, found.second, strict=True)], dtype=int
    )
    kept = alike > NO
    first, second = found.first[kept], found.second[kept]
    access = sums.delivered.provision.access[0]
    falls = fall_without(reached, access, points.people, measured.benchmark, len(rows), counted)
    here = inputs.inside[reached.point]
    heads = np.bincount(reached.service[here], points.people[reached.point[here]], len(rows))
    at = _where(session, sums)
    services = [
        _service(fact, float(heads[i]), float(falls[i]), at.get(fact["service_id"], ()))
        for i, fact in enumerate(facts)
    ]
    pairs = [
        OverlapPair(services[i].service_id, services[j].service_id, float(share), bool(same == YES))
        for i, j, share, same in zip(first, second, found.share[kept], alike[kept], strict=True)
    ]
    groups = _groups(services, pairs, group_pairs(first, second, len(rows)))
    with_two = people_with_two(reached, first, second, points.count)
    return OverlapAnswer(
        answer=answer,
        least_share=least_share,
        groups=tuple(groups[:MOST_GROUPS]),
        groups_total=len(groups),
        areas=_areas(answer, inputs, measured, with_two),
        services_compared=len(rows),
        is_known=bool(counted.any()),
    )


def _reached_here(inputs: GapInputs, sums: ThemeSums) -> tuple[Reached, IntArray]:
    """Whom each service that surely counts and reaches anybody asked about reaches, wherever they live; and a row
    of the services table for each. A service at two places is one."""
    counted = sums.delivered
    point, row, access = _parts(counted)
    service_ids = sums.table["service_id"].to_numpy()[row]
    reaching = set(service_ids[inputs.inside[point]])
    kept = np.isin(service_ids, list(reaching))
    names, first, number = np.unique(service_ids[kept], return_index=True, return_inverse=True)
    reached = Reached.of(point[kept], number.astype(np.intp), access[kept], inputs.people.points.count)
    return reached, row[kept][first] if len(names) else np.zeros(0, dtype=np.intp)


def _parts(counted: Sums) -> tuple[IntArray, IntArray, Any]:
    """Point, row of the services table and access given, for every counted service and whom it reaches."""
    provision, pairs = counted.provision, counted.pairs
    closeness = raised(decay_weights(pairs.distance_m, provision.settings), provision.settings.access_power)
    inside = [area.astype(np.intp) for area in counted.served.points]
    lengths = [len(area) for area in inside]
    point = np.concatenate([pairs.point, *inside])
    row = np.concatenate([counted.row[pairs.service], np.repeat(counted.served_row, lengths)])
    served = np.repeat(provision.served_ratio, lengths)
    return point, row.astype(np.intp), np.concatenate([provision.ratio[pairs.service] * closeness, served])


def _same(one: Mapping[Any, Any], other: Mapping[Any, Any]) -> int:
    """YES when both are for the same people at the same time, NO when not, PERHAPS when nobody has said."""
    return min(_same_people(one["audiences"], other["audiences"]), _same_time(one["times"], other["times"]))


def _same_people(one: list[str], other: list[str]) -> int:
    if "anyone" in (*one, *other) or set(one) & set(other):
        return YES
    return NO if one and other else PERHAPS


def _same_time(one: list[list[int]], other: list[list[int]]) -> int:
    if not one or not other:
        return PERHAPS
    shared = any(a[0] == b[0] and a[1] < _end(b) and b[1] < _end(a) for a in one for b in other)
    return YES if shared else NO


def _end(time: list[int]) -> int:
    """When it closes; after midnight when that is before it opens."""
    return time[2] if time[2] > time[1] else time[2] + 24 * 60


def _where(session: Session, sums: ThemeSums) -> dict[str, tuple[Point, ...]]:
    """The points of each counted service, in degrees, by its id."""
    placed = sums.table.iloc[sums.delivered.row].dropna(subset=["x_m", "y_m"])
    placed = placed.drop_duplicates(["service_id", "x_m", "y_m"])
    degrees = points_in_degrees(session, placed)
    found: dict[str, tuple[Point, ...]] = {}
    for ident, lon, lat in zip(placed["service_id"], degrees["lon"], degrees["lat"], strict=True):
        found[ident] = (*found.get(ident, ()), (float(lon), float(lat)))
    return found


def _service(fact: Mapping[Any, Any], people: float, would_fall: float, at: tuple[Point, ...]) -> OverlapService:
    return OverlapService(
        fact["service_id"],
        fact["organisation_id"],
        fact["service_name"],
        fact["organisation_name"],
        people,
        would_fall,
        at,
    )


def _groups(services: list[OverlapService], pairs: list[OverlapPair], group: IntArray) -> list[OverlapGroup]:
    number = {service.service_id: int(group[i]) for i, service in enumerate(services)}
    members: dict[int, list[OverlapService]] = {}
    for service in services:
        if number[service.service_id] >= 0:
            members.setdefault(number[service.service_id], []).append(service)
    joined: dict[int, list[OverlapPair]] = {}
    for pair in pairs:
        joined.setdefault(number[pair.first], []).append(pair)
    found = []
    for key, inside in members.items():
        ordered = sorted(inside, key=lambda service: (service.would_fall, service.name, service.service_id))
        strongest = sorted(joined[key], key=lambda pair: (-pair.share, pair.first, pair.second))
        found.append(OverlapGroup(tuple(ordered[:MOST_IN_A_GROUP]), tuple(strongest), len(ordered)))
    return sorted(found, key=lambda one: (-one.services_total, -one.pairs[0].share, one.services[0].service_id))


def _areas(answer: GapAnswer, inputs: GapInputs, measured: Measured, with_two: Any) -> tuple[AreaOverlap, ...]:
    heads, zone = inputs.people.points.people, measured.zone
    chosen = with_two & (zone >= 0)
    total = np.bincount(zone[chosen], heads[chosen], len(measured.area_id))
    of_area = {int(area_id): float(total[row]) for row, area_id in enumerate(measured.area_id)}
    rows = [AreaOverlap(row.area, row.people, of_area[row.area.area_id]) for row in answer.rows]
    told = [row for row in rows if row.with_two >= 0.5]
    return tuple(sorted(told, key=lambda row: (-row.with_two, row.area.area_code)))
