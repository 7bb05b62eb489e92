"""When something is open, as the finder counts it: slots in minutes.

A slot is a range of minutes in a block of two days that belongs to one weekday: what ends after midnight stays
with the day it began on. Each week of a month has seven blocks of its own (0: every week; 5: the last), as the
database function slot_of makes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from app.actions.occasions import LAST_WEEK

DAY_MIN = 1_440
BLOCK_MIN = 2 * DAY_MIN
WEEKS = range(6)
PARTS_OF_DAY = {"morning": (5 * 60, 12 * 60), "afternoon": (12 * 60, 17 * 60), "evening": (17 * 60, DAY_MIN)}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NAMED_DAYS = ("today", "tomorrow", *DAYS, "weekend")
Range = tuple[int, int]


def as_multirange(ranges: Iterable[Range]) -> str:
    """As PostgreSQL writes it: {[600,720),[2040,2160)}."""
    return "{" + ",".join(f"[{start},{end})" for start, end in sorted(ranges)) + "}"


def slots_open_at(now: datetime) -> str:
    """The minute that ``now`` (local time) is in: of today's blocks, and after midnight of yesterday's."""
    minute = now.hour * 60 + now.minute
    today, yesterday = now.date(), now.date() - timedelta(days=1)
    ranges = [(block + minute, block + minute + 1) for block in blocks_of(today)]
    ranges += [(block + DAY_MIN + minute, block + DAY_MIN + minute + 1) for block in blocks_of(yesterday)]
    return as_multirange(ranges)


def slots_wanted(day: str, part: str, today: date) -> str | None:
    """The slots of a day (of NAMED_DAYS) and a part of it; either may be empty for any. None when both are."""
    if not day and not part:
        return None
    start, end = PARTS_OF_DAY.get(part, (0, DAY_MIN))
    return as_multirange((block + start, block + end) for block in _blocks(day, today))


def _blocks(day: str, today: date) -> list[int]:
    if day in ("today", "tomorrow"):
        return blocks_of(today if day == "today" else today + timedelta(days=1))
    weekdays = [5, 6] if day == "weekend" else [DAYS.index(day)] if day else range(7)
    return [(week * 7 + weekday) * BLOCK_MIN for week in WEEKS for weekday in weekdays]


def blocks_of(day: date) -> list[int]:
    """Where the blocks of a day of the calendar begin: of every week, of its week, of the last if it is that."""
    return [(week * 7 + day.weekday()) * BLOCK_MIN for week in (0, *weeks_of(day))]


def weeks_of(day: date) -> list[int]:
    """Which such weekday of its month a day is: the 12th is in the second week; the last may be the fourth too."""
    weeks = {(day.day - 1) // 7 + 1}
    if (day + timedelta(days=7)).month != day.month:
        weeks.add(LAST_WEEK)
    return sorted(weeks)


def upcoming_days(now: datetime, days: int = 7) -> list[str]:
    """The slots of each of the next days, the first from ``now`` on: for the order of what opens soonest."""
    minute = now.hour * 60 + now.minute
    return [
        as_multirange(
            (block + (minute if ahead == 0 else 0), block + DAY_MIN)
            for block in blocks_of(now.date() + timedelta(days=ahead))
        )
        for ahead in range(days)
    ]
