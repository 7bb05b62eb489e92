"""Small Town: every answer of the method against the one worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from app.analysis.gaps import (
    CROWDED,
    FAR,
    NOTHING,
    benchmark_access,
    equivalent_people,
    explain,
    foster_greer_thorbecke,
    one_more_here,
    shortfall,
    weighted_mean,
    zone_gaps,
)
from app.analysis.inputs import Service
from app.analysis.provision import Provision, measure_provision, nearest_distance, service_shares
from app.analysis.states import State, decide_states, shortfall_bands
from tests import small_town as town


@pytest.fixture(scope="module")
def measured() -> Provision:
    return measure_provision(town.POINTS, town.SERVICES, town.THEME_COUNT, town.SETTINGS, served=town.SERVED)


def test_access_and_what_it_is_made_of(measured: Provision) -> None:
    expected = {
        "access": [town.FOOD_ACCESS, town.ADVICE_ACCESS, np.zeros(9)],
        "services_in_reach": [town.FOOD_IN_REACH, town.ADVICE_IN_REACH, np.zeros(9)],
        "closeness_sum": [town.FOOD_CLOSENESS_SUM, town.ADVICE_CLOSENESS_SUM, np.zeros(9)],
        "shared_by": town.SHARED_BY,
        "shared_by_people": town.SHARED_BY,
        "ratio": town.RATIO,
        "served_shared_by": [town.SERVED_BY_COLUMN],
        "served_shared_by_people": [town.SERVED_BY_COLUMN],
        "served_ratio": [1 / town.SERVED_BY_COLUMN],
    }
    for name, value in expected.items():
        np.testing.assert_allclose(getattr(measured, name), value, rtol=1e-14, err_msg=name)
    assert measured.anything_in_reach[town.NOTHING].any() == np.False_


def test_fair_share_shortfall_and_equivalent_people(measured: Provision) -> None:
    food, advice = measured.access[town.FOOD], measured.access[town.ADVICE]
    assert benchmark_access(food, town.PEOPLE) == pytest.approx(town.FOOD_BENCHMARK, rel=1e-14)
    assert benchmark_access(advice, town.PEOPLE) == pytest.approx(town.ADVICE_BENCHMARK, rel=1e-14)
    np.testing.assert_allclose(shortfall(food, town.FOOD_BENCHMARK), town.FOOD_SHORTFALL, atol=1e-14)
    lacking = equivalent_people(food, town.PEOPLE, town.FOOD_BENCHMARK)
    np.testing.assert_allclose(lacking, town.FOOD_EQUIVALENT, atol=1e-11)


def test_three_poverty_numbers(measured: Provision) -> None:
    food = measured.access[town.FOOD]
    by_hand = {
        0: town.FOOD_SHORT_PEOPLE / 1800,
        1: (300 + 500 * 49 / 103) / 1800,
        2: (300 + 500 * (49 / 103) ** 2) / 1800,
    }
    for alpha, expected in by_hand.items():
        found = foster_greer_thorbecke(food, town.PEOPLE, town.FOOD_BENCHMARK, alpha)
        assert found == pytest.approx(expected, rel=1e-13)


def test_why_it_is_red(measured: Provision) -> None:
    tables = (measured.access[0], measured.services_in_reach[0], measured.closeness_sum[0])
    why = explain(
        *tables,
        benchmark=town.FOOD_BENCHMARK,
        fair_services=weighted_mean(tables[1], town.PEOPLE),
        fair_closeness_sum=weighted_mean(tables[2], town.PEOPLE),
    )
    fair = (why.fair_services, why.fair_closeness, why.fair_sharing)
    assert fair == pytest.approx((town.FAIR_SERVICES, town.FAIR_CLOSENESS, town.FAIR_SHARING), rel=1e-13)
    east = 5
    assert (why.services[east], why.closeness[east], why.sharing[east]) == pytest.approx((1, 0.5, 1400))
    ratios = (why.few[east], why.far[east], why.crowded[east])
    assert ratios == pytest.approx((town.EAST_FEW, town.EAST_FAR, town.EAST_CROWDED), rel=1e-13)
    assert why.main[[5, 7]].tolist() == [CROWDED, CROWDED]
    assert why.main[1] == FAR  # two services, but both half a square too far for half of them
    assert why.main[[2, 6, 8]].tolist() == [NOTHING] * 3


def test_wards(measured: Provision) -> None:
    nearest = nearest_distance(town.POINTS, town.SERVICES, town.THEME_COUNT, town.SETTINGS.detour)
    np.testing.assert_allclose(nearest[town.FOOD], town.NEAREST_FOOD_M, rtol=1e-14)
    assert np.isinf(nearest[town.NOTHING]).all()
    wards = zone_gaps(
        town.POINTS, town.WARD, 3, measured.access[0], town.FOOD_BENCHMARK, nearest_m=nearest[town.FOOD]
    )
    np.testing.assert_allclose(wards.people, town.WARD_PEOPLE)
    np.testing.assert_allclose(wards.equivalent_people, town.WARD_EQUIVALENT, rtol=1e-13)
    np.testing.assert_allclose(wards.shortfall, town.WARD_EQUIVALENT / town.WARD_PEOPLE, rtol=1e-13)
    np.testing.assert_allclose(wards.short_people, town.WARD_SHORT_PEOPLE)
    # North: 100 people at 0 m, 200 at 1,300 m, 100 at 1,838 m. Middle: 400 of 900 at 0 m, the rest at 1,300 m.
    # South: 300 of 500 at 1,300 m, the rest at 1,838 m.
    np.testing.assert_allclose(wards.nearest_m, [1300, 1300, 1300])
    np.testing.assert_allclose(wards.nearest_min_m, [0, 0, 1300])


def test_named_services_of_the_middle_ward(measured: Provision) -> None:
    middle = np.flatnonzero(town.WARD == 1)
    shares = service_shares(middle, town.POINTS, town.SERVICES, town.FOOD, measured, served=town.SERVED)
    assert dict(zip(shares.index.tolist(), shares.share.tolist(), strict=True)) == pytest.approx(
        town.MIDDLE_WARD_SHARES
    )
    assert shares.index.tolist() == [town.A, town.B]
    # A: 300 and 200 people walk 1,300 m, 400 none; B: 300 people walk 1,300 m.
    np.testing.assert_allclose(shares.distance_m, [1300 * 500 / 900, 1300])
    advice = service_shares(middle, town.POINTS, town.SERVICES, town.ADVICE, measured, served=town.SERVED)
    # The column service gives 300/500 = 0.6, D gives 200 · 0.5/300 = 1/3: 9 to 5.
    np.testing.assert_allclose(advice.share, [9 / 14, 5 / 14])
    assert advice.area_wide.tolist() == [True, False]
    assert np.isnan(advice.distance_m[0])


def test_one_more_in_the_south(measured: Provision) -> None:
    at = Service(town.X_M[town.ONE_MORE_AT], town.Y_M[town.ONE_MORE_AT], 1.0, town.FOOD)
    more = one_more_here(town.POINTS, measured.access[town.FOOD], town.FOOD_BENCHMARK, at, town.SETTINGS)
    assert more.shared_by == more.shared_by_people == town.ONE_MORE_SHARED_BY
    assert more.points.tolist() == [4, 6, 7, 8]
    np.testing.assert_allclose(more.access_gain, np.array([0.5, 0.5, 1, 0.5]) / 900)
    assert more.equivalent_people_fewer == pytest.approx(town.ONE_MORE_FEWER, rel=1e-13)


def test_states_of_the_squares(measured: Provision) -> None:
    bands = shortfall_bands(shortfall(measured.access[town.FOOD], town.FOOD_BENCHMARK))
    assert bands.tolist() == [0, 0, 4, 0, 0, 2, 4, 2, 4]
    known = np.array([True] * 8 + [False])
    states = decide_states(bands, bands, known, measured.anything_in_reach[town.FOOD])
    expected = [State.SCORE] * 9
    expected[2] = expected[6] = State.CHECKED_NONE
    expected[8] = State.NOT_ENOUGH_DATA
    assert states.tolist() == expected
