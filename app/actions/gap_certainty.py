"""How sure we are of one row of an answer, and why, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np

from app.actions.clock import today
from app.actions.completeness import known_of_areas, known_sentence, load_completeness
from app.actions.gap_answers import AreaRef
from app.actions.gap_fit import FRESH_MONTHS
from app.actions.gap_inputs import GapInputs, People, load_zones
from app.actions.gap_measure import Measured
from app.actions.gap_scope import LIST_YEARS, GapScope, area_ref
from app.actions.gap_words import month, percent, years
from app.analysis.states import KNOWN_COMPLETENESS
from app.queries import Session, areas
from app.queries import completeness as queries
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


def known_sentences(session: Session, version: str, scope: GapScope, people: People) -> dict[int, str]:
    """For the areas of a question's layer, by id: how many groups we know of, of about how many."""
    complete = load_completeness(session, version, scope.theme.key)
    zones_of = partial(load_zones, session, version, people=people)
    known = known_of_areas(complete, scope.layer, zones_of, people.points.people) if complete.layers else {}
    named = areas.get_areas(session, sorted({of.area_id for of in known.values()}))
    names = {area.id: area.name for area in named}
    return {area_id: known_sentence(of, area_id, names[of.area_id]) for area_id, of in known.items()}


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


def list_looked(
    session: Session, version: str, scope: GapScope, inputs: GapInputs, measured: Measured
) -> list[Looked]:
    """Each area of a question, by name."""
    since = today() - timedelta(days=round(FRESH_MONTHS * 30.44))
    table = queries.counted_services_table(session, scope.theme.key, scope.layer.id, since)
    counted = {row["area_id"]: (int(row["services"]), int(row["fresh"])) for row in table.to_dict("records")}
    last = _last_looks(session, version, scope, inputs.people, measured)
    known = known_sentences(session, version, scope, inputs.people)
    found = []
    for area in areas.get_areas(session, [int(i) for i in measured.area_id]):
        zone = int(np.searchsorted(measured.area_id, area.id))
        services, fresh = counted.get(area.id, (0, 0))
        found.append(
            Looked(
                area=area_ref(area),
                services=services,
                fresh=fresh,
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
        level = SureLevel.NOT_SURE if level == SureLevel.NOT_SURE else SureLevel.FAIRLY_SURE
    return level, f"{said} {looked}".strip()


def _why_unknown(evidence: Evidence) -> str:
    if evidence.known_share > 0:
        return f"Only {percent(evidence.known_share)} of the people here live where somebody has looked."
    return f"Nobody has looked here in the last {years(evidence.list_years)}."


def _by_chance(low: float | None, high: float | None) -> tuple[SureLevel, str]:
    """Sure when resampled services stay in one class of shortfall, fairly sure in two, not sure beyond."""
    if low is None or high is None:
        return SureLevel.FAIRLY_SURE, ""
    first, last = np.searchsorted(BAND_BREAKS, [low, high], side="right")
    level = (SureLevel.SURE, SureLevel.FAIRLY_SURE, SureLevel.NOT_SURE)[min(int(last - first), 2)]
    if round(low * 100) == round(high * 100):
        return level, "Hardly changes when single services are left out."
    return level, f"Between {percent(low)} and {percent(high)} if some services had been missed or had closed."
