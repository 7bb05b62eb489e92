"""Days and times in the words of people here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

import pytest
from flask import Flask

from app.routes.when_words import bars, clock, exception, timetable


@dataclass(frozen=True)
class Line:
    weekday: int
    opens: time
    closes: time
    term_time_only: bool = False
    week_of_month: int | None = None


def nine_to_five(*days: int, term: bool = False) -> list[Line]:
    return [Line(day, time(9), time(17), term) for day in days]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (nine_to_five(2), ["Every Tuesday, 9am to 5pm"]),
        (nine_to_five(1, 2), ["Every Monday, 9am to 5pm", "Every Tuesday, 9am to 5pm"]),
        (nine_to_five(1, 2, 3, 4, 5), ["Monday to Friday, 9am to 5pm"]),
        (nine_to_five(*range(1, 8), term=True), ["Every day, 9am to 5pm, in term time only"]),
        (nine_to_five(1, 3, 5), [f"Every {day}, 9am to 5pm" for day in ("Monday", "Wednesday", "Friday")]),
        ([*nine_to_five(1, 2, 3), Line(6, time(0), time(0))],
         ["Monday to Wednesday, 9am to 5pm", "Every Saturday, all day and all night"]),
        ([*nine_to_five(1, 2, 3), Line(2, time(9), time(17), week_of_month=5)],
         ["Monday to Wednesday, 9am to 5pm", "The last Tuesday of the month, 9am to 5pm"]),
    ],
)  # fmt: skip
def test_a_timetable_in_words(app: Flask, lines: list[Line], said: list[str]) -> None:
    with app.test_request_context():
        assert timetable(lines) == said


def test_hours_are_said_as_people_say_them(app: Flask) -> None:
    with app.test_request_context():
        said = [clock(at) for at in (time(0), time(0, 30), time(9, 5), time(12), time(12, 30), time(23, 59))]
        assert said == ["midnight", "12:30am", "9:05am", "midday", "12:30pm", "midnight"]
        once = Line(5, time(19), time(21), True, 1)
        assert exception(once) == "only the first Friday of the month, in term time only"


def test_a_bar_covers_what_is_drawn_of_the_day() -> None:
    assert bars(Line(1, time(9), time(17))) == [(180, 480)]
    assert bars(Line(1, time(5), time(7))) == [(0, 60)]
    assert bars(Line(1, time(22), time(2))) == [(960, 120)]
    assert bars(Line(1, time(1), time(3))) == []
