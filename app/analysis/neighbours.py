"""Local statistics for raw counts of areas; never for access, a smoothed surface whose neighbours agree anyway."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from app.analysis.inputs import FloatArray


def row_standardised(weights: sparse.csr_array) -> sparse.csr_array:
    """The same neighbours with weights that add up to 1 in each row that has any. Shapes: (n, n) in and out."""
    total = np.asarray(weights.sum(axis=1)).ravel()
    scale = np.divide(1.0, total, out=np.zeros(total.size), where=total > 0)
    return sparse.csr_array(sparse.diags_array(scale) @ weights)


def moran_i(values: FloatArray, weights: sparse.csr_array) -> float:
    """Moran's I = (n / sum w) (z'Wz) / (z'z), z from the mean: 1 alike, 0 random, -1 unlike (Moran 1950).

    Shapes: (n,) and (n, n) without a diagonal. ValueError when all values are equal or nobody has a neighbour.
    """
    z = values - values.mean()
    spread, total = float(z @ z), float(weights.sum())
    if spread <= 0 or total <= 0:
        raise ValueError("Moran's I needs values that differ and at least one pair of neighbours.")
    return float(values.size / total * (z @ (weights @ z)) / spread)


def local_moran(values: FloatArray, weights: sparse.csr_array) -> FloatArray:
    """I_i = (n - 1) z_i (W z)_i / (z'z), (n,): above 0 like its neighbours, below unlike (Anselin 1995)."""
    z = values - values.mean()
    spread = float(z @ z)
    if spread <= 0:
        raise ValueError("Local Moran needs values that differ.")
    local: FloatArray = (values.size - 1) * z * (weights @ z) / spread
    return local


def getis_ord(values: FloatArray, neighbours: sparse.csr_array, *, star: bool = False) -> FloatArray:
    """Getis and Ord's G_i (or G_i* with ``star``, which counts the area itself) as z-scores, (n,).

    Shapes: values (n,), neighbours (n, n) of 0 and 1 without a diagonal. Source: Getis and Ord 1992. An area
    without neighbours, or with everyone as neighbour, has no score: NaN.
    """
    n = values.size
    if star:
        near = neighbours @ values + values
        degree = np.asarray(neighbours.sum(axis=1)).ravel() + 1.0
        others = np.full(n, float(n))
        total, squares = np.full(n, values.sum()), np.full(n, (values**2).sum())
    else:
        near = neighbours @ values
        degree = np.asarray(neighbours.sum(axis=1)).ravel().astype(np.float64)
        others = np.full(n, n - 1.0)
        total, squares = values.sum() - values, (values**2).sum() - values**2
    mean = total / others
    variance = squares / others - mean**2
    share = near - degree * mean
    spread = degree * (others - degree) * variance / (others - 1)
    score: FloatArray = np.divide(share, np.sqrt(np.maximum(spread, 0)), out=np.full(n, np.nan), where=spread > 0)
    return score
