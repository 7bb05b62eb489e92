"""Counting one question in every way, against sums in plain loops."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions.gap_answers import GapQuestion
from app.actions.gap_inputs import NEVER, GapInputs, People, ThemeServices, Zones, find_all_pairs, sum_services
from app.actions.gap_measure import Measured, measure
from app.actions.gap_ways import METHODS, CountedWays, Way, count_ways, list_ways
from app.analysis.inputs import PopulationPoints
from app.errors import BadQuestionError

ON = date(2026, 11, 22)
QUESTION = GapQuestion("food", "square", "", 1_200)
DETOUR = 1.3


def inputs_of(
    points: PopulationPoints,
    services: list[tuple[float, float]],
    zone: list[int],
    question: GapQuestion = QUESTION,
) -> GapInputs:
    usual: dict[str, Any] = {"service_id": "s", "role": "meets_at", "area_id": None, "is_online": False}
    table = pd.DataFrame([{**usual, "x_m": x, "y_m": y} for x, y in services], columns=[*usual, "x_m", "y_m"])
    looked = np.full(points.count, ON.toordinal(), dtype=np.intp)
    return GapInputs(
        question, ON, People(points, np.arange(points.count)), ThemeServices(table, {}),
        Zones(np.arange(max(zone) + 1), np.array(zone, dtype=np.intp)), np.ones(points.count, dtype=bool), looked,
    )  # fmt: skip


def counted(inputs: GapInputs) -> tuple[Measured, CountedWays]:
    sums = sum_services(inputs, find_all_pairs(inputs))
    measured = measure(inputs, sums, draws=0)
    return measured, count_ways(inputs, sums.delivered, measured, inputs.people.points)


def weight(walk: float, reach: float, decay: str) -> float:
    if walk > reach:
        return 0.0
    u = walk / reach
    edge = math.exp(-0.5)
    return {
        "dai": (math.exp(-u * u / 2) - edge) / (1 - edge),
        "linear": 1 - u,
        "exp": 2 ** (-3 * u),
        "step": 1.0,
    }[decay]


def without_by_hand(inputs: GapInputs, services: list[tuple[float, float]], way: Way) -> list[float]:
    """People without in each zone, one pair at a time."""
    points = inputs.people.points
    decay, a, b = METHODS[way.method]
    heads = [p * (n if way.is_weighted else 1.0) for p, n in zip(points.people, points.need_weight, strict=True)]
    access = [0.0] * points.count
    for x, y in services:
        walks = [DETOUR * math.dist((x, y), at) for at in zip(points.x_m, points.y_m, strict=True)]
        near = [i for i, walk in enumerate(walks) if walk <= way.reach_m]
        shared = sum(heads[i] * weight(walks[i], way.reach_m, decay) ** a for i in near)
        for i in near if shared > 0 else []:
            access[i] += weight(walks[i], way.reach_m, decay) ** b / shared
    total = sum(heads)
    fair = sum(h * s for h, s in zip(heads, access, strict=True)) / total if total else 0.0
    zones = [0.0] * len(inputs.zones.area_id)
    for i, head in enumerate(heads):
        short = max(0.0, 1 - access[i] / fair) if fair > 0 else float(access[i] == 0)
        zones[int(inputs.zones.of_point[i])] += head * short
    return zones


@st.composite
def towns(draw: st.DrawFn) -> tuple[PopulationPoints, list[tuple[float, float]], list[int]]:
    n, m = draw(st.integers(1, 9)), draw(st.integers(0, 6))
    # Off the round hundreds, so that no pair lies exactly at an edge where the two sums round differently.
    along = st.integers(0, 40).map(lambda hundreds: hundreds * 97.3)
    xs, ys = (np.array(draw(st.lists(along, min_size=n, max_size=n))) for _ in range(2))
    people = np.array(draw(st.lists(st.sampled_from([10.0, 250.0, 900.0]), min_size=n, max_size=n)))
    need = np.array(draw(st.lists(st.sampled_from([0.5, 1.0, 1.4]), min_size=n, max_size=n)))
    services = draw(st.lists(st.tuples(along, along), min_size=m, max_size=m))
    zone = sorted(draw(st.lists(st.integers(0, 4), min_size=n, max_size=n)))
    _, numbered = np.unique(zone, return_inverse=True)
    return PopulationPoints(xs, ys, people, need), services, numbered.tolist()


@given(towns())
def test_every_way_equals_the_sum_by_hand(
    town: tuple[PopulationPoints, list[tuple[float, float]], list[int]],
) -> None:
    points, services, zone = town
    inputs = inputs_of(points, services, zone)
    measured, found = counted(inputs)
    np.testing.assert_allclose(found.people_without[found.asked], measured.delivered.equivalent_people, atol=1e-8)
    for number, way in enumerate(found.ways):
        by_hand = without_by_hand(inputs, services, way)
        np.testing.assert_allclose(found.people_without[number], by_hand, rtol=1e-9, atol=1e-7)


@given(towns())
def test_ranks_and_worst_fifths_are_those_of_a_slow_count(
    town: tuple[PopulationPoints, list[tuple[float, float]], list[int]],
) -> None:
    points, services, zone = town
    _, found = counted(inputs_of(points, services, zone))
    for number in range(len(found.ways)):
        without = found.people_without[number].tolist()
        size = max(1, round(len(without) / 5))
        least = sorted(without, reverse=True)[size - 1]
        assert found.rank[number].tolist() == [1 + sum(other > one for other in without) for one in without]
        assert found.is_worst[number].tolist() == [one >= least and one > 0 for one in without]
    assert found.stable.tolist() == [int(sum(column)) for column in found.is_worst.T]


def test_there_are_forty_ways_and_twenty_where_need_is_even() -> None:
    assert len(set(list_ways(1_200, need_differs=True))) == 40
    assert len(set(list_ways(1_200, need_differs=False))) == 20


LINE = PopulationPoints(np.arange(10) * 700.0, np.zeros(10), np.full(10, 100.0), np.ones(10))


def test_an_area_far_from_everything_is_worst_in_every_way() -> None:
    measured, found = counted(inputs_of(LINE, [(0.0, 0.0), (700.0, 0.0), (1_400.0, 0.0)], list(range(10))))
    assert measured.rank.tolist().count(0) == 0
    assert found.stable[-1] == len(found.ways) == 20
    assert found.stable[0] == 0
    assert (found.rank[:, -1] == 1).all()


def test_what_is_not_ranked_is_ranked_in_no_way() -> None:
    inputs = inputs_of(LINE, [(0.0, 0.0)], list(range(10)))
    inputs.looked_on[9] = NEVER
    measured, found = counted(inputs)
    assert measured.rank[9] == 0
    assert not found.rank[:, 9].any()
    assert not found.is_worst[:, 9].any()


def test_moved_squares_find_the_half_without_services() -> None:
    inputs = inputs_of(LINE, [(0.0, 0.0)], [0] * 5 + [1] * 5)
    _, found = counted(inputs)
    assert found.shifted_worst.shape == (4, 2)
    assert found.shifted_worst[:, 1].all()


def test_too_much_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.actions.gap_ways.MOST_PAIRS", 3)
    with pytest.raises(BadQuestionError) as error:
        counted(inputs_of(LINE, [(0.0, 0.0)] * 3, list(range(10))))
    assert error.value.field == "within"
    assert error.value.fix
