"""Bad input is refused in plain words, and the sentence says which number is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from app.analysis.inputs import PopulationPoints, ReachSettings, ServedAreas, ServicePoints

ONES = np.ones(2)


@pytest.mark.parametrize(
    ("people", "message"),
    [
        ([1.0, -2.0], "people must be 0 or more: entry 1 is -2"),
        ([1.0, np.nan], "people must be a number in every row: entry 1 is nan"),
        ([np.inf, 1.0], "people must be a number in every row: entry 0 is inf"),
        ([1.0], "people has 1 numbers but there are 2 rows"),
        ([[1.0, 2.0]], "people must be a simple list of numbers"),
    ],
)
def test_wrong_people_are_named(people: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PopulationPoints(ONES, ONES, np.array(people), ONES)


def test_coordinates_may_be_negative_but_need_may_not() -> None:
    points = PopulationPoints(-ONES, -ONES, 2 * ONES, 1.5 * ONES)
    assert points.weighted_people.tolist() == [3.0, 3.0]
    with pytest.raises(ValueError, match="need_weight must be 0 or more"):
        PopulationPoints(ONES, ONES, ONES, -ONES)


@pytest.mark.parametrize(
    ("theme", "message"),
    [
        ([0, -1], "theme must be 0 or more: entry 1 is -1"),
        ([0.0, 1.0], "theme must be whole numbers, not float64"),
        ([0], "theme has 1 entries but there are 2 rows"),
    ],
)
def test_wrong_themes_are_named(theme: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ServicePoints(ONES, ONES, ONES, np.array(theme))


def test_one_service_can_be_taken_out() -> None:
    services = ServicePoints(np.array([1.0, 2]), np.array([3.0, 4]), np.array([5.0, 6]), np.array([0, 7]))
    last = services.at(1)
    assert (last.x_m, last.y_m, last.supply, last.theme) == (2.0, 4.0, 6.0, 7)


def test_a_served_area_lists_each_point_once() -> None:
    with pytest.raises(ValueError, match="served area 1 lists the same population point twice"):
        ServedAreas(ONES, np.zeros(2, int), [np.array([0, 1]), np.array([2, 2])])
    with pytest.raises(ValueError, match="points has 1 areas but there are 2 rows"):
        ServedAreas(ONES, np.zeros(2, int), [np.array([0])])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"reach_m": 0}, "reach_m must be more than 0"),
        ({"reach_m": np.nan}, "reach_m must be more than 0"),
        ({"detour": 0.9}, "detour must be 1 or more"),
        ({"decay": "banana"}, "decay must be one of dai, step"),
        ({"demand_power": -1}, "demand_power must be 0 or more"),
        ({"access_power": np.inf}, "access_power must be 0 or more"),
        ({"decay": "steps"}, "needs at least one step"),
        ({"decay": "steps", "steps": ((5, 1), (5, 0.5))}, "get larger"),
        ({"decay": "steps", "steps": ((5, 0.5), (9, 1))}, "never rise"),
        ({"decay": "steps", "steps": ((5, 1.5),)}, "between 0 and 1"),
        ({"steps": ((5, 1),)}, "only used when decay is “steps”"),
    ],
)
def test_wrong_settings_are_named(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ReachSettings(**wrong)  # type: ignore[arg-type]
