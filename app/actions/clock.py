"""Today and now, as people here say it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

LOCAL_TIME = ZoneInfo("Europe/London")


def today() -> date:
    return now().date()


def now() -> datetime:
    return datetime.now(LOCAL_TIME)


def minute_of_week() -> int:
    """Minutes since Monday 00:00, as the clocks here show it."""
    shown = now()
    return shown.weekday() * 1440 + shown.hour * 60 + shown.minute
