"""How fast one core can be at all: the arithmetic of the pairs and nothing else."""

from __future__ import annotations

import numba
import numpy as np

from app.analysis.fast import _dai


@numba.njit(fastmath=True)
def _stream(x_m, y_m, people, per_service, half):  # type: ignore[no-untyped-def]
    size = x_m.size
    weight = np.empty(size)
    access = np.zeros(size)
    for j in range(per_service.size):
        count = per_service[j]
        shared_by = 1e-9
        for i in range(count):
            across = x_m[i] - x_m[j % size]
            along = y_m[i] - y_m[j % size]
            # The remainder keeps the polynomial in its range whatever the distance is.
            weight[i] = _dai(min((across * across + along * along) * half, 0.5))
            shared_by += weight[i] * people[i]
        for i in range(count):
            access[i] += weight[i] / shared_by
    return access.sum()


def stream(x_m: np.ndarray, y_m: np.ndarray, people: np.ndarray, per_service: np.ndarray, reach_m: float) -> float:
    return float(_stream(x_m, y_m, people, per_service, 0.5 / (reach_m * reach_m)))
