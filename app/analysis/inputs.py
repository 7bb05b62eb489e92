"""What the gap maths needs to know: where people are, where services are, and how far is too far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

DECAYS = ("dai", "step", "linear", "exp", "gaussian", "steps")


def as_numbers(
    name: str, values: ArrayLike, *, length: int | None = None, least: float | None = None
) -> FloatArray:
    """A one-dimensional float64 array, checked: every number real, and none below ``least``; ValueError if not."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name} must be a simple list of numbers, but it has {array.ndim} dimensions.")
    if length is not None and array.size != length:
        raise ValueError(f"{name} has {array.size} numbers but there are {length} rows: give one number per row.")
    wrong = ~np.isfinite(array)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(f"{name} must be a number in every row: entry {row} is {array[row]}.")
    if least is not None and (array < least).any():
        row = int(np.argmax(array < least))
        raise ValueError(f"{name} must be {least:g} or more: entry {row} is {array[row]:g}.")
    return array


def as_indexes(name: str, values: ArrayLike, *, length: int | None = None, least: int = 0) -> IntArray:
    """A one-dimensional array of whole numbers from ``least`` up; ValueError if not."""
    raw = np.asarray(values)
    if raw.size and raw.dtype.kind not in "iu":
        raise ValueError(f"{name} must be whole numbers, not {raw.dtype}.")
    array = np.ascontiguousarray(raw, dtype=np.intp)
    if array.ndim != 1:
        raise ValueError(f"{name} must be a simple list of whole numbers.")
    if length is not None and array.size != length:
        raise ValueError(f"{name} has {array.size} entries but there are {length} rows: give one per row.")
    if array.size and array.min() < least:
        row = int(np.argmin(array))
        raise ValueError(f"{name} must be {least} or more: entry {row} is {array[row]}.")
    return array


def _keep(owner: object, **values: Any) -> None:
    for name, value in values.items():
        object.__setattr__(owner, name, value)


@dataclass(frozen=True, eq=False)
class PopulationPoints:
    """Where people are: output-area centroids or finer.

    Shapes: four arrays (n,). Units: metres on a flat grid, people, and need weight (1 = as the average person).
    Errors: ValueError for unequal lengths, a missing number, or a negative count or weight.
    """

    x_m: FloatArray
    y_m: FloatArray
    people: FloatArray
    need_weight: FloatArray

    def __post_init__(self) -> None:
        x_m = as_numbers("x_m", self.x_m)
        _keep(
            self,
            x_m=x_m,
            y_m=as_numbers("y_m", self.y_m, length=x_m.size),
            people=as_numbers("people", self.people, length=x_m.size, least=0),
            need_weight=as_numbers("need_weight", self.need_weight, length=x_m.size, least=0),
        )

    @property
    def count(self) -> int:
        """How many points there are."""
        return int(self.x_m.size)

    @cached_property
    def weighted_people(self) -> FloatArray:
        """N_i = people x need weight, (n,)."""
        return self.people * self.need_weight


@dataclass(frozen=True)
class Service:
    """One service at one place, for one theme: metres on the same flat grid, and how much it can offer."""

    x_m: float
    y_m: float
    supply: float
    theme: int


@dataclass(frozen=True, eq=False)
class ServicePoints:
    """Services that happen at a place. A service with two themes is two rows.

    Shapes: four arrays (m,). Units: metres; supply is capacity where known and 1 where not; theme is 0..K-1.
    """

    x_m: FloatArray
    y_m: FloatArray
    supply: FloatArray
    theme: IntArray

    def __post_init__(self) -> None:
        x_m = as_numbers("x_m", self.x_m)
        _keep(
            self,
            x_m=x_m,
            y_m=as_numbers("y_m", self.y_m, length=x_m.size),
            supply=as_numbers("supply", self.supply, length=x_m.size, least=0),
            theme=as_indexes("theme", self.theme, length=x_m.size),
        )

    @property
    def count(self) -> int:
        """How many services there are."""
        return int(self.x_m.size)

    def at(self, index: int) -> Service:
        """The service in row ``index``."""
        return Service(
            float(self.x_m[index]), float(self.y_m[index]), float(self.supply[index]), int(self.theme[index])
        )


@dataclass(frozen=True, eq=False)
class ServedAreas:
    """Services that serve a whole area ("serves" footprints): supply spread over its people, distance ignored.

    Shapes: supply and theme (s,); points holds s arrays of population point indexes, none of them twice.
    """

    supply: FloatArray
    theme: IntArray
    points: Sequence[IntArray]

    def __post_init__(self) -> None:
        supply = as_numbers("supply", self.supply, least=0)
        points = tuple(as_indexes("points", inside) for inside in self.points)
        if len(points) != supply.size:
            raise ValueError(f"points has {len(points)} areas but there are {supply.size} rows: give one per row.")
        for row, inside in enumerate(points):
            if np.unique(inside).size != inside.size:
                raise ValueError(f"points of served area {row} lists the same population point twice.")
        _keep(self, supply=supply, theme=as_indexes("theme", self.theme, length=supply.size), points=points)

    @property
    def count(self) -> int:
        """How many area-wide services there are."""
        return int(self.supply.size)

    @classmethod
    def none(cls) -> ServedAreas:
        """No area-wide services at all."""
        return cls(np.zeros(0), np.zeros(0, dtype=np.intp), ())


@dataclass(frozen=True)
class ReachSettings:
    """How far people go and how distance counts: R_j = S_j / sum N w^demand_power, A_i = sum R_j w^access_power.

    Powers (0, 1) are the fair-share default, (0, 0) is 2SFCA, (1, 1) E2SFCA, (1, 2) M2SFCA.
    Units: reach_m and the first number of each step are walking metres; detour is walking / straight distance.
    """

    reach_m: float = 1200.0
    detour: float = 1.3
    decay: str = "dai"
    demand_power: float = 0
    access_power: float = 1
    steps: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        _keep(self, steps=tuple((float(limit), float(weight)) for limit, weight in self.steps))
        if not (np.isfinite(self.reach_m) and self.reach_m > 0):
            raise ValueError(f"reach_m must be more than 0 metres, not {self.reach_m}.")
        if not (np.isfinite(self.detour) and self.detour >= 1):
            raise ValueError(
                f"detour must be 1 or more, because no walk beats a straight line: it is {self.detour}."
            )
        if self.decay not in DECAYS:
            raise ValueError(f"decay must be one of {', '.join(DECAYS)}, not “{self.decay}”.")
        for name, power in (("demand_power", self.demand_power), ("access_power", self.access_power)):
            if not (np.isfinite(power) and power >= 0):
                raise ValueError(f"{name} must be 0 or more, not {power}.")
        if self.decay == "steps":
            self._check_steps()
        elif self.steps:
            raise ValueError(f"steps are only used when decay is “steps”, but decay is “{self.decay}”.")

    def _check_steps(self) -> None:
        limits = [limit for limit, _ in self.steps]
        weights = [weight for _, weight in self.steps]
        if not limits:
            raise ValueError("decay “steps” needs at least one step, such as ((400, 1), (1200, 0.5)).")
        if limits[0] <= 0 or sorted(set(limits)) != limits or not np.isfinite(limits).all():
            raise ValueError("steps must have distances above 0 that get larger from one step to the next.")
        if min(weights) < 0 or max(weights) > 1 or sorted(weights, reverse=True) != weights:
            raise ValueError("steps must have weights between 0 and 1 that never rise from one step to the next.")

    @property
    def straight_reach_m(self) -> float:
        """The reach as the crow flies."""
        return self.reach_m / self.detour
