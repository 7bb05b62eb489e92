"""A made-up world of nine squares in three rows, small enough to know every answer; and its loads."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import pyproj
import shapely
from shapely import MultiPolygon, box
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.load_areas import LayerCard, load_areas
from app.actions.load_indicators import load_indicators
from app.actions.load_postcodes import load_postcodes
from app.actions.loading import LoadReport, SourceCard
from geodata.datasets import Indicator
from geodata.frames import (
    FOOTPRINT_COLUMNS,
    ORGANISATION_COLUMNS,
    PLACE_COLUMNS,
    POSTCODE_COLUMNS,
    SCHEDULE_COLUMNS,
    SERVICE_COLUMNS,
    AreasFrame,
    IndicatorsFrame,
    PostcodesFrame,
    RecordsFrame,
)

EAST, NORTH = 380_000, 390_000
TODAY = dt.date(2026, 11, 22)
TO_WGS84 = pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
BLOCKS = LayerCard("block-1", "Blocks", "Block", "1")
ROWS = LayerCard("row-1", "Rows", "Row", "1")
BLOCK_CODES = [f"B{row}{column}" for row in range(3) for column in range(3)]
PEOPLE = Indicator("people", "People", "people", "neutral", "population", "", "people", "people")
SCORE = Indicator("score", "Score", "points", "higher", "deprivation", "", "score", "score")
CARS = Indicator("no-car", "No car", "%", "higher", "other", "", "no-car", "no-car")


def lon_lat(x_m: float, y_m: float) -> tuple[float, float]:
    """Metres from the south-west corner of this world -> longitude, latitude."""
    lon, lat = TO_WGS84.transform(EAST + x_m, NORTH + y_m)
    return float(lon), float(lat)


def square(west: float, south: float, east: float, north: float) -> MultiPolygon:
    shape = box(EAST + west, NORTH + south, EAST + east, NORTH + north)
    return MultiPolygon([shapely.transform(shape, TO_WGS84.transform, interleaved=False)])


def areas_frame(shapes: dict[str, MultiPolygon], names: dict[str, str] | None = None) -> AreasFrame:
    rows = {
        "area_code": list(shapes),
        "name": [(names or {}).get(code, f"Area {code}") for code in shapes],
        "geom": list(shapes.values()),
    }
    return AreasFrame(gpd.GeoDataFrame(rows, geometry="geom", crs="EPSG:4326"))


def blocks(codes: Iterable[str] = BLOCK_CODES) -> AreasFrame:
    """Squares of 1 km; B00 in the south-west, B02 in the south-east."""
    return areas_frame({code: _block(int(code[1]), int(code[2])) for code in codes})


def _block(row: int, column: int) -> MultiPolygon:
    return square(column * 1000, row * 1000, column * 1000 + 1000, row * 1000 + 1000)


def rows() -> AreasFrame:
    """Three strips, each of three blocks; their borders lie 20 m off, as differently generalised ones do."""
    return areas_frame({f"R{i}": square(0, i * 1000 - 20, 3000, i * 1000 + 980) for i in range(3)})


def card(key: str, **more: Any) -> SourceCard:
    return SourceCard(key, f"Title of {key}", **more)


def load_blocks(session: Session, codes: Iterable[str] = BLOCK_CODES) -> LoadReport:
    return load_areas(session, blocks(codes), BLOCKS, card("areas-block-1"), file="blocks.geojson")


def load_rows(session: Session) -> LoadReport:
    return load_areas(session, rows(), ROWS, card("areas-row-1"), file="rows.geojson")


def values_frame(values: dict[str, dict[str, float]]) -> IndicatorsFrame:
    """{indicator key: {area code: value}}"""
    listed = [(code, key, value) for key, numbers in values.items() for code, value in numbers.items()]
    return IndicatorsFrame(pd.DataFrame(listed, columns=["area_code", "indicator_key", "value"]))


def load_people(session: Session, people: dict[str, float] | None = None, **options: Any) -> LoadReport:
    numbers = people or {code: 100.0 + i for i, code in enumerate(BLOCK_CODES)}
    return load_indicators(
        session, values_frame({"people": numbers}), [PEOPLE], BLOCKS.key, card("indicators-people"),
        file="people.csv", **options,
    )  # fmt: skip


PostcodeRow = tuple[str, float, float, dt.date | None]


def postcodes_frame(rows: Sequence[PostcodeRow], chunk_rows: int = 2) -> PostcodesFrame:
    table = pd.DataFrame(list(rows), columns=list(POSTCODE_COLUMNS))
    chunks = (table[i : i + chunk_rows] for i in range(0, len(table), chunk_rows))
    return PostcodesFrame(chunks, 1000)


def load_homes(session: Session, homes: dict[str, tuple[float, float]], key: str = "homes") -> LoadReport:
    """Load live postcodes at these metres."""
    rows = [(postcode, *lon_lat(*at), None) for postcode, at in homes.items()]
    return load_postcodes(session, postcodes_frame(rows), card(key), file="postcodes.csv")


ORGANISATION = {
    "row": 2, "kind": "charity", "stage": "established", "summary": "", "website": None, "identifiers": [],
    "active": True,
}  # fmt: skip
SERVICE = {
    "description": "", "themes": ["food"], "theme_reasons": {"food": "profile"}, "audiences": ["anyone"],
    "languages": [], "cost": "free", "cost_note": "", "step_free": None, "is_online": False, "capacity": None,
    "referral": "unknown", "confirmed_on": dt.date(2026, 5, 1),
}  # fmt: skip
PLACE = {"name": "", "address": "", "postcode": None, "lon": None, "lat": None, "privacy": "exact"}


def club(ref: str, name: str, at: tuple[float, float] | None = None, **more: Any) -> dict[str, Any]:
    """An organisation with one service on Tuesdays at one place; ``more`` changes single fields of any part."""
    lon, lat = lon_lat(*at) if at else (None, None)
    parts: dict[str, dict[str, Any]] = {
        "organisation": {"source_ref": ref, "name": name, **ORGANISATION},
        "service": {"source_ref": f"{ref}/1", "organisation_ref": ref, "name": f"{name} meets", **SERVICE},
        "place": {"source_ref": f"{ref}@1", **PLACE, "lon": lon, "lat": lat},
    }
    for field, value in more.items():
        part, _, column = field.partition("__")
        parts[part][column] = value
    return parts


def records(clubs: Iterable[dict[str, Any]], role: str = "meets_at") -> RecordsFrame:
    listed = list(clubs)
    footprints = [
        {
            "organisation_ref": parts["organisation"]["source_ref"], "service_ref": parts["service"]["source_ref"],
            "role": role, "place_ref": parts["place"]["source_ref"], "layer_key": None, "area_code": None,
        }
        for parts in listed
    ]  # fmt: skip
    schedules = [
        {"service_ref": parts["service"]["source_ref"], "weekday": 2, "opens": dt.time(10), "closes": dt.time(12),
         "term_time_only": False}
        for parts in listed
    ]  # fmt: skip

    def table(rows: list[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
        return pd.DataFrame(rows, columns=list(columns), dtype=object)

    return RecordsFrame(
        organisations=table([parts["organisation"] for parts in listed], ORGANISATION_COLUMNS),
        services=table([parts["service"] for parts in listed], SERVICE_COLUMNS),
        places=table([parts["place"] for parts in listed], PLACE_COLUMNS),
        footprints=table(footprints, FOOTPRINT_COLUMNS),
        schedules=table(schedules, SCHEDULE_COLUMNS),
    )


LOADED_TABLES = (
    "area", "area_layer", "population_point", "point_area", "survey", "site", "hub", "patch", "indicator",
    "indicator_value", "need", "organisation", "organisation_identifier", "place", "postcode", "service",
    "service_theme", "schedule", "footprint", "grant_award", "source", "theme", "data_version",
)  # fmt: skip


def fingerprint(session: Session, tables: Iterable[str] = LOADED_TABLES) -> dict[str, str]:
    """A hash of every row of every table a load may touch: two are equal only when not one value differs."""
    prints = {}
    for table in tables:
        rows = session.execute(text(f"SELECT t::text FROM {table} t ORDER BY 1")).scalars().all()
        prints[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return prints


def column(session: Session, statement: str, **values: Any) -> list[Any]:
    """The first column of what a query finds."""
    return list(session.scalars(text(statement), values))


def versions(session: Session) -> dict[str, int]:
    return dict(session.execute(text("SELECT name, version FROM data_version")).all())
