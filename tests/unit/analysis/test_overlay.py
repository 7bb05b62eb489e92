"""Old areas on new ones by where people live: by hand, and what must always hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis.overlay import overlay


def whole(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.intp)


# Five points of 100 people. Old: A holds 0 1, B holds 2 3 4. New: X holds 0, Y holds 1 2 3 4.
TWO = overlay(whole(0, 0, 1, 1, 1), whole(0, 1, 1, 1, 1), np.full(5, 100.0), sources=2, targets=2)


def test_a_rate_is_the_mean_over_people() -> None:
    assert TWO.convert_rates(np.array([10.0, 50.0])) == pytest.approx([10, (10 + 3 * 50) / 4])


def test_a_count_is_shared_out_among_the_people() -> None:
    assert TWO.convert_counts(np.array([20.0, 90.0])) == pytest.approx([10, 100])


def test_an_area_whose_people_are_torn_apart_is_cut() -> None:
    assert TWO.cut_sources().tolist() == [0]
    assert sorted(TWO.of_target(1).tolist()) == [0, 1]


def test_land_without_people_weighs_nothing() -> None:
    field = overlay(whole(0, 1), whole(0, 0), np.array([100.0, 0.0]), sources=2, targets=1)
    assert field.convert_rates(np.array([5.0, 99.0])).tolist() == [5]
    assert field.cut_sources().size == 0


def test_with_too_few_covered_there_is_no_number_at_all() -> None:
    people = np.array([79.0, 21.0])
    half = overlay(whole(0, -1), whole(0, 0), people, sources=1, targets=1)
    assert np.isnan(half.convert_rates(np.array([5.0]))).all()
    assert np.isnan(half.convert_counts(np.array([5.0]))).all()
    enough = overlay(whole(0, -1), whole(0, 0), np.array([80.0, 20.0]), sources=1, targets=1)
    assert enough.convert_rates(np.array([5.0])).tolist() == [5]
    unknown = overlay(whole(0, 1), whole(0, 0), people, sources=2, targets=1)
    assert np.isnan(unknown.convert_rates(np.array([5.0, np.nan]))).all()


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_counts_keep_their_total_rates_their_range_and_the_same_areas_their_numbers(seed: int) -> None:
    chance = np.random.default_rng(seed)
    count, sources, targets = (int(chance.integers(low, high)) for low, high in ((1, 200), (1, 12), (1, 12)))
    source, target = chance.integers(0, sources, count), chance.integers(0, targets, count)
    people = chance.integers(0, 50, count).astype(float)
    value = chance.uniform(0, 100, sources)
    lived_in = np.bincount(source, people, sources) > 0
    laid = overlay(source, target, people, sources=sources, targets=targets)
    counts, rates = laid.convert_counts(value), laid.convert_rates(value)
    assert np.nansum(counts) == pytest.approx(value[lived_in].sum(), rel=1e-9)
    inside = rates[np.isfinite(rates)]
    assert ((inside >= value.min() - 1e-9) & (inside <= value.max() + 1e-9)).all()
    same = overlay(source, source, people, sources=sources, targets=sources)
    assert same.convert_rates(value)[lived_in] == pytest.approx(value[lived_in], rel=1e-9)
    assert same.convert_counts(value)[lived_in] == pytest.approx(value[lived_in], rel=1e-9)
    assert same.cut_sources().size == 0
