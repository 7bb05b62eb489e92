"""Kinds of gap kept apart: nothing there; there, but at other times, costly or full; there, but not for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from app.actions.clock import today
from app.actions.gap_answers import AreaGap, FacetCount, GapAnswer, GapQuestion, Kinds
from app.actions.gap_fit import FACETS_OF_PEOPLE, FACETS_OF_SERVICE, NO, PERHAPS, YES, fits_by_facet
from app.actions.gap_inputs import (
    GapInputs,
    ThemeSums,
    load_gap_inputs,
    load_pairs,
    load_sums,
    placed_rows,
    sum_up,
)
from app.actions.gap_measure import Measured, measure
from app.actions.gap_scope import find_scope
from app.actions.gap_words import percent
from app.actions.gaps import BANDS, answer_gap_question, count_fills
from app.actions.remembered import Remembered
from app.analysis.catchments import Pairs
from app.analysis.inputs import BoolArray, FloatArray, IntArray
from app.analysis.kinds import split_gap
from app.analysis.states import shortfall_bands
from app.queries import Session
from app.queries.versions import get_version
from app.vocabulary import FootprintRole, GapState

KINDS = ("nothing", "service", "people", "unsaid")
"""What each way of counting adds: even with every service of the theme; without those at other times, costly or
full; without those not for the people asked about; without those of which nobody has said enough."""
FACETS = (*FACETS_OF_SERVICE, *FACETS_OF_PEOPLE, "fresh")


@dataclass(frozen=True)
class AreaKinds:
    row: AreaGap
    kinds: Kinds


@dataclass(frozen=True)
class KindsAnswer:
    """The gaps of a question in their kinds, the most people without first; without areas nobody looked at."""

    answer: GapAnswer
    rows: tuple[AreaKinds, ...]
    total: Kinds
    facets: tuple[FacetCount, ...]
    in_reach: int  # services of the theme that reach anybody asked about
    unknown: int  # areas left out, because nobody has looked


_answers: Remembered[KindsAnswer] = Remembered(64)


def answer_kinds(session: Session, question: GapQuestion) -> KindsAnswer:
    """A gap question with each area's gap in its kinds. Errors: BadQuestionError as answer_gap_question."""
    version = get_version(session)
    return _answers.get((version, question, today()), lambda: _answer(session, version, question))


def _answer(session: Session, version: str, question: GapQuestion) -> KindsAnswer:
    answer = answer_gap_question(session, question, draws=0)
    inputs = load_gap_inputs(session, version, find_scope(session, question))
    sums, pairs = load_sums(version, inputs), load_pairs(version, inputs)
    measured = measure(inputs, sums, draws=0)
    parts = parts_of_gap(inputs, sums, pairs, measured)
    of_area = dict(zip(measured.area_id.tolist(), range(len(measured.area_id)), strict=True))
    known = [row for row in answer.rows if row.state != GapState.NOT_ENOUGH_DATA]
    rows = [AreaKinds(row, kinds_in(parts, measured.zone == of_area[row.area.area_id])) for row in known]
    counted = np.isin(measured.zone, [of_area[row.area.area_id] for row in known])
    facets, in_reach = count_facets(inputs, pairs, measured.inside)
    return KindsAnswer(
        answer,
        tuple(sorted(rows, key=lambda row: (-row.kinds.total, row.row.area.area_code))),
        kinds_in(parts, counted),
        facets,
        in_reach,
        len(answer.rows) - len(known),
    )


def parts_of_gap(inputs: GapInputs, sums: ThemeSums, pairs: Pairs, measured: Measured) -> FloatArray:
    """What each of KINDS adds to the gap at every point, (4, n): equivalent people, at one fair share."""
    steps = _steps(inputs)
    accesses = [
        (sums.delivered if np.array_equal(chosen, steps[-1]) else sum_up(inputs, pairs, chosen)).provision.access[
            0
        ]
        for chosen in steps
    ]
    compared = [measured.fair.compare(access) for access in accesses]
    fair = compared[0][1]
    return split_gap([access for access, _fair in compared], inputs.people.points.weighted_people, fair)


def _steps(inputs: GapInputs) -> list[BoolArray]:
    """The (m,) rows that count, from every delivered service of the theme to those that surely fit."""
    table = inputs.services.table
    facets = fits_by_facet(table, inputs.question, inputs.on)
    chosen = (table["role"] != FootprintRole.REGISTERED_AT).to_numpy()
    steps = [chosen]
    for group in (FACETS_OF_SERVICE, FACETS_OF_PEOPLE):
        for facet in set(facets) & set(group):
            chosen = chosen & (facets[facet] != NO)
        steps.append(chosen)
    for fit in facets.values():
        chosen = chosen & (fit == YES)
    return [*steps, chosen]


def kinds_in(parts: FloatArray, points: BoolArray) -> Kinds:
    """The kinds of the gap of some of the points, (n,)."""
    return Kinds(*(float(part[points].sum()) for part in parts))


def count_facets(inputs: GapInputs, pairs: Pairs, points: BoolArray) -> tuple[tuple[FacetCount, ...], int]:
    """For each part of the question the services that reach some of the points and do not, or perhaps do not,
    fit it; and how many reach them in all. A service at two places is one."""
    table = inputs.services.table
    rows = rows_in_reach(inputs, pairs, points)
    service = table["service_id"].to_numpy()[rows]
    counts = []
    facets = fits_by_facet(table, inputs.question, inputs.on)
    for facet in (name for name in FACETS if name in facets):
        fit = facets[facet][rows]
        counts.append(FacetCount(facet, _different(service[fit == NO]), _different(service[fit == PERHAPS])))
    return tuple(counts), _different(service)


def rows_in_reach(inputs: GapInputs, pairs: Pairs, points: BoolArray) -> IntArray:
    """The rows of the services table, registered addresses left out, that reach or serve some of the points."""
    table = inputs.services.table
    near = placed_rows(inputs.services)[np.unique(pairs.service[points[pairs.point]])]
    reached = {area for area, inside in inputs.services.served_points.items() if points[inside].any()}
    serving = (table["role"] == FootprintRole.SERVES) & table["area_id"].isin(reached)
    rows = np.union1d(near, np.flatnonzero(serving.to_numpy()))
    return rows[(table["role"] != FootprintRole.REGISTERED_AT).to_numpy()[rows]]


def _different(values: Iterable[str]) -> int:
    return len(set(values))


def answer_of_kind(found: KindsAnswer, kind: str, kind_words: str) -> GapAnswer:
    """The answer as a map of one kind: each area's shortfall is the part of it that is of this kind."""
    kinds = {row.row.area.area_id: getattr(row.kinds, kind) for row in found.rows}

    def of_kind(row: AreaGap) -> AreaGap:
        if row.area.area_id not in kinds or not row.shortfall or not row.people_without:
            return row
        people = kinds[row.area.area_id]
        short = row.shortfall * people / row.people_without
        said = f"{row.area.name}: {percent(short)} short because of this: {kind_words}."
        band = BANDS[shortfall_bands(np.array([short]))[0]] if row.band else None
        return replace(row, shortfall=short, people_without=people, band=band, sentence=said)

    rows = tuple(of_kind(row) for row in found.answer.rows)
    return replace(found.answer, rows=rows, counts=count_fills(rows))
