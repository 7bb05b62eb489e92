"""Finding pairs: none lost, none invented, the edge of reach included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from app.analysis.catchments import Pairs, PointGrid, find_pairs, iterate_pairs
from app.analysis.inputs import PopulationPoints, ReachSettings, ServicePoints
from tests.unit.analysis import oracle
from tests.unit.analysis.worlds import World, worlds


@given(worlds())
def test_pairs_are_those_of_two_loops(world: World) -> None:
    found = find_pairs(world.points, world.services, world.settings)
    expected = oracle.pairs(world.points, world.services, world.settings)
    assert list(zip(found.service.tolist(), found.point.tolist(), strict=True)) == expected
    walked = [oracle.walk(world.points, i, world.services, j, world.settings) for j, i in expected]
    np.testing.assert_allclose(found.distance_m, walked, rtol=1e-15)


def test_the_edge_of_reach_is_in_reach() -> None:
    points = PopulationPoints(np.array([0.0, 1000, 1000.0001]), np.zeros(3), np.ones(3), np.ones(3))
    services = ServicePoints(np.zeros(1), np.zeros(1), np.ones(1), np.zeros(1, int))
    found = find_pairs(points, services, ReachSettings(reach_m=1300, detour=1.3))
    assert found.point.tolist() == [0, 1]


@pytest.mark.parametrize("at_once", [1, 7, 1000])
def test_all_pairs_of_a_service_come_in_one_chunk(at_once: int) -> None:
    random = np.random.default_rng(3)
    points = PopulationPoints(random.uniform(0, 4000, 60), random.uniform(0, 4000, 60), np.ones(60), np.ones(60))
    services = ServicePoints(
        random.uniform(0, 4000, 25), random.uniform(0, 4000, 25), np.ones(25), np.zeros(25, int)
    )
    settings = ReachSettings()
    grid = PointGrid.of(points.x_m, points.y_m, 400)
    chunks = [set(service.tolist()) for _, service, _ in iterate_pairs(grid, services, settings, at_once)]
    assert sum(len(chunk) for chunk in chunks) == len(set().union(*chunks))
    total = sum(point.size for point, _, _ in iterate_pairs(grid, services, settings, at_once))
    assert total == len(oracle.pairs(points, services, settings))


def test_a_line_of_points_and_a_far_outlier_need_little_memory() -> None:
    points = PopulationPoints(np.array([0.0, 1.0, 9e8]), np.zeros(3), np.ones(3), np.ones(3))
    services = ServicePoints(np.array([0.5, 9e8]), np.zeros(2), np.ones(2), np.zeros(2, int))
    grid = PointGrid.of(points.x_m, points.y_m, 1.0)
    assert grid.first.size < 3_000_000
    assert find_pairs(points, services, ReachSettings(reach_m=10)).point.tolist() == [0, 1, 2]


def test_pairs_from_a_network_are_checked() -> None:
    with pytest.raises(ValueError, match="distance_m must be 0 or more"):
        Pairs(np.array([0]), np.array([0]), np.array([-1.0]))
    with pytest.raises(ValueError, match="service has 2 entries but there are 1 rows"):
        Pairs(np.array([0]), np.array([0, 1]), np.array([1.0]))
