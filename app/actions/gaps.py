"""Answer a gap question: who lacks a theme, by the areas of a layer, within an area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from math import isfinite

import numpy as np

from app.actions import gap_words as words
from app.actions.clock import today
from app.actions.disputes import mark_answer
from app.actions.gap_answers import AreaGap, GapAnswer, GapQuestion
from app.actions.gap_certainty import Evidence, edge_of, how_sure, known_sentences, with_edge
from app.actions.gap_fit import is_limited
from app.actions.gap_inputs import GapInputs, ThemeSums, load_gap_inputs, load_places_inside, load_sums
from app.actions.gap_measure import DRAWS, Measured, measure, measure_whole
from app.actions.gap_run_store import find_kept
from app.actions.gap_scope import GapScope, area_ref, find_scope
from app.actions.gap_twins import count_extra
from app.actions.remembered import Remembered
from app.actions.vintages import deprivation_note
from app.analysis.states import State
from app.queries import Session, areas, edges, provision, sources
from app.queries.areas import AreaRow
from app.queries.sources import SourceRow
from app.queries.versions import get_version
from app.vocabulary import GapBand, GapState

PER_PEOPLE = 10_000
BANDS = tuple(GapBand)
STATES = {state: GapState(state.name.lower()) for state in State}


_answers: Remembered[GapAnswer] = Remembered(256)


def answer_gap_question(session: Session, question: GapQuestion, *, draws: int = DRAWS) -> GapAnswer:
    """Everything a page, a file or a map says about a question; remembered per data version.

    With 0 ``draws`` there are no 90 % bands, which take most of the time. Errors: BadQuestionError when a word of
    the question names nothing that is loaded.
    """
    version = get_version(session)
    key = (version, question, today(), draws)
    return mark_answer(session, _answers.get(key, lambda: _find_or_make(session, version, question, draws)))


def _find_or_make(session: Session, version: str, question: GapQuestion, draws: int) -> GapAnswer:
    kept = find_kept(session, version, find_scope(session, question).question)
    return kept or work_out(session, version, question, draws)


def work_out(session: Session, version: str, question: GapQuestion, draws: int = DRAWS) -> GapAnswer:
    """The answer as answer_gap_question gives it, without the marks of disputes, and not remembered."""
    scope = find_scope(session, question)
    question = scope.question
    inputs = load_gap_inputs(session, version, scope)
    sums = load_sums(version, inputs)
    measured = with_edge(session, version, scope, inputs, measure(inputs, sums, draws=draws))
    area_of = {area.id: area for area in areas.get_areas(session, [int(i) for i in measured.area_id])}
    known = known_sentences(session, version, scope, inputs.people)
    made = (
        make_row(scope, sums, measured, row, area_of[int(i)], known.get(int(i), ""))
        for row, i in enumerate(measured.area_id)
    )
    rows = tuple(sorted(made, key=_reading_order))
    within = area_ref(scope.within) if scope.within else None
    over_border = _services_over_border(session, version, scope, sums, measured)
    last_check = _find_last_check(session, scope, inputs)
    counted = len(np.unique(sums.delivered.pairs.service[measured.inside[sums.delivered.pairs.point]]))
    return GapAnswer(
        question=question,
        theme_name=scope.theme.name,
        theme_question=scope.theme.question,
        layer_name=scope.layer.name,
        within=within,
        benchmark_name=words.benchmark_name(question, within),
        benchmark_provision=measured.benchmark * PER_PEOPLE,
        sentence=words.answer_sentence(_summary(scope, measured, last_check), rows),
        notes=words.notes(question, scope.asked_about, sums, over_border, measured.people_near_unknown)
        + words.twin_notes(count_extra(session, version, inputs, sums))
        + words.end_of_map_notes(measured.people_near_edge, edges.knows_land(session))
        + _where_notes(session, scope, inputs, sums, rows),
        rows=rows,
        people=float(np.nansum(measured.delivered.people)),
        people_without=sum(row.people_without or 0 for row in rows if row.rank),
        services_counted=counted + sums.delivered.served.count,
        services_over_border=over_border,
        sources=tuple(_gap_sources(session, scope, inputs.walking is not None)),
        data_version=version,
        last_check=last_check,
        counts=count_fills(rows),
        distance_words=words.distance_words(inputs.walking),
        patch=scope.patch.ref if scope.patch else None,
        whole=_whole_patch(scope, inputs, sums, draws),
        drawn=scope.patch.drawn if scope.patch else None,
    )


def count_fills(rows: Sequence[AreaGap]) -> dict[str, int]:
    """Rows by entry of the legend; those that are hatched for lying at an edge are in two."""
    counted = Counter((row.band if row.state == GapState.SCORE else row.state) or "" for row in rows)
    return {
        **{str(entry): rows for entry, rows in counted.items()},
        "at_edge": sum(bool(row.edge) for row in rows),
    }


def _summary(scope: GapScope, measured: Measured, last_check: date | None) -> words.Summary:
    return words.Summary(
        scope.theme.name,
        scope.layer.name,
        scope.asked_about,
        measured.benchmark * PER_PEOPLE,
        measured.far_short_people,
        scope.question.list_years,
        last_check,
        is_limited(scope.question),
        max((day for day in measured.checked_on if day), default=None),
    )


def _whole_patch(scope: GapScope, inputs: GapInputs, sums: ThemeSums, draws: int) -> AreaGap | None:
    """All people of a patch as one row, whatever areas it is shown by."""
    if scope.patch is None or not inputs.inside.any():
        return None
    ref = scope.patch.ref
    area = AreaRow(0, ref.area_code, ref.name, 0, ref.layer, "", "")
    return make_row(scope, sums, measure_whole(inputs, sums, draws=draws), 0, area)


def _find_last_check(session: Session, scope: GapScope, inputs: GapInputs) -> date | None:
    if scope.patch:
        point_ids = inputs.people.point_id[inputs.inside].tolist()
        return provision.find_last_check_at(session, scope.question.theme, point_ids)
    return provision.find_last_check(session, scope.question.theme, scope.within.id if scope.within else None)


def _where_notes(
    session: Session, scope: GapScope, inputs: GapInputs, sums: ThemeSums, rows: tuple[AreaGap, ...]
) -> tuple[str, ...]:
    """What a border cuts, whom no row counts, and whom the walking network does not reach."""
    said = words.edge_notes(scope.layer.name, scope.asked_about, rows, _people_in_no_area(inputs))
    said += deprivation_note(session) if inputs.question.need_strength else ()
    if inputs.walking is None:
        return said
    off = inputs.inside & ~inputs.walking.homes.on_path
    services = sums.at_most.services
    doors = inputs.walking.network.snap(services.x_m, services.y_m).on_path
    return said + words.off_path_note(float(inputs.people.points.people[off].sum()), int((~doors).sum()))


def _people_in_no_area(inputs: GapInputs) -> float:
    """People asked about who live in none of the areas of the layer: no row counts them."""
    return float(inputs.people.points.people[inputs.inside & (inputs.zones.of_point < 0)].sum())


def make_row(
    scope: GapScope, sums: ThemeSums, measured: Measured, row: int, area: AreaRow, known_of: str = ""
) -> AreaGap:
    """What is said of the area in one row of the sums; ``known_of`` as known_sentences says it."""
    zones = measured.delivered
    state = STATES[State(int(measured.state[row]))]
    scored = state in (GapState.SCORE, GapState.CHECKED_NONE)
    band = BANDS[measured.band[row]] if scored else None
    low, high = _number(measured.low[row]), _number(measured.high[row])
    evidence = Evidence(
        state=state,
        low=low,
        high=high,
        known_share=float(measured.known_share[row]),
        checked_on=measured.checked_on[row],
        delivered=_number(zones.shortfall[row]),
        at_most=_number(measured.at_most.shortfall[row]),
        list_years=scope.question.list_years,
        doubt=words.doubt(sums),
        near_unknown=float(measured.near_unknown[row]),
        near_edge=0.0 if measured.near_edge is None else float(measured.near_edge[row]),
    )
    sure, why_sure = how_sure(evidence)
    gap = AreaGap(
        area=area_ref(area),
        rank=int(measured.rank[row]),
        people=float(zones.people[row]),
        provision=(_number(zones.access[row]) or 0.0) * PER_PEOPLE,
        services_in_reach=_number(zones.services_in_reach[row]) or 0.0,
        nearest_m=_number(zones.nearest_m[row]),
        shortfall=_number(zones.shortfall[row]) if state != GapState.NOT_ENOUGH_DATA else None,
        shortfall_low=low if scored else None,
        shortfall_high=high if scored else None,
        people_without=float(zones.equivalent_people[row]) if state != GapState.NOT_ENOUGH_DATA else None,
        short_people=float(zones.short_people[row]) if scored else None,
        state=state,
        band=band,
        sure=sure,
        why_sure=why_sure,
        checked_on=measured.checked_on[row],
        sentence="",
        known_of=known_of,
        inside_share=float(measured.inside_share[row]),
        edge=edge_of(evidence),
    )
    return words.with_sentence(gap, scope.theme.name, scope.question, evidence.doubt)


def _number(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _reading_order(row: AreaGap) -> tuple[int, float, str]:
    """Most people without first; then what is unclear; then where nobody has looked. Ties by code."""
    state = {GapState.UNCLEAR: 1, GapState.NOT_ENOUGH_DATA: 2}.get(row.state, 0)
    return state, row.rank or -(row.people_without or 0), row.area.area_code


def _services_over_border(
    session: Session, version: str, scope: GapScope, theme: ThemeSums, measured: Measured
) -> int:
    """How many counted services stand outside the area asked about and still reach people inside it."""
    sums = theme.delivered
    reaching = np.unique(sums.pairs.service[measured.inside[sums.pairs.point]])
    if scope.patch:
        return int((~scope.patch.holds(sums.services.x_m[reaching], sums.services.y_m[reaching])).sum())
    if scope.within is None:
        return 0
    home = load_places_inside(session, version, scope.within.id)
    return sum(place not in home for place in theme.table["place_id"].iloc[sums.row[reaching]])


def _gap_sources(session: Session, scope: GapScope, by_paths: bool) -> list[SourceRow]:
    layer_ids = [scope.layer.id] + ([scope.within.layer_id] if scope.within else [])
    return sources.list_gap_sources(session, scope.question.theme, layer_ids, by_paths=by_paths)
