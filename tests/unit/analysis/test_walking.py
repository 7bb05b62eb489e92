"""Walks along a network, against a plain Dijkstra that goes one step at a time."""

from __future__ import annotations

import heapq
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis.catchments import Pairs, find_pairs
from app.analysis.inputs import PopulationPoints, ReachSettings, ServicePoints
from app.analysis.walking import MOST_SNAP_M, WalkingNetwork, find_walks, nearest_walk, split_edges


def network_of(nodes: list[tuple[float, float]], edges: list[tuple[int, int]]) -> WalkingNetwork:
    x, y = (np.array(axis, dtype=float) for axis in zip(*nodes, strict=True))
    start, stop = (np.array(ends, dtype=np.intp) for ends in zip(*edges, strict=True))
    return WalkingNetwork(x, y, start, stop, np.hypot(x[start] - x[stop], y[start] - y[stop]))


def people_at(places: list[tuple[float, float]]) -> PopulationPoints:
    x, y = (np.array(axis, dtype=float) for axis in zip(*places, strict=True))
    return PopulationPoints(x, y, np.full(x.size, 100.0), np.ones(x.size))


def services_at(places: list[tuple[float, float]]) -> ServicePoints:
    x, y = (np.array(axis, dtype=float) for axis in zip(*places, strict=True))
    return ServicePoints(x, y, np.ones(x.size), np.zeros(x.size, dtype=np.intp))


def walks(
    network: WalkingNetwork, points: PopulationPoints, services: ServicePoints, reach_m: float = 1_200
) -> dict[tuple[int, int], float]:
    homes = network.snap(points.x_m, points.y_m)
    found = find_walks(network, points, homes, services, ReachSettings(reach_m=reach_m))
    return by_pair(found)


def by_pair(pairs: Pairs) -> dict[tuple[int, int], float]:
    listed = zip(pairs.point.tolist(), pairs.service.tolist(), pairs.distance_m.tolist(), strict=True)
    return {(point, service): metres for point, service, metres in listed}


def plain_dijkstra(network: WalkingNetwork, start: int) -> dict[int, float]:
    ways: dict[int, list[tuple[int, float]]] = {}
    for a, b, length in zip(network.start.tolist(), network.stop.tolist(), network.length_m.tolist(), strict=True):
        ways.setdefault(a, []).append((b, length))
        ways.setdefault(b, []).append((a, length))
    best: dict[int, float] = {}
    queue = [(0.0, start)]
    while queue:
        so_far, node = heapq.heappop(queue)
        if node in best:
            continue
        best[node] = so_far
        for other, length in ways.get(node, []):
            heapq.heappush(queue, (so_far + length, other))
    return best


RIVER = network_of(
    # the south bank 0 … 4, the north bank 5 … 9, 100 m apart; one bridge at the far end
    [(i * 200.0, 0.0) for i in range(5)] + [(i * 200.0, 100.0) for i in range(5)],
    [(i, i + 1) for i in range(4)] + [(i, i + 1) for i in range(5, 9)] + [(4, 9)],
)


def test_a_river_with_one_bridge_is_walked_round() -> None:
    points, services = people_at([(0, -10), (800, -10)]), services_at([(0, 110)])
    found = walks(RIVER, points, services, reach_m=2_000)
    assert found == {
        (0, 0): pytest.approx(10 + 800 + 100 + 800 + 10),
        (1, 0): pytest.approx(10 + 100 + 800 + 10),
    }
    straight = find_pairs(points, services, ReachSettings(reach_m=2_000))
    assert by_pair(straight)[0, 0] == pytest.approx(1.3 * 120)
    assert (0, 0) not in walks(RIVER, points, services, reach_m=1_719)
    assert (0, 0) in walks(RIVER, points, services, reach_m=1_721)


def test_who_lives_far_from_any_path_is_measured_straight() -> None:
    away = MOST_SNAP_M + 50
    points, services = people_at([(400, -away), (400, -10)]), services_at([(400, 0)])
    found = walks(RIVER, points, services)
    assert found[0, 0] == pytest.approx(1.3 * away)
    assert found[1, 0] == pytest.approx(10)


def test_a_courtyard_that_leads_nowhere_is_not_joined() -> None:
    street = [(i * 10.0, 0.0) for i in range(40)]
    yard = [(100.0, 30.0), (110.0, 30.0)]
    network = network_of(street + yard, [(i, i + 1) for i in range(39)] + [(40, 41)])
    assert walks(network, people_at([(100, 29)]), services_at([(200, 0)]))[0, 0] == pytest.approx(29 + 100)


def test_long_straights_can_be_joined_in_between() -> None:
    street = network_of([(0.0, 0.0), (1_000.0, 0.0)], [(0, 1)])
    split = split_edges(street)
    assert split.count == 21
    assert split.length_m.sum() == pytest.approx(1_000)
    assert walks(split, people_at([(500, 0)]), services_at([(700, 0)]))[0, 0] == pytest.approx(200)
    assert split_edges(split).count == split.count


def random_network(chance: np.random.Generator) -> WalkingNetwork:
    count = int(chance.integers(5, 60))
    nodes = chance.uniform(0, 2_000, (count, 2))
    tree = [(int(chance.integers(0, i)), i) for i in range(1, count)]
    more = [tuple(chance.choice(count, 2, replace=False).tolist()) for _ in range(count)]
    return network_of([tuple(at) for at in nodes.tolist()], [*tree, *more])  # type: ignore[list-item]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_walks_equal_a_plain_dijkstra_and_are_never_shorter_than_straight(seed: int) -> None:
    chance = np.random.default_rng(seed)
    network = random_network(chance)
    points = people_at([tuple(at) for at in chance.uniform(-400, 2_400, (30, 2)).tolist()])  # type: ignore[misc]
    services = services_at([tuple(at) for at in chance.uniform(-400, 2_400, (6, 2)).tolist()])  # type: ignore[misc]
    reach = float(chance.uniform(200, 3_000))
    found = walks(network, points, services, reach)
    homes, doors = network.snap(points.x_m, points.y_m), network.snap(services.x_m, services.y_m)
    expected = {}
    nearest = np.full(points.count, np.inf)
    for service in range(services.count):
        best = plain_dijkstra(network, int(doors.node[service])) if doors.on_path[service] else {}
        for point in range(points.count):
            straight = math.dist(
                (points.x_m[point], points.y_m[point]), (services.x_m[service], services.y_m[service])
            )
            if doors.on_path[service] and homes.on_path[point]:
                metres = doors.away_m[service] + best.get(int(homes.node[point]), math.inf) + homes.away_m[point]
            else:
                metres = 1.3 * straight
            nearest[point] = min(nearest[point], metres)
            assert metres >= straight - 1e-6
            if metres <= reach:
                expected[point, service] = metres
    assert found == {pair: pytest.approx(metres, rel=1e-9, abs=1e-6) for pair, metres in expected.items()}
    by_network = nearest_walk(network, points, homes, services, 1.3)
    assert by_network == pytest.approx(nearest, rel=1e-9, abs=1e-6)


def test_an_edge_to_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="not there"):
        WalkingNetwork(np.zeros(2), np.zeros(2), np.array([0]), np.array([2]), np.ones(1))


def test_no_paths_at_all_means_straight_lines() -> None:
    nothing = WalkingNetwork(
        np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), np.zeros(0)
    )
    assert walks(nothing, people_at([(0, 0)]), services_at([(100, 0)])) == {(0, 0): pytest.approx(130)}
