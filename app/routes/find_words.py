"""What people read on the finder's cards: distances, walks, times, and how sure each of them is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import format_decimal, lazy_gettext
from flask_babel import gettext as _

from app.actions.find import Card

L = lazy_gettext
METRES_PER_MINUTE = 80
DETOUR = 1.3
"""How much longer a walk is than the line a bird flies, about; the page says so."""

LONGEST_WALK_MIN = 45
METRES_PER_MILE = 1_609.344
MOST_WHAT = 110

NAMED_DAYS = {
    "today": L("Today"),
    "tomorrow": L("Tomorrow"),
    "monday": L("Monday"),
    "tuesday": L("Tuesday"),
    "wednesday": L("Wednesday"),
    "thursday": L("Thursday"),
    "friday": L("Friday"),
    "saturday": L("Saturday"),
    "sunday": L("Sunday"),
    "weekend": L("At the weekend"),
}
PARTS_OF_DAY = {"morning": L("Morning"), "afternoon": L("Afternoon"), "evening": L("Evening")}
WITHIN = {
    "15min": L("15 minutes’ walk"),
    "30min": L("30 minutes’ walk"),
    "3mi": L("3 miles"),
    "10mi": L("10 miles"),
    "30mi": L("30 miles"),
}
SORTS = {
    "nearest": L("Nearest first"),
    "soonest": L("Soonest first"),
    "best": L("Best match first"),
    "name": L("By name"),
}
FILTER_NAMES = {
    "theme": L("the kind of help"),
    "when": L("the day or time"),
    "open": L("“open now”"),
    "free": L("“free”"),
    "step_free": L("“step-free”"),
    "audience": L("who it is for"),
    "age": L("the age"),
    "language": L("the language"),
    "online": L("“online or by phone”"),
}


def far(metres: float) -> str:
    """650 m; from 1,000 m on 1.4 miles."""
    if metres < 995:
        return f"{max(10, round(metres / 10) * 10)}\N{NO-BREAK SPACE}m"
    return str(_("%(miles)s miles", miles=format_decimal(metres / METRES_PER_MILE, "#,##0.0")))


def on_foot(metres: float) -> str:
    """12 minutes’ walk; empty where nobody would walk."""
    minutes = max(1, round(metres * DETOUR / METRES_PER_MINUTE))
    if minutes > LONGEST_WALK_MIN:
        return ""
    return str(_("1 minute’s walk")) if minutes == 1 else str(_("%(minutes)s minutes’ walk", minutes=minutes))


def card_distance(card: Card) -> str:
    """How far: 8 minutes’ walk, 480 m; "about" where the place is shown roughly."""
    if card.distance_m is None:
        return ""
    words = ", ".join(filter(None, [on_foot(card.distance_m), far(card.distance_m)]))
    return str(_("about %(distance)s", distance=words)) if card.row.privacy == "rough" else words


def what_in_short(text: str) -> str:
    """The first sentence, or as much of it as fits, ending at a word."""
    text = " ".join(text.split())
    first = text.partition(". ")[0]
    if len(first) <= MOST_WHAT:
        return first.rstrip(".") + ("." if first else "")
    return first[:MOST_WHAT].rsplit(" ", 1)[0].rstrip(",;:") + "…"


FILTERS: dict[str, Callable[..., Any]] = {
    "far": far,
    "on_foot": on_foot,
    "card_distance": card_distance,
    "what_in_short": what_in_short,
}
