"""Places that are no record of ours: lines of a pasted list, and points put on the map by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from app.actions.plan_answers import OwnPlace, PlanQuestion
from app.actions.plan_need import Need
from app.actions.spots import UnknownSpotError, locate
from app.errors import BadQuestionError
from app.queries import Session, candidates

PLACED = re.compile(r"at:(-?\d{1,2}\.\d{1,6}),(-?\d{1,3}\.\d{1,6})(?:@(\d{1,7}))?")
"""A point as it stands among the pinned keys: latitude, longitude, and its price where that is its own."""

MOST_AWAY_M = 50_000.0
"""From where anybody lives: further off it is a slip of the hand, and no sum could use it."""


def write_placed(lat: float, lon: float, price: int | None = None) -> str:
    """The key of a point, to about a metre; the same shape for every point, so that PLACED reads it back."""
    return f"at:{lat:.5f},{lon:.5f}" + (f"@{price}" if price is not None else "")


def is_placed(key: str) -> bool:
    return key.startswith("at:")


def placed_table(session: Session, question: PlanQuestion, need: Need) -> pd.DataFrame:
    """The points among the pinned keys, as candidates. Raises BadQuestionError for one that is nowhere near."""
    keys = [key for key in question.pinned if is_placed(key)]
    found = [PLACED.fullmatch(key) for key in keys]
    if not all(found):
        raise BadQuestionError(
            "A place that was put on the map cannot be read.", "Put it there again.", field="pinned"
        )
    at = [(float(match[2]), float(match[1])) for match in found if match]
    price = [float(match[3]) if match[3] else np.nan for match in found if match]
    table = _table(session, need, keys, [""] * len(keys), at, "pinned")
    table["own_price"] = price
    return table


def own_table(session: Session, places: Sequence[OwnPlace], need: Need) -> pd.DataFrame:
    """The lines of a pasted list as candidates; a line that names no place is said by its number."""
    at, names = [], []
    for number, place in enumerate(places, 1):
        try:
            spot = locate(session, place.where, field="own")
        except UnknownSpotError as problem:
            raise BadQuestionError(f"Line {number}: {problem.message}", problem.fix, field="own") from None
        at.append((spot.lon, spot.lat))
        names.append(place.name or spot.label)
    table = _table(session, need, [place.key for place in places], names, at, "own")
    table["own_price"] = [np.nan if place.price is None else float(place.price) for place in places]
    return table


def _table(
    session: Session, need: Need, keys: list[str], names: list[str], at: list[tuple[float, float]], field: str
) -> pd.DataFrame:
    for lon, lat in at:
        if not (-89 <= lat <= 89 and -180 <= lon <= 180):
            raise _too_far(field)
    metres = candidates.points_in_metres(session, at)
    points = need.inputs.people.points
    for axis, lived in (("x_m", points.x_m), ("y_m", points.y_m)):
        where = metres[axis].to_numpy(np.float64)
        near = (where > lived.min() - MOST_AWAY_M) & (where < lived.max() + MOST_AWAY_M)  # not so for NaN
        if not near.all():
            raise _too_far(field)
    return pd.DataFrame(
        {"key": keys, "name": names, "x_m": metres["x_m"], "y_m": metres["y_m"],
         "lon": [lon for lon, _ in at], "lat": [lat for _, lat in at]}
    )  # fmt: skip


def _too_far(field: str) -> BadQuestionError:
    return BadQuestionError(
        "A place is far from anywhere on this map.", "Choose places in or near it.", field=field
    )
