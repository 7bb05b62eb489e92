"""Opening times: read when plain, None when anything is unclear."""

from __future__ import annotations

import time

import pytest

from geodata.opening_hours import parse_day_hours, parse_opening_hours


def shown(text: str) -> str | None:
    times = parse_opening_hours(text)
    if times is None:
        return None
    return " ".join(f"{t.weekday}:{t.opens:%H%M}-{t.closes:%H%M}{'T' if t.term_time_only else ''}" for t in times)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wednesday 10am - 4pm", "3:1000-1600"),
        ("Tuesdays, Wednesdays and Fridays, 10am-2pm", "2:1000-1400 3:1000-1400 5:1000-1400"),
        ("Monday to Friday, 9.30am-4pm", " ".join(f"{d}:0930-1600" for d in range(1, 6))),
        ("Mon, Tues & Thu 11am – 2.30pm", "1:1100-1430 2:1100-1430 4:1100-1430"),
        ("Fri 4.30 - 5.30pm Sat 10 - 11am", "5:1630-1730 6:1000-1100"),
        ("Weds 12-2pm", "3:1200-1400"),
        ("Monday 12noon - 2pm", "1:1200-1400"),
        ("Friday 10am - 12 noon", "5:1000-1200"),
        ("Saturday 11 - 1pm", "6:1100-1300"),
        ("Mo-Fr 09:00-17:00; Sa 10:00-13:00", " ".join(f"{d}:0900-1700" for d in range(1, 6)) + " 6:1000-1300"),
        ("Mondays 9.30am-12pm; Wednesdays, 1-3pm", "1:0930-1200 3:1300-1500"),
        ("Thursday 1-3pm term time only", "4:1300-1500T"),
        ("Mon & Thur 1-3pm (except bank holidays)", "1:1300-1500 4:1300-1500"),
        ("Mo 04:00-17:00", "1:0400-1700"),
        ("weekends 2pm-4pm", "6:1400-1600 7:1400-1600"),
        ("Monday 9am-12pm 1pm-5pm", "1:0900-1200 1:1300-1700"),
    ],
)
def test_plain_times(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NA",
        "Wednesday 10 - 12",  # morning or evening?
        "Mon - Sat 10.00 - 4.00",
        "Tuesday 4:00-5:30",
        "Friday from 6pm",
        "Wednesday 7:30pm",
        "Monday - Friday",
        "10am - 4pm",  # which days?
        "By appointment",
        "1st Saturday of month 10am - 12noon",
        "Monday - Friday 8am - 4pm. Please ring.",
        "Daily (except Tues & Sat) 10:30am - 12pm",
        "Friday 4pm - 2pm",
        "Friday 13pm - 2pm",
        "Friday - Monday 9am - 10am",
        "Monday 9am-12pm, Monday 11am-1pm",
        "Monday " * 100,
    ],
)
def test_what_is_not_plain_is_left_alone(text: str) -> None:
    assert parse_opening_hours(text) is None


def test_one_day_of_a_table_of_days() -> None:
    times = parse_day_hours("08:30-13:00,14:00-17:30", 2)
    assert times is not None
    assert [(t.weekday, f"{t.opens:%H:%M}", f"{t.closes:%H:%M}") for t in times] == [
        (2, "08:30", "13:00"),
        (2, "14:00", "17:30"),
    ]
    assert parse_day_hours("CLOSED", 7) == []
    assert parse_day_hours("by appointment", 7) is None
    assert parse_day_hours("Monday 9am-5pm", 1) is None


def test_hostile_text_is_quick() -> None:
    started = time.process_time()
    for text in ("mon" * 100, "1" * 300, "(" * 300, "1-" * 150, "term time" * 30):
        parse_opening_hours(text)
    assert time.process_time() - started < 1
