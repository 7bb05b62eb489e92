"""The four states: unknown is never none, none is never unknown, and a doubt is said."""

from __future__ import annotations

import numpy as np
import pytest

from app.analysis.states import BAND_BREAKS, State, decide_states, shortfall_bands
from app.vocabulary import BAND_BREAKS as SHOWN_BREAKS
from app.vocabulary import GapBand, GapState


@pytest.mark.parametrize(
    ("with_address", "without_address", "known", "in_reach", "expected"),
    [
        (2, 2, True, True, State.SCORE),
        (0, 0, True, True, State.SCORE),
        (4, 4, True, False, State.CHECKED_NONE),
        (0, 4, True, True, State.UNCLEAR),
        (3, 4, True, True, State.UNCLEAR),
        (4, 4, False, False, State.NOT_ENOUGH_DATA),
        (0, 0, False, True, State.NOT_ENOUGH_DATA),
        (0, 4, False, True, State.NOT_ENOUGH_DATA),
        (-1, -1, True, True, State.NOT_ENOUGH_DATA),
    ],
)
def test_every_case(with_address: int, without_address: int, known: bool, in_reach: bool, expected: State) -> None:
    bands = np.array([with_address]), np.array([without_address])
    found = decide_states(*bands, np.array([known]), np.array([in_reach]))
    assert found.tolist() == [expected]


def test_a_break_starts_the_next_band() -> None:
    shortfalls = np.array([0, 0.0499, 0.05, 0.2499, 0.25, 0.5, 0.7499, 0.75, 1, np.nan])
    assert shortfall_bands(shortfalls).tolist() == [0, 0, 1, 1, 2, 3, 3, 4, 4, -1]


def test_codes_and_breaks_are_those_the_rest_of_the_product_uses() -> None:
    assert [state.name.lower() for state in State] == [state.value for state in GapState]
    assert BAND_BREAKS == SHOWN_BREAKS
    assert len(BAND_BREAKS) + 1 == len(GapBand)
