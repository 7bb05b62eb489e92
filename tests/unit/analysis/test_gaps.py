"""Gaps: the published poverty index, exact explanations, sums that do not depend on how the map is cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.gaps import (
    NOTHING,
    across_themes,
    benchmark_access,
    equivalent_people,
    explain,
    foster_greer_thorbecke,
    is_short,
    one_more_here,
    shortfall,
    standard_access,
    weighted_mean,
    zone_gaps,
)
from app.analysis.inputs import PopulationPoints, Service
from app.analysis.provision import measure_provision, nearest_distance
from tests.unit.analysis import oracle
from tests.unit.analysis.worlds import THEMES, World, worlds

inhabited = worlds(min_points=1).filter(lambda world: bool(world.points.weighted_people.sum() > 0))


@given(inhabited, st.booleans())
def test_the_reasons_multiply_to_the_gap(world: World, typed_standard: bool) -> None:
    """Few x far x crowded is A / A* to 1e-12, for points and for the whole as one zone, typed standard or not."""
    found = measure_provision(world.points, world.services, THEMES, world.settings, served=world.served)
    people = world.points.weighted_people
    for theme in range(THEMES):
        tables = [found.access[theme], found.services_in_reach[theme], found.closeness_sum[theme]]
        fair = [weighted_mean(table, people) for table in tables]
        if fair[0] == 0:
            continue
        benchmark = standard_access(2000) if typed_standard else fair[0]
        why = explain(*tables, benchmark=benchmark, fair_services=fair[1], fair_closeness_sum=fair[2])
        np.testing.assert_allclose(why.few * why.far * why.crowded, tables[0] / benchmark, rtol=1e-12, atol=1e-15)
        reached = tables[0] > 0
        product = why.services * why.closeness / why.sharing
        np.testing.assert_allclose(product[reached], tables[0][reached], rtol=1e-12)
        assert ((why.main == NOTHING) == (tables[1] == 0)).all()
        whole = explain(
            *(np.array([value]) for value in fair),
            benchmark=fair[0],
            fair_services=fair[1],
            fair_closeness_sum=fair[2],
        )
        assert [whole.few[0], whole.far[0], whole.crowded[0]] == pytest.approx([1, 1, 1], rel=1e-12)


def test_nothing_to_compare_with_is_not_a_reason() -> None:
    zero = np.zeros(3)
    why = explain(zero, zero, zero, benchmark=0.0, fair_services=0.0, fair_closeness_sum=0.0)
    assert np.isnan(why.few).all()
    assert why.main.tolist() == [NOTHING] * 3


@given(inhabited, st.data())
def test_sums_do_not_depend_on_the_zones(world: World, data: st.DataObject) -> None:
    """Invariant: U, people and people short are the same in total under any zoning that covers everyone."""
    n = world.points.count
    access = measure_provision(world.points, world.services, THEMES, world.settings).access[0]
    benchmark = benchmark_access(access, world.points.weighted_people)
    zones = np.array(data.draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)))
    cut = zone_gaps(world.points, zones, 5, access, benchmark)
    whole = zone_gaps(world.points, np.zeros(n, dtype=int), 1, access, benchmark)
    for name in ("people", "weighted_people", "equivalent_people", "short_people"):
        assert getattr(cut, name).sum() == pytest.approx(getattr(whole, name)[0], rel=1e-12), name
    index = foster_greer_thorbecke(access, world.points.weighted_people, benchmark, 1)
    assert whole.shortfall[0] == pytest.approx(index, rel=1e-12)


def lacking(access: float, benchmark: float) -> float:
    if benchmark == 0:
        return 0.0 if access > 0 else 1.0
    return max(0.0, 1 - access / benchmark)


@given(inhabited, st.data())
def test_zones_are_plain_loops_over_their_points(world: World, data: st.DataObject) -> None:
    n = world.points.count
    found = measure_provision(world.points, world.services, THEMES, world.settings)
    nearest = nearest_distance(world.points, world.services, THEMES, world.settings.detour)[0]
    benchmark = data.draw(st.sampled_from([0.0, 0.001, 0.5]))
    zone_of = np.array(data.draw(st.lists(st.integers(-1, 3), min_size=n, max_size=n)))
    zones = zone_gaps(
        world.points,
        zone_of,
        4,
        found.access[0],
        benchmark,
        services_in_reach=found.services_in_reach[0],
        closeness_sum=found.closeness_sum[0],
        nearest_m=nearest,
    )
    for zone in range(4):
        inside = [i for i in range(n) if zone_of[i] == zone]
        people = [world.points.people[i] for i in inside]
        weights = [world.points.weighted_people[i] for i in inside]
        short = [lacking(found.access[0, i], benchmark) for i in inside]
        assert zones.equivalent_people[zone] == pytest.approx(
            sum(w * s for w, s in zip(weights, short, strict=True))
        )
        assert zones.short_people[zone] == pytest.approx(
            sum(p for p, s in zip(people, short, strict=True) if s > 1e-12)
        )
        walks = [float(nearest[i]) for i in inside]
        assert zones.nearest_min_m[zone] == pytest.approx(min(walks, default=np.nan), nan_ok=True)
        if sum(weights) > 0:
            mean = sum(w * found.services_in_reach[0, i] for w, i in zip(weights, inside, strict=True)) / sum(
                weights
            )
            assert zones.services_in_reach[zone] == pytest.approx(mean)
            with_people = [(d, p) for d, p in zip(walks, people, strict=True) if p > 0]
            middle = oracle.weighted_median(*(list(column) for column in zip(*with_people, strict=True)))
            assert zones.nearest_m[zone] == pytest.approx(middle)
        else:
            means = [zones.shortfall, zones.access, zones.services_in_reach, zones.nearest_m]
            assert np.isnan([mean[zone] for mean in means]).all()


def test_a_surplus_in_one_corner_does_not_hide_a_shortage_in_another() -> None:
    points = PopulationPoints(np.zeros(2), np.zeros(2), np.array([100.0, 100]), np.ones(2))
    ward = zone_gaps(points, np.zeros(2, dtype=int), 1, np.array([0.0, 0.004]), 0.002)
    assert ward.access[0] == 0.002
    assert ward.shortfall[0] == 0.5
    assert ward.equivalent_people[0] == ward.short_people[0] == 100


def test_poverty_index_on_five_places_by_hand() -> None:
    """Jobs in 30 minutes 0, 25, 50, 100, 200 of a line of 100, with 10, 20, 30, 25, 15 people."""
    jobs, people = np.array([0.0, 25, 50, 100, 200]), np.array([10.0, 20, 30, 25, 15])
    found = [foster_greer_thorbecke(jobs, people, 100, alpha) for alpha in (0, 1, 2)]
    assert found == pytest.approx([60 / 100, (10 + 15 + 15) / 100, (10 + 11.25 + 7.5) / 100])


def test_being_on_the_line_is_not_being_short() -> None:
    assert is_short(np.array([0.1, 0.1 * (1 - 1e-15), 0.0999]), 0.1).tolist() == [False, False, True]


def test_when_nobody_has_any_everybody_is_wholly_short() -> None:
    access, people = np.zeros(3), np.array([5.0, 6, 7])
    assert shortfall(access, 0.0).tolist() == [1, 1, 1]
    assert equivalent_people(access, people, 0.0).sum() == 18
    assert foster_greer_thorbecke(access, people, 0.0, 0) == 1


def test_whoever_has_some_is_not_short_of_nothing() -> None:
    assert shortfall(np.array([0.0, 0.1]), 0.0).tolist() == [1, 0]
    assert is_short(np.array([0.0, 0.1]), 0.0).tolist() == [True, False]


def test_shortfall_of_several_themes_at_once() -> None:
    access = np.array([[0.1, 0.2], [0.4, 0.0]])
    np.testing.assert_allclose(shortfall(access, [0.2, 0.4]), [[0.5, 0], [0, 1]])
    np.testing.assert_allclose(shortfall(access, 0.2), [[0.5, 0], [0, 1]])


def test_benchmark_of_chosen_places_only() -> None:
    access, people = np.array([1.0, 2, 9]), np.array([10.0, 30, 50])
    assert benchmark_access(access, people, np.array([True, True, False])) == pytest.approx(70 / 40)
    with pytest.raises(ValueError, match="Nobody lives in the places to compare with"):
        benchmark_access(access, people, np.zeros(3, dtype=bool))


def test_typed_standard() -> None:
    assert standard_access(2000) == 0.0005
    for wrong in (0.0, -5.0, np.nan):
        with pytest.raises(ValueError, match="needs N above 0"):
            standard_access(wrong)


@given(inhabited, st.integers(0, 20), st.integers(0, 20), st.sampled_from([0.5, 1.0, 3.0]))
def test_one_more_does_what_it_promises(world: World, x: int, y: int, supply: float) -> None:
    """The closed form equals measuring again with the service in place, at the same fair share."""
    before = measure_provision(world.points, world.services, THEMES, world.settings).access[0]
    benchmark = benchmark_access(before, world.points.weighted_people)
    new = Service(x * 100.0, y * 100.0, supply, 0)
    more = one_more_here(world.points, before, benchmark, new, world.settings)
    services = type(world.services)(
        np.append(world.services.x_m, new.x_m),
        np.append(world.services.y_m, new.y_m),
        np.append(world.services.supply, supply),
        np.append(world.services.theme, 0),
    )
    again = measure_provision(world.points, services, THEMES, world.settings)
    gained = np.zeros(world.points.count)
    gained[more.points] = more.access_gain
    np.testing.assert_allclose(before + gained, again.access[0], rtol=1e-12, atol=1e-15)
    assert more.shared_by == pytest.approx(again.shared_by[-1])
    people = world.points.weighted_people
    fewer = (
        equivalent_people(before, people, benchmark) - equivalent_people(again.access[0], people, benchmark)
    ).sum()
    assert more.equivalent_people_fewer == pytest.approx(fewer, rel=1e-9, abs=1e-9)


def test_all_themes_together() -> None:
    shortfalls = np.array([[0.5, 0.9, np.nan], [1.0, 0.6, np.nan]])
    mean, under_half = across_themes(shortfalls, [3, 1])
    np.testing.assert_allclose(mean, [0.625, 0.825, np.nan])
    assert under_half.tolist() == [1, 2, 0]
    np.testing.assert_allclose(across_themes(shortfalls)[0], [0.75, 0.75, np.nan])
    partly = np.array([[0.5, np.nan, np.nan], [1.0, 0.6, 0.8]])
    mean, under_half = across_themes(partly, [3, 1])
    np.testing.assert_allclose(mean, [0.625, 0.6, 0.8])
    assert under_half.tolist() == [1, 1, 1]
    mean, under_half = across_themes(partly, [1, 0])
    np.testing.assert_allclose(mean, [0.5, np.nan, np.nan])
    assert under_half.tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="Give each theme a weight"):
        across_themes(shortfalls, [1, -1])


def test_zone_numbers_are_checked() -> None:
    points = PopulationPoints(np.zeros(2), np.zeros(2), np.ones(2), np.ones(2))
    with pytest.raises(ValueError, match="between 0 and 1, or be -1"):
        zone_gaps(points, np.array([0, 2]), 2, np.ones(2), 1.0)
    with pytest.raises(ValueError, match="give one per point"):
        zone_gaps(points, np.array([0]), 2, np.ones(2), 1.0)
