"""How much a service counts at a distance: 1 at the door, 0 beyond reach."""

from __future__ import annotations

import math

import numpy as np

from app.analysis.inputs import FloatArray, ReachSettings

DAI_EDGE = math.exp(-0.5)
LEAST_WEIGHT = 1e-13
"""A smaller weight is rounding at the very edge of reach, where the formulas give exactly 0."""


def decay_weights(distance_m: FloatArray, settings: ReachSettings) -> FloatArray:
    """Weights 0..1 for walking distances, the reach itself included.

    Shapes: any shape in, the same out. Units: walking metres (the detour is already in them).
    With u = distance / reach: dai (e^(-u^2/2) - e^-0.5) / (1 - e^-0.5) (Dai 2010), step 1, linear 1 - u,
    exp 2^(-3u) (halves every third of the way), gaussian e^(-9u^2/2) (sigma is a third of the reach),
    steps: the weight of the first step whose limit is not passed.
    """
    distance = np.asarray(distance_m, dtype=np.float64)
    return weights_of_squared(distance * distance, settings, 1.0)


def weights_of_squared(squared: FloatArray, settings: ReachSettings, detour: float | None = None) -> FloatArray:
    """As decay_weights, from squared distances times ``detour`` (the settings' own if not given).

    The two Gaussian shapes need no square root, which is most of their cost on millions of pairs.
    """
    factor = settings.detour if detour is None else detour
    reach = settings.reach_m / factor
    inside = squared <= squared_limit(settings.reach_m, factor)
    if settings.decay == "step":
        return inside.astype(np.float64)
    weight = np.empty_like(squared)
    if settings.decay in ("dai", "gaussian"):
        np.multiply(squared, (-0.5 if settings.decay == "dai" else -4.5) / (reach * reach), out=weight)
        np.exp(weight, out=weight)
        if settings.decay == "dai":
            weight -= DAI_EDGE
            weight *= 1 / (1 - DAI_EDGE)
    else:
        np.sqrt(squared, out=weight)
        if settings.decay == "steps":
            weight = _step_weights(weight * factor, settings.steps)
        else:
            weight /= reach
            weight = 1 - weight if settings.decay == "linear" else np.exp2(-3 * weight)
    inside &= weight > LEAST_WEIGHT
    weight *= inside
    return weight


def _step_weights(distance_m: FloatArray, steps: tuple[tuple[float, float], ...]) -> FloatArray:
    limits = np.array([limit for limit, _ in steps])
    weights = np.array([weight for _, weight in steps] + [0.0])
    chosen: FloatArray = weights[np.searchsorted(limits, distance_m, side="left")]
    return chosen


def squared_limit(reach_m: float, detour: float) -> float:
    """The largest q with detour * sqrt(q) <= reach_m, so that every engine draws the line at the same pair."""
    limit = (reach_m / detour) ** 2
    while detour * math.sqrt(limit) > reach_m:
        limit = math.nextafter(limit, 0)
    while detour * math.sqrt(math.nextafter(limit, math.inf)) <= reach_m:
        limit = math.nextafter(limit, math.inf)
    return limit


def raised(weight: FloatArray, power: float) -> FloatArray:
    """weight ** power, the two common powers for nothing; 0 ** 0 is 1: the edge of reach is in reach."""
    if power == 1:
        return weight
    if power == 0:
        return np.ones_like(weight)
    return weight**power
