"""Days and times as people here say them: midday to 2pm, every Tuesday, the first Friday of the month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from typing import Any

from flask_babel import format_date, lazy_gettext
from flask_babel import gettext as _

from app.actions.clock import today
from app.actions.group_documents import When
from app.actions.occasions import Occasion, Timing
from app.routes.words import day, weekday

L = lazy_gettext
DRAWN_FROM_MINUTE, DAY_MINUTES = 6 * 60, 24 * 60
SHORTEST_ROW, WEEK_DAYS = 3, 7
MIDNIGHT, MIDDAY, LAST_MINUTE = time(0), time(12), time(23, 59)

WEEKS = {
    1: L("the first %(weekday)s of the month"),
    2: L("the second %(weekday)s of the month"),
    3: L("the third %(weekday)s of the month"),
    4: L("the fourth %(weekday)s of the month"),
    5: L("the last %(weekday)s of the month"),
}


def clock(at: time) -> str:
    """7pm, 2:30pm, midday, midnight."""
    if at == MIDDAY:
        return str(_("midday"))
    if at in (MIDNIGHT, LAST_MINUTE):
        return str(_("midnight"))
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def hours(timing: Timing) -> str:
    return _hours(timing.opens, timing.closes)


def _hours(opens: time, closes: time) -> str:
    if opens == MIDNIGHT and closes in (MIDNIGHT, LAST_MINUTE):
        return str(_("all day and all night"))
    return str(_("%(opens)s to %(closes)s", opens=clock(opens), closes=clock(closes)))


def timing_line(timing: Timing) -> str:
    """Every Tuesday, midday to 2pm, in term time."""
    every = _("every %(weekday)s", weekday=weekday(timing.weekday))
    when = _week(timing) if timing.week_of_month else every
    when = when[0].upper() + when[1:]
    line = _("%(when)s, %(hours)s", when=when, hours=hours(timing))
    return str(_("%(line)s, in term time only", line=line)) if timing.term_time_only else line


def timetable(timings: Iterable[Timing]) -> list[str]:
    """A line for each time; three days or more in a row with the same times are one: Monday to Friday."""
    lines = list(timings)
    alike: dict[tuple[time, time, bool], list[Timing]] = {}
    for line in lines:
        if line.week_of_month is None:
            alike.setdefault((line.opens, line.closes, line.term_time_only), []).append(line)
    said: list[str] = []
    for line in lines:
        days = sorted({one.weekday for one in alike.get((line.opens, line.closes, line.term_time_only), [])})
        in_a_row = len(days) >= SHORTEST_ROW and days[-1] - days[0] == len(days) - 1
        if line.week_of_month is not None or not in_a_row:
            said.append(timing_line(line))
        elif line.weekday == days[0]:
            said.append(_row_line(line, days))
    return said


def kept_timetable(times: Iterable[Mapping[str, Any]]) -> list[str]:
    """The same of times as a document keeps them."""
    return timetable(When.model_validate(one) for one in times)


def _row_line(line: Timing, days: list[int]) -> str:
    first, last = weekday(days[0]), weekday(days[-1])
    row = _("Every day") if len(days) == WEEK_DAYS else _("%(first)s to %(last)s", first=first, last=last)
    words = _("%(when)s, %(hours)s", when=row, hours=hours(line))
    return str(_("%(line)s, in term time only", line=words)) if line.term_time_only else str(words)


def exception(timing: Timing) -> str:
    """What of a line of the timetable is not so every week."""
    parts = []
    if timing.week_of_month:
        parts.append(_("only %(week)s", week=_week(timing)))
    if timing.term_time_only:
        parts.append(_("in term time only"))
    return ", ".join(parts)


def _week(timing: Timing) -> str:
    return str(WEEKS[timing.week_of_month or 1]) % {"weekday": weekday(timing.weekday)}


def bars(timing: Timing) -> list[tuple[int, int]]:
    """Left edge and width in minutes since the drawing of a day begins; what is earlier or later is cut off."""
    opens, closes = _minute(timing.opens), _minute(timing.closes)
    spans = [(opens, closes)] if opens < closes else [(opens, DAY_MINUTES), (0, closes)]
    cut = [(max(start, DRAWN_FROM_MINUTE), end) for start, end in spans]
    return [(start - DRAWN_FROM_MINUTE, end - start) for start, end in cut if start < end]


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def near_day(value: date) -> str:
    """Today, tomorrow, or Tuesday 24 November."""
    now = today()
    if value == now:
        return str(_("Today"))
    if value == now + timedelta(days=1):
        return str(_("Tomorrow"))
    return str(format_date(value, "EEEE d MMMM"))


def occasion(one: Occasion) -> str:
    """Today, midday to 2pm; or that it is on now, and until when."""
    if one.is_now:
        return str(_("On now, until %(time)s", time=clock(one.ends.timetz().replace(tzinfo=None))))
    words = _hours(one.starts.time(), one.ends.time())
    return str(_("%(day)s, %(hours)s", day=near_day(one.day), hours=words))


def month(value: date | None) -> str:
    """As far as it matters when something was last confirmed: in October 2026."""
    return str(format_date(value, "MMMM yyyy")) if value else day(None)


FILTERS: dict[str, Callable[..., Any]] = {
    "clock": clock,
    "hours": hours,
    "timetable": timetable,
    "kept_timetable": kept_timetable,
    "exception": exception,
    "bars": bars,
    "timing_line": timing_line,
    "near_day": near_day,
    "occasion": occasion,
    "month": month,
}
