"""Need weights: who counts for more, and that everyone counts for one on average."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.need import deprivation_rank_share, need_weights
from tests import small_town as town

ranks = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 900)), min_size=1, max_size=15)


def test_small_town_by_hand() -> None:
    share = deprivation_rank_share(town.DEPRIVATION_SCORE, town.PEOPLE, "higher")
    np.testing.assert_allclose(share, town.RANK_SHARE, rtol=1e-14)
    np.testing.assert_allclose(need_weights(share), town.NEED_WEIGHT, rtol=1e-14)


@pytest.mark.parametrize(("direction", "most_deprived"), [("higher", 2), ("lower", 0), ("rank_low", 0)])
def test_direction_says_who_is_most_deprived(direction: str, most_deprived: int) -> None:
    share = deprivation_rank_share([1.0, 2.0, 3.0], [10.0, 10.0, 10.0], direction)
    assert share[most_deprived] == pytest.approx(1 / 6)
    assert sorted(share) == pytest.approx([1 / 6, 3 / 6, 5 / 6])


def test_a_missing_score_is_the_middle_and_weighs_one() -> None:
    share = deprivation_rank_share([5.0, np.nan, 9.0], [10.0, 500.0, 30.0], "higher")
    assert share[1] == 0.5
    assert need_weights(share)[1] == 1.0
    assert share[2] == pytest.approx(15 / 40)


@given(ranks, st.floats(0, 1))
def test_everyone_counts_for_one_on_average(rows: list[tuple[int, int]], strength: float) -> None:
    score, people = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    weights = need_weights(deprivation_rank_share(score, people, "rank_low"), strength)
    assert people @ weights == pytest.approx(people.sum(), rel=1e-12)
    assert weights.min() >= 1 - strength - 1e-12
    assert weights.max() <= 1 + strength + 1e-12


@given(ranks)
def test_rank_share_is_the_people_more_deprived_plus_half_of_the_equals(rows: list[tuple[int, int]]) -> None:
    share = deprivation_rank_share([s for s, _ in rows], [p for _, p in rows], "higher")
    total = sum(p for _, p in rows)
    for (score, _), got in zip(rows, share, strict=True):
        worse = sum(p for s, p in rows if s > score)
        equal = sum(p for s, p in rows if s == score)
        assert got == pytest.approx((worse + equal / 2) / total if total else 0.5)


def test_wrong_input_is_refused() -> None:
    with pytest.raises(ValueError, match="direction must be one of higher, lower, rank_low, not “neutral”"):
        deprivation_rank_share([1.0], [1.0], "neutral")
    with pytest.raises(ValueError, match="strength must be between 0 and 1"):
        need_weights([0.5], strength=1.5)
    with pytest.raises(ValueError, match="rank_share must be between 0 and 1"):
        need_weights([1.2])
