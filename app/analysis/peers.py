"""Who does the same near whom: pure sums over members, their themes, how far each is, and middles of areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis.inputs import BoolArray, FloatArray, IntArray

NOT_A_FOUNDER = -1


@dataclass(frozen=True, eq=False)
class Peers:
    """For each member, (m,): peers at most so far away, the nearest one, and those of whom no place is known.

    ``nearest_m`` is infinite, and ``nearest`` -1, where no peer has a place, and for members without one.
    """

    within: IntArray
    nearest_m: FloatArray
    nearest: IntArray
    unplaced: IntArray

    def has_nobody(self, is_placed: BoolArray) -> BoolArray:
        """Members with a place who have no peer within reach, (m,)."""
        found: BoolArray = is_placed & (self.within == 0)
        return found


def peer_table(has_theme: BoolArray, stage: IntArray) -> BoolArray:
    """Who is whose peer, (m, m): they share a theme (m, t), or both have just begun and are equally far.

    ``stage`` (m,) is NOT_A_FOUNDER for those who are past the beginning. Nobody is her own peer.
    """
    together = has_theme.astype(np.int64) @ has_theme.T.astype(np.int64) > 0
    together |= (stage[:, None] == stage[None, :]) & (stage != NOT_A_FOUNDER)[:, None]
    table: BoolArray = together & ~np.eye(len(stage), dtype=bool)
    return table


def find_peers(x_m: FloatArray, y_m: FloatArray, peers: BoolArray, within_m: float) -> Peers:
    """Count peers within so many metres of each member, (m,); coordinates are NaN where no place is known."""
    is_placed = np.isfinite(x_m) & np.isfinite(y_m)
    far = np.hypot(x_m[:, None] - x_m[None, :], y_m[:, None] - y_m[None, :])
    far = np.where(peers & is_placed[:, None] & is_placed[None, :], far, np.inf)
    nearest_m = far.min(axis=1, initial=np.inf)
    nearest = np.where(np.isfinite(nearest_m), far.argmin(axis=1) if len(far) else 0, -1)
    return Peers(
        within=(far <= within_m).sum(axis=1),
        nearest_m=nearest_m,
        nearest=nearest,
        unplaced=(peers & ~is_placed[None, :]).sum(axis=1),
    )
