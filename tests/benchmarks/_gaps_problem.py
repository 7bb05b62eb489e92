"""A seeded country for the gap benchmark: towns of very different size, as dense as England and Wales."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis.inputs import PopulationPoints, ReachSettings, ServicePoints

THEMES = 20
NATIONAL_AREAS, NATIONAL_SERVICES = 35_672, 200_000
KM2_PER_AREA = 130_000 / NATIONAL_AREAS
# Chosen so that a service reaches on average about as many areas as an LSOA of England and Wales has neighbours:
# 8.6 within 1.2 km and 99 within 5 km, measured on the 2011 centroids.
AREAS_PER_TOWN, AREAS_PER_BUILT_KM2, RURAL_SHARE, TOWN_SIZE_POWER = 40, 4.5, 0.1, 1.0


@dataclass(frozen=True)
class Problem:
    points: PopulationPoints
    services: ServicePoints


def settings_for(reach_m: float) -> ReachSettings:
    """E2SFCA with straight distances, so that every engine can do exactly the same sum."""
    return ReachSettings(reach_m=reach_m, detour=1.0, decay="dai", demand_power=1, access_power=1)


def make_problem(areas: int, services: int, seed: int = 1, *, parts: int = 1) -> Problem:
    """Areas and services drawn from the same towns; ``parts`` splits each area into that many points."""
    random = np.random.default_rng(seed)
    side_m = np.sqrt(areas * KM2_PER_AREA) * 1000
    size = random.pareto(TOWN_SIZE_POWER, max(8, areas // AREAS_PER_TOWN)) + 1
    chance = np.minimum(size, size.sum() / 5)
    chance /= chance.sum()
    middle = random.uniform(0, side_m, (size.size, 2))
    radius_m = np.sqrt(chance * areas / AREAS_PER_BUILT_KM2 / np.pi) * 1000 / 1.4

    def places(count: int) -> np.ndarray:
        town = random.choice(size.size, count, p=chance)
        place = middle[town] + random.normal(0, 1, (count, 2)) * radius_m[town, None]
        rural = random.random(count) < RURAL_SHARE
        place[rural] = random.uniform(0, side_m, (int(rural.sum()), 2))
        return place

    area = np.repeat(places(areas), parts, axis=0)
    if parts > 1:
        area += random.normal(0, 200, area.shape)
    people = random.integers(1000, 2500, areas * parts) / parts
    points = PopulationPoints(area[:, 0], area[:, 1], people, np.ones(areas * parts))
    place = places(services)
    theme = random.integers(0, THEMES, services)
    return Problem(points, ServicePoints(place[:, 0], place[:, 1], np.ones(services), theme))
