"""A spot from what somebody typed: a postcode, the first half of one, the name of a place, or a position."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.errors import BadQuestionError
from app.queries import Session, spots
from app.queries.spots import NamedRow, PointRow
from geodata.postcodes import format_postcode, is_outward_only, normalise_postcode, suggest_postcode

POSITION = re.compile(r"(-?\d{1,3}(?:\.\d{1,20})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,20})?)")
"""Latitude, longitude: as a browser that was asked where it is gives it."""

MOST_SUGGESTIONS = 3
DECIMALS = 4
"""Of a degree: 11 m. Nearer than that nobody needs to know where a visitor stands."""


class SpotKind(StrEnum):
    POSTCODE = "postcode"
    OUTWARD = "outward"
    NAME = "name"
    POSITION = "position"


@dataclass(frozen=True)
class Spot:
    """A point (WGS84 degrees) and what to call it; ``area_id`` is that of a place with a name.

    ``note`` says what a visitor should know about it; ``others`` are places of the same name.
    """

    lon: float
    lat: float
    label: str
    kind: SpotKind
    area_id: int | None = None
    note: str = ""
    others: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether a distance from it is one from somebody's door, and not from the middle of a place."""
        return self.kind in (SpotKind.POSTCODE, SpotKind.POSITION)


class UnknownSpotError(BadQuestionError):
    """Nobody knows where that is; ``suggestions`` are places that are spelt like it."""

    def __init__(self, message: str, fix: str, *, field: str, suggestions: Sequence[str] = ()) -> None:
        self.suggestions = tuple(suggestions)
        super().__init__(message, fix, field=field)


def locate(session: Session, typed: str, *, field: str = "near") -> Spot:
    """Where ``typed`` is. Raises UnknownSpotError, which says what might be meant."""
    typed = " ".join(typed.split())
    if match := POSITION.fullmatch(typed):
        return _at_position(float(match[1]), float(match[2]), field)
    if postcode := normalise_postcode(typed):
        return _at_postcode(session, postcode, field)
    if is_outward_only(typed):
        outward = re.sub(r"[^A-Za-z0-9]", "", typed).upper()
        if point := spots.find_outward(session, outward):
            return Spot(
                point.lon, point.lat, outward, SpotKind.OUTWARD, note="This is the middle of the postcode area."
            )
    if named := find_named(session, typed):
        return named
    raise _unknown(session, typed, field)


def find_named(session: Session, typed: str) -> Spot | None:
    """The place of this name: one area, or the middle of those that share it (Sale Moor, Sale Central)."""
    if exact := spots.list_named(session, typed):
        first = exact[0]
        others = tuple(dict.fromkeys(row.name for row in exact[1:] if row.layer == first.layer))
        return Spot(first.point.lon, first.point.lat, first.name, SpotKind.NAME, first.area_id, others=others)
    parts = spots.list_named_with(session, typed) if len(typed) > 2 else []
    parts = [row for row in parts if row.layer == parts[0].layer]
    if not parts:
        return None
    if len(parts) == 1:
        only = parts[0]
        return Spot(only.point.lon, only.point.lat, only.name, SpotKind.NAME, only.area_id)
    middle = _middle(parts)
    names = tuple(row.name for row in parts)
    return Spot(middle.lon, middle.lat, _as_name(typed), SpotKind.NAME, note="", others=names)


def _middle(rows: Sequence[NamedRow]) -> PointRow:
    return PointRow(
        round(sum(row.point.lon for row in rows) / len(rows), DECIMALS),
        round(sum(row.point.lat for row in rows) / len(rows), DECIMALS),
    )


def _as_name(typed: str) -> str:
    return typed if any(letter.isupper() for letter in typed) else typed.title()


def _at_position(lat: float, lon: float, field: str) -> Spot:
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise UnknownSpotError(
            "That is not a place on the earth.", "Type a postcode or the name of a place.", field=field
        )
    return Spot(round(lon, DECIMALS), round(lat, DECIMALS), "", SpotKind.POSITION)


def _at_postcode(session: Session, postcode: str, field: str) -> Spot:
    row, written = spots.find_postcode(session, postcode), format_postcode(postcode)
    if row is not None and row.point is not None:
        note = f"{written} is no longer in use: this is where it used to be." if row.is_terminated else ""
        return Spot(row.point.lon, row.point.lat, written, SpotKind.POSTCODE, note=note)
    like = spots.find_nearest_spelling(session, postcode)
    if like is not None:
        raise UnknownSpotError(
            f"We do not know the postcode {written}.",
            f"Is it {format_postcode(like)}? Check the last two letters, or type the name of the place.",
            field=field,
            suggestions=[format_postcode(like)],
        )
    raise UnknownSpotError(
        f"The postcode {written} is not on this map.",
        _known_ones(session) + "You can also type the name of a place.",
        field=field,
    )


def _unknown(session: Session, typed: str, field: str) -> UnknownSpotError:
    if len(typed) > 60:
        typed = typed[:60] + "…"
    if meant := suggest_postcode(typed):
        return UnknownSpotError(
            f"“{typed}” is not a postcode.", f"Is it {meant}?", field=field, suggestions=[meant]
        )
    alike = spots.list_alike(session, typed, MOST_SUGGESTIONS)
    if alike:
        meant = " or ".join(filter(None, [", ".join(alike[:-1]), alike[-1]]))
        return UnknownSpotError(
            f"We do not know a place called “{typed}”.",
            f"Did you mean {meant}? You can also type a postcode.",
            field=field,
            suggestions=alike,
        )
    return UnknownSpotError(
        f"We do not know a place called “{typed}”.",
        "Check the spelling, try a bigger place near it, or type a postcode.",
        field=field,
    )


def _known_ones(session: Session) -> str:
    outwards = spots.list_outwards(session)
    return f"The postcodes here begin with {', '.join(outwards)}. " if outwards else ""
