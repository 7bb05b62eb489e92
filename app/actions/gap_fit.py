"""Which services fit what is asked for: surely, perhaps (nobody has said, or only now and then), or not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from app.actions.find_times import DAY_MIN, DAYS, PARTS_OF_DAY
from app.actions.gap_answers import GapQuestion
from app.analysis.inputs import IntArray
from app.vocabulary import Cost, Room

NO, PERHAPS, YES = 0, 1, 2
FRESH_MONTHS = 24
GROUPS_OF_DAYS = {"weekday": DAYS[:5], "weekend": DAYS[5:]}
ASKED_DAYS = (*DAYS, *GROUPS_OF_DAYS)
FACETS_OF_SERVICE = ("when", "cost", "room")
"""There, but at other times, not free, or full."""
FACETS_OF_PEOPLE = ("audience", "step_free", "language")
"""There, but not usable by the people asked about."""


def is_limited(question: GapQuestion) -> bool:
    """Does the question limit which services count?"""
    said = (question.audience, question.day, question.part, question.language)
    return any(said) or question.is_free or question.is_step_free or question.has_room or question.is_fresh


def fits_by_facet(table: pd.DataFrame, question: GapQuestion, on: date) -> dict[str, IntArray]:
    """Each part of the question that limits services, and for each service row NO, PERHAPS or YES, (m,).

    ``table`` as queries.provision.services_table makes it; ``on`` is the day that freshness counts back from.
    """
    asked: dict[str, tuple[bool, Callable[[Mapping[Any, Any]], int]]] = {
        "when": (bool(question.day or question.part), lambda row: _is_open(row["times"], question)),
        "cost": (question.is_free, lambda row: _is_free(row["cost"])),
        "room": (question.has_room, lambda row: _has_room(row["room"])),
        "audience": (bool(question.audience), lambda row: _holds(row["audiences"], question.audience, "anyone")),
        "step_free": (question.is_step_free, lambda row: _said(row["step_free"])),
        "language": (bool(question.language), lambda row: _holds(row["languages"], question.language)),
        "fresh": (question.is_fresh, lambda row: _is_fresh(row["confirmed_on"], on)),
    }
    rows = table.to_dict("records") if any(wanted for wanted, _ in asked.values()) else []
    return {
        facet: np.array([fit(row) for row in rows], dtype=np.intp)
        for facet, (wanted, fit) in asked.items()
        if wanted
    }


def fits(table: pd.DataFrame, question: GapQuestion, on: date) -> IntArray:
    """NO, PERHAPS or YES for each service row, (m,): no better than its worst facet."""
    worst = np.full(len(table), YES, dtype=np.intp)
    for facet in fits_by_facet(table, question, on).values():
        np.minimum(worst, facet, out=worst)
    return worst


def _is_open(times: list[list[int]], question: GapQuestion) -> int:
    """Weekly is yes; only in some weeks of a month is perhaps; no times at all means nobody has said."""
    if not times:
        return PERHAPS
    days = GROUPS_OF_DAYS.get(question.day) or ((question.day,) if question.day else DAYS)
    begins, ends = PARTS_OF_DAY.get(question.part, (0, DAY_MIN))
    best = NO
    for weekday, opens, closes, week in times:
        closes_at = closes if closes > opens else closes + DAY_MIN
        if DAYS[weekday - 1] in days and opens < ends and closes_at > begins:
            best = max(best, PERHAPS if week else YES)
    return best


def _is_free(cost: str) -> int:
    return {Cost.FREE: YES, Cost.DONATION: YES, Cost.UNKNOWN: PERHAPS}.get(Cost(cost), NO)


def _has_room(room: str) -> int:
    return {Room.OPEN: YES, Room.UNKNOWN: PERHAPS}.get(Room(room), NO)


def _holds(said: list[str], wanted: str, everyone: str = "") -> int:
    if not said:
        return PERHAPS
    return YES if wanted in said or everyone in said else NO


def _said(answer: bool | None) -> int:
    return PERHAPS if answer is None or pd.isna(answer) else YES if answer else NO


def _is_fresh(confirmed_on: date | None, on: date) -> int:
    """What nobody confirmed lately may be gone: perhaps."""
    if confirmed_on is None or pd.isna(confirmed_on):
        return PERHAPS
    return YES if confirmed_on >= on - timedelta(days=FRESH_MONTHS * 30.44) else PERHAPS
