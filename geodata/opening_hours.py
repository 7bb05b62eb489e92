"""Opening times as people write them -> weekly times; what is not fully understood is left, never guessed."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from dataclasses import dataclass

MAX_TEXT = 300

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TOKEN = re.compile(
    r"(?P<day>(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:days?|s)?\b"
    r"|(?:mo|tu|we|th|fr|sa|su)\b|weds\b)"
    r"|(?P<days>weekdays?\b|weekends?\b|daily\b|every ?day\b|(?:7|seven) days(?: a week)?\b)"
    r"|(?P<time>(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)?\s?(?:am|pm|a\.m\.?|p\.m\.?|noon|midday|midnight)?\b|noon\b|midday\b)"
    r"|(?P<dash>[-\u2010-\u2015=]|to\b|until\b|till\b)"
    r"|(?P<term>\(?(?:during )?(?:school )?term[- ]?time(?: only)?\)?|term time only)"
    r"|(?P<filler>[,;.&+/()]|and\b|open\b|opening\b|hours\b|times\b|between\b|from\b|every\b|on\b|each\b|week\b"
    r"|\(?except bank holidays\)?|\(?excluding bank holidays\)?)"
    r"|(?P<space>\s+)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s?(am|pm|a\.m\.?|p\.m\.?|noon|midday|midnight)?", re.IGNORECASE)
_EARLIEST_BARE_HOUR = 7


@dataclass(frozen=True)
class WeeklyTime:
    """One weekly opening: ``weekday`` 1 = Monday, from ``opens`` to ``closes`` of the same day."""

    weekday: int
    opens: dt.time
    closes: dt.time
    term_time_only: bool = False


@dataclass(frozen=True)
class _Span:
    opens: dt.time
    closes: dt.time


def parse_opening_hours(text: str) -> list[WeeklyTime] | None:
    """Parse "Tuesdays, Wednesdays and Fridays, 10am-2pm" or "Mo-Fr 09:00-17:00"; None when any part is unclear."""
    tokens = _tokens(text)
    if not tokens:
        return None
    term_time_only = any(kind == "term" for kind, _ in tokens)
    groups = _groups([token for token in tokens if token[0] != "term"])
    if groups is None:
        return None
    times = {
        WeeklyTime(day, span.opens, span.closes, term_time_only)
        for days, spans in groups
        for day in days
        for span in spans
    }
    ordered = sorted(times, key=lambda time: (time.weekday, time.opens))
    return ordered if ordered and not _overlap(ordered) else None


def parse_day_hours(text: str, weekday: int) -> list[WeeklyTime] | None:
    """Parse the times of one day, "08:30-13:00,14:00-17:30"; [] when it says closed, None when it is unclear."""
    if text.strip().lower() in ("closed", "shut", "not open", "-"):
        return []
    tokens = _tokens(text)
    if not tokens or any(kind in ("day", "days", "term") for kind, _ in tokens):
        return None
    spans = _spans(tokens)
    return None if spans is None else [WeeklyTime(weekday, span.opens, span.closes) for span in spans]


def _overlap(times: list[WeeklyTime]) -> bool:
    return any(a.weekday == b.weekday and b.opens < a.closes for a, b in itertools.pairwise(times))


def _tokens(text: str) -> list[tuple[str, str]] | None:
    """Split into (kind, text); None when a word is not understood."""
    if len(text) > MAX_TEXT:
        return None
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            return None
        kind = str(match.lastgroup)
        if kind not in ("space", "filler"):
            found.append((kind, match.group().lower()))
        at = match.end()
    return found


def _groups(tokens: list[tuple[str, str]]) -> list[tuple[list[int], list[_Span]]] | None:
    """Pair runs of days with the runs of times that follow them."""
    groups: list[tuple[list[int], list[_Span]]] = []
    at = 0
    while at < len(tokens):
        stop = _run(tokens, at, ("day", "days", "dash"))
        days = _days(tokens[at:stop])
        end = _run(tokens, stop, ("time", "dash"))
        spans = _spans(tokens[stop:end])
        if not days or not spans:
            return None
        groups.append((days, spans))
        at = end
    return groups or None


def _run(tokens: list[tuple[str, str]], at: int, kinds: tuple[str, ...]) -> int:
    while at < len(tokens) and tokens[at][0] in kinds:
        at += 1
    return at


def _days(tokens: list[tuple[str, str]]) -> list[int] | None:
    """Read "mon - fri", "tue wed" or "weekdays" as weekday numbers; None when a dash hangs loose."""
    days: list[int] = []
    waiting = False
    for kind, text in tokens:
        if kind == "dash":
            if waiting or not days:
                return None
            waiting = True
        elif kind == "days":
            if waiting:
                return None
            days += {"weekd": range(1, 6), "weeke": range(6, 8)}.get(text[:5], range(1, 8))
        else:
            day = next(i for i, name in enumerate(_DAYS, start=1) if name.startswith(text[:2]))
            if waiting:
                if day <= days[-1]:
                    return None
                days += range(days[-1] + 1, day)
            days.append(day)
            waiting = False
    return None if waiting else sorted(set(days))


def _spans(tokens: list[tuple[str, str]]) -> list[_Span] | None:
    """Read "time dash time" once or more; anything else is unclear."""
    kinds = [kind for kind, _ in tokens]
    if not kinds or kinds != ["time", "dash", "time"] * (len(kinds) // 3):
        return None
    spans = [_span(tokens[i][1], tokens[i + 2][1]) for i in range(0, len(tokens), 3)]
    return None if None in spans else [span for span in spans if span is not None]


def _span(start: str, end: str) -> _Span | None:
    first, last = _clock(start), _clock(end)
    if first is None or last is None:
        return None
    (hour, minute, half), (end_hour, end_minute, end_half) = first, last
    if not end_half:
        written_in_full = ":" in start and ":" in end
        is_plain = start.startswith("0") or hour >= _EARLIEST_BARE_HOUR  # "04:00" is morning, "4:00" may not be
        if half or not written_in_full or not is_plain:
            return None
        return _ordered(hour, minute, end_hour, end_minute)
    end_hour = _hour(end_hour, end_half)
    if half:
        return _ordered(_hour(hour, half), minute, end_hour, end_minute)
    same_half = _hour(hour, end_half if end_half in ("am", "pm") else "am")
    if (same_half, minute) < (end_hour, end_minute):
        return _ordered(same_half, minute, end_hour, end_minute)
    return _ordered(_hour(hour, "am"), minute, end_hour, end_minute)


def _clock(text: str) -> tuple[int, int, str] | None:
    if text in ("noon", "midday"):
        return 12, 0, "noon"
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    half = (match.group(3) or "").replace(".", "").replace("midday", "noon")
    hour = int(match.group(1))
    if (half and not 1 <= hour <= 12) or hour > 23:
        return None
    return hour, int(match.group(2) or 0), half


def _hour(hour: int, half: str) -> int:
    """Turn a twelve-hour clock into hours since midnight; "12noon" is 12."""
    if half in ("am", "midnight"):
        return hour % 12
    return hour % 12 + 12


def _ordered(hour: int, minute: int, end_hour: int, end_minute: int) -> _Span | None:
    opens, closes = dt.time(hour, minute), dt.time(end_hour, end_minute)
    return _Span(opens, closes) if opens < closes else None
