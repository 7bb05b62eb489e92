"""The calendar file, read back as a calendar program does."""

from __future__ import annotations

from datetime import datetime, timedelta

from dateutil.rrule import rrulestr
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import LOCAL_TIME
from tests.browser.hostile import PAYLOADS
from tests.integration.web import web_town


def read_events(client: FlaskClient, service: str) -> list[Event]:
    answer = client.get(f"/services/{service}/calendar.ics")
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(Calendar.from_ical(answer.data).events)


def occurrences(event: Event, count: int) -> list[datetime]:
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=event.start.replace(tzinfo=None))
    return list(rule[:count])


def test_every_week_and_once_a_month_repeat_as_they_are_told(town: Session, client: FlaskClient) -> None:
    _group, service = web_town.add_service(town, "Green Hall", (3, 3))
    for week, closes in ((1, "21:00"), (5, "01:00")):
        web_town.insert(town, "schedule", service_id=service, weekday=5, opens="19:30", closes=closes,
                        week_of_month=week, term_time_only=week == 5)  # fmt: skip
    weekly, *monthly = sorted(read_events(client, service), key=lambda e: e["RRULE"]["FREQ"] != ["WEEKLY"])
    assert weekly.start.tzinfo is not None
    assert (weekly.start.isoweekday(), f"{weekly.start:%H:%M}", f"{weekly.end:%H:%M}") == (2, "12:00", "14:00")
    assert weekly.start.date() - datetime.now(LOCAL_TIME).date() < timedelta(days=7)
    assert {day.isoweekday() for day in occurrences(weekly, 30)} == {2}
    first = next(e for e in monthly if e["RRULE"]["BYDAY"] == ["1FR"])
    last = next(e for e in monthly if e["RRULE"]["BYDAY"] == ["-1FR"])
    assert all(day.isoweekday() == 5 and day.day <= 7 for day in occurrences(first, 12))
    assert all(
        day.isoweekday() == 5 and (day + timedelta(days=7)).month != day.month for day in occurrences(last, 12)
    )
    assert occurrences(last, 1)[0] == last.start.replace(tzinfo=None)
    assert last.end - last.start == timedelta(hours=5, minutes=30)
    assert "In term time only" in last["DESCRIPTION"]
    assert "In term time only" not in weekly["DESCRIPTION"]


def test_an_entry_says_what_where_and_where_to_read_more(town: Session, client: FlaskClient) -> None:
    _group, service = web_town.add_service(town, "Green Hall", (3, 3), summary="Lunch, tea; talk")
    event = read_events(client, service)[0]
    assert event["SUMMARY"] == "Green Hall lunch"
    assert event["LOCATION"] == "Green Hall hall, 1 High Street, ZZ1 1AA"
    assert event["URL"].endswith(f"/services/{service}")
    assert "Lunch, tea; talk" in event["DESCRIPTION"]
    assert "Last confirmed on" in event["DESCRIPTION"]


def test_the_same_entry_keeps_its_name_so_that_a_newer_file_replaces_it(
    town: Session, client: FlaskClient
) -> None:
    _group, service = web_town.add_service(town, "Green Hall", (3, 3))
    assert read_events(client, service)[0]["UID"] == read_events(client, service)[0]["UID"]


def test_no_name_breaks_out_of_its_line(town: Session, client: FlaskClient) -> None:
    odd = [*PAYLOADS, "Two\nlines\r\nBEGIN:VEVENT", "Bell \x07 and delete \x7f", "x" * 400]
    for number, name in enumerate(odd):
        _group, service = web_town.add_service(town, f"Odd {number}", (3, 3), place=name)
        town.execute(text("UPDATE service SET name = :name WHERE id = :id"), {"name": name, "id": service})
        events = read_events(client, service)
        assert len(events) == 1
        assert str(events[0]["SUMMARY"]).replace("\n", "").strip()
