"""Published variants against the numbers in their own projects' tests (the goldens of the method)."""

from __future__ import annotations

import importlib

import numpy as np
import pytest
from hypothesis import given

from app.analysis.catchments import Pairs, find_pairs
from app.analysis.decay import decay_weights
from app.analysis.gaps import benchmark_access, equivalent_people, shortfall
from app.analysis.inputs import PopulationPoints, ReachSettings, ServicePoints
from app.analysis.provision import measure_provision
from app.analysis.variants import (
    balanced,
    cumulative_count,
    floating_catchment,
    modified_huff,
    plain_ratio,
    three_step,
)
from tests.unit.analysis.worlds import World, worlds


def all_pairs(points: int, services: int) -> Pairs:
    service, point = np.divmod(np.arange(points * services), points)
    return Pairs(point, service, np.zeros(points * services))


def full(weights: np.ndarray) -> tuple[Pairs, np.ndarray]:
    """Pairs and weights of a matrix (points, services); 0 means out of reach."""
    point, service = np.nonzero(weights)
    order = np.lexsort((point, service))
    return Pairs(point[order], service[order], np.zeros(order.size)), weights[point[order], service[order]]


# Goldens 1 and 2: pysal/access test_hospital_example.py. Three tracts; minutes inwards to 3, outwards from 3, and
# across between 1 and 2; weight 1 / minutes; at most 61 minutes.
HOSPITAL_PEOPLE, HOSPITAL_SUPPLY = np.array([100.0, 50, 10]), np.array([15.0, 20, 100])
SCENARIOS = {0: (40, 40, 80), 1: (20, 40, 80), 2: (40, 20, 80), 3: (20, 20, 40)}


def hospital_minutes(scenario: int) -> np.ndarray:
    inwards, outwards, across = SCENARIOS[scenario]
    return np.array([[1, across, inwards], [across, 1, inwards], [outwards, outwards, 1]], dtype=float)


def hospital(scenario: int) -> tuple[Pairs, np.ndarray]:
    minutes = hospital_minutes(scenario)
    return full(np.where(minutes <= 61, 1 / minutes, 0))


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (0, [0.33144412, 0.57982813, 7.28641817]),
        (1, [0.43534022, 0.68372424, 5.72797661]),
        (2, [0.33107191, 0.57785779, 7.29999194]),
        (3, [0.44256840, 0.66675828, 5.74052465]),
    ],
)
def test_golden_1_hospitals_two_steps(scenario: int, expected: list[float]) -> None:
    found = floating_catchment(*hospital(scenario), HOSPITAL_PEOPLE, HOSPITAL_SUPPLY)
    np.testing.assert_allclose(found, expected, atol=5e-9)


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [(0, [0.15625659, 0.40621645, 9.90635185]), (1, [0.17381354, 0.42377244, 9.64300237])],
)
def test_golden_2_hospitals_three_steps_as_pysal_sums_them(scenario: int, expected: list[float]) -> None:
    over_all_costs = (1 / hospital_minutes(scenario)).sum(axis=1)
    found = three_step(*hospital(scenario), HOSPITAL_PEOPLE, HOSPITAL_SUPPLY, choice_total=over_all_costs)
    np.testing.assert_allclose(found, expected, atol=5e-9)


def test_golden_2_hospitals_three_steps_as_the_textbook_has_them() -> None:
    found = three_step(*hospital(0), HOSPITAL_PEOPLE, HOSPITAL_SUPPLY)
    np.testing.assert_allclose(found, [0.15633239, 0.40629273, 9.90521247], atol=5e-9)


def test_golden_3_weighted_catchment() -> None:
    """pysal/access test_weighted_catchment.py: 5 x 5 grid, supply 1 each, weight distance / 60."""
    x, y = (axis.ravel().astype(float) for axis in np.meshgrid(np.arange(5), np.arange(5), indexing="ij"))
    distance = np.hypot(x[:, None] - x, y[:, None] - y)
    pairs = all_pairs(25, 25)
    weight = (distance / 60)[pairs.point, pairs.service]
    found = np.bincount(pairs.point, weight, 25)
    ids = [1, 5, 13, 19, 24]
    expected = [1.322340210, 1.322340210, 0.780985109, 0.925540119, 1.133733026]
    np.testing.assert_allclose(found[np.array(ids) - 1], expected, atol=1e-9)
    # The same sum as access where each point is the only one to share every service: supply 1, sharing 1.
    alone = [floating_catchment(*alone_at(distance[i] / 60), np.ones(1), np.ones(25))[0] for i in (0, 4)]
    assert alone == pytest.approx([24, 24])


def alone_at(weights: np.ndarray) -> tuple[Pairs, np.ndarray]:
    return full(weights[None, :])


