"""A service as a calendar file (RFC 5545): one repeating entry for each line of its timetable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from icalendar import Calendar, Event, Timezone, vRecur

from app.actions.clock import LOCAL_TIME
from app.actions.occasions import LAST_WEEK, falls_on, span_on
from app.errors import NotFoundError
from app.queries.organisations import WhenRow

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST_CYCLE_DAYS = 100
"""Within these every line of a timetable comes round, also one on a fifth week that many months do not have."""


@dataclass(frozen=True)
class CalendarWords:
    """What the entries say; ``term_time`` is added to those that are on in term time only."""

    name: str
    description: str
    term_time: str
    where: str
    address: str  # of the page that tells more


def make_calendar(service_id: UUID, when: tuple[WhenRow, ...], words: CalendarWords, now: datetime) -> bytes:
    """The file; entries start with the next time each is on. NotFoundError when no times are known."""
    if not when:
        raise NotFoundError("Nobody has told us when this is on.", "Ask the group, and tell us if you like.")
    calendar = Calendar()
    calendar.add("prodid", "-//Who's Doing What//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", " ".join(printable(words.name).split()))
    calendar.add("refresh-interval", timedelta(days=1), parameters={"VALUE": "DURATION"})
    for line in when:
        calendar.add_component(_entry(service_id, line, words, now))
    calendar.add_component(
        Timezone.from_tzinfo(LOCAL_TIME, first_date=date(now.year, 1, 1), last_date=date(now.year + 10, 1, 1))
    )
    return bytes(calendar.to_ical())


def _entry(service_id: UUID, line: WhenRow, words: CalendarWords, now: datetime) -> Event:
    starts, ends = span_on(line, _next_day(line, now))
    term = [words.term_time] if line.term_time_only else []
    event = Event()
    event.add("uid", str(uuid5(service_id, repr((line.weekday, line.opens, line.closes, line.week_of_month)))))
    event.add("dtstamp", now)
    event.add("summary", printable(words.name))
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("rrule", rule_of(line))
    event.add("description", printable("\n\n".join([*term, words.description, words.address])))
    event.add("url", words.address)
    if words.where:
        event.add("location", printable(words.where))
    return event


def rule_of(line: WhenRow) -> vRecur:
    """Every week on that day, or every month on the nth such day."""
    day = DAYS[line.weekday - 1]
    if line.week_of_month is None:
        return vRecur(freq="weekly", byday=day)
    return vRecur(freq="monthly", byday=f"{-1 if line.week_of_month == LAST_WEEK else line.week_of_month}{day}")


def _next_day(line: WhenRow, now: datetime) -> date:
    first = now.astimezone(LOCAL_TIME).date()
    return next(day for n in range(LONGEST_CYCLE_DAYS) if falls_on(line, day := first + timedelta(days=n)))


def printable(words: str) -> str:
    """Without characters that a calendar file may not hold."""
    return "".join(letter for letter in words if letter == "\n" or letter >= " ").replace("\x7f", "")
