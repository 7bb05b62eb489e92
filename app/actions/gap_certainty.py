"""How sure we are of one row of an answer, and why, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from app.actions.clock import today
from app.actions.gap_scope import LIST_YEARS
from app.actions.gap_words import month, percent, years
from app.vocabulary import BAND_BREAKS, GapState, SureLevel

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
