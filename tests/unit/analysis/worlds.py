"""Small random worlds for property tests, on whole hundreds of metres: many pairs lie at the edge of reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from app.analysis.inputs import DECAYS, PopulationPoints, ReachSettings, ServedAreas, ServicePoints

THEMES = 3


@dataclass(frozen=True)
class World:
    points: PopulationPoints
    services: ServicePoints
    served: ServedAreas
    settings: ReachSettings


def _numbers(draw: st.DrawFn, size: int, values: st.SearchStrategy[float]) -> np.ndarray:
    return np.array(draw(st.lists(values, min_size=size, max_size=size)), dtype=float)


coordinates = st.integers(-8, 30).map(lambda hundreds: hundreds * 100.0)


@st.composite
def settings(draw: st.DrawFn) -> ReachSettings:
    decay = draw(st.sampled_from(DECAYS))
    reach = draw(st.sampled_from([300.0, 500.0, 1200.0, 1300.0, 5000.0]))
    steps = ((reach / 4, 1.0), (reach / 2, 0.6), (reach, 0.25)) if decay == "steps" else ()
    powers = draw(st.sampled_from([(0, 1), (0, 0), (1, 1), (1, 2), (0.5, 1.5)]))
    return ReachSettings(reach, draw(st.sampled_from([1.0, 1.3])), decay, *powers, steps)


@st.composite
def worlds(draw: st.DrawFn, min_points: int = 0, min_services: int = 0) -> World:
    n, m = draw(st.integers(min_points, 12)), draw(st.integers(min_services, 10))
    people = _numbers(draw, n, st.sampled_from([0.0, 1.0, 120.0, 1500.0]))
    need = _numbers(draw, n, st.sampled_from([0.5, 1.0, 1.37]))
    points = PopulationPoints(_numbers(draw, n, coordinates), _numbers(draw, n, coordinates), people, need)
    theme = np.array(draw(st.lists(st.integers(0, THEMES - 1), min_size=m, max_size=m)), dtype=int)
    supply = _numbers(draw, m, st.sampled_from([0.0, 1.0, 2.5]))
    services = ServicePoints(_numbers(draw, m, coordinates), _numbers(draw, m, coordinates), supply, theme)
    return World(points, services, draw(served_areas(n)), draw(settings()))


@st.composite
def served_areas(draw: st.DrawFn, point_count: int) -> ServedAreas:
    count = draw(st.integers(0, 3)) if point_count else 0
    inside = [np.array(sorted(draw(st.sets(st.integers(0, point_count - 1)))), dtype=int) for _ in range(count)]
    theme = np.array(draw(st.lists(st.integers(0, THEMES - 1), min_size=count, max_size=count)), dtype=int)
    return ServedAreas(_numbers(draw, count, st.sampled_from([0.0, 1.0, 4.0])), theme, inside)
