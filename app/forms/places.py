"""The filters of the places map as they stand in an address."""

from __future__ import annotations

import re

from app.actions.places import KINDS, PlacesQuestion
from app.forms.values import Values, read_choice, read_text, read_whole_number
from app.vocabulary import AUDIENCES

FIELDS = ("kind", "theme", "audience", "open", "q", "page")
PARTS = {"groups": ("organisation", "service"), "needs": ("need",)}
"""What can be hidden on the map, as it writes it into the address, and the kinds that go with it."""

VIEW = re.compile(r"\d{1,2}(?:\.\d{1,2})?/(-?\d{1,2}(?:\.\d{1,6})?)/(-?\d{1,3}(?:\.\d{1,6})?)", re.ASCII)
"""Where the map looks, as it writes it into the address: zoom/lat/lon."""


def read_places_question(values: Values) -> PlacesQuestion:
    """Raises BadQuestionError that names the field."""
    return PlacesQuestion(
        kind=read_choice(values, "kind", ("", *KINDS), ""),
        theme=read_text(values, "theme"),
        audience=read_choice(values, "audience", ("", *AUDIENCES), ""),
        is_open_now=read_choice(values, "open", ("", "now"), "") == "now",
        words=read_text(values, "q"),
        middle=read_middle(values),
        hidden=read_hidden(values),
        page=read_whole_number(values, "page", 1, least=1, most=1_000_000) or 1,
    )


def read_hidden(values: Values) -> frozenset[str]:
    """The kinds that the map does not show; what names no part of it says nothing."""
    names = (values.getlist("hide") or [""])[0].split(",")
    return frozenset(kind for name in names for kind in PARTS.get(name, ()))


def read_middle(values: Values) -> tuple[float, float] | None:
    """Longitude and latitude of the middle of the map; None when the address does not say, or nonsense."""
    found = VIEW.fullmatch((values.getlist("at") or [""])[0])
    if not found:
        return None
    lat, lon = float(found[1]), float(found[2])
    return (lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 else None
