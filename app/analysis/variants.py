"""Other published measures of access, for comparison with the fair-share default: one theme, one function each.

All take pairs within reach (find_pairs gives them) with a weight each (decay_weights) and answer with one access
per point. Nothing in reach is 0, never "not a number": app.analysis.states says if that is "none" or "unknown".
"""

from __future__ import annotations

import numpy as np

from app.analysis.catchments import Pairs
from app.analysis.decay import raised
from app.analysis.engines import share_out
from app.analysis.inputs import FloatArray


def _by_point(pairs: Pairs, values: FloatArray, people: FloatArray) -> FloatArray:
    return np.bincount(pairs.point, values, people.size).astype(np.float64)


def _by_service(pairs: Pairs, values: FloatArray, supply: FloatArray) -> FloatArray:
    return np.bincount(pairs.service, values, supply.size).astype(np.float64)


def floating_catchment(
    pairs: Pairs,
    weights: FloatArray,
    people: FloatArray,
    supply: FloatArray,
    *,
    demand_power: float = 1,
    access_power: float = 1,
) -> FloatArray:
    """R_j = S_j / sum P w^a, A_i = sum R_j w^b: (0, 0) is 2SFCA, (1, 1) E2SFCA, (1, 2) M2SFCA, (0, 1) fair share.

    Shapes: weights (p,) of the pairs, people (n,), supply (m,); access (n,) out. Sources: Luo and Wang 2003, Luo
    and Qi 2009, Delamater 2013.
    """
    shared_by = _by_service(pairs, people[pairs.point] * raised(weights, demand_power), supply)
    ratio = share_out(supply, shared_by)
    return _by_point(pairs, ratio[pairs.service] * raised(weights, access_power), people)


def three_step(
    pairs: Pairs,
    weights: FloatArray,
    people: FloatArray,
    supply: FloatArray,
    *,
    choice_total: FloatArray | None = None,
) -> FloatArray:
    """3SFCA: people choose among services by weight, G_ij = w_ij / sum_j w_ij, and both steps use w G (Wan 2012).

    Shapes as floating_catchment. ``choice_total`` (n,) replaces the sum of weights within reach: PySAL's
    ``access`` sums over all its costs, beyond reach too, and this argument reproduces that.
    """
    total = _by_point(pairs, weights, people) if choice_total is None else choice_total
    chosen = share_out(weights, total[pairs.point]) * weights
    shared_by = _by_service(pairs, people[pairs.point] * chosen, supply)
    return _by_point(pairs, share_out(supply, shared_by)[pairs.service] * chosen, people)


def modified_huff(pairs: Pairs, weights: FloatArray, people: FloatArray, supply: FloatArray) -> FloatArray:
    """MH3SFCA: shares by size and weight, G_ij = S_j w_ij / sum_j S_j w_ij; demand never fades (Jörg 2019).

    Shapes as floating_catchment. R_j = S_j / sum P G, A_i = sum R_j G_ij w_ij.
    """
    pull = supply[pairs.service] * weights
    share = share_out(pull, _by_point(pairs, pull, people)[pairs.point])
    shared_by = _by_service(pairs, people[pairs.point] * share, supply)
    return _by_point(pairs, share_out(supply, shared_by)[pairs.service] * share * weights, people)


def balanced(pairs: Pairs, weights: FloatArray, people: FloatArray, supply: FloatArray) -> FloatArray:
    """BFCA: weights made to add up to 1 from each point and to each service, so nobody counts twice (Paez 2019).

    Shapes as floating_catchment. R_j = S_j / sum_i P_i w_ij / w_i., A_i = sum_j R_j w_ij / w_.j.
    """
    from_point = share_out(weights, _by_point(pairs, weights, people)[pairs.point])
    to_service = share_out(weights, _by_service(pairs, weights, supply)[pairs.service])
    shared_by = _by_service(pairs, people[pairs.point] * from_point, supply)
    return _by_point(pairs, share_out(supply, shared_by)[pairs.service] * to_service, people)


def cumulative_count(pairs: Pairs, supply: FloatArray, point_count: int) -> FloatArray:
    """How much supply is in reach, shared or not, (point_count,); count services with a supply of 1 each."""
    return np.bincount(pairs.point, supply[pairs.service], point_count).astype(np.float64)


def plain_ratio(supply_inside: FloatArray, people: FloatArray, per_people: float = 1000.0) -> FloatArray:
    """Services inside each zone per so many people, (z,); NaN where nobody lives. It breaks at every border."""
    inside = np.asarray(supply_inside, dtype=np.float64)
    ratio: FloatArray = np.divide(
        inside * per_people, people, out=np.full(inside.shape, np.nan), where=np.asarray(people) > 0
    )
    return ratio
