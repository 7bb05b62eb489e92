"""The weekly grid: lines of days, from, to, which weeks, term time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time
from typing import Any

from flask_babel import gettext as _

from app.actions.group_documents import When
from app.errors import BadQuestionError
from app.forms.typed import typed_line
from app.forms.values import Values

MOST_LINES = 10
EARLY = time(9)
"""What ends before it starts goes on past midnight only when it ends before this."""

CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*(am|pm|noon)?", re.IGNORECASE)
Line = dict[str, Any]


def read_times(values: Values) -> tuple[When, ...]:
    """Each chosen day of each line as a time; empty lines are left out. Raises BadQuestionError."""
    times: list[When] = []
    for number in range(MOST_LINES):
        days = [day for day in values.getlist(f"days-{number}") if day in "1234567" and len(day) == 1]
        opens = read_clock(values, f"opens-{number}")
        closes = read_clock(values, f"closes-{number}")
        if not days and opens is None and closes is None:
            continue
        times += _line(values, number, days, opens, closes)
    return tuple(sorted(dict.fromkeys(times), key=lambda one: (one.weekday, one.opens, one.closes)))


def _line(values: Values, number: int, days: Sequence[str], opens: time | None, closes: time | None) -> list[When]:
    if not days:
        raise BadQuestionError(_("Which day is that?"), _("Tick one or more days."), field=f"days-{number}")
    if opens is None:
        raise BadQuestionError(_("When does it start?"), _("Write it like 19:00 or 7pm."), field=f"opens-{number}")
    if closes is None:
        raise BadQuestionError(
            _("When does it end?"), _("Write it like 21:00 or 9pm. About will do."), field=f"closes-{number}"
        )
    if closes <= opens and closes >= EARLY:
        raise BadQuestionError(
            _("It ends before it starts."), _("Look at both times again."), field=f"closes-{number}"
        )
    week = typed_line(values, f"week-{number}", _("Which weeks"))
    term = values.getlist(f"term-{number}") == ["yes"]
    nth = int(week) if week in ("1", "2", "3", "4", "5") else None
    return [
        When(weekday=int(day), opens=opens, closes=closes, term_time_only=term, week_of_month=nth) for day in days
    ]


def read_clock(values: Values, name: str) -> time | None:
    """19:00, 19.00, 7pm, 7:30 pm, noon: what people type when the browser has no clock of its own."""
    text = typed_line(values, name, _("Time")).replace("noon", "12pm").replace("midnight", "0:00")
    if not text:
        return None
    found = CLOCK.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    half = (found[3] or "").lower() if found else ""
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif half:
        hour = 99
    if hour == 24 and minute == 0:
        hour = 0
    if hour > 23 or minute > 59:
        raise BadQuestionError(
            _("“%(text)s” is not a time.", text=text[:20]), _("Write it like 19:00 or 7pm."), field=name
        )
    return time(hour, minute)


def as_lines(times: Sequence[When]) -> list[Line]:
    """The times as lines of the grid: days with the same hours share one."""
    lines: dict[tuple[object, ...], Line] = {}
    for one in times:
        key = (one.opens, one.closes, one.term_time_only, one.week_of_month)
        line = lines.setdefault(
            key,
            {
                "days": [], "opens": f"{one.opens:%H:%M}", "closes": f"{one.closes:%H:%M}",
                "week": str(one.week_of_month or ""), "term": one.term_time_only,
            },
        )  # fmt: skip
        line["days"].append(str(one.weekday))
    return list(lines.values())[:MOST_LINES]


def typed_lines(values: Values) -> list[Line]:
    """The lines as they were typed, right or wrong."""
    lines = [
        {
            "days": values.getlist(f"days-{number}")[:7],
            **{name: (values.getlist(f"{name}-{number}") or [""])[0][:20] for name in ("opens", "closes", "week")},
            "term": values.getlist(f"term-{number}") == ["yes"],
        }
        for number in range(MOST_LINES)
    ]
    while lines and not any(lines[-1].values()):
        lines.pop()
    return lines


def with_empty(lines: Sequence[Line], more: int = 1) -> list[Line]:
    """The lines and a few empty ones to fill in, never more than MOST_LINES."""
    empty: Line = {"days": [], "opens": "", "closes": "", "week": "", "term": False}
    return [*lines, *({**empty} for _number in range(more))][:MOST_LINES]
