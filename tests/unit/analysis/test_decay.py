"""Distance decay: the published numbers, the edge of reach, and agreement with the formulas as written."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis.decay import decay_weights, squared_limit, weights_of_squared
from app.analysis.inputs import DECAYS, ReachSettings
from tests.unit.analysis import oracle
from tests.unit.analysis.worlds import settings


def at(
    decay: str, reach: float, distances: list[float], steps: tuple[tuple[float, float], ...] = ()
) -> list[float]:
    found = decay_weights(np.array(distances), ReachSettings(reach, decay=decay, steps=steps))
    return [float(w) for w in found]


def test_golden_4_gaussian_of_width_20() -> None:
    """pysal/access test_weights.py: sigma 20 is a third of reach 60."""
    expected = [1, 0.6065306597, 0.1353352832, 0.0111089965]
    assert at("gaussian", 60, [0, 20, 40, 60]) == pytest.approx(expected, abs=1e-10)


def test_golden_4_steps_include_their_limit() -> None:
    """pysal/access weights.py doctest {20: 1, 40: .68, 60: .22}."""
    steps = ((20, 1), (40, 0.68), (60, 0.22))
    assert at("steps", 60, [0, 20, 20.001, 40, 60, 60.001], steps) == [1, 1, 0.68, 0.68, 0.22, 0]


def test_golden_12_dai() -> None:
    expected = [1, 0.8626563100, 0.7013665732, 0]
    assert at("dai", 1200, [0, 400, 600, 1200]) == pytest.approx(expected, abs=1e-10)


def test_exponential_halves_every_third_of_the_way() -> None:
    assert at("exp", 900, [0, 300, 600, 900, 901]) == pytest.approx([1, 0.5, 0.25, 0.125, 0])


@given(settings(), st.lists(st.floats(0, 6000), max_size=20))
def test_every_decay_follows_its_formula(choice: ReachSettings, distances: list[float]) -> None:
    expected = [oracle.weight(d, choice) for d in distances]
    np.testing.assert_allclose(decay_weights(np.array(distances), choice), expected, rtol=1e-12, atol=1e-14)


@given(settings(), st.floats(0, 4000))
def test_straight_and_walking_distances_agree(choice: ReachSettings, straight: float) -> None:
    squared = np.array([straight * straight])
    walked = choice.detour * np.sqrt(squared)
    if abs(walked[0] - choice.reach_m) > 1e-9 and all(abs(walked[0] - limit) > 1e-9 for limit, _ in choice.steps):
        np.testing.assert_allclose(
            weights_of_squared(squared, choice), decay_weights(walked, choice), rtol=1e-12, atol=1e-14
        )


@pytest.mark.parametrize("decay", [name for name in DECAYS if name != "steps"])
def test_weights_fall_from_one_and_stop_at_the_reach(decay: str) -> None:
    weights = at(decay, 1200, list(np.linspace(0, 1200, 241)))
    assert weights[0] == 1
    assert all(near >= far >= 0 for near, far in pairwise(weights))
    assert at(decay, 1200, [math.nextafter(1200, 2000), 5000]) == [0, 0]


@given(st.floats(1, 1e5), st.floats(1, 3))
def test_the_line_is_drawn_at_the_last_number_within_reach(reach: float, detour: float) -> None:
    limit = squared_limit(reach, detour)
    assert detour * math.sqrt(limit) <= reach
    assert detour * math.sqrt(math.nextafter(limit, math.inf)) > reach
