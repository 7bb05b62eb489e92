"""Zones against chance, and points against the edge of the map, beside slow and obvious ways to do the same."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.edges import LEAST_HOLE_M2, SLIVER_M, edge_distance
from app.analysis.inputs import PopulationPoints, ReachSettings, ServicePoints
from app.analysis.provision import measure_provision
from app.analysis.robustness import DRAWS_AT_ONCE, random_placement_zone_p_values

SETTINGS = ReachSettings(reach_m=1_300)
TOWN = PopulationPoints(
    np.array([0.0, 700, 1_400, 2_100, 2_800, 3_500]),
    np.zeros(6),
    np.array([100.0, 200, 50, 300, 80, 120]),
    np.ones(6),
)
ZONE = np.array([0, 0, 1, 1, 2, -1])
SITES = np.array([0, 1, 3, 5])


def by_hand(access: np.ndarray, services: int, draws: int, seed: int) -> list[float]:
    """The same draws, each measured anew with all its services."""
    people = TOWN.weighted_people
    random = np.random.default_rng(seed)
    chosen = random.choice(SITES.size, (draws, services), p=people[SITES] / people[SITES].sum())
    as_low = np.ones(3)
    for draw in chosen:
        at = SITES[draw]
        placed = ServicePoints(TOWN.x_m[at], TOWN.y_m[at], np.ones(services), np.zeros(services, np.intp))
        drawn = measure_provision(TOWN, placed, 1, SETTINGS).access[0]
        for zone in range(3):
            here = zone == ZONE
            got = (people[here] * drawn[here]).sum() / people[here].sum()
            real = (people[here] * access[here]).sum() / people[here].sum()
            as_low[zone] += got <= real * (1 + 1e-9)
    return (as_low / (1 + draws)).tolist()


@given(st.lists(st.integers(0, 5), min_size=1, max_size=4), st.integers(0, 50))
def test_zones_against_chance_equal_every_draw_measured_anew(places: list[int], seed: int) -> None:
    at = np.array(places)
    services = ServicePoints(TOWN.x_m[at], TOWN.y_m[at], np.ones(at.size), np.zeros(at.size, np.intp))
    access = measure_provision(TOWN, services, 1, SETTINGS).access[0]
    draws = min(20, DRAWS_AT_ONCE)
    found = random_placement_zone_p_values(TOWN, SITES, at.size, access, ZONE, 3, SETTINGS, draws=draws, seed=seed)
    assert found.tolist() == pytest.approx(by_hand(access, at.size, draws, seed))


def square(left: float, bottom: float, side: float = 1_000) -> bytes:
    return bytes(shapely.to_wkb(shapely.box(left, bottom, left + side, bottom + side)))


BLOCK = [square(x * 1_000, y * 1_000) for x in range(3) for y in range(3)]


@given(st.lists(st.tuples(st.floats(1, 2_999), st.floats(1, 2_999)), min_size=1, max_size=6))
def test_the_edge_is_the_rim_of_the_whole_and_no_border_inside(at: list[tuple[float, float]]) -> None:
    x, y = np.array(at).T
    found = edge_distance(BLOCK, x, y, 800)
    for (px, py), distance in zip(at, found, strict=True):
        rim = min(px, py, 3_000 - px, 3_000 - py)
        if rim <= 800:
            assert distance == pytest.approx(rim, abs=1e-6)
        else:
            assert distance > 799.99


def test_land_left_out_in_the_middle_is_an_edge_and_a_small_hole_is_not() -> None:
    ring = BLOCK[:4] + BLOCK[5:]
    middle = np.array([1_500.0]), np.array([950.0])
    assert edge_distance(ring, *middle, 800)[0] == pytest.approx(50, abs=1e-6)
    assert edge_distance(BLOCK, *middle, 800)[0] == math.inf
    side = math.sqrt(LEAST_HOLE_M2) - 2 * SLIVER_M - 50
    holed = shapely.difference(
        shapely.box(0, 0, 3_000, 3_000), shapely.box(1_400, 1_400, 1_400 + side, 1_400 + side)
    )
    assert (
        edge_distance([bytes(shapely.to_wkb(holed))], np.array([1_390.0]), np.array([1_500.0]), 800)[0] == math.inf
    )


def test_slivers_between_neighbours_are_no_edge_and_nothing_loaded_has_none() -> None:
    gapped = [square(0, 0), square(1_000 + SLIVER_M, 0)]
    assert edge_distance(gapped, np.array([990.0]), np.array([500.0]), 400)[0] == math.inf
    assert edge_distance([], np.array([1.0]), np.array([1.0]), 400).tolist() == [math.inf]


def box(left: float, bottom: float, right: float, top: float) -> bytes:
    return bytes(shapely.to_wkb(shapely.box(left, bottom, right, top)))


def test_the_sea_is_no_edge_where_land_is_known() -> None:
    """A square kilometre at the sea: land goes on in the east; in the west its coast is drawn 90 m further out."""
    base, x, y = [box(0, 0, 1_000, 1_000)], np.array([100.0, 900.0]), np.array([500.0, 500.0])
    assert edge_distance(base, x, y, 500).tolist() == pytest.approx([100, 100])
    far, near = edge_distance(base, x, y, 500, land=[box(-90, 0, 3_000, 1_000)])
    assert (far, near) == (math.inf, pytest.approx(100))
    assert edge_distance(base, x, y, 500, land=base).tolist() == [math.inf, math.inf]
    assert edge_distance(base, x, y, 500, land=[]).tolist() == [math.inf, math.inf]
    hole = [box(0, 0, 1_000, 400), box(0, 600, 1_000, 1_000), box(0, 400, 300, 600)]
    assert edge_distance(hole, np.array([290.0]), np.array([500.0]), 500, land=base)[0] == math.inf
    wide = [box(0, 0, 1_000, 200), box(0, 800, 1_000, 1_000), box(0, 200, 300, 800)]
    assert edge_distance(wide, np.array([290.0]), np.array([500.0]), 500, land=base)[0] == pytest.approx(10)
