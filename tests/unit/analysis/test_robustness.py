"""How sure: bands that hold the score, chance that finds nothing where nothing is, lists that are complete."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.catchments import find_pairs
from app.analysis.gaps import benchmark_access, zone_gaps
from app.analysis.inputs import PopulationPoints, ReachSettings, ServedAreas, ServicePoints
from app.analysis.provision import measure_provision
from app.analysis.robustness import (
    access_matrix,
    benjamini_hochberg,
    bootstrap_zone_shortfall,
    chapman_estimate,
    completeness,
    marshall_empirical_bayes,
    random_placement_p_values,
    worst_fifth_stability,
)
from tests.unit.analysis.worlds import THEMES, World, worlds


def town(n: int = 400, m: int = 60, seed: int = 3) -> tuple[PopulationPoints, ServicePoints]:
    random = np.random.default_rng(seed)
    points = PopulationPoints(
        random.uniform(0, 6000, n),
        random.uniform(0, 6000, n),
        random.integers(50, 500, n),
        random.uniform(0.5, 1.5, n),
    )
    theme = np.arange(m) % 2
    return points, ServicePoints(random.uniform(0, 6000, m), random.uniform(0, 6000, m), np.ones(m), theme)


@given(worlds())
def test_access_is_a_matrix_times_supply(world: World) -> None:
    pairs = find_pairs(world.points, world.services, world.settings)
    matrix = access_matrix(pairs, world.points, world.services, world.settings)
    expected = measure_provision(world.points, world.services, THEMES, world.settings).access.sum(axis=0)
    np.testing.assert_allclose(matrix @ world.services.supply, expected, rtol=1e-12, atol=1e-15)


def test_bands_hold_the_score_and_narrow_with_more_services() -> None:
    settings = ReachSettings(1600)
    widths = []
    for count in (40, 640):
        points, services = town(m=count)
        zones = (points.x_m // 2000 + 3 * (points.y_m // 2000)).astype(int)
        access = measure_provision(points, services, 2, settings).access[1]
        score = zone_gaps(points, zones, 9, access, benchmark_access(access, points.weighted_people)).shortfall
        pairs = find_pairs(points, services, settings)
        low, high = bootstrap_zone_shortfall(pairs, points, services, zones, 9, settings, 1, seed=4)
        assert ((low >= 0) & (high <= 1) & (low < high)).all()
        assert ((low - 0.1 <= score) & (score <= high + 0.1)).all()
        widths.append((high - low).mean())
    assert widths[1] < widths[0] / 2


def test_same_seed_same_band_and_other_themes_do_not_matter() -> None:
    points, services = town()
    settings, zones = ReachSettings(), np.zeros(400, dtype=int)
    pairs = find_pairs(points, services, settings)
    once = bootstrap_zone_shortfall(pairs, points, services, zones, 1, settings, 0, seed=9)
    again = bootstrap_zone_shortfall(pairs, points, services, zones, 1, settings, 0, seed=9)
    assert [b.tolist() for b in once] == [b.tolist() for b in again]
    only = ServicePoints(services.x_m[::2], services.y_m[::2], services.supply[::2], services.theme[::2])
    alone = bootstrap_zone_shortfall(
        find_pairs(points, only, settings), points, only, zones, 1, settings, 0, seed=9
    )
    np.testing.assert_allclose(once, alone, rtol=1e-12)


def test_one_service_may_vanish_so_its_band_reaches_nothing_at_all() -> None:
    """A lone service is missing in e^-1 = 37 % of draws: then everybody is wholly short of a typed standard."""
    points = PopulationPoints(np.zeros(1), np.zeros(1), np.array([1000.0]), np.ones(1))
    services = ServicePoints(np.zeros(1), np.zeros(1), np.ones(1), np.zeros(1, dtype=int))
    settings, zone = ReachSettings(), np.zeros(1, dtype=int)
    pairs = find_pairs(points, services, settings)
    low, high = bootstrap_zone_shortfall(pairs, points, services, zone, 2, settings, 0, benchmark=1 / 1000)
    assert (low[0], high[0]) == (0.0, 1.0)
    assert np.isnan([low[1], high[1]]).all()


def test_the_band_leaves_out_one_draw_in_twenty_at_each_end() -> None:
    """Two services are both missing in e^-2 = 14 % of draws, five in 0.7 %; area-wide ones count the same."""
    points = PopulationPoints(np.zeros(1), np.zeros(1), np.array([1000.0]), np.ones(1))
    settings, zone = ReachSettings(), np.zeros(1, dtype=int)

    def high(at_a_place: int, area_wide: int) -> float:
        here = np.zeros(at_a_place)
        services = ServicePoints(here, here, here + 1, here.astype(int))
        served = ServedAreas(np.ones(area_wide), np.zeros(area_wide, dtype=int), [np.array([0])] * area_wide)
        pairs = find_pairs(points, services, settings)
        band = bootstrap_zone_shortfall(
            pairs, points, services, zone, 1, settings, 0, benchmark=1 / 100_000, served=served, draws=400
        )
        assert band[0][0] == 0.0
        return float(band[1][0])

    assert [high(2, 0), high(1, 1), high(5, 0), high(1, 4)] == [1, 1, 0, 0]


def test_the_fair_share_of_a_draw_is_that_of_the_counted_places() -> None:
    """Services stand in the first village only. Measured by itself alone it is never short, whatever is drawn."""
    points = PopulationPoints(np.array([0.0, 9000]), np.zeros(2), np.array([100.0, 900]), np.ones(2))
    services = ServicePoints(np.zeros(6), np.zeros(6), np.ones(6), np.zeros(6, dtype=int))
    settings, zones = ReachSettings(), np.array([0, 1])
    pairs = find_pairs(points, services, settings)
    low, high = bootstrap_zone_shortfall(
        pairs, points, services, zones, 2, settings, 0, counted=np.array([True, False])
    )
    np.testing.assert_allclose([low, high], [[0, 1], [0, 1]], atol=1e-12)
    # Measured by the second, where nobody has any, the first still has some.
    low, high = bootstrap_zone_shortfall(
        pairs, points, services, zones, 2, settings, 0, counted=np.array([False, True])
    )
    np.testing.assert_allclose([low, high], [[0, 1], [0, 1]], atol=1e-12)
    # A typed standard of one per 20 people: 6 for 100 are enough, 3 are not.
    low, high = bootstrap_zone_shortfall(pairs, points, services, zones, 2, settings, 0, benchmark=1 / 20)
    assert low[0] == 0
    assert high[0] > 0.3


def test_a_benchmark_without_people_is_refused() -> None:
    points, services = town(n=5, m=4)
    pairs = find_pairs(points, services, ReachSettings())
    with pytest.raises(ValueError, match="Nobody lives in the places"):
        bootstrap_zone_shortfall(
            pairs, points, services, np.zeros(5, dtype=int), 1, ReachSettings(), 0, counted=np.zeros(5, dtype=bool)
        )


def test_chance_alone_is_hardly_ever_significant_and_a_real_hole_is() -> None:
    points, _ = town(n=600)
    random = np.random.default_rng(11)
    settings = ReachSettings(1600)
    chosen = random.choice(600, 240, p=points.weighted_people / points.weighted_people.sum())
    by_chance = ServicePoints(points.x_m[chosen], points.y_m[chosen], np.ones(240), np.zeros(240, dtype=int))
    access = measure_provision(points, by_chance, 1, settings).access[0]
    p = random_placement_p_values(points, by_chance.supply, access, settings, draws=199, seed=1)
    assert p.min() >= 1 / 200
    assert (p < 0.05).mean() < 0.15
    assert benjamini_hochberg(p).sum() == 0
    # All services in the western half: the far east is short beyond chance.
    western = chosen[points.x_m[chosen] < 3000]
    half = ServicePoints(
        points.x_m[western], points.y_m[western], np.ones(western.size), np.zeros(western.size, int)
    )
    access = measure_provision(points, half, 1, settings).access[0]
    p = random_placement_p_values(points, half.supply, access, settings, draws=199, seed=1)
    assert p.min() == 1 / 200
    stands = benjamini_hochberg(p)
    assert stands[points.x_m > 4800].mean() > 0.95
    assert not stands[points.x_m < 1500].any()


def test_random_placement_needs_people() -> None:
    points = PopulationPoints(np.zeros(2), np.zeros(2), np.zeros(2), np.ones(2))
    with pytest.raises(ValueError, match="nobody lives here"):
        random_placement_p_values(points, np.ones(1), np.zeros(2), ReachSettings())


def test_golden_15_benjamini_hochberg() -> None:
    """Ten p-values at 5 %: two stand, and the line is at .01 (esda.fdr agrees)."""
    p = np.array([0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216])
    mixed = np.random.default_rng(0).permutation(10)
    stands = benjamini_hochberg(p[mixed])
    assert sorted(p[mixed][stands]) == [0.001, 0.008]
    esda = pytest.importorskip("esda", reason="esda (requirements-dev.txt) is not installed")
    assert esda.fdr(p, 0.05) == pytest.approx(0.01)


def test_benjamini_hochberg_includes_its_line() -> None:
    assert benjamini_hochberg([0.05]).tolist() == [True]
    assert benjamini_hochberg([0.051]).tolist() == [False]


@given(st.lists(st.integers(0, 1000), max_size=30))
def test_benjamini_hochberg_against_its_definition(thousandths: list[int]) -> None:
    p = [value / 1000 for value in thousandths]
    ordered = sorted(p)
    line = max((v for k, v in enumerate(ordered, 1) if v <= 0.05 * k / len(p)), default=-1.0)
    assert benjamini_hochberg(p).tolist() == [value <= line for value in p]


def test_empirical_bayes_pulls_small_places_to_the_mean_and_leaves_large_ones() -> None:
    events, people = np.array([1.0, 100, 400, 0]), np.array([10.0, 10_000, 10_000, 0])
    found = marshall_empirical_bayes(events, people)
    mean = 501 / 20_010
    assert abs(found[0] - mean) < abs(0.1 - mean) / 2
    assert found[2] == pytest.approx(0.04, rel=0.02)
    assert found[3] == pytest.approx(mean)
    # Rates that differ less than chance would make them are all one rate.
    same = marshall_empirical_bayes([5.0, 5, 5], [1000.0, 1000, 1000])
    np.testing.assert_allclose(same, 0.005)
    with pytest.raises(ValueError, match="base adds up to 0"):
        marshall_empirical_bayes([1.0], [0.0])


def test_chapman_by_hand() -> None:
    """30 on the register, 20 on the walk, 11 on both: 31 x 21 / 12 - 1 = 53.25 exist, 39 found."""
    assert chapman_estimate(30, 20, 11) == pytest.approx(53.25)
    found = completeness(30, 20, 11)
    assert (found.found, found.completeness) == (39, pytest.approx(39 / 53.25))
    assert completeness(0, 0, 0).completeness == 1.0
    assert completeness(7, 7, 7).completeness == 1.0
    with pytest.raises(ValueError, match="9 on both lists does not fit lists of 30 and 8"):
        chapman_estimate(30, 8, 9)


def test_how_many_there_may_be_by_hand() -> None:
    """30, 20 and 11: 14.25 are on neither; their variance is 31 x 21 x 19 x 9 / (12 x 12 x 13) = 59.4..."""
    found = completeness(30, 20, 11)
    variance = 31 * 21 * 19 * 9 / (12 * 12 * 13)
    factor = math.exp(1.6448536 * math.sqrt(math.log(1 + variance / 14.25**2)))
    assert (found.low, found.high) == (pytest.approx(39 + 14.25 / factor), pytest.approx(39 + 14.25 * factor))
    assert (completeness(7, 7, 7).low, completeness(7, 7, 7).high) == (7, 7)


def test_nine_of_ten_intervals_hold_the_truth() -> None:
    """60 groups on two lists drawn without each other, 2,000 times over."""
    rng = np.random.default_rng(5)
    on_first, on_second = rng.random((2_000, 60)) < 0.7, rng.random((2_000, 60)) < 0.5
    counts = zip(on_first.sum(1), on_second.sum(1), (on_first & on_second).sum(1), strict=True)
    found = [completeness(int(first), int(second), int(both)) for first, second, both in counts]
    assert np.mean([one.low <= 60 <= one.high for one in found]) == pytest.approx(0.9, abs=0.04)
    assert np.mean([one.estimated for one in found]) == pytest.approx(60, abs=0.5)


def test_worst_fifth_in_three_runs() -> None:
    runs = np.array([[0.9, 0.1, 0.2, 0.3, 0.4], [0.8, 0.1, 0.2, 0.3, 0.9], [0.7, 0.7, 0.1, 0.1, 0.1]])
    np.testing.assert_allclose(worst_fifth_stability(runs), [2 / 3, 1 / 3, 0, 0, 1 / 3])
