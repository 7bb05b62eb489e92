"""One area beside those most like it: why they are alike, and how short each is of every kind of help."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from app.actions.areas import ANY_QUESTION, compared_within
from app.actions.clock import today
from app.actions.gap_answers import AreaRef, GapQuestion
from app.actions.gap_inputs import Zones, load_people, load_zones
from app.actions.gap_matrix import AllThemes, MatrixCell, cells_of, measure_themes_of
from app.actions.gap_scope import area_ref
from app.actions.gap_words import benchmark_name
from app.actions.remembered import Remembered
from app.actions.similar_areas import COUNTS, DENSITY, ZoneFacts, load_alike, load_zone_facts
from app.analysis.inputs import FloatArray
from app.errors import NotFoundError
from app.queries import Session, areas, sources
from app.queries.areas import AreaRow
from app.queries.sources import SourceRow
from app.queries.versions import get_version

PER_COUNT = 100
"""A number that grows with the area is told for so many of its people."""


@dataclass(frozen=True)
class NumberBeside:
    """One number that makes areas alike, as people read it; None is not published there."""

    name: str
    unit: str
    here: float | None
    average: float | None  # of those of the others that have it
    others: tuple[float | None, ...]
    measured_on: date | None
    source: SourceRow | None


@dataclass(frozen=True)
class HelpBeside:
    """One kind of help here and in each of the others."""

    here: MatrixCell
    others: tuple[MatrixCell, ...]
    average: float | None  # mean shortfall of the people of those others that can be said; None when none can
    known: int  # of the others, those that can be said


@dataclass(frozen=True)
class SimilarAreas:
    """``others`` are the nearest first; there are none where nobody lives or nothing is alike enough."""

    area: AreaRef
    question: GapQuestion
    within: AreaRef | None
    benchmark_name: str
    others: tuple[AreaRef, ...]
    numbers: tuple[NumberBeside, ...]
    help: tuple[HelpBeside, ...]
    sources: tuple[SourceRow, ...]
    distance_words: str
    data_version: str


_similar: Remembered[SimilarAreas] = Remembered(64)


def describe_similar(
    session: Session, layer: str, area_code: str, asked: GapQuestion = ANY_QUESTION
) -> SimilarAreas:
    """An area and those most like it; NotFoundError when there is no such area.

    Every kind of help is counted as ``asked`` counts and held against one fair share, that of the area's profile:
    a question that compares each area with those like it would hold each of these against ten others of its own.
    """
    found = areas.find_areas(session, area_code, layer)
    if not found:
        raise NotFoundError(f"There is no area {area_code[:40]} in {layer[:40]}.", "Look it up on the gap page.")
    area, version = found[0], get_version(session)
    benchmark = "within" if asked.benchmark == "similar" else asked.benchmark
    question = replace(
        asked, theme="", layer=area.layer_key, within=compared_within(session, area), patch="", benchmark=benchmark
    )
    return _similar.get((version, area.id, question, today()), lambda: _describe(session, version, area, question))


def _describe(session: Session, version: str, area: AreaRow, question: GapQuestion) -> SimilarAreas:
    people = load_people(session, version, question.need_strength)
    zones = load_zones(session, version, area.layer_id, people)
    rows = _rows_alike(session, version, area, zones)
    facts = load_zone_facts(session, version, area.layer_id, zones.area_id, zones.of_point)
    ids = [int(zones.area_id[row]) for row in rows]
    every = measure_themes_of(session, version, question, ids) if ids else None
    by_key = {row.key: row for row in sources.list_sources(session)}
    numbers = tuple(_numbers(facts, rows, by_key)) if rows else ()
    within = every.within if every else None
    named = {row.id: area_ref(row) for row in areas.get_areas(session, ids)}
    return SimilarAreas(
        area=area_ref(area),
        question=question,
        within=within,
        benchmark_name=_fair_share(question, within),
        others=tuple(named[i] for i in ids[1:]),
        numbers=numbers,
        help=tuple(_help(every, ids)) if every else (),
        sources=tuple(_sources(session, area, question, numbers)),
        distance_words=every.distance_words if every else "",
        data_version=version,
    )


def _rows_alike(session: Session, version: str, area: AreaRow, zones: Zones) -> list[int]:
    """The row of the area, then those of the areas most like it; nothing when nobody lives here or none is."""
    row = np.flatnonzero(zones.area_id == area.id)
    if not row.size:
        return []
    alike = load_alike(session, version, area.layer_id, zones.area_id, zones.of_point, row)[row[0]]
    others = [int(other) for other in alike if other >= 0]
    return [int(row[0]), *others] if others else []


def _numbers(facts: ZoneFacts, rows: Sequence[int], by_key: dict[str, SourceRow]) -> Iterator[NumberBeside]:
    for about, column in zip(facts.about, facts.values[rows].T, strict=True):
        name, unit, values = about.name, about.unit, column
        if about.name == DENSITY:
            name, unit, values = "People per km²", "", 10**column
        elif about.unit in COUNTS:
            unit, values = f"for every {PER_COUNT} people", column * PER_COUNT
        others = values[1:]
        yield NumberBeside(
            name=name,
            unit=unit,
            here=_known(values[0]),
            average=_known(float(others[~np.isnan(others)].mean())) if (~np.isnan(others)).any() else None,
            others=tuple(_known(value) for value in others),
            measured_on=about.measured_on,
            source=by_key.get(about.source_key),
        )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _help(every: AllThemes, ids: Sequence[int]) -> Iterator[HelpBeside]:
    row_of = {area.area_id: row for row, area in enumerate(every.areas)}
    rows = [row_of[i] for i in ids]
    cells = [cells_of(every, row) for row in rows]
    for number in range(len(every.themes)):
        scored, heads = every.scored[number, rows[1:]], every.people[rows[1:]]
        yield HelpBeside(
            here=cells[0][number],
            others=tuple(of_area[number] for of_area in cells[1:]),
            average=_mean(scored, heads),
            known=int((~np.isnan(scored)).sum()),
        )


def _mean(scored: FloatArray, heads: FloatArray) -> float | None:
    is_known = ~np.isnan(scored)
    return float(np.average(scored[is_known], weights=heads[is_known])) if heads[is_known].sum() > 0 else None


def _fair_share(question: GapQuestion, within: AreaRef | None) -> str:
    return (
        "our standard for each kind of help" if question.benchmark == "ours" else benchmark_name(question, within)
    )


def _sources(
    session: Session, area: AreaRow, question: GapQuestion, numbers: Sequence[NumberBeside]
) -> Iterator[SourceRow]:
    by_paths = question.travel == "foot" and question.distance == "paths"
    of_gaps = {row.key for row in sources.list_gap_sources(session, None, [area.layer_id], by_paths=by_paths)}
    used = of_gaps | {number.source.key for number in numbers if number.source}
    return (row for row in sources.list_sources(session) if row.key in used)
