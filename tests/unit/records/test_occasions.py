"""When something is on next: weeks, months, midnights, clock changes and bank holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest

from app.actions.clock import LOCAL_TIME
from app.actions.occasions import falls_on, is_bank_holiday, next_occasions


@dataclass(frozen=True)
class Line:
    weekday: int
    opens: time
    closes: time
    term_time_only: bool = False
    week_of_month: int | None = None


LUNCH = Line(2, time(12), time(14))
SUNDAY = datetime(2026, 11, 22, 9, 0, tzinfo=LOCAL_TIME)


def starts(*lines: Line, now: datetime = SUNDAY, most: int = 3) -> list[str]:
    return [f"{one.starts:%a %d %b %H:%M}" for one in next_occasions(lines, now, most=most)]


def test_a_weekly_lunch_is_on_every_tuesday() -> None:
    assert starts(LUNCH) == ["Tue 24 Nov 12:00", "Tue 01 Dec 12:00", "Tue 08 Dec 12:00"]


def test_what_is_on_now_counts_and_what_has_ended_does_not() -> None:
    during = datetime(2026, 11, 24, 13, 59, tzinfo=LOCAL_TIME)
    assert next_occasions([LUNCH], during)[0].is_now
    assert starts(LUNCH, now=during + timedelta(minutes=1))[0] == "Tue 01 Dec 12:00"


@pytest.mark.parametrize(
    ("week", "days"),
    [(1, ["Tue 01 Dec", "Tue 05 Jan"]), (3, ["Tue 15 Dec", "Tue 19 Jan"]), (5, ["Tue 24 Nov", "Tue 29 Dec"])],
)
def test_once_a_month_means_that_week(week: int, days: list[str]) -> None:
    found = starts(Line(2, time(12), time(14), week_of_month=week), most=2)
    assert [start[:10] for start in found] == days


def test_every_month_has_one_last_friday_and_the_fifth_may_be_the_fourth() -> None:
    line = Line(5, time(9), time(10), week_of_month=5)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [day.month for day in days if falls_on(line, day)] == list(range(1, 13))


def test_past_midnight_belongs_to_the_evening_before() -> None:
    late = Line(6, time(22), time(2))
    after_midnight = datetime(2026, 11, 22, 1, 0, tzinfo=LOCAL_TIME)
    first = next_occasions([late], after_midnight)[0]
    assert first.is_now
    assert first.day == date(2026, 11, 21)


def test_two_lines_are_told_in_order_and_the_same_line_twice_is_one() -> None:
    evening = Line(2, time(19), time(21))
    assert starts(evening, LUNCH, LUNCH, most=3) == ["Tue 24 Nov 12:00", "Tue 24 Nov 19:00", "Tue 01 Dec 12:00"]


def test_noon_stays_noon_when_the_clocks_change() -> None:
    before = datetime(2027, 3, 23, 15, 0, tzinfo=LOCAL_TIME)
    assert starts(LUNCH, now=before, most=1) == ["Tue 30 Mar 12:00"]


def test_nothing_is_said_of_a_group_without_times() -> None:
    assert next_occasions([], SUNDAY) == ()


def test_bank_holidays_are_those_of_the_calendar() -> None:
    published = {
        2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-25 12-26 12-27 12-28",
        2022: "01-01 01-03 04-15 04-18 05-02 05-30 08-29 12-25 12-26 12-27",
        2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28",
        2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-25 12-26 12-27 12-28",
    }
    for year, expected in published.items():
        days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
        assert [f"{day:%m-%d}" for day in days if is_bank_holiday(day)] == expected.split(), year
    assert next_occasions([Line(5, time(9), time(10))], datetime(2026, 12, 21, tzinfo=LOCAL_TIME))[
        0
    ].is_bank_holiday
