"""Slots: every rule against a calendar."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from app.actions.clock import LOCAL_TIME
from app.actions.find_times import (
    BLOCK_MIN,
    slots_open_at,
    slots_wanted,
    upcoming_days,
    weeks_of,
)


@pytest.mark.parametrize(
    ("day", "weeks"),
    [("2026-11-01", [1]), ("2026-11-22", [4]), ("2026-11-24", [4, 5]), ("2026-11-29", [5]), ("2026-11-08", [2])],
)
def test_which_such_day_of_its_month(day: str, weeks: list[int]) -> None:
    assert weeks_of(date.fromisoformat(day)) == weeks


def contains(multirange: str, minute: int) -> bool:
    pairs = [part.split(",") for part in multirange.strip("{[)}").split("),[")]
    return any(int(start) <= minute < int(end) for start, end in pairs)


def test_open_now_after_midnight_belongs_to_the_day_before() -> None:
    asked = slots_open_at(datetime(2026, 11, 29, 0, 30, tzinfo=LOCAL_TIME))
    assert contains(asked, 5 * BLOCK_MIN + 1440 + 30)
    assert contains(asked, 6 * BLOCK_MIN + 30)
    assert not contains(asked, 4 * BLOCK_MIN + 1440 + 30)


def test_a_day_of_the_calendar_is_its_own_week_only() -> None:
    today = date(2026, 11, 27)  # the fourth and last Friday
    asked = slots_wanted("today", "evening", today)
    assert asked is not None
    friday = 4 * BLOCK_MIN + 19 * 60
    assert [contains(asked, week * 7 * BLOCK_MIN + friday) for week in range(6)] == [
        True,
        False,
        False,
        False,
        True,
        True,
    ]
    any_friday = slots_wanted("friday", "", today)
    assert any_friday is not None
    assert all(contains(any_friday, week * 7 * BLOCK_MIN + friday) for week in range(6))
    assert slots_wanted("", "", today) is None


def test_the_first_of_the_coming_days_begins_now() -> None:
    days = upcoming_days(datetime(2026, 11, 24, 13, 0, tzinfo=LOCAL_TIME))
    assert not contains(days[0], 1 * BLOCK_MIN + 12 * 60)
    assert contains(days[0], 1 * BLOCK_MIN + 13 * 60)
    assert contains(days[1], 2 * BLOCK_MIN + 9 * 60)
