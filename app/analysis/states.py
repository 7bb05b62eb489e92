"""The four things a map may say of an area. Unknown is never none, and none is never unknown."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from app.analysis.inputs import BoolArray, FloatArray, IntArray

BAND_BREAKS = (0.05, 0.25, 0.5, 0.75)
KNOWN_COMPLETENESS = 0.6


class State(IntEnum):
    """State codes; ``name.lower()`` is the word the rest of the app uses."""

    SCORE = 0
    CHECKED_NONE = 1
    UNCLEAR = 2
    NOT_ENOUGH_DATA = 3


def shortfall_bands(shortfalls: FloatArray, breaks: tuple[float, ...] = BAND_BREAKS) -> IntArray:
    """Band 0 (fair share) to 4 (nearly all short); a break starts the next band; NaN gives -1. (z,) both."""
    bands = np.searchsorted(breaks, shortfalls, side="right")
    return np.where(np.isnan(shortfalls), -1, bands).astype(np.intp)


def decide_states(
    band_with_address_only: IntArray,
    band_without_address_only: IntArray,
    known: BoolArray,
    anything_in_reach: BoolArray,
) -> IntArray:
    """What may be said of each area, as State codes (z,).

    Not known, or nobody lives there (band -1): not enough data. Else, nothing in reach even counting registered
    addresses: checked, none. Else, the band hangs on whether registered addresses count: unclear. Else: a score.
    """
    with_address, without_address = np.asarray(band_with_address_only), np.asarray(band_without_address_only)
    return np.select(
        [
            ~np.asarray(known, dtype=bool) | (with_address < 0) | (without_address < 0),
            ~np.asarray(anything_in_reach, dtype=bool),
            with_address != without_address,
        ],
        [State.NOT_ENOUGH_DATA, State.CHECKED_NONE, State.UNCLEAR],
        default=State.SCORE,
    ).astype(np.intp)
