"""Areas that are alike: by hand, and against plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.similar import (
    alike_weights,
    compared_with_own,
    fair_shares,
    nearest_alike,
    standard_scores,
)

NAN = math.nan


def test_standard_scores_by_hand() -> None:
    # 1, 3, 5: mean 3, standard deviation sqrt(8 / 3). The second never differs; the third is known twice: 2 and 4.
    scores = standard_scores(np.array([[1, 7, 2], [3, 7, NAN], [5, 7, 4.0]]))
    spread = 2 / math.sqrt(8 / 3)
    np.testing.assert_allclose(scores, [[-spread, 0, -1], [0, 0, NAN], [spread, 0, 1]])


def test_the_nearest_come_first_and_an_area_is_not_like_itself() -> None:
    values = np.array([[0.0], [1], [2], [10]])
    found, far = nearest_alike(values, np.ones(1), np.array([0, 3]), 5)
    np.testing.assert_array_equal(found, [[1, 2, 3, -1, -1], [2, 1, 0, -1, -1]])
    deviation = float(np.std([0, 1, 2, 10]))
    np.testing.assert_allclose(far[0, :3], np.array([1, 2, 10]) / deviation)


def test_weights_decide_which_number_matters() -> None:
    # Row 0 is like row 1 in the first number and like row 2 in the second.
    values = np.array([[0.0, 0], [0, 1], [1, 0]])
    first, _ = nearest_alike(values, np.array([2.0, 1]), np.array([0]), 1)
    second, _ = nearest_alike(values, np.array([1.0, 2]), np.array([0]), 1)
    assert (first[0, 0], second[0, 0]) == (1, 2)


def test_areas_that_share_less_than_half_of_what_is_known_are_not_compared() -> None:
    values = np.array([[1, NAN, NAN], [1, 2, 3], [NAN, 2, 3], [2, 1, NAN]])
    found, _ = nearest_alike(values, np.array([1.0, 1, 1]), np.arange(4), 3)
    np.testing.assert_array_equal(found, [[-1, -1, -1], [2, 3, -1], [1, -1, -1], [1, -1, -1]])


def test_ties_go_by_row() -> None:
    found, _ = nearest_alike(np.array([[1.0], [0], [2], [1]]), np.ones(1), np.array([0]), 3)
    np.testing.assert_array_equal(found, [[3, 1, 2]])


# Three zones of two points each: 100 and 300, 200 and 200, 50 and 0 people. Zone 0 is like 1 and 2, zone 1 like 0.
ALIKE = np.array([[1, 2], [0, -1], [-1, -1]])
ZONE = np.array([0, 0, 1, 1, 2, 2])
PEOPLE = np.array([100.0, 300, 200, 200, 50, 0])
ACCESS = np.array([1.0, 2, 3, 5, 8, 9])


def test_the_fair_share_of_the_areas_like_each_by_hand() -> None:
    everywhere = alike_weights(ALIKE, ZONE, PEOPLE, np.ones(6, dtype=bool))
    # Zone 0: (200 x 3 + 200 x 5 + 50 x 8) / 450 = 2000 / 450. Zone 1: (100 x 1 + 300 x 2) / 400.
    np.testing.assert_allclose(fair_shares(everywhere, ACCESS), [2000 / 450, 700 / 400, NAN])
    # Nobody has looked in zone 0: all of it counts for zone 1. In zone 1 only its first point is known.
    looked = alike_weights(ALIKE, ZONE, PEOPLE, np.array([False, False, True, False, True, True]))
    np.testing.assert_allclose(fair_shares(looked, ACCESS), [(600 + 400) / 250, 700 / 400, NAN])


def test_compared_with_ones_own_share() -> None:
    relative = compared_with_own(np.array([1.0, 2, 0, 3, 4]), np.array([2.0, 2, 0, 0, NAN]))
    np.testing.assert_array_equal(relative, [0.5, 1, 0, 1, NAN])


numbers = st.one_of(st.integers(-5, 5).map(float), st.just(NAN))


@st.composite
def tables(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    columns = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(numbers, min_size=columns, max_size=columns), min_size=1, max_size=9))
    weights = draw(st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=columns, max_size=columns))
    return np.array(rows), np.array(weights)


def plain_distance(scores: np.ndarray, weights: np.ndarray, one: int, other: int) -> float:
    both = [f for f in range(len(weights)) if not math.isnan(scores[one, f] + scores[other, f])]
    shared = sum(weights[f] for f in both)
    if one == other or shared < 0.5 * weights.sum():
        return math.inf
    return math.sqrt(sum(weights[f] * (scores[one, f] - scores[other, f]) ** 2 for f in both) / shared)


@given(tables())
def test_every_distance_equals_a_plain_loop(table: tuple[np.ndarray, np.ndarray]) -> None:
    values, weights = table
    count = len(values)
    found, far = nearest_alike(values, weights, np.arange(count), count)
    scores = standard_scores(values)
    for one in range(count):
        plain = [plain_distance(scores, weights, one, other) for other in range(count)]
        assert far[one].tolist() == pytest.approx(sorted(plain), abs=1e-6)
        for place, other in enumerate(found[one]):
            assert other == -1 or plain[other] == pytest.approx(far[one, place], abs=1e-6)


@given(tables(), st.data())
def test_fair_shares_equal_a_plain_loop(table: tuple[np.ndarray, np.ndarray], data: st.DataObject) -> None:
    count = len(table[0])
    alike, _ = nearest_alike(*table, np.arange(count), 3)
    points = data.draw(st.integers(0, 12))
    draw = lambda values: np.array(data.draw(st.lists(values, min_size=points, max_size=points)))  # noqa: E731
    zone = draw(st.integers(-1, count - 1)).astype(np.intp)
    people, access = draw(st.integers(0, 3)).astype(float), draw(st.integers(0, 4)).astype(float)
    known = draw(st.booleans()).astype(bool)
    shares = fair_shares(alike_weights(alike, zone, people, known), access)
    for row in range(count):
        like = [p for p in range(points) if zone[p] >= 0 and zone[p] in alike[row].tolist() and people[p]]
        counted = [p for p in like if known[p]] or like
        heads = sum(people[p] for p in counted)
        plain = sum(people[p] * access[p] for p in counted) / heads if heads else NAN
        assert shares[row] == pytest.approx(plain, nan_ok=True)
