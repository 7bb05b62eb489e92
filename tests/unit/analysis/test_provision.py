"""Provision: every engine against two plain loops, and what must stay true whatever the world looks like."""

from __future__ import annotations

import importlib.util
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis import provision as module
from app.analysis.catchments import Pairs, find_pairs
from app.analysis.inputs import PopulationPoints, ReachSettings, ServedAreas, Service, ServicePoints
from app.analysis.provision import (
    Provision,
    add_service,
    measure_provision,
    nearest_distance,
    remove_service,
    service_shares,
)
from tests.unit.analysis import oracle
from tests.unit.analysis.worlds import THEMES, World, worlds

NUMBA = pytest.param(
    "numba",
    marks=pytest.mark.skipif(
        importlib.util.find_spec("numba") is None, reason="numba (requirements-fast.txt) is not installed"
    ),
)
ENGINES = ["grid", NUMBA]


def assert_same(found: Provision, expected: Provision | dict[str, np.ndarray]) -> None:
    want = expected if isinstance(expected, dict) else vars(expected)
    for name in ("access", "services_in_reach", "closeness_sum", "shared_by", "shared_by_people", "ratio"):
        np.testing.assert_allclose(getattr(found, name), want[name], rtol=1e-12, atol=1e-14, err_msg=name)


@pytest.mark.parametrize("engine", ENGINES)
@given(world=worlds())
def test_engines_agree_with_two_loops(engine: str, world: World) -> None:
    found = measure_provision(
        world.points, world.services, THEMES, world.settings, served=world.served, engine=engine
    )
    assert_same(found, oracle.provision(world.points, world.services, THEMES, world.settings, world.served))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_point_at_the_very_edge_weighs_nothing_even_when_it_alone_would_share(engine: str) -> None:
    points = PopulationPoints(np.array([-500.0]), np.array([700.0]), np.ones(1), np.array([0.5]))
    services = ServicePoints(np.array([-800.0]), np.array([700.0]), np.ones(1), np.zeros(1, dtype=np.intp))
    settings = ReachSettings(reach_m=300, detour=1, demand_power=1, access_power=1)
    assert measure_provision(points, services, 1, settings, engine=engine).access.tolist() == [[0.0]]


@given(worlds())
def test_ready_made_pairs_give_the_same(world: World) -> None:
    pairs = find_pairs(world.points, world.services, world.settings)
    found = measure_provision(
        world.points, world.services, THEMES, world.settings, served=world.served, pairs=pairs
    )
    assert_same(found, oracle.provision(world.points, world.services, THEMES, world.settings, world.served))


def test_pairs_in_any_order_and_beyond_reach_change_nothing() -> None:
    points, services = big_world(80, 30)
    settings_ = ReachSettings(reach_m=900)
    wide = find_pairs(points, services, replace(settings_, reach_m=3000))
    mixed = np.random.default_rng(1).permutation(wide.count)
    pairs = Pairs(wide.point[mixed], wide.service[mixed], wide.distance_m[mixed])
    assert_same(
        measure_provision(points, services, 4, settings_, pairs=pairs),
        measure_provision(points, services, 4, settings_),
    )


def big_world(n: int = 3000, m: int = 900, seed: int = 5) -> tuple[PopulationPoints, ServicePoints]:
    random = np.random.default_rng(seed)
    points = PopulationPoints(
        random.normal(0, 6000, n),
        random.normal(0, 6000, n),
        random.integers(0, 900, n),
        random.uniform(0.5, 1.5, n),
    )
    supply = random.integers(1, 4, m).astype(float)
    services = ServicePoints(
        random.normal(0, 6000, m), random.normal(0, 6000, m), supply, random.integers(0, 4, m)
    )
    return points, services


@pytest.mark.parametrize("powers", [(0, 1), (1, 1), (1, 2)])
@pytest.mark.parametrize("engine", [NUMBA])
def test_engines_agree_on_a_town(engine: str, powers: tuple[int, int]) -> None:
    points, services = big_world()
    choice = ReachSettings(3000, demand_power=powers[0], access_power=powers[1])
    assert_same(
        measure_provision(points, services, 4, choice, engine=engine),
        measure_provision(points, services, 4, choice, engine="grid"),
    )


def test_auto_compiles_only_what_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    points, services = big_world()
    assert module.choose_engine("auto", points, services, ReachSettings(500)) is module.sum_by_grid
    monkeypatch.setattr(module, "NUMBA_FROM", 1000)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert module.choose_engine("auto", points, services, ReachSettings(9000)) is module.sum_by_grid


@pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="numba is not installed")
def test_auto_compiles_what_is_large_where_it_can(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.analysis.fast import sum_compiled

    points, services = big_world()
    monkeypatch.setattr(module, "NUMBA_FROM", 1000)
    assert module.choose_engine("auto", points, services, ReachSettings(9000)) is sum_compiled
    assert module.choose_engine("grid", points, services, ReachSettings(9000)) is module.sum_by_grid


def test_without_numba_asking_for_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    points, services = big_world(5, 5)
    with pytest.raises(ValueError, match=r"install requirements-fast.txt or choose “auto”"):
        measure_provision(points, services, 4, ReachSettings(), engine="numba")


@given(worlds())
def test_access_adds_up_to_the_supply_that_is_reached(world: World) -> None:
    """Invariant, for a = b: sum of N A is the supply of services that reach anybody."""
    for power in (0, 1, 2):
        choice = replace(world.settings, demand_power=power, access_power=power)
        found = measure_provision(world.points, world.services, THEMES, choice, served=world.served)
        reached = world.services.supply[found.shared_by > 0].sum()
        reached += world.served.supply[found.served_shared_by > 0].sum()
        total = (found.access * world.points.weighted_people).sum()
        assert total == pytest.approx(reached, rel=1e-9, abs=1e-9)


@given(worlds(), st.sampled_from([0.25, 3.0]))
def test_access_grows_with_supply(world: World, factor: float) -> None:
    services = replace(world.services, supply=world.services.supply * factor)
    served = replace(world.served, supply=world.served.supply * factor)
    before = measure_provision(world.points, world.services, THEMES, world.settings, served=world.served)
    after = measure_provision(world.points, services, THEMES, world.settings, served=served)
    np.testing.assert_allclose(after.access, factor * before.access, rtol=1e-12)
    np.testing.assert_allclose(after.shared_by, before.shared_by, rtol=1e-12)


def test_halves_of_the_services_add_up_to_the_whole() -> None:
    """Invariant: tiling. Each service's people are all in its half's measurement, so parts sum to the whole."""
    points, services = big_world()
    whole = measure_provision(points, services, 4, ReachSettings())
    west = services.x_m < 0
    parts = [measure_provision(points, only(services, rows), 4, ReachSettings()) for rows in (west, ~west)]
    np.testing.assert_allclose(parts[0].access + parts[1].access, whole.access, rtol=1e-11, atol=1e-16)


def only(services: ServicePoints, rows: np.ndarray) -> ServicePoints:
    return ServicePoints(services.x_m[rows], services.y_m[rows], services.supply[rows], services.theme[rows])


def test_services_to_r_and_people_to_2r_make_the_window_exact() -> None:
    """Invariant: with that buffer a window scores as it does in the nation; without the people it does not."""
    points, services = big_world()
    choice = ReachSettings(2600)
    radius = choice.straight_reach_m
    nation = measure_provision(points, services, 4, choice).access
    window = box(points.x_m, points.y_m, 3000)
    nearby = only(services, box(services.x_m, services.y_m, 3000 + radius))
    exact = measure_provision(crop(points, 3000 + 2 * radius), nearby, 4, choice).access
    np.testing.assert_allclose(
        exact[:, window[box(points.x_m, points.y_m, 3000 + 2 * radius)]], nation[:, window], rtol=1e-12
    )
    biased = measure_provision(crop(points, 3000), nearby, 4, choice).access
    assert (biased > nation[:, window] * 1.01).any()


def box(x_m: np.ndarray, y_m: np.ndarray, half: float) -> np.ndarray:
    return (np.abs(x_m) <= half) & (np.abs(y_m) <= half)


def crop(points: PopulationPoints, half: float) -> PopulationPoints:
    rows = box(points.x_m, points.y_m, half)
    return PopulationPoints(points.x_m[rows], points.y_m[rows], points.people[rows], points.need_weight[rows])


def test_five_hundred_added_one_by_one_equal_all_at_once() -> None:
    points, services = big_world(1500, 500)
    grown = measure_provision(points, only(services, np.zeros(500, bool)), 4, ReachSettings(2000))
    for index in range(500):
        add_service(grown, points, services.at(index))
    assert_same(grown, measure_provision(points, services, 4, ReachSettings(2000)))


@given(worlds(min_services=1), st.data())
def test_removing_one_equals_never_having_had_it(world: World, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, world.services.count - 1))
    start = measure_provision(world.points, world.services, THEMES, world.settings, served=world.served)
    changed = start.copy()
    remove_service(changed, world.points, world.services.at(index), index)
    rest = only(world.services, np.arange(world.services.count) != index)
    expected = measure_provision(world.points, rest, THEMES, world.settings, served=world.served)
    assert_same(changed, expected)
    assert ((changed.services_in_reach == 0) == (expected.services_in_reach == 0)).all()
    assert_same(
        start, measure_provision(world.points, world.services, THEMES, world.settings, served=world.served)
    )


