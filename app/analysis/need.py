"""How much each person counts: more where deprivation is worse, and one each on average."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from app.analysis.inputs import FloatArray, as_numbers

MOST_NEED_IS_HIGH = {"higher": True, "lower": False, "rank_low": False}


def deprivation_rank_share(score_or_rank: ArrayLike, people: ArrayLike, direction: str) -> FloatArray:
    """The share of people who live somewhere more deprived: 0 = most deprived, 1 = least; missing counts as 0.5.

    Shapes: (n,) and (n,) in, (n,) out. ``direction`` says which way is more need: higher, lower or rank_low
    (a rank where 1 is the greatest need). Equal scores share the middle of their run, so the mean by people is
    exactly 0.5. Errors: ValueError for another direction or unequal lengths.
    """
    if direction not in MOST_NEED_IS_HIGH:
        raise ValueError(f"direction must be one of {', '.join(MOST_NEED_IS_HIGH)}, not “{direction}”.")
    score = np.asarray(score_or_rank, dtype=np.float64)
    heads = as_numbers("people", people, length=score.size, least=0)
    rank_share = np.full(score.size, 0.5)
    known = np.isfinite(score)
    total = heads[known].sum()
    if total == 0:
        return rank_share
    ordered = -score[known] if MOST_NEED_IS_HIGH[direction] else score[known]
    _, level = np.unique(ordered, return_inverse=True)
    people_at = np.bincount(level, heads[known])
    middle = np.cumsum(people_at) - people_at / 2
    rank_share[known] = middle[level] / total
    return rank_share


def need_weights(rank_share: ArrayLike, strength: float = 0.5) -> FloatArray:
    """Need weight n_i = 1 + strength * (1 - 2 * rank_share): 1.5 for the most deprived, 0.5 for the least.

    Shapes: (n,) in and out. ``strength`` 0..1; 0 switches need off. Mean by people is 1 when the shares come from
    deprivation_rank_share over the same people. Errors: ValueError for a share or strength outside 0..1.
    """
    share = as_numbers("rank_share", rank_share, least=0)
    if share.size and share.max() > 1:
        raise ValueError(f"rank_share must be between 0 and 1, but it reaches {share.max():g}.")
    if not 0 <= strength <= 1:
        raise ValueError(f"strength must be between 0 and 1, not {strength}.")
    weights: FloatArray = 1 + strength * (1 - 2 * share)
    return weights
