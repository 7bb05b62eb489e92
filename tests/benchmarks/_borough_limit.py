"""What the sums of a borough are held against: the bare arithmetic in numpy, and PySAL's ``access``.

Both are given the services that count and everybody who can reach them, and do nothing but sum.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from access import fca

from app.actions.gap_inputs import GapInputs, Sums
from app.actions.gap_measure import zones_inside

EDGE = math.exp(-0.5)
Given = list[tuple[GapInputs, tuple[Sums, Sums]]]


def bare_sum(given: Given, reach_m: float) -> float:
    """People without, over all themes: each counted twice, as the real sums are, and the first added up."""
    total = 0.0
    for inputs, counts in given:
        found = [_people_without(inputs, sums, reach_m) for sums in counts]
        total += float(found[0].sum())
    return total


def _people_without(inputs: GapInputs, sums: Sums, reach_m: float) -> np.ndarray:
    heads, pairs = inputs.people.points.weighted_people, sums.pairs
    near = pairs.distance_m <= reach_m
    point, service = pairs.point[near], pairs.service[near]
    weight = (np.exp(-0.5 * (pairs.distance_m[near] / reach_m) ** 2) - EDGE) / (1 - EDGE)
    shared = np.bincount(service, heads[point], sums.services.count)
    access = np.bincount(point, weight / shared[service], heads.size)
    for inside in sums.served.points:
        people = heads[inside].sum()
        if people:
            access[inside] += 1 / people
    counted = inputs.inside & inputs.known if (inputs.inside & inputs.known).any() else inputs.inside
    fair = (access * heads)[counted].sum() / heads[counted].sum()
    area_id, zone = zones_inside(inputs.zones, inputs.inside)
    asked = zone >= 0
    short = np.maximum(0, 1 - access[asked] / fair) if fair else (access[asked] == 0).astype(float)
    without: np.ndarray = np.bincount(zone[asked], heads[asked] * short, len(area_id))
    return without


def access_sum(given: Given, reach_m: float) -> float:
    """Access by ``two_stage_fca`` with the same decay, theme by theme, each once; areas served are beyond it."""

    def dai(metres: float) -> float:
        u = metres / reach_m
        return (math.exp(-u * u / 2) - EDGE) / (1 - EDGE)

    total = 0.0
    for inputs, (sums, _) in given:
        people = pd.DataFrame({"geoid": inputs.people.point_id, "people": inputs.people.points.weighted_people})
        supply = pd.DataFrame({"supply": np.ones(sums.services.count)})
        costs = pd.DataFrame(
            {
                "origin": inputs.people.point_id[sums.pairs.point],
                "dest": sums.pairs.service,
                "cost": sums.pairs.distance_m,
            }
        )
        if not sums.pairs.count:
            continue
        found = fca.two_stage_fca(
            people, supply, costs, max_cost=reach_m, demand_index="geoid", demand_name="people",
            supply_name="supply", weight_fn=dai,
        )  # fmt: skip
        total += float(found.sum())
    return total
