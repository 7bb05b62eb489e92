"""The slow, obvious way: two loops and the formula as written. Nothing here is shared with the fast code."""

from __future__ import annotations

import math

import numpy as np

from app.analysis.inputs import FloatArray, PopulationPoints, ReachSettings, ServedAreas, ServicePoints


def weight(distance_m: float, settings: ReachSettings) -> float:
    u = distance_m / settings.reach_m
    if u > 1:
        return 0.0
    by_name = {
        "dai": max(0.0, (math.exp(-(u**2) / 2) - math.exp(-0.5)) / (1 - math.exp(-0.5))),
        "step": 1.0,
        "linear": 1 - u,
        "exp": 0.5 ** (3 * u),
        "gaussian": math.exp(-((3 * u) ** 2) / 2),
        "steps": next((step for limit, step in settings.steps if distance_m <= limit), 0.0),
    }
    return by_name[settings.decay]


def walk(points: PopulationPoints, i: int, services: ServicePoints, j: int, settings: ReachSettings) -> float:
    across, along = points.x_m[i] - services.x_m[j], points.y_m[i] - services.y_m[j]
    return settings.detour * math.sqrt(across * across + along * along)


def pairs(points: PopulationPoints, services: ServicePoints, settings: ReachSettings) -> list[tuple[int, int]]:
    """(service, point) within reach, in order."""
    return [
        (j, i)
        for j in range(services.count)
        for i in range(points.count)
        if walk(points, i, services, j, settings) <= settings.reach_m
    ]


def provision(
    points: PopulationPoints,
    services: ServicePoints,
    theme_count: int,
    settings: ReachSettings,
    served: ServedAreas | None = None,
) -> dict[str, FloatArray]:
    """access, services_in_reach and closeness_sum (K, n); shared_by, shared_by_people and ratio (m,)."""
    tables = {
        name: np.zeros((theme_count, points.count)) for name in ("access", "services_in_reach", "closeness_sum")
    }
    shared_by, heads, ratio = (np.zeros(services.count) for _ in range(3))
    for j in range(services.count):
        reached = [i for i in range(points.count) if walk(points, i, services, j, settings) <= settings.reach_m]
        weights = {i: weight(walk(points, i, services, j, settings), settings) for i in reached}
        for i in reached:
            shared_by[j] += points.people[i] * points.need_weight[i] * weights[i] ** settings.demand_power
            heads[j] += points.people[i]
        if shared_by[j] > 0:
            ratio[j] = services.supply[j] / shared_by[j]
        theme = services.theme[j]
        for i in reached:
            closeness = weights[i] ** settings.access_power
            tables["access"][theme, i] += ratio[j] * closeness
            tables["services_in_reach"][theme, i] += services.supply[j]
            tables["closeness_sum"][theme, i] += services.supply[j] * closeness
    for row in range(served.count if served else 0):
        inside = [int(i) for i in served.points[row]]
        people = sum(points.people[i] * points.need_weight[i] for i in inside)
        for i in inside:
            theme = served.theme[row]
            tables["access"][theme, i] += served.supply[row] / people if people > 0 else 0.0
            tables["services_in_reach"][theme, i] += served.supply[row]
            tables["closeness_sum"][theme, i] += served.supply[row]
    return {**tables, "shared_by": shared_by, "shared_by_people": heads, "ratio": ratio}


def weighted_median(values: list[float], weights: list[float]) -> float:
    """The smallest value that at least half of the weight does not exceed."""
    for value in sorted(values):
        if sum(w for v, w in zip(values, weights, strict=True) if v <= value) >= sum(weights) / 2:
            return value
    return math.nan
