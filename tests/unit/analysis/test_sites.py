"""Where one more would help: by hand in Small Town, and against summing all services again in random worlds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.inputs import ServicePoints
from app.analysis.sites import try_sites
from tests import small_town
from tests.unit.analysis import oracle
from tests.unit.analysis.worlds import World, worlds


def test_small_town_at_square_7_and_at_square_0() -> None:
    """At 7: small_town.ONE_MORE_FEWER; only square 7 (300 people) comes up to its share. At 0: its corner, 1 and 3
    share it, none of whom is short."""
    x_m, y_m = small_town.X_M[[7, 0]], small_town.Y_M[[7, 0]]
    everyone, east = np.ones(9, dtype=bool), np.array([False, False, True] * 3)
    args = (x_m, y_m, small_town.POINTS, small_town.FOOD_ACCESS, small_town.FOOD_BENCHMARK, small_town.SETTINGS)
    gains = try_sites(*args, counted=everyone, here=east)
    assert gains.people_fewer.tolist() == pytest.approx([small_town.ONE_MORE_FEWER, 0])
    assert gains.lifted_people.tolist() == [300, 0]
    assert gains.lifted_here.tolist() == [0, 0]
    only_corner = small_town.PEOPLE * 0 > 0
    only_corner[8] = True
    gains = try_sites(*args, counted=only_corner, here=only_corner)
    assert gains.people_fewer.tolist() == pytest.approx([100 * 84 / 103, 0])
    assert gains.lifted_people.tolist() == [0, 0]


@given(worlds(min_points=1), st.sampled_from([1 / 50, 1 / 500, 1 / 4000]), st.data())
def test_a_site_gains_what_summing_again_with_it_says(world: World, benchmark: float, data: st.DataObject) -> None:
    points, services = world.points, world.services
    count = points.count
    x, y = (data.draw(st.integers(-8, 30).map(lambda hundreds: hundreds * 100.0)) for _ in "xy")
    counted = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    here = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    one_theme = ServicePoints(services.x_m, services.y_m, services.supply, services.theme * 0)
    more = ServicePoints(
        np.append(services.x_m, x), np.append(services.y_m, y), np.append(services.supply, 1.0),
        np.zeros(services.count + 1, dtype=int),
    )  # fmt: skip
    before = oracle.provision(points, one_theme, 1, world.settings)["access"][0]
    after = oracle.provision(points, more, 1, world.settings)["access"][0]
    gains = try_sites(
        np.array([x]), np.array([y]), points, before, benchmark, world.settings, counted=counted, here=here
    )
    fewer = lifted = lifted_here = 0.0
    for i in range(count):
        was, now = (max(0.0, 1 - access[i] / benchmark) for access in (before, after))
        if counted[i]:
            fewer += points.people[i] * points.need_weight[i] * (was - now)
            comes_up = points.people[i] * (was > 1e-9 and now <= 1e-12)
            lifted, lifted_here = lifted + comes_up, lifted_here + comes_up * here[i]
    assert gains.people_fewer[0] == pytest.approx(fewer, abs=1e-6)
    assert gains.lifted_people[0] == pytest.approx(lifted)
    assert gains.lifted_here[0] == pytest.approx(lifted_here)