@pytest.mark.parametrize("method", ["2sfca", "e2sfca", "3sfca"])
@pytest.mark.parametrize(("reach", "expected"), [(10, 5), (0.9, 1)])
def test_golden_5_grid(method: str, reach: float, expected: float) -> None:
    """pysal/access test_floating_catchment_area.py: 5 of 25 cells have people. All in reach: 25/5; own cell: 1."""
    x, y = (axis.ravel().astype(float) for axis in np.meshgrid(np.arange(5), np.arange(5)))
    chosen = [2, 7, 11, 18, 24]
    points = PopulationPoints(x[chosen], y[chosen], np.ones(5), np.ones(5))
    services = ServicePoints(x, y, np.ones(25), np.zeros(25, dtype=int))
    powers = (0, 0) if method == "2sfca" else (1, 1)
    settings = ReachSettings(reach, 1.0, "step", *powers)
    if method == "3sfca":
        pairs = find_pairs(points, services, settings)
        found = three_step(pairs, decay_weights(pairs.distance_m, settings), points.people, services.supply)
    else:
        found = measure_provision(points, services, 1, settings).access[0]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("measure", [floating_catchment, three_step, modified_huff, balanced])
def test_golden_5_nothing_in_reach_is_nought_and_never_nan(measure: object) -> None:
    none = Pairs(np.zeros(0, dtype=int), np.zeros(0, dtype=int), np.zeros(0))
    found = measure(none, np.zeros(0), np.ones(3), np.ones(2))  # type: ignore[operator]
    assert found.tolist() == [0, 0, 0]


# Golden 6: egrueebler/fca tests/testthat: p = 1:4, s = 1:6, weights 1:24 column by column.
FCA_WEIGHTS = np.arange(1.0, 25).reshape(4, 6)
FCA_PEOPLE, FCA_SUPPLY = np.arange(1.0, 5), np.arange(1.0, 7)


def test_golden_6_three_step_and_huff() -> None:
    pairs, weights = full(FCA_WEIGHTS)
    plain = floating_catchment(pairs, weights, FCA_PEOPLE, FCA_SUPPLY, demand_power=0, access_power=0)
    np.testing.assert_allclose(plain, 2.1, rtol=1e-14)
    three = three_step(pairs, weights, FCA_PEOPLE, FCA_SUPPLY)
    np.testing.assert_allclose(three, [0.6686168, 1.3565093, 2.0921208, 2.8355005], atol=5e-8)
    huff = modified_huff(pairs, weights, FCA_PEOPLE, FCA_SUPPLY)
    np.testing.assert_allclose(huff, [9.617634, 21.717421, 34.325798, 47.032856], atol=5e-7)


# Golden 8: ipeaGIT/accessibility test-floating_catchment_area.R, five cells of Belo Horizonte, 45 minutes.
# The travel times are in an R file that cannot be had as text. Of all 2^20 reachability matrices (own cell in
# reach) only this one gives their published 2SFCA and BFCA; its first row is the one their vignette prints.
IPEA_PEOPLE = np.array([606.0, 734, 1670, 1864, 29])
IPEA_JOBS = np.array([82.0, 308, 100, 109, 0])
IPEA_REACHED = np.array(
    [[1, 0, 0, 0, 0], [1, 1, 1, 1, 0], [1, 1, 1, 1, 0], [1, 1, 0, 1, 0], [0, 0, 0, 0, 1]], float
)


def test_golden_8_two_step_and_balanced() -> None:
    pairs, weights = full(IPEA_REACHED)
    two = floating_catchment(pairs, weights, IPEA_PEOPLE, IPEA_JOBS)
    assert two.round(4).tolist() == [0.0168, 0.1561, 0.1561, 0.1145, 0]
    even = balanced(pairs, weights, IPEA_PEOPLE, IPEA_JOBS)
    assert even.round(4).tolist() == [0.0112, 0.2081, 0.2081, 0.1249, 0]
    everything = floating_catchment(*full(np.ones((5, 5))), IPEA_PEOPLE, IPEA_JOBS)
    assert everything.round(4).tolist() == [0.1222] * 5


# Golden 12: the default by hand. Three points of 10 people, two services of 5, weights as given.
VIGNETTE = np.array([[0.9, 0], [0.9, 0.2], [0, 0.9]])


