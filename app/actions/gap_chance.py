"""What could be chance, and what hangs on old records: both counted again from the inputs, no database."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from app.actions.gap_inputs import GapInputs, Sums, reach_of_question, sum_services
from app.actions.gap_measure import Measured, measure
from app.actions.gap_ways import check_pairs
from app.analysis.catchments import Pairs
from app.analysis.inputs import BoolArray, FloatArray, ServicePoints
from app.analysis.robustness import benjamini_hochberg, random_placement_zone_p_values

DRAWS = 999
FALSE_SHARE = 0.05
"""Of the areas marked as beyond chance at most this share may be marked wrongly (Benjamini and Hochberg)."""


@dataclass(frozen=True, eq=False)
class Chance:
    """For the z areas of Measured: how often chance does as badly, and which areas are short beyond it.

    ``p_value`` is NaN for an area that is not ranked; ``services`` is how many were dropped at random.
    """

    p_value: FloatArray
    is_beyond: BoolArray
    services: int


def compare_with_chance(inputs: GapInputs, sums: Sums, measured: Measured, *, draws: int = DRAWS) -> Chance:
    """Drop as many services on people at random, in the area asked about and as far around it as people go.

    What reaches an area in each draw is compared with what does reach it. Services that serve a whole area stay.
    Errors: BadQuestionError when there is too much to wait for.
    """
    nothing = Chance(np.full(len(measured.area_id), np.nan), np.zeros(len(measured.area_id), dtype=bool), 0)
    ranked = measured.rank > 0
    points, settings = inputs.people.points, reach_of_question(inputs.question)
    if not sums.services.count or not ranked.any():
        return nothing
    where = np.column_stack([points.x_m, points.y_m])
    inside = cKDTree(where[measured.inside])
    around = inside.query(where)[0] <= settings.straight_reach_m
    sites = np.flatnonzero(around & (points.weighted_people > 0))
    standing = np.column_stack([sums.services.x_m, sums.services.y_m])
    services = int((inside.query(standing)[0] <= settings.straight_reach_m).sum())
    if not sites.size or not services:
        return nothing
    nowhere = np.zeros(sites.size)
    stand = ServicePoints(points.x_m[sites], points.y_m[sites], nowhere, nowhere.astype(np.intp))
    check_pairs(points, stand, settings)
    p_value = random_placement_zone_p_values(
        points,
        sites,
        services,
        _placed_access(sums),
        measured.zone,
        len(measured.area_id),
        settings,
        draws=draws,
    )
    is_beyond = np.zeros(ranked.size, dtype=bool)
    is_beyond[ranked] = benjamini_hochberg(p_value[ranked], FALSE_SHARE)
    return Chance(np.where(ranked, p_value, np.nan), is_beyond, services)


def _placed_access(sums: Sums) -> FloatArray:
    """What reaches each point (n,) from services that stand somewhere."""
    access = sums.provision.access[0].copy()
    for points, ratio in zip(sums.served.points, sums.provision.served_ratio, strict=True):
        access[points] -= ratio
    # What is left of a - a is rounding.
    return np.where(access < 1e-15, 0.0, access)


def shortfall_if_fresh(inputs: GapInputs, pairs: Pairs) -> FloatArray:
    """Each area's shortfall (z,) if only what was confirmed lately counts; NaN where nothing was.

    ``pairs`` are those of find_all_pairs.
    """
    fresh = replace(inputs, question=replace(inputs.question, is_fresh=True))
    measured = measure(fresh, sum_services(fresh, pairs), draws=0)
    return measured.delivered.shortfall if measured.benchmark > 0 else np.full(len(measured.area_id), np.nan)
