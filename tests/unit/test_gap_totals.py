"""Sums are done at points and only added up: any way of cutting the same ground gives the same total."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from app.actions.gap_answers import GapQuestion
from app.actions.gap_inputs import GapInputs, People, ThemeServices, Zones, find_all_pairs, sum_services
from app.actions.gap_measure import measure, measure_whole
from app.actions.make_grid import MILE_M
from app.analysis.inputs import BoolArray, IntArray, PopulationPoints

ON = date(2026, 11, 22)
SIDE_M = 6_000


def world(chance: np.random.Generator, inside: BoolArray | None = None) -> GapInputs:
    """Some hundred points with uneven people and need, some ten services."""
    count = int(chance.integers(60, 240))
    points = PopulationPoints(
        chance.uniform(0, SIDE_M, count),
        chance.uniform(0, SIDE_M, count),
        np.round(chance.gamma(2, 80, count)),
        chance.uniform(0.5, 1.5, count),
    )
    usual: dict[str, Any] = {"service_id": "s", "role": "meets_at", "area_id": None, "is_online": False}
    places = chance.uniform(0, SIDE_M, (int(chance.integers(1, 12)), 2))
    table = pd.DataFrame([{**usual, "x_m": x, "y_m": y} for x, y in places])
    return GapInputs(
        GapQuestion("food", "any", "", 1_500),
        ON,
        People(points, np.arange(count)),
        ThemeServices(table, {}),
        Zones(np.zeros(1, dtype=np.intp), np.zeros(count, dtype=np.intp)),
        np.ones(count, dtype=bool) if inside is None else inside,
        np.full(count, ON.toordinal(), dtype=np.intp),
    )


def cells(points: PopulationPoints, size_m: float, shift_m: float) -> IntArray:
    """Squares of a size, as the grid of square miles cuts."""
    column, row = ((axis + shift_m) // size_m for axis in (points.x_m, points.y_m))
    return np.unique(column * 10_000 + row, return_inverse=True)[1].astype(np.intp)


def hexagons(points: PopulationPoints, size_m: float) -> IntArray:
    """The nearest of the middles of a honeycomb: exactly its hexagons."""
    step = size_m * np.sqrt(3) / 2
    rows = np.arange(-1, SIDE_M // step + 2)
    middles = np.array(
        [((c + (r % 2) / 2) * size_m, r * step) for r in rows for c in range(-1, int(SIDE_M / size_m) + 2)]
    )
    away = (points.x_m[:, None] - middles[:, 0]) ** 2 + (points.y_m[:, None] - middles[:, 1]) ** 2
    return away.argmin(axis=1).astype(np.intp)


def zonings(chance: np.random.Generator, points: PopulationPoints) -> dict[str, IntArray]:
    seeds = chance.uniform(0, SIDE_M, (int(chance.integers(2, 9)), 2))
    away = (points.x_m[:, None] - seeds[:, 0]) ** 2 + (points.y_m[:, None] - seeds[:, 1]) ** 2
    return {
        "each point": np.arange(points.count),
        "square miles": cells(points, MILE_M, 0),
        "shifted square miles": cells(points, MILE_M, float(chance.uniform(0, MILE_M))),
        "hexagons": hexagons(points, 1_000),
        "wards": away.argmin(axis=1).astype(np.intp),
        "any at all": chance.integers(0, 7, points.count),
    }


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_people_without_add_up_to_the_same_under_any_zoning(seed: int, is_patch: bool) -> None:
    chance = np.random.default_rng(seed)
    inputs = world(chance)
    points = inputs.people.points
    if is_patch:
        corners = chance.uniform(0, SIDE_M, (5, 2))
        patch = shapely.MultiPoint(corners).convex_hull
        inputs = replace(
            inputs, inside=shapely.intersects_xy(patch, points.x_m, points.y_m), compared=inputs.inside
        )
    sums = sum_services(inputs, find_all_pairs(inputs))
    whole = measure_whole(inputs, sums, draws=0).delivered
    people, without = float(whole.people.sum()), float(whole.equivalent_people.sum())
    assert people == pytest.approx(points.people[inputs.inside].sum(), rel=1e-12)
    for name, of_point in zonings(chance, points).items():
        rows = measure(replace(inputs, zones=Zones(np.arange(of_point.max() + 1), of_point)), sums, draws=0)
        assert float(rows.delivered.people.sum()) == pytest.approx(people, rel=1e-9), name
        assert float(rows.delivered.equivalent_people.sum()) == pytest.approx(without, rel=1e-9), name


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_two_halves_of_a_patch_make_the_whole_of_it(seed: int) -> None:
    chance = np.random.default_rng(seed)
    inputs = world(chance)
    sums = sum_services(inputs, find_all_pairs(inputs))
    everyone = inputs.inside
    left = inputs.people.points.x_m < chance.uniform(0, SIDE_M)
    parts = [
        float(measure_whole(replace(inputs, inside=part, compared=everyone), sums, draws=0).delivered
              .equivalent_people.sum())
        for part in (left, ~left)
    ]  # fmt: skip
    whole = measure_whole(inputs, sums, draws=0).delivered.equivalent_people.sum()
    assert sum(parts) == pytest.approx(float(whole), rel=1e-9)


def test_a_row_says_which_share_of_its_people_is_inside() -> None:
    inputs = world(np.random.default_rng(1))
    points = inputs.people.points
    inside = points.x_m < SIDE_M / 3
    zones = Zones(np.arange(2), (points.y_m < SIDE_M / 2).astype(np.intp))
    measured = measure(replace(inputs, inside=inside, zones=zones), sum_services(inputs, find_all_pairs(inputs)))
    for row in (0, 1):
        mine = zones.of_point == row
        share = points.people[mine & inside].sum() / points.people[mine].sum()
        assert measured.inside_share[row] == pytest.approx(share, rel=1e-12)
