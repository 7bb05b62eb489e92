"""Kinds of gap: by hand in Small Town, and against plain loops in random worlds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.kinds import split_gap
from tests import small_town
from tests.unit.analysis import oracle
from tests.unit.analysis.worlds import World, worlds


def test_small_town_without_its_second_kitchen() -> None:
    """B is not free, A is. In 4,200ths A alone gives 1.5 to squares 1, 3, 5 and 7 and 3 to square 4: fair is
    (200 + 300 + 200 + 300) 1.5 / 1,800 + 400 x 3 / 1,800 = 1.5. Then only the corners are short: 0 has B when all
    counts, 2, 6 and 8 have nothing either way."""
    a_only = np.array([0, 1.5, 0, 1.5, 3, 1.5, 0, 1.5, 0]) / 4200
    parts = split_gap([small_town.FOOD_ACCESS, a_only], small_town.PEOPLE, 1.5 / 4200)
    assert parts[0].tolist() == pytest.approx([0, 0, 100, 0, 0, 0, 100, 0, 100])
    assert parts[1].tolist() == pytest.approx([100, 0, 0, 0, 0, 0, 0, 0, 0])


@given(worlds(min_points=1), st.data())
def test_the_parts_are_never_negative_and_add_up_to_the_gap_by_loops(world: World, data: st.DataObject) -> None:
    count = world.services.count
    numbers = st.sets(st.integers(0, max(0, count - 1)), max_size=count)
    kept = [set(range(count))]
    for _ in range(3):
        kept.append(kept[-1] & data.draw(numbers))
    accesses = [access_by_loops(world, rows) for rows in kept]
    benchmark = data.draw(st.sampled_from([0.0, 1 / 2000, 1 / 100]))
    parts = split_gap(accesses, world.points.weighted_people, benchmark)
    assert (parts >= 0).all()
    for point in range(world.points.count):
        people = world.points.people[point] * world.points.need_weight[point]
        gaps = [people * short(access[point], benchmark) for access in accesses]
        assert parts[:, point].sum() == pytest.approx(gaps[-1])
        assert parts[0, point] == pytest.approx(gaps[0])
        for step in range(1, 4):
            assert parts[step, point] == pytest.approx(gaps[step] - gaps[step - 1], abs=1e-9)


def access_by_loops(world: World, rows: set[int]) -> np.ndarray:
    """Access at every point when only some of the services count."""
    access = np.zeros(world.points.count)
    for service in rows:
        reached = [
            (point, oracle.weight(far, world.settings))
            for point in range(world.points.count)
            if (far := oracle.walk(world.points, point, world.services, service, world.settings))
            <= world.settings.reach_m
        ]
        shared = sum(
            world.points.people[point] * world.points.need_weight[point] * weight**world.settings.demand_power
            for point, weight in reached
        )
        for point, weight in reached:
            if shared > 0:
                access[point] += world.services.supply[service] / shared * weight**world.settings.access_power
    return access


def short(access: float, benchmark: float) -> float:
    if benchmark <= 0:
        return 0.0 if access > 0 else 1.0
    return max(0.0, 1 - access / benchmark)
