"""How sure we are of one row of an answer, and why, in a sentence."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

import numpy as np
import pandas as pd

from app.actions.clock import today
from app.actions.completeness import known_of_areas, known_sentence, load_completeness
from app.actions.gap_answers import AreaRef
from app.actions.gap_fit import FRESH_MONTHS
from app.actions.gap_inputs import GapInputs, People, load_zones, reach_of_question
from app.actions.gap_measure import Measured
from app.actions.gap_scope import LIST_YEARS, MOST_REACH_M, GapScope, area_ref
from app.actions.gap_words import month, percent, years
from app.actions.remembered import Remembered
from app.analysis.edges import edge_distance
from app.analysis.inputs import FloatArray
from app.analysis.states import KNOWN_COMPLETENESS
from app.queries import Session, areas
from app.queries import completeness as queries
from app.queries.edges import list_base_shapes, list_land_shapes
from app.vocabulary import BAND_BREAKS, GapState, SureLevel, SurveyKind

MOST_NEAR_UNKNOWN = 0.4


@dataclass(frozen=True)
class Evidence:
    """What a row rests on: its state, its 90 % band, who looked and when, and the shortfall counted twice."""

    state: GapState
    low: float | None
    high: float | None
    known_share: float
    checked_on: date | None
    delivered: float | None
    at_most: float | None
    list_years: int
    doubt: str = ""  # what an unclear answer depends on, as gap_words.doubt says it
    near_unknown: float = 0.0  # share of the people who live within reach of unknown land over the border
    near_edge: float = 0.0  # share of them within reach of land of which nothing is loaded


def known_sentences(session: Session, version: str, scope: GapScope, people: People) -> dict[int, str]:
    """For the areas of a question's layer, by id: how many groups we know of, of about how many."""
    complete = load_completeness(session, version, scope.theme.key)
    zones_of = partial(load_zones, session, version, people=people)
    known = known_of_areas(complete, scope.layer, zones_of, people.points.people) if complete.layers else {}
    named = areas.get_areas(session, sorted({of.area_id for of in known.values()}))
    names = {area.id: area.name for area in named}
    return {area_id: known_sentence(of, area_id, names[of.area_id]) for area_id, of in known.items()}


MOST_EDGE_SHAPES = 5_000
EDGE_REACHES_M = (2_000, 6_000, MOST_REACH_M)
"""How far the edge of the map is looked for, as the crow flies: once for every reach up to it."""
_edges: Remembered[FloatArray | None] = Remembered(16)


def _edge_distance(session: Session, version: str, scope: GapScope, inputs: GapInputs) -> FloatArray | None:
    """How far everybody asked about lives from the edge of the base layer, (inside,); None: too much."""
    asked = scope.question
    reach_m = reach_of_question(asked).straight_reach_m
    most_m = next(most for most in EDGE_REACHES_M if reach_m <= most)
    key = (version, asked.within, asked.patch, most_m)
    return _edges.get(key, lambda: _find_edge_distance(session, inputs, most_m))


def _find_edge_distance(session: Session, inputs: GapInputs, most_m: float) -> FloatArray | None:
    inside = inputs.inside
    x_m, y_m = inputs.people.points.x_m[inside], inputs.people.points.y_m[inside]
    if not x_m.size:
        return x_m
    away = most_m + 100
    box = (float(x_m.min() - away), float(y_m.min() - away), float(x_m.max() + away), float(y_m.max() + away))
    shapes = list_base_shapes(session, box, MOST_EDGE_SHAPES)
    if len(shapes) > MOST_EDGE_SHAPES:
        return None
    return edge_distance(shapes, x_m, y_m, most_m, list_land_shapes(session, box))


def with_edge(session: Session, version: str, scope: GapScope, inputs: GapInputs, measured: Measured) -> Measured:
    """The same with the share of each area's people near the edge of the map, where that could be worked out."""
    distance = _edge_distance(session, version, scope, inputs)
    if distance is None:
        return measured
    near = np.zeros_like(inputs.inside)
    near[inputs.inside] = distance <= reach_of_question(scope.question).straight_reach_m
    heads = inputs.people.points.people
    there = _sum(measured, heads * near)
    share = np.divide(there, _sum(measured, heads), out=np.zeros(there.size), where=there > 0)
    return replace(measured, near_edge=share)


def _sum(measured: Measured, values: FloatArray) -> FloatArray:
    inside = measured.zone >= 0
    return np.bincount(measured.zone[inside], values[inside], len(measured.area_id)).astype(np.float64)


@dataclass(frozen=True)
class Looked:
    """How well an area is known: services there, those confirmed lately, and who looked last when."""

    area: AreaRef
    services: int
    fresh: int
    last_walk: date | None
    last_list: date | None
    known_of: str
    is_known: bool


