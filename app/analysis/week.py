"""The week: which services are open when, and how many people have one of them open within reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from app.analysis.inputs import BoolArray, FloatArray, IntArray

CLOSED, PERHAPS, OPEN = 0, 1, 2
DAY_MIN = 1_440
ANY_DAY = -1


@dataclass(frozen=True, eq=False)
class OpeningTimes:
    """When ``service_count`` services are open, as far as anybody has said.

    Shapes: (t,) each. ``service`` 0..service_count-1, ``weekday`` 0 = Monday on which it opens, ``opens`` and
    ``closes`` in minutes of that day (past 1,440 when it closes after midnight), ``is_weekly`` False for what is
    on only in some weeks of the month. A service with no time at all is one nobody has told us about.
    """

    service_count: int
    service: IntArray
    weekday: IntArray
    opens: IntArray
    closes: IntArray
    is_weekly: BoolArray

    @property
    def is_told(self) -> BoolArray:
        """(m,): has anybody said when it is open?"""
        told = np.zeros(self.service_count, dtype=bool)
        told[self.service] = True
        return told


@dataclass(frozen=True, eq=False)
class Slots:
    """Stretches of time to ask about, (s,) each: weekday (or ANY_DAY), and minutes of it, the end left out."""

    weekday: IntArray
    begins: IntArray
    ends: IntArray

    @property
    def count(self) -> int:
        return int(self.weekday.size)


def hours_of_the_week() -> Slots:
    """The 168 hours by the clock, Monday 0:00 first."""
    weekday, hour = np.divmod(np.arange(7 * 24), 24)
    return Slots(weekday, hour * 60, (hour + 1) * 60)


def open_in(times: OpeningTimes, slots: Slots, *, by_the_clock: bool = False) -> IntArray:
    """CLOSED, PERHAPS (only in some weeks, or nobody has said) or OPEN at some time of each slot, (m, s).

    What goes on after midnight stays with the day it began on, as people say it; ``by_the_clock`` puts it on the
    next day instead.
    """
    found = _open_on(times, slots.weekday, slots.begins, slots.ends)
    if by_the_clock:
        before = (slots.weekday - 1) % 7
        found = np.maximum(found, _open_on(times, before, slots.begins + DAY_MIN, slots.ends + DAY_MIN))
    found[~times.is_told] = PERHAPS
    return found


def _open_on(times: OpeningTimes, weekday: IntArray, begins: IntArray, ends: IntArray) -> IntArray:
    """As open_in, for a time that is told, over the two days from the weekday it opens on."""
    on_day = (weekday == ANY_DAY) | (times.weekday[:, None] == weekday)
    overlaps = on_day & (times.opens[:, None] < ends) & (times.closes[:, None] > begins)
    level = np.where(overlaps, np.where(times.is_weekly, OPEN, PERHAPS)[:, None], CLOSED)
    found = np.full((times.service_count, weekday.size), CLOSED, dtype=np.intp)
    np.maximum.at(found, times.service, level)
    return found


def reach_matrix(
    point: IntArray, service: IntArray, served: list[tuple[int, IntArray]], shape: tuple[int, int]
) -> sparse.csr_array:
    """Who reaches what, (n, m) of ones: pairs (p,) of point and service, and for services that come to an area
    (service, its points)."""
    points = np.concatenate([point, *(inside for _, inside in served)])
    services = np.concatenate([service, *(np.full(inside.size, row) for row, inside in served)])
    return sparse.csr_array((np.ones(points.size), (points, services)), shape=shape)


def people_with_nothing(
    people: FloatArray, reach: sparse.csr_array, open_level: IntArray
) -> tuple[FloatArray, FloatArray]:
    """How many people have nothing open within reach in each slot: at least, and at most, (s,) each.

    Shapes: people (n,), reach (n, m), open_level (m, s). At least: not even something that is perhaps open.
    """
    perhaps = people @ ((reach @ (open_level >= PERHAPS)) == 0)
    surely = people @ ((reach @ (open_level >= OPEN)) == 0)
    return perhaps, surely


def best_of(open_level: IntArray, group: IntArray, group_count: int) -> IntArray:
    """The best level of each group of rows, such as the places of one service: (m, s) and (m,) to (g, s)."""
    best = np.full((group_count, open_level.shape[1]), CLOSED, dtype=np.intp)
    np.maximum.at(best, group, open_level)
    return best
