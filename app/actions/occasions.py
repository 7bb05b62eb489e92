"""When something is on next: a weekly timetable turned into dates and times of the clock here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol

from dateutil.easter import easter

from app.actions.clock import LOCAL_TIME

LAST_WEEK = 5
LOOK_AHEAD_DAYS = 63
"""Far enough for the second time of something that happens once a month."""


class Timing(Protocol):
    """One line of a timetable; ``weekday`` 1 = Monday, ``week_of_month`` 5 = the last, None = every week."""

    @property
    def weekday(self) -> int: ...
    @property
    def opens(self) -> time: ...
    @property
    def closes(self) -> time: ...
    @property
    def term_time_only(self) -> bool: ...
    @property
    def week_of_month(self) -> int | None: ...


@dataclass(frozen=True)
class Occasion:
    """One time that it is on, in local time."""

    starts: datetime
    ends: datetime
    is_now: bool
    term_time_only: bool
    is_bank_holiday: bool

    @property
    def day(self) -> date:
        return self.starts.date()


def next_occasions(times: Iterable[Timing], now: datetime, *, most: int = 3) -> tuple[Occasion, ...]:
    """The next ``most`` times that have not ended, soonest first; ``now`` knows its time zone."""
    here = now.astimezone(LOCAL_TIME)
    timetable = tuple(times)
    days = [here.date() + timedelta(days=n) for n in range(-1, LOOK_AHEAD_DAYS)]
    found = {one for day in days for one in _occasions_on(timetable, day, here) if one.ends > here}
    return tuple(sorted(found, key=lambda one: (one.starts, one.ends, one.term_time_only))[:most])


def _occasions_on(timetable: tuple[Timing, ...], day: date, here: datetime) -> Iterator[Occasion]:
    for timing in timetable:
        if falls_on(timing, day):
            starts, ends = span_on(timing, day)
            yield Occasion(starts, ends, starts <= here, timing.term_time_only, is_bank_holiday(day))


def span_on(timing: Timing, day: date) -> tuple[datetime, datetime]:
    """From when to when on that day; what closes no later than it opens goes on past midnight."""
    until = day + timedelta(days=1) if timing.closes <= timing.opens else day
    return (
        datetime.combine(day, timing.opens, LOCAL_TIME),
        datetime.combine(until, timing.closes, LOCAL_TIME),
    )


def falls_on(timing: Timing, day: date) -> bool:
    if day.isoweekday() != timing.weekday:
        return False
    if timing.week_of_month == LAST_WEEK:
        return (day + timedelta(days=7)).month != day.month
    return timing.week_of_month in (None, (day.day - 1) // 7 + 1)


def is_bank_holiday(day: date) -> bool:
    """A bank holiday of England and Wales by the usual rules; days proclaimed for one year are not known."""
    return day in _bank_holidays(day.year)


@lru_cache(maxsize=8)
def _bank_holidays(year: int) -> frozenset[date]:
    sunday = easter(year)
    days = {sunday - timedelta(days=2), sunday + timedelta(days=1)}
    days |= {_first_monday(date(year, 5, 1)), _last_monday(date(year, 5, 31)), _last_monday(date(year, 8, 31))}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        instead = fixed
        while instead.isoweekday() > 5 or (instead in days and instead != fixed):
            instead += timedelta(days=1)
        days |= {fixed, instead}
    if date(year, 12, 25).isoweekday() == 7:  # Boxing Day is the Monday, so Christmas Day moves to the Tuesday
        days.add(date(year, 12, 27))
    return frozenset(days)


def _first_monday(day: date) -> date:
    return day + timedelta(days=(8 - day.isoweekday()) % 7)


def _last_monday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)
