"""Kinds of gap kept apart: how much of it is left even when more and more of what is there counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.analysis.gaps import equivalent_people
from app.analysis.inputs import FloatArray


def split_gap(accesses: Sequence[FloatArray], weighted_people: FloatArray, benchmark: float) -> FloatArray:
    """The gap of the last way of counting, in the parts that each way adds to the one before.

    Shapes: k times (n,), the most generous way first, each counting some of the services of the one before; (n,);
    out (k, n). Units: weighted people with none. The fair share is the same for all, so every part is 0 or more
    and their sum is U of the last way.
    """
    gaps = np.array([equivalent_people(access, weighted_people, benchmark) for access in accesses])
    parts: FloatArray = np.maximum(0, np.diff(gaps, axis=0, prepend=0))
    return parts