def test_golden_12_fair_share_by_hand() -> None:
    pairs, weights = full(VIGNETTE)
    people, supply = np.full(3, 10.0), np.full(2, 5.0)
    access = floating_catchment(pairs, weights, people, supply, demand_power=0)
    np.testing.assert_allclose(access, [0.225, 0.275, 0.225], rtol=1e-14)
    fair = benchmark_access(access, people)
    assert fair == pytest.approx(0.2416667, abs=5e-8)
    np.testing.assert_allclose(shortfall(access, fair), [2 / 29, 0, 2 / 29], atol=1e-14)
    assert equivalent_people(access, people, fair).sum() == pytest.approx(40 / 29)
    twice = floating_catchment(pairs, weights, people, supply, access_power=2)
    np.testing.assert_allclose(twice, [0.225, 0.2431818, 0.3681818], atol=5e-8)


def test_golden_12_the_whole_road_through_measure_provision() -> None:
    """The same through distances: with linear decay over 1,000 m, weight 0.9 is 100 m and 0.2 is 800 m."""
    pairs, weights = full(VIGNETTE)
    pairs = Pairs(pairs.point, pairs.service, 1000 * (1 - weights))
    points = PopulationPoints(np.zeros(3), np.zeros(3), np.full(3, 10.0), np.ones(3))
    services = ServicePoints(np.zeros(2), np.zeros(2), np.full(2, 5.0), np.zeros(2, dtype=int))
    found = measure_provision(points, services, 1, ReachSettings(1000, decay="linear"), pairs=pairs)
    np.testing.assert_allclose(found.access[0], [0.225, 0.275, 0.225], rtol=1e-14)


@given(worlds())
def test_the_engine_and_the_variant_are_one_method(world: World) -> None:
    services = ServicePoints(
        world.services.x_m, world.services.y_m, world.services.supply, np.zeros_like(world.services.theme)
    )
    pairs = find_pairs(world.points, services, world.settings)
    found = floating_catchment(
        pairs,
        decay_weights(pairs.distance_m, world.settings),
        world.points.weighted_people,
        services.supply,
        demand_power=world.settings.demand_power,
        access_power=world.settings.access_power,
    )
    measured = measure_provision(world.points, services, 1, world.settings)
    np.testing.assert_allclose(found, measured.access[0], rtol=1e-12, atol=1e-15)
    np.testing.assert_array_equal(
        cumulative_count(pairs, services.supply, world.points.count), measured.services_in_reach[0]
    )


@given(worlds())
def test_balanced_gives_out_each_supply_once_and_counts_nobody_twice(world: World) -> None:
    pairs = find_pairs(world.points, world.services, world.settings)
    weights = decay_weights(pairs.distance_m, world.settings)
    people, supply = world.points.people, world.services.supply
    totals = np.bincount(pairs.point, weights, people.size)
    share = np.divide(weights, totals[pairs.point], out=np.zeros_like(weights), where=totals[pairs.point] > 0)
    assert (people[pairs.point] * share).sum() == pytest.approx(people[totals > 0].sum())
    served_by = np.bincount(pairs.service, people[pairs.point] * share, supply.size)
    level = np.divide(supply, served_by, out=np.zeros_like(supply), where=served_by > 0)
    assert balanced(pairs, weights, people, supply).sum() == pytest.approx(level.sum())


def test_plain_ratio_per_thousand() -> None:
    np.testing.assert_allclose(plain_ratio(np.array([3.0, 0, 0]), np.array([1500.0, 10, 0])), [2, 0, np.nan])


def test_pysal_itself_says_the_same() -> None:
    """Live oracle where PySAL's ``access`` is installed: E2SFCA on a random town, by their own code."""
    access = pytest.importorskip("access", reason="PySAL access (requirements-bench.txt) is not installed")
    pandas = importlib.import_module("pandas")
    random = np.random.default_rng(8)
    points = PopulationPoints(
        random.uniform(0, 5000, 60), random.uniform(0, 5000, 60), random.integers(1, 99, 60), np.ones(60)
    )
    services = ServicePoints(
        random.uniform(0, 5000, 25),
        random.uniform(0, 5000, 25),
        random.integers(1, 5, 25),
        np.zeros(25, dtype=int),
    )
    settings = ReachSettings(2400, decay="gaussian", demand_power=1)
    pairs = find_pairs(points, services, settings)
    costs = pandas.DataFrame({"origin": pairs.point, "dest": pairs.service, "cost": pairs.distance_m})
    theirs = access.fca.two_stage_fca(
        pandas.DataFrame({"geoid": np.arange(60), "people": points.people}),
        pandas.DataFrame({"supply": services.supply}, index=pandas.Index(np.arange(25), name="geoid")),
        costs,
        max_cost=2400,
        demand_index="geoid",
        demand_name="people",
        supply_name="supply",
        weight_fn=access.weights.gaussian(800),
    )
    ours = measure_provision(points, services, 1, settings).access[0]
    np.testing.assert_allclose(ours[theirs.index], theirs.to_numpy(), rtol=1e-12)
    assert (np.delete(ours, theirs.index) == 0).all()
