"""Which offers suit which ask: of the same kind, of the same theme first, nearest first.

An ask of somebody with nobody of her theme near may also be met from further away, where the kind can travel.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from app.analysis.inputs import BoolArray, FloatArray, IntArray


class ThemeFit(IntEnum):
    SAME = 0
    RELATED = 1
    UNSAID = 2
    DIFFERENT = 3


LEVEL = np.array([0, 1, 1, 2])
"""How good each ThemeFit is: the same before related or unsaid, and those before another."""


@dataclass(frozen=True)
class Things:
    """Offers or asks, one a row.

    ``kind`` (n,) numbers of kinds; ``themes`` (n, t) which themes each is about, none where nobody said;
    ``x_m``, ``y_m`` (n,) metres, NaN where the place is not known; ``stage`` (n,) how far along the venture is,
    -1 where nobody said.
    """

    kind: IntArray
    themes: BoolArray
    x_m: FloatArray
    y_m: FloatArray
    stage: IntArray


@dataclass(frozen=True)
class Rules:
    """By kind (k,): how far is near (metres), whether more than that can be bridged, and whether it helps that the
    one who gives is further along. ``related`` (t, t): which themes are akin."""

    reach_m: FloatArray
    travels: BoolArray
    wants_ahead: BoolArray
    related: BoolArray


@dataclass(frozen=True)
class Matches:
    """Pairs (m,), the best offer of each ask first; ``distance_m`` is NaN where a place is not known."""

    ask: IntArray
    offer: IntArray
    distance_m: FloatArray
    fit: IntArray
    is_far: BoolArray
    is_ahead: BoolArray


def rank_matches(
    asks: Things, offers: Things, rules: Rules, *, isolated: BoolArray, barred: BoolArray, most: int
) -> Matches:
    """At most ``most`` offers for each ask.

    ``isolated`` (a,): nobody near does the same. ``barred`` (a, o): of one and the same person or group. A tie is
    broken by the order of the offers.
    """
    distance_m = np.hypot(asks.x_m[:, None] - offers.x_m, asks.y_m[:, None] - offers.y_m)
    fit = _theme_fit(asks.themes, offers.themes, rules.related)
    travels = rules.travels[asks.kind][:, None]
    is_unknown = np.isnan(distance_m)
    is_near = np.where(is_unknown, travels, np.nan_to_num(distance_m) <= rules.reach_m[asks.kind][:, None])
    is_far = ~is_near & ~is_unknown & travels & isolated[:, None] & (fit <= ThemeFit.RELATED)
    is_ahead = (
        rules.wants_ahead[asks.kind][:, None] & (asks.stage >= 0)[:, None] & (offers.stage > asks.stage[:, None])
    )
    ask, offer = np.nonzero((asks.kind[:, None] == offers.kind) & (is_near | is_far) & ~barred)
    pair = (ask, offer)
    by_distance = np.where(is_unknown[pair], np.inf, distance_m[pair])
    order = np.lexsort((offer, by_distance, ~is_ahead[pair], LEVEL[fit[pair]], is_far[pair], ask))
    ask, offer = ask[order], offer[order]
    place = np.arange(len(ask)) - np.searchsorted(ask, ask)
    ask, offer = ask[place < most], offer[place < most]
    pair = (ask, offer)
    return Matches(ask, offer, distance_m[pair], fit[pair], is_far[pair], is_ahead[pair])


def _theme_fit(asks: BoolArray, offers: BoolArray, related: BoolArray) -> IntArray:
    """How the themes of each ask and each offer go together, (a, o) of ThemeFit."""
    same = asks.astype(int) @ offers.T.astype(int) > 0
    akin = asks.astype(int) @ related.astype(int) @ offers.T.astype(int) > 0
    unsaid = ~(asks.any(axis=1, keepdims=True) & offers.any(axis=1))
    return np.select(
        [same, akin, unsaid], [ThemeFit.SAME, ThemeFit.RELATED, ThemeFit.UNSAID], ThemeFit.DIFFERENT
    ).astype(np.intp)
