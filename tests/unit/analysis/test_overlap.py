"""Overlap of services: by hand in Small Town, and against plain loops in random worlds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.catchments import find_pairs
from app.analysis.decay import decay_weights
from app.analysis.overlap import (
    Reached,
    fall_without,
    find_overlaps,
    group_pairs,
    people_with_two,
    work_of_overlaps,
)
from tests import small_town
from tests.small_town import A, B
from tests.unit.analysis import oracle
from tests.unit.analysis.worlds import World, worlds


def small_town_food() -> Reached:
    pairs = find_pairs(small_town.POINTS, small_town.SERVICES, small_town.SETTINGS)
    food = pairs.service < small_town.D
    access = small_town.RATIO[pairs.service] * decay_weights(pairs.distance_m, small_town.SETTINGS)
    return Reached.of(pairs.point[food], pairs.service[food], access[food], 9)


def test_small_town_by_hand() -> None:
    """A reaches 1,400 people, B 600; squares 1 and 3 (500 people) both: 500 of the 1,500 that either reaches."""
    reached = small_town_food()
    found = find_overlaps(reached, small_town.PEOPLE, 2, 0.3)
    assert (found.first.tolist(), found.second.tolist()) == ([A], [B])
    assert found.share.tolist() == pytest.approx([500 / 1500])
    assert found.both.tolist() == [500]
    assert find_overlaps(reached, small_town.PEOPLE, 2, 0.34).first.size == 0
    assert (
        people_with_two(reached, found.first, found.second, 9).tolist() == [False, True, False, True] + [False] * 5
    )
    assert group_pairs(found.first, found.second, 3).tolist()[2] == -1


def test_who_would_fall_in_small_town() -> None:
    """In 4,200ths fair is 103/36, about 2.9. Without A only square 4 falls (3 to 0; squares 1 and 3 keep B's 3.5):
    400 people. Without B squares 0, 1 and 3 do (7 to 0, 5 to 1.5): 100 + 200 + 300."""
    counted = np.ones(9, dtype=bool)
    falls = fall_without(
        small_town_food(), small_town.FOOD_ACCESS, small_town.PEOPLE, small_town.FOOD_BENCHMARK, 2, counted
    )
    assert falls.tolist() == [400, 600]
    counted[[0, 4]] = False
    falls = fall_without(
        small_town_food(), small_town.FOOD_ACCESS, small_town.PEOPLE, small_town.FOOD_BENCHMARK, 2, counted
    )
    assert falls.tolist() == [0, 500]


def test_a_service_at_two_places_is_one() -> None:
    """The same point reached twice by one service gets both shares and counts once."""
    reached = Reached.of(np.array([0, 0, 1]), np.array([5, 5, 5]), np.array([0.1, 0.2, 0.3]), 4)
    assert reached.point.tolist() == [0, 1]
    assert reached.service.tolist() == [5, 5]
    assert reached.access.tolist() == pytest.approx([0.3, 0.3])
    assert work_of_overlaps(reached, 4) == 2


@given(worlds(min_points=1, min_services=1), st.sampled_from([0.05, 0.3, 0.5, 1.0]))
def test_overlaps_equal_the_sets_counted_by_loops(world: World, least: float) -> None:
    points, services = world.points, world.services
    pairs = oracle.pairs(points, services, world.settings)
    reached = Reached.of(
        np.array([point for _, point in pairs], dtype=np.intp),
        np.array([service for service, _ in pairs], dtype=np.intp),
        np.zeros(len(pairs)),
        points.count,
    )
    sets = [{point for service, point in pairs if service == j} for j in range(services.count)]
    found = find_overlaps(reached, points.people, services.count, least)
    got = {
        (int(i), int(j)): float(share) for i, j, share in zip(found.first, found.second, found.share, strict=True)
    }
    expected = {}
    for i, j in combinations(range(services.count), 2):
        both, either = (sum(points.people[list(group)]) for group in (sets[i] & sets[j], sets[i] | sets[j]))
        if both > 0 and both / either >= least:
            expected[i, j] = both / either
    assert got == pytest.approx(expected)
    two = people_with_two(reached, found.first, found.second, points.count)
    assert set(np.flatnonzero(two)) == {point for i, j in expected for point in sets[i] & sets[j]}
    group = group_pairs(found.first, found.second, services.count)
    assert all(group[i] == group[j] >= 0 for i, j in expected)
    assert {j for j in range(services.count) if group[j] >= 0} == {j for pair in expected for j in pair}
