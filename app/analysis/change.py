"""What made a number change between two days, when everything can be worked out in between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial import cKDTree

from app.analysis.inputs import FloatArray, IntArray


def split_change(states: Sequence[FloatArray]) -> FloatArray:
    """What each step adds: states (k + 1,) of shape (z,) in, (k, z) out; the parts sum to last minus first."""
    return np.diff(np.stack([np.asarray(state, dtype=np.float64) for state in states]), axis=0)


def nearest_then(then_x_m: FloatArray, then_y_m: FloatArray, x_m: FloatArray, y_m: FloatArray) -> IntArray:
    """For each point now, which point of then stood nearest (itself where it has not moved): (n,) rows of then.

    What was known of a place then is carried to the nearest place where people live now. ValueError without then.
    """
    if not len(then_x_m):
        raise ValueError("Nobody lived anywhere then, so nothing can be carried over.")
    _, row = cKDTree(np.column_stack([then_x_m, then_y_m])).query(np.column_stack([x_m, y_m]))
    return np.asarray(row, dtype=np.intp)
