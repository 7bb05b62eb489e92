"""The shape of a what-if: what is changed, and what it would do."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.gap_answers import AreaGap, GapAnswer
from app.queries.sites import PlaceRow

MOST_CHANGES = 20
ADJUSTMENTS = ("close", "free", "step_free", "room")
"""What can be otherwise with a service that there is, besides when it is open."""


@dataclass(frozen=True)
class Change:
    """``add`` one at a spot (degrees) or known place; one of ADJUSTMENTS of a service; or ``open`` it on a day."""

    kind: str
    service_id: str = ""
    place_id: str = ""
    lat: float | None = None
    lon: float | None = None
    day: str = ""  # a weekday, "weekday" or "weekend"
    part: str = ""  # of the day; "" = any time


@dataclass(frozen=True)
class ChangeLine:
    """A change as a line of the page: ``subject`` is the name of the service or the spot; "" = not listed now.

    ``effect`` is "" when it counts, else why it changes nothing: gone, same, nobody.
    """

    change: Change
    subject: str
    effect: str = ""
    lon_lat: tuple[float, float] | None = None  # degrees, of an added one


@dataclass(frozen=True)
class Totals:
    """Everywhere that somebody has looked; people without is weighted for need, the others are heads."""

    people_without: float
    people_without_at_most: float  # when all that perhaps counts does
    far_short_people: float  # get less than half the fair share
    short_people: float


@dataclass(frozen=True)
class AreaChange:
    before: AreaGap
    after: AreaGap
    fewer: float  # equivalent people without fewer; below 0 when there are more

    @property
    def moved(self) -> bool:
        """Whether it is drawn in another class."""
        return (self.before.state, self.before.band) != (self.after.state, self.after.band)


@dataclass(frozen=True)
class ServiceChoice:
    service_id: str
    name: str


@dataclass(frozen=True)
class WhatIf:
    """Before and after some changes, with the fair share held where it was, and what moves if that moves too."""

    lines: tuple[ChangeLine, ...]
    before_answer: GapAnswer
    after_answer: GapAnswer
    areas: tuple[AreaChange, ...]  # those that change, by how much, the most first
    before: Totals
    after: Totals
    moving: Totals  # after, compared with the fair share that there is then
    fair_before: float  # services per 10,000 people
    fair_moving: float
    lifted_people: float  # come up to their fair share
    dropped_people: float  # fall below it
    services: tuple[ServiceChoice, ...]  # that may be changed: those that reach people here, by name
    services_total: int
    places: tuple[PlaceRow, ...]  # known places where one could be added
    pin: tuple[float, float]  # longitude and latitude where a pin may start
    area_name: str  # of the area looked at; "" for all that is asked about
    known_people: float  # asked about who live where somebody has looked
