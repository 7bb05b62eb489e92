"""The places of a plan that have a day, as a calendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from app.actions.calendars import printable
from app.errors import NotFoundError
from app.queries.plans import StopRow


def make_plan_calendar(title: str, stops: Sequence[StopRow], address: str, now: datetime) -> bytes:
    """One whole-day entry for each place with a day. NotFoundError when none has one."""
    dated = [stop for stop in stops if stop.planned_on]
    if not dated:
        raise NotFoundError("No place of this plan has a day yet.", "Give one a day, then fetch the calendar.")
    calendar = Calendar()
    calendar.add("prodid", "-//Who's Doing What//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", printable(title))
    for stop in dated:
        assert stop.planned_on is not None
        event = Event()
        event.add("uid", str(stop.id))
        event.add("dtstamp", now)
        event.add("summary", printable(f"{stop.name} ({title})"))
        event.add("dtstart", stop.planned_on)
        event.add("dtend", stop.planned_on + timedelta(days=1))
        event.add("location", printable(", ".join(filter(None, [stop.name, stop.area_name]))))
        event.add("geo", (stop.lat, stop.lon))
        event.add("url", address)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
