"""What people are compared with: one fair share, or for each area that of the areas like it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from app.actions.gap_inputs import GapInputs, Sums
from app.analysis.gaps import benchmark_access, standard_access
from app.analysis.inputs import BoolArray, FloatArray, IntArray
from app.analysis.similar import alike_weights, compared_with_own, fair_shares


@dataclass(frozen=True, eq=False)
class Fair:
    """``one`` fair share (supply per weighted person); or, in ``own`` (n,), that of each point: then ``one`` is
    their mean, and NaN says that there is nothing to compare a point with."""

    one: float
    own: FloatArray | None = None

    def compare(self, access: FloatArray) -> tuple[FloatArray, float]:
        """Access (n,) and the one fair share to hold it against; over its own where each point has one."""
        if self.own is None:
            return access, self.one
        return compared_with_own(access, np.where(np.isnan(self.own), self.one, self.own)), 1.0


def fair_points(inputs: GapInputs, zone: IntArray, only: int | None) -> BoolArray:
    """The points whose average the fair share is, (n,). ``zone`` (n,) are the areas asked about; ``only`` of one.

    It is what people get where somebody has looked; where nobody has, all we have is what is listed.
    """
    likeness = weights_of_alike(inputs)
    if likeness is not None and inputs.alike is not None:
        here = zone >= 0 if only is None else zone == only
        counted = np.zeros(zone.size, dtype=bool)
        counted[likeness[np.unique(inputs.alike.of_point[here])].indices] = True
        return counted
    compared = inputs.inside if inputs.compared is None else inputs.compared
    wanted = np.ones_like(compared) if inputs.question.benchmark == "everywhere" else compared
    return wanted & inputs.known if (wanted & inputs.known).any() else wanted


def find_fair(inputs: GapInputs, sums: Sums, counted: BoolArray, only: int | None) -> Fair:
    """The fair share of ``counted`` (n,), as the question compares; ``only`` is the one area looked at, if any."""
    access, people = sums.provision.access[0], inputs.people.points.weighted_people
    if inputs.question.is_standard:
        return Fair(standard_access(inputs.question.people_per_service or 0))
    own = own_shares(inputs, access, people)
    if own is not None and only is None:
        weight = people * (inputs.inside & ~np.isnan(own))
        return Fair(float(np.nan_to_num(own) @ weight / (weight.sum() or 1)), own)
    return Fair(benchmark_access(access, people, counted) if people[counted].sum() > 0 else 0.0, own)


def own_shares(inputs: GapInputs, access: FloatArray, people: FloatArray) -> FloatArray | None:
    """The fair share of each point, (n,), by access and weighted people (n,); None when there is one for all."""
    if inputs.alike is None:
        return None
    weights = alike_weights(inputs.alike.zones, inputs.alike.of_point, people, inputs.known)
    return np.append(fair_shares(weights, access), np.nan)[inputs.alike.of_point]


def weights_of_alike(inputs: GapInputs) -> sparse.csr_array | None:
    """How much each point counts in the fair share of each zone, when zones are compared with those like them."""
    alike = inputs.alike
    if alike is None:
        return None
    return alike_weights(alike.zones, alike.of_point, inputs.people.points.weighted_people, inputs.known)
