"""Today, as people here say it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

LOCAL_TIME = ZoneInfo("Europe/London")


def today() -> date:
    return now().date()


def now() -> datetime:
    return datetime.now(LOCAL_TIME)
