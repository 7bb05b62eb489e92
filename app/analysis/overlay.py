"""Numbers of one set of areas put onto another, by where people live and never by how big the land is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.analysis.inputs import BoolArray, FloatArray, IntArray

WHOLE = 0.9
"""An area of which fewer of the people than this lie in one area of the other set is cut by its borders."""
LEAST_COVERAGE = 0.8
"""With fewer of its people in areas that have a value, an area gets none."""


@dataclass(frozen=True, eq=False)
class Overlay:
    """How many people live in both an area of one set and an area of another.

    Shapes: (k,) each: the area of the first set (0..sources-1), that of the second (0..targets-1), their people.
    """

    source: IntArray
    target: IntArray
    people: FloatArray
    sources: int
    targets: int
    target_people: FloatArray  # (targets,) all of them, in an area of the first set or not

    def convert_rates(self, value: FloatArray) -> FloatArray:
        """The mean over people, (targets,) from (sources,); NaN where too few have a value (LEAST_COVERAGE)."""
        known = np.isfinite(value[self.source])
        heads = self._per_target(self.people * known)
        total = self._per_target(np.where(known, value[self.source], 0) * self.people)
        mean = np.divide(total, heads, out=np.full(self.targets, np.nan), where=heads > 0)
        return np.where(self._is_covered(heads), mean, np.nan)

    def convert_counts(self, value: FloatArray) -> FloatArray:
        """Each area's number shared out among its people and added up, (targets,); NaN as convert_rates."""
        living = np.bincount(self.source, self.people, self.sources)[self.source]
        share = np.divide(self.people, living, out=np.zeros_like(self.people), where=living > 0)
        known = np.isfinite(value[self.source])
        total = self._per_target(np.where(known, value[self.source], 0) * share)
        return np.where(self._is_covered(self._per_target(self.people * known)), total, np.nan)

    def cut_sources(self) -> IntArray:
        """Areas of the first set that no area of the second holds WHOLE, with people in it."""
        living = np.bincount(self.source, self.people, self.sources)
        most = np.zeros(self.sources)
        np.maximum.at(most, self.source, self.people)
        cut: IntArray = np.flatnonzero((living > 0) & (most < WHOLE * living))
        return cut

    def of_target(self, target: int) -> IntArray:
        """The areas of the first set that share people with one of the second."""
        held: IntArray = self.source[self.target == target]
        return held

    def _per_target(self, amount: FloatArray) -> FloatArray:
        total: FloatArray = np.bincount(self.target, amount, self.targets).astype(np.float64)
        return total

    def _is_covered(self, heads: FloatArray) -> BoolArray:
        covered: BoolArray = (heads > 0) & (heads >= LEAST_COVERAGE * self.target_people)
        return covered


def overlay(source: IntArray, target: IntArray, people: FloatArray, *, sources: int, targets: int) -> Overlay:
    """Lay two sets of areas over each other. Shapes: (n,) each, by population point; -1 is in no area."""
    in_target = target >= 0
    target_people = np.bincount(target[in_target], people[in_target], targets).astype(np.float64)
    both = in_target & (source >= 0)
    pair, where = np.unique(source[both] * max(1, targets) + target[both], return_inverse=True)
    heads = np.bincount(where, people[both], pair.size).astype(np.float64)
    some = heads > 0
    return Overlay(
        pair[some] // max(1, targets), pair[some] % max(1, targets), heads[some], sources, targets, target_people
    )
