"""What is remembered from one reach or need to the next gives the same sums as working everything out afresh."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.actions.gap_inputs import (
    REMEMBERED_REACHES_M,
    GapInputs,
    find_all_pairs,
    load_pairs,
    load_sums,
    sum_services,
)
from app.actions.gap_measure import measure
from app.analysis.inputs import PopulationPoints
from tests.unit.test_gap_ways import inputs_of

RNG = np.random.default_rng(20261122)
POINTS = PopulationPoints(
    RNG.uniform(0, 9_000, 400), RNG.uniform(0, 9_000, 400), RNG.uniform(1, 300, 400), RNG.uniform(0.5, 1.5, 400)
)
SERVICES = [(float(x), float(y)) for x, y in RNG.uniform(0, 9_000, (60, 2))]


def at_reach(reach_m: int) -> GapInputs:
    inputs = inputs_of(POINTS, SERVICES, [i % 20 for i in range(400)])
    return replace(inputs, question=replace(inputs.question, reach_m=reach_m))


@pytest.mark.parametrize("reach_m", [80, 400, 1_200, *REMEMBERED_REACHES_M, 1_601, 4_799, 6_000])
def test_pairs_cut_out_of_a_further_reach_are_those_found_for_it(reach_m: int) -> None:
    inputs = at_reach(reach_m)
    load_pairs("cut", at_reach(80))
    cut, found = load_pairs("cut", inputs), find_all_pairs(inputs)
    assert found.count or reach_m < 400
    for name in ("point", "service", "distance_m"):
        assert np.array_equal(getattr(cut, name), getattr(found, name))


def test_a_pair_at_the_very_edge_of_the_reach_stays_in() -> None:
    walk = find_all_pairs(at_reach(1_200)).distance_m
    edge = float(walk[(walk > 700) & (walk < 1_100)].max())
    inputs = inputs_of(POINTS, SERVICES, [0] * 400)
    exact = replace(inputs, question=replace(inputs.question, reach_m=edge))  # type: ignore[arg-type]
    assert load_pairs("edge", exact).count == find_all_pairs(exact).count
    assert edge in load_pairs("edge", exact).distance_m


@pytest.mark.parametrize("reach_m", [400, 1_200, 2_400])
def test_sums_out_of_memory_equal_sums_made_afresh(reach_m: int) -> None:
    inputs = at_reach(reach_m)
    kept, fresh = load_sums("sums", inputs), sum_services(inputs, find_all_pairs(inputs))
    assert np.array_equal(kept.delivered.provision.access, fresh.delivered.provision.access)
    assert np.array_equal(kept.delivered.nearest_m, fresh.delivered.nearest_m)


def test_a_service_that_is_moved_is_not_measured_from_where_it_was() -> None:
    inputs = at_reach(1_200)
    before = sum_services(inputs, find_all_pairs(inputs)).delivered.nearest_m
    table = inputs.services.table.assign(x_m=inputs.services.table["x_m"] + 3_000)
    moved = replace(inputs, services=replace(inputs.services, table=table))
    after = sum_services(moved, find_all_pairs(moved)).delivered.nearest_m
    assert not np.array_equal(before, after)
    by_hand = 1.3 * min(np.hypot(POINTS.x_m[0] - x - 3_000, POINTS.y_m[0] - y) for x, y in SERVICES)
    assert after[0] == pytest.approx(by_hand)


def test_land_where_nobody_looked_is_not_taken_from_another_question() -> None:
    inputs = at_reach(1_200)
    inside = POINTS.x_m < 4_500
    asked = replace(inputs, inside=inside)
    sums = sum_services(asked, find_all_pairs(asked))
    assert measure(asked, sums, draws=0).people_near_unknown == 0
    unlooked = replace(asked, looked_on=np.where(inside, asked.looked_on, 0))
    assert measure(unlooked, sums, draws=0).people_near_unknown > 0
    assert measure(asked, sums, draws=0).people_near_unknown == 0
