"""The place of each row of a list: its address, postcode, point and how much of it the public may see."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyproj

from geodata.postcodes import format_postcode, is_outward_only, normalise_postcode, suggest_postcode
from geodata.problems import InputProblem
from geodata.profiles import Profile
from geodata.readers.sources import LAT, LON
from geodata.readers.tables import Table
from geodata.tidy import has_words, tidy_text

_NUMBER = re.compile(r"[-+]?\d{1,8}(?:\.\d{1,20})?(?:[eE][-+]?\d{1,2})?")
_UK = (-9.5, 2.5, 49.0, 61.5)
Warn = Callable[..., None]


@dataclass(frozen=True)
class Place:
    """Where a row is; NaN lon and lat: not given. ``address`` and ``postcode`` may be ""."""

    address: str
    postcode: str
    lon: float
    lat: float
    name: str


class PlaceReader:
    """Reads places row by row; records at one address share one place."""

    def __init__(self, table: Table, profile: Profile, warn: Warn) -> None:
        self.table, self.profile, self.warn = table, profile, warn
        self.places: dict[str, dict[str, Any]] = {}
        self.lon = profile.texts["lon"][0] if profile.texts["lon"] else self._own(LON)
        self.lat = profile.texts["lat"][0] if profile.texts["lat"] else self._own(LAT)
        self.crs = "EPSG:4326" if self.lon == LON else profile.crs
        if self.lon and self.lat and self.crs == "EPSG:4326":
            self._refuse_swapped()

    def key(self, row: dict[str, str]) -> list[str]:
        """Return what the row says of its place, as written: two rows of one name and place are one record."""
        columns = [*self.profile.texts["postcode"], *self.profile.texts["address"], self.lon, self.lat]
        return [row[column] for column in columns if column]

    def read(self, row: dict[str, str]) -> Place | None:
        """Read the place of a row, warning of what is wrong; None when nothing at all is said."""
        postcode = self._postcode(row)
        lon, lat = self._point(row)
        address = tidy_text(", ".join(filter(None, (row[c].strip() for c in self.profile.texts["address"]))), 300)
        if not postcode and np.isnan(lon):
            if not any(self.key(row)):
                self.warn(None, "It does not say where it is.", "Add its postcode.")
            if not address:
                return None
        named = self.profile.texts["place_name"]
        name = row[named[0]] if named else address.split(",")[0]
        return Place(address, postcode, lon, lat, tidy_text(name, 200))

    def add(self, place: Place, name: str, service: str, description: str) -> str:
        """Add a place, or find the one already there; returns its reference."""
        privacy = self.profile.privacy
        if has_words(f"{name} {service} {description[:300]}", self.profile.hidden_words):
            privacy = "hidden"
            self.warn(None, "Its place is hidden, because it helps people in danger.", "A reviewer may show it.")
        point = "" if np.isnan(place.lon) else f"{place.lon:.5f} {place.lat:.5f}"
        parts = "\x1f".join((place.address.lower(), place.postcode, point, privacy))
        ref = "place-" + hashlib.sha256(parts.encode()).hexdigest()[:16]
        self.places.setdefault(
            ref,
            {
                "source_ref": ref,
                "name": place.name or place.postcode or name,
                "address": place.address,
                "postcode": place.postcode,
                "lon": place.lon,
                "lat": place.lat,
                "privacy": privacy,
            },
        )
        return ref

    def frame(self, columns: list[str]) -> pd.DataFrame:
        """Return the places as a table."""
        frame = pd.DataFrame(list(self.places.values()), columns=columns)
        return frame.astype({"lon": "float64", "lat": "float64"})

    def _own(self, column: str) -> str | None:
        return column if column in self.table.frame.columns else None

    def _postcode(self, row: dict[str, str]) -> str:
        columns = self.profile.texts["postcode"]
        typed = " ".join(filter(None, (row.get(column, "").strip() for column in columns)))
        if not typed:
            return ""
        normal = normalise_postcode(typed)
        if normal is not None:
            return format_postcode(normal)
        meant = suggest_postcode(typed)
        shown = tidy_text(typed, 30)
        if meant:
            fix = f"Perhaps “{meant}” is meant; it was not changed."
        elif is_outward_only(typed):
            fix = "This is only its first half: add the second."
        else:
            fix = "Write it like “M33 2AB”."
        self.warn(columns[0], f"“{shown}” is not a full postcode.", fix)
        return ""

    def _point(self, row: dict[str, str]) -> tuple[float, float]:
        nowhere = (float("nan"), float("nan"))
        if self.lon is None or self.lat is None:
            return nowhere
        texts = row[self.lon], row[self.lat]
        if not any(texts):
            return nowhere
        if not all(_NUMBER.fullmatch(text) for text in texts):
            self.warn(self.lon, "Its longitude and latitude are not both numbers.", "Correct or empty both cells.")
            return nowhere
        lon, lat = float(texts[0]), float(texts[1])
        if self.crs != "EPSG:4326":
            lon, lat = _change(self.crs).transform(lon, lat)
        west, east, south, north = _UK
        if west <= lon <= east and south <= lat <= north:
            return float(lon), float(lat)
        self.warn(self.lon, *_why_outside(lon, lat))
        return nowhere

    def _refuse_swapped(self) -> None:
        frame = self.table.frame
        points = [
            (float(a), float(b))
            for a, b in zip(frame[self.lon], frame[self.lat], strict=True)
            if _NUMBER.fullmatch(a) and _NUMBER.fullmatch(b) and (float(a) or float(b))
        ]
        west, east, south, north = _UK
        if len(points) >= 3 and all(west <= b <= east and south <= a <= north for a, b in points):
            raise InputProblem(
                self.table.file,
                "Latitude and longitude are swapped in every row.",
                "Rename the two columns: UK latitudes lie between 49 and 61.",
                column=self.lon,
            )


def _why_outside(lon: float, lat: float) -> tuple[str, str]:
    west, east, south, north = _UK
    if west <= lat <= east and south <= lon <= north:
        return "Its latitude and longitude are swapped.", "Swap the two numbers."
    if lon == 0 and lat == 0:
        return "Its point is 0, 0, which is in the sea off Africa.", "Leave the cells empty or correct them."
    if 0 <= lon <= 700_000 and 0 <= lat <= 1_300_000 and max(lon, lat) > 180:
        return (
            "Its point looks like British National Grid, not longitude and latitude.",
            "Add “crs: EPSG:27700” to the profile.",
        )
    return f"Its point ({lon:g}, {lat:g}) is outside the United Kingdom.", "Correct or empty both cells."


@cache
def _change(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
