"""Is this you? Groups there are already that are called much the same and are not far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, utils

from app.actions.spots import locate
from app.actions.throttle import note_try
from app.errors import BadQuestionError
from app.queries import Session
from app.queries import add as queries
from app.queries.add import NamesakeRow

LOOKED_AT, SHOWN = 40, 5
FAR_M = 15_000.0
LEAST_LIKENESS = 72.0
MOST_ASKED, ASKED_WITHIN_S = 600, 3600
"""While a name is typed it is asked about some ten times; a library has one address for everybody."""
WEAK_WORDS = re.compile(
    r"\b(the|and|of|for|in|at|group|club|society|association|assoc|charity|trust|project|community|ltd|limited|cic|cio)\b"
)
NUMBER = re.compile(r"\b(\d{6,8}|[A-Z]{2}\d{6}|SC\d{6})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Namesake:
    """``likeness`` 0 to 100: how much the names are alike, less what distance takes away."""

    row: NamesakeRow
    likeness: float


def note_asked(session: Session, sender_key: str) -> None:
    """Somebody asks while she types. Raises TooOftenError."""
    note_try(session, "similar", sender_key, most=MOST_ASKED, within_s=ASKED_WITHIN_S)


def list_similar(session: Session, name: str, spot: tuple[float, float] | None) -> list[Namesake]:
    """The likest first, at most five; one whose register number was typed is always among them."""
    number = register_number(name)
    lon, lat = spot or (None, None)
    rows = queries.list_namesakes(session, name, number, lon, lat, LOOKED_AT)
    found = [Namesake(row, likeness_of(name, row)) for row in rows]
    good = [one for one in found if one.row.is_number or one.likeness >= LEAST_LIKENESS]
    return sorted(good, key=lambda one: (-one.likeness, str(one.row.id)))[:SHOWN]


def find_spot(session: Session, near: str) -> tuple[float, float] | None:
    """Where a half-typed place is, or None: nobody is told off while typing."""
    try:
        spot = locate(session, near)
    except BadQuestionError:
        return None
    return spot.lon, spot.lat


def likeness_of(name: str, row: NamesakeRow) -> float:
    """100 for the number that was typed; else of the names, less up to 20 for how far away it is."""
    if row.is_number:
        return 100.0
    distance_m = row.distance_m if row.distance_m is not None else FAR_M / 3
    return name_likeness(name, row.name) - 20.0 * min(1.0, distance_m / FAR_M)


def name_likeness(one: str, other: str) -> float:
    """0 to 100; words that many groups share ("the", "group", "society") count less than those that tell apart."""
    whole = fuzz.token_sort_ratio(one, other, processor=utils.default_process)
    mine, theirs = strong_words(one), strong_words(other)
    if not mine or not theirs:
        return float(whole)
    return float(0.4 * whole + 0.6 * fuzz.token_set_ratio(" ".join(mine), " ".join(theirs)))


def strong_words(name: str) -> Sequence[str]:
    return WEAK_WORDS.sub(" ", utils.default_process(name)).split()


def register_number(text: str) -> str:
    """The charity or company number in what was typed, without the noughts in front; "" when there is none."""
    found = NUMBER.search(text)
    return found[1].upper().lstrip("0") if found else ""
