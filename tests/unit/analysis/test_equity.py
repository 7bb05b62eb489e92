"""Equity: whose gap it is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.analysis.equity import concentration_index, share_in_most_deprived
from app.analysis.need import deprivation_rank_share

PEOPLE = np.array([10.0, 10, 10, 10, 10])
RANK_SHARE = deprivation_rank_share([5.0, 4, 3, 2, 1], PEOPLE, "higher")


def test_share_in_the_most_deprived_fifth() -> None:
    assert share_in_most_deprived(np.array([6.0, 1, 1, 1, 1]), RANK_SHARE) == pytest.approx(0.6)
    assert math.isnan(share_in_most_deprived(np.zeros(5), RANK_SHARE))


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([1.0, 1, 1, 1, 1], 0.0),
        ([5.0, 0, 0, 0, 0], -0.8),  # 2 x (0.1 - 0.5): all with the most deprived
        ([0.0, 0, 0, 0, 5], 0.8),
    ],
)
def test_concentration(amounts: list[float], expected: float) -> None:
    assert concentration_index(np.array(amounts), PEOPLE, RANK_SHARE) == pytest.approx(expected, abs=1e-12)


def test_concentration_of_nothing_is_not_a_number() -> None:
    assert math.isnan(concentration_index(np.zeros(5), PEOPLE, RANK_SHARE))
