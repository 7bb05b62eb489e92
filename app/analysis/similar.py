"""Areas that are alike in who lives there: the nearest by standardised numbers, and their fair share."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from app.analysis.inputs import BoolArray, FloatArray, IntArray

ROWS_AT_ONCE = 500
LEAST_SHARED = 0.5
DIGITS = 12
"""Squares that differ by less differ by rounding: then the first in order is the nearer."""


def standard_scores(values: FloatArray) -> FloatArray:
    """(x - mean) / standard deviation by column, (z, f) both; NaN stays NaN, a column that never differs is 0."""
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0).sum(axis=0) / count
    away = np.where(known, values - mean, 0.0)
    spread = np.sqrt((away**2).sum(axis=0) / count)
    # A spread that is nothing but rounding is none.
    differs = spread > 1e-12 * np.maximum(1, np.abs(mean))
    scores = np.divide(away, spread, out=np.zeros_like(away), where=differs)
    return np.where(known, scores, np.nan)


def nearest_alike(
    values: FloatArray, weights: FloatArray, asked: IntArray, most: int
) -> tuple[IntArray, FloatArray]:
    """The ``most`` areas most like each asked one: rows, nearest first (-1 for none), and how far, (a, most) both.

    Shapes: values (z, f) with NaN for unknown, weights (f,), asked (a,) rows. d^2 is the weighted mean of the
    squared differences of standard scores over the numbers both areas have; two areas that share less than half of
    the weight are not compared. Ties go by row.
    """
    scores = standard_scores(values)
    known = ~np.isnan(scores)
    mask, filled = known.astype(np.float64), np.where(known, scores, 0.0)
    squared = filled**2 * weights
    found = np.full((asked.size, most), -1, dtype=np.intp)
    far = np.full((asked.size, most), np.inf)
    for begin in range(0, asked.size, ROWS_AT_ONCE):
        rows = asked[begin : begin + ROWS_AT_ONCE]
        apart = squared[rows] @ mask.T + mask[rows] @ squared.T - 2 * (filled[rows] * weights) @ filled.T
        shared = (mask[rows] * weights) @ mask.T
        enough = shared >= LEAST_SHARED * weights.sum()
        square = np.divide(apart, shared, out=np.full_like(apart, np.inf), where=enough)
        distance = np.sqrt(np.maximum(np.round(square, DIGITS), 0))
        distance[np.arange(rows.size), rows] = np.inf
        order = np.argsort(distance, axis=1, kind="stable")[:, :most]
        nearest = np.take_along_axis(distance, order, axis=1)
        found[begin : begin + rows.size, : order.shape[1]] = np.where(np.isfinite(nearest), order, -1)
        far[begin : begin + rows.size, : order.shape[1]] = nearest
    return found, far


def alike_weights(alike: IntArray, zone: IntArray, people: FloatArray, known: BoolArray) -> sparse.csr_array:
    """How much each point counts in the fair share of each zone: A* = W @ access, (z, n), rows add up to 1.

    Shapes: alike (z, most) rows or -1, zone (n,) row or -1, people (weighted) and known (n,). A zone's fair share
    is the mean over the people of the areas like it where somebody has looked; where nobody has in any of them,
    over all their people. The row of a zone with none like it, or nobody in them, is empty.
    """
    row, place = np.nonzero(alike >= 0)
    shape = (len(alike), len(alike))
    links = sparse.csr_array((np.ones(row.size), (row, alike[row, place])), shape=shape)
    inside = np.flatnonzero(zone >= 0)

    def weighed(heads: FloatArray) -> sparse.csr_array:
        of_zone = sparse.csr_array((heads[inside], (zone[inside], inside)), shape=(len(alike), zone.size))
        return sparse.csr_array(links @ of_zone)

    looked, everyone = weighed(people * known), weighed(people)
    is_known = looked.sum(axis=1) > 0
    chosen = sparse.diags_array(is_known.astype(float)) @ looked
    chosen = chosen + sparse.diags_array((~is_known).astype(float)) @ everyone
    total = chosen.sum(axis=1)
    scale = np.divide(1.0, total, out=np.zeros(len(alike)), where=total > 0)
    weights = sparse.csr_array(sparse.diags_array(scale) @ chosen)
    weights.eliminate_zeros()
    return weights


def fair_shares(weights: sparse.csr_array, access: FloatArray) -> FloatArray:
    """A* of each zone, (z,), from access (n,); NaN for a zone with nothing to compare with."""
    share: FloatArray = np.where(np.diff(weights.indptr) > 0, weights @ access, np.nan)
    return share


def compared_with_own(access: FloatArray, fair: FloatArray) -> FloatArray:
    """Access over each point's own fair share: under 1 is short. With a share of 0, having any is enough.

    Shapes: the same for both and for the answer, such as (n,) or (draws, n); NaN where the share is.
    """
    relative = np.divide(access, fair, out=(access > 0).astype(np.float64), where=fair > 0)
    return np.where(np.isnan(fair), np.nan, relative)