def test_when_all_are_taken_away_exactly_nothing_is_left() -> None:
    """0.1 + 0.7 + 0.2 - 0.1 - 0.7 - 0.2 is not 0 in floating point; "nothing in reach" must be."""
    points = PopulationPoints(np.zeros(1), np.zeros(1), np.array([7.0]), np.ones(1))
    here = np.array([10.0, 20.0, 30.0])
    services = ServicePoints(here, here, np.array([0.1, 0.7, 0.2]), np.zeros(3, dtype=int))
    left = measure_provision(points, services, 1, ReachSettings())
    for index in range(3):
        remove_service(left, points, services.at(index), 0)
    assert [left.access[0, 0], left.services_in_reach[0, 0], left.closeness_sum[0, 0]] == [0, 0, 0]
    assert left.ratio.size == 0


def test_a_theme_out_of_range_is_refused_when_adding() -> None:
    points, services = big_world(5, 5)
    with pytest.raises(ValueError, match="theme must be between 0 and 3, not 9"):
        add_service(measure_provision(points, services, 4, ReachSettings()), points, Service(0, 0, 1, 9))


def test_without_reasons_nobody_mistakes_unknown_for_none() -> None:
    points, services = big_world(50, 20)
    quick = measure_provision(points, services, 4, ReachSettings(), reasons=False)
    full = measure_provision(points, services, 4, ReachSettings())
    np.testing.assert_array_equal(quick.access, full.access)
    assert np.isnan(quick.services_in_reach).all()
    assert np.isnan(quick.closeness_sum).all()
    with pytest.raises(ValueError, match="measure again with reasons"):
        _ = quick.anything_in_reach
    assert full.anything_in_reach.any()


@given(worlds())
def test_nearest_is_the_shortest_of_all_walks(world: World) -> None:
    nearest = nearest_distance(world.points, world.services, THEMES, world.settings.detour)
    for theme in range(THEMES):
        rows = [
            j
            for j in range(world.services.count)
            if world.services.theme[j] == theme and world.services.supply[j] > 0
        ]
        for i in range(world.points.count):
            walks = [oracle.walk(world.points, i, world.services, j, world.settings) for j in rows]
            assert nearest[theme, i] == pytest.approx(min(walks, default=np.inf))


@given(worlds(min_points=1), st.data())
def test_shares_are_each_services_part_of_what_reaches_the_zone(world: World, data: st.DataObject) -> None:
    theme = data.draw(st.integers(0, THEMES - 1))
    zone = np.array(sorted(data.draw(st.sets(st.integers(0, world.points.count - 1), min_size=1))))
    found = measure_provision(world.points, world.services, THEMES, world.settings, served=world.served)
    shares = service_shares(zone, world.points, world.services, theme, found, served=world.served)
    people = world.points.weighted_people[zone]
    whole = people @ found.access[theme, zone]
    assert shares.share.sum() == pytest.approx(1.0 if whole > 0 else 0.0)
    assert (np.diff(shares.share) <= 1e-15).all()
    for index, area_wide, share in zip(shares.index, shares.area_wide, shares.share, strict=True):
        fewer, less = world.services, world.served
        if area_wide:
            less = replace(less, supply=np.where(np.arange(less.count) == index, 0, less.supply))
        else:
            fewer = replace(fewer, supply=np.where(np.arange(fewer.count) == index, 0, fewer.supply))
        without = measure_provision(world.points, fewer, THEMES, world.settings, served=less)
        assert share == pytest.approx(1 - people @ without.access[theme, zone] / whole, abs=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"theme_count": 1}, "A service has theme 3, but themes go from 0 to 0"),
        ({"engine": "magic"}, "engine must be one of auto, grid, numba"),
        ({"served": ServedAreas(np.ones(1), np.array([0]), [np.array([99])])}, "names a point that is not there"),
        ({"served": ServedAreas(np.ones(1), np.array([8]), [np.array([0])])}, "A served area has theme 8"),
        ({"pairs": Pairs(np.array([99]), np.array([0]), np.array([1.0]))}, "names a point or a service"),
    ],
)
def test_wrong_input_is_refused(change: dict[str, object], message: str) -> None:
    points, services = big_world(30, 20)
    arguments = {"theme_count": 4, "settings": ReachSettings(), **change}
    with pytest.raises(ValueError, match=message):
        measure_provision(points, services, **arguments)  # type: ignore[arg-type]
