"""Overlap: services that reach the same people, and who would fall below their fair share without one of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from app.analysis.gaps import is_short
from app.analysis.inputs import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Reached:
    """Who each service reaches, and how much of it comes to them: one entry for each service and point.

    Shapes: (p,) each; ``access`` is the part of the point's access that the service gives.
    """

    point: IntArray
    service: IntArray
    access: FloatArray

    @classmethod
    def of(cls, point: IntArray, service: IntArray, access: FloatArray, point_count: int) -> Reached:
        """From pairs of which several may join the same service and point: their access is added up."""
        key, inverse = np.unique(service * point_count + point, return_inverse=True)
        total = np.bincount(inverse, access, len(key)).astype(np.float64)
        return cls(key % max(point_count, 1), key // max(point_count, 1), total)


@dataclass(frozen=True, eq=False)
class Overlaps:
    """Pairs of services (first < second) and how much of the people that either reaches both reach, 0..1.

    Shapes: (k,) each; ``both`` in the unit of the people given.
    """

    first: IntArray
    second: IntArray
    share: FloatArray
    both: FloatArray


def work_of_overlaps(reached: Reached, point_count: int) -> int:
    """At most how many products find_overlaps makes: at each point every service meets every other."""
    return int((np.bincount(reached.point, minlength=point_count).astype(np.int64) ** 2).sum())


def find_overlaps(reached: Reached, people: FloatArray, service_count: int, least_share: float) -> Overlaps:
    """Every pair of services with a Jaccard share of reached people of ``least_share`` or more (above 0).

    Shapes: people (n,). Source: Jaccard 1912, |A and B| / |A or B|, with people counted instead of points.
    """
    shape = (service_count, people.size)
    reaches = csr_array((np.ones(reached.point.size), (reached.service, reached.point)), shape=shape)
    both = (reaches.multiply(people[None, :]).tocsr() @ reaches.T).tocoo()
    total = np.bincount(reached.service, people[reached.point], service_count)
    upper = both.row < both.col
    first, second = both.row[upper].astype(np.intp), both.col[upper].astype(np.intp)
    shared = both.data[upper]
    either = total[first] + total[second] - shared
    share = np.divide(shared, either, out=np.zeros_like(shared), where=either > 0)
    keep = (share >= least_share) & (shared > 0)
    order = np.lexsort((second[keep], first[keep]))
    return Overlaps(first[keep][order], second[keep][order], share[keep][order], shared[keep][order])


def group_pairs(first: IntArray, second: IntArray, service_count: int) -> IntArray:
    """The number of the group that joins each service to others, (m,); -1 for services in no pair."""
    graph = csr_array((np.ones(first.size), (first, second)), shape=(service_count, service_count))
    _, group = connected_components(graph, directed=False)
    paired = np.zeros(service_count, dtype=bool)
    paired[first] = paired[second] = True
    return np.where(paired, group, -1).astype(np.intp)


def fall_without(
    reached: Reached,
    access: FloatArray,
    people: FloatArray,
    benchmark: float,
    service_count: int,
    counted: BoolArray,
) -> FloatArray:
    """How many people have their fair share now and would not without each service, (m,).

    Shapes: access, people and counted (n,). The fair share is held, and so is who shares what remains.
    """
    now = access[reached.point]
    falls = ~is_short(now, benchmark) & is_short(np.maximum(0, now - reached.access), benchmark)
    falls &= counted[reached.point]
    return np.bincount(reached.service[falls], people[reached.point[falls]], service_count).astype(np.float64)


def people_with_two(reached: Reached, first: IntArray, second: IntArray, point_count: int) -> BoolArray:
    """Which points both services of any pair reach, (n,)."""
    found = np.zeros(point_count, dtype=bool)
    order = np.argsort(reached.service, kind="stable")
    points = np.split(
        reached.point[order], np.searchsorted(reached.service[order], np.arange(1, _most(reached) + 1))
    )
    for one, other in zip(first, second, strict=True):
        found[np.intersect1d(points[one], points[other], assume_unique=True)] = True
    return found


def _most(reached: Reached) -> int:
    return int(reached.service.max(initial=-1)) + 1