def services_inside(session: Session, scope: GapScope) -> pd.DataFrame:
    """As queries.completeness.services_inside_table; fresh is what somebody confirmed in the last FRESH_MONTHS."""
    since = today() - timedelta(days=round(FRESH_MONTHS * 30.44))
    return queries.services_inside_table(session, scope.theme.key, scope.layer.id, since)


def list_looked(
    session: Session, version: str, scope: GapScope, inputs: GapInputs, measured: Measured
) -> list[Looked]:
    """Each area of a question, by name."""
    table = services_inside(session, scope)
    counted, fresh_ones = Counter(table["area_id"]), Counter(table["area_id"][table["is_fresh"].astype(bool)])
    last = _last_looks(session, version, scope, inputs.people, measured)
    known = known_sentences(session, version, scope, inputs.people)
    found = []
    for area in areas.get_areas(session, [int(i) for i in measured.area_id]):
        zone = int(np.searchsorted(measured.area_id, area.id))
        found.append(
            Looked(
                area=area_ref(area),
                services=counted[area.id],
                fresh=fresh_ones[area.id],
                last_walk=last["walk_round"][zone],
                last_list=last["published_list"][zone],
                known_of=known.get(area.id, ""),
                is_known=bool(measured.known_share[zone] >= KNOWN_COMPLETENESS),
            )
        )
    return sorted(found, key=lambda one: (one.area.name.casefold(), one.area.area_code))


def _last_looks(
    session: Session, version: str, scope: GapScope, people: People, measured: Measured
) -> dict[str, list[date | None]]:
    """For each kind of look its latest day in each zone, however long ago."""
    last: dict[str, list[date | None]] = {kind.value: [None] * len(measured.area_id) for kind in SurveyKind}
    for look in queries.looks_table(session, scope.theme.key).to_dict("records"):
        zones = load_zones(session, version, look["layer_id"], people)
        row = np.flatnonzero(zones.area_id == look["area_id"])
        here = np.unique(measured.zone[np.isin(zones.of_point, row) & (measured.zone >= 0)])
        for zone in here.tolist():
            last[look["kind"]][zone] = look["checked_on"]
    return last


def how_sure(evidence: Evidence) -> tuple[SureLevel, str]:
    if evidence.state == GapState.NOT_ENOUGH_DATA:
        return SureLevel.NOT_SURE, _why_unknown(evidence)
    looked = f"Last checked in {month(evidence.checked_on)}." if evidence.checked_on else ""
    if evidence.state == GapState.UNCLEAR:
        return SureLevel.NOT_SURE, (
            f"Short by {percent(evidence.delivered or 0)} counting what is sure, by "
            f"{percent(evidence.at_most or 0)} if {evidence.doubt}. {looked}"
        ).strip()
    if evidence.checked_on and (today() - evidence.checked_on).days > LIST_YEARS[0] * 366:
        return SureLevel.NOT_SURE, f"{looked} Much may have opened or closed since."
    level, said = _by_chance(evidence.low, evidence.high)
    if evidence.near_unknown >= MOST_NEAR_UNKNOWN:
        said += " Over the border nobody has looked, so the gap may be smaller."
        level = _at_most_fairly(level)
    if evidence.near_edge >= MOST_NEAR_UNKNOWN:
        said += " It lies at the edge of what is loaded: what is beyond is not counted."
        level = _at_most_fairly(level)
    return level, f"{said} {looked}".strip()


def edge_of(evidence: Evidence) -> str:
    """What of its surroundings is missing for a row that can be told of, as AreaGap.edge has it."""
    if evidence.state == GapState.NOT_ENOUGH_DATA:
        return ""
    if evidence.near_edge >= MOST_NEAR_UNKNOWN:
        return "map"
    return "border" if evidence.near_unknown >= MOST_NEAR_UNKNOWN else ""


def _at_most_fairly(level: SureLevel) -> SureLevel:
    return SureLevel.NOT_SURE if level == SureLevel.NOT_SURE else SureLevel.FAIRLY_SURE


def _why_unknown(evidence: Evidence) -> str:
    if evidence.known_share > 0:
        return f"Only {percent(evidence.known_share)} of the people here live where somebody has looked."
    return f"Nobody has looked here in the last {years(evidence.list_years)}."


def _by_chance(low: float | None, high: float | None) -> tuple[SureLevel, str]:
    """Sure when resampled services stay in one class of shortfall, fairly sure in two, not sure beyond."""
    if low is None or high is None:
        return SureLevel.FAIRLY_SURE, ""
    classes = bisect_right(BAND_BREAKS, high) - bisect_right(BAND_BREAKS, low)
    level = (SureLevel.SURE, SureLevel.FAIRLY_SURE, SureLevel.NOT_SURE)[min(classes, 2)]
    if round(low * 100) == round(high * 100):
        return level, "Hardly changes when single services are left out."
    return level, f"Between {percent(low)} and {percent(high)} if some services had been missed or had closed."
