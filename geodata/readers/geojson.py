"""GeoJSON -> features, parsed by our own small code so that no GDAL driver ever sees the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geodata.encoding import decode
from geodata.files import read_bytes
from geodata.problems import InputProblem

MAX_BYTES = 1_000_000_000
_FORBIDDEN_KEYS = {"__proto__", "constructor", "prototype"}


@dataclass
class Features:
    """``properties`` and ``geometries`` (parsed JSON or None) of each feature, and the CRS the file names."""

    file: str
    crs: str | None
    properties: list[dict[str, Any]] = field(default_factory=list)
    geometries: list[dict[str, Any] | None] = field(default_factory=list)


def read_features(path: Path) -> Features:
    """Read a FeatureCollection, a single Feature, or one Feature per line. Raises InputProblem."""
    decoded = decode(read_bytes(path, MAX_BYTES))
    text = decoded.text.lstrip("\ufeff \t\r\n")
    if not text.startswith(("{", "\x1e")):
        raise InputProblem(
            path.name, "This is not GeoJSON: it does not start with “{”.", "Export it as GeoJSON and try again."
        )
    document = _parse(path.name, text)
    crs = _named_crs(path.name, document)
    features = Features(path.name, crs)
    for number, feature in enumerate(_list_features(path.name, document), start=1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise InputProblem(
                path.name, f"Item {number} is not a feature.", "Export the areas as GeoJSON again.", row=number
            )
        properties = feature.get("properties") or {}
        geometry = feature.get("geometry")
        features.properties.append({k: v for k, v in properties.items() if k not in _FORBIDDEN_KEYS})
        features.geometries.append(geometry if isinstance(geometry, dict) else None)
    if not features.properties:
        raise InputProblem(path.name, "The file has no features.", "Export it again with its areas.")
    return features


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a number")


def _parse(file: str, text: str) -> dict[str, Any]:
    try:
        document = json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise InputProblem(file, "The file is nested far too deeply.", "Export it as GeoJSON again.") from error
    except ValueError as error:
        lines = _parse_lines(text)
        if lines is not None:
            return {"type": "FeatureCollection", "features": lines}
        raise InputProblem(
            file, f"The file is not sound JSON ({error}).", "Perhaps it was cut short: export it again."
        ) from error
    if not isinstance(document, dict):
        raise InputProblem(file, "The file is a bare list.", "Export it as a GeoJSON FeatureCollection.")
    return document


def _parse_lines(text: str) -> list[Any] | None:
    """Parse newline-delimited GeoJSON, or None when it is not that."""
    lines = [line.strip("\x1e \r") for line in text.split("\n")]
    try:
        features = [json.loads(line, parse_constant=_no_constant) for line in lines if line]
    except (ValueError, RecursionError):
        return None
    return features if len(features) > 1 else None


def _list_features(file: str, document: dict[str, Any]) -> list[Any]:
    kind = document.get("type")
    if kind == "Topology":
        raise InputProblem(file, "This is TopoJSON, not GeoJSON.", "Export the areas as GeoJSON.")
    if kind == "Feature":
        return [document]
    features = document.get("features")
    if kind != "FeatureCollection" or not isinstance(features, list):
        raise InputProblem(file, "The file holds no list of features.", "Export it as a FeatureCollection.")
    return features


def _named_crs(file: str, document: dict[str, Any]) -> str | None:
    """Return the CRS of the old ``crs`` member as "EPSG:n", or None when the file names none."""
    member = document.get("crs")
    if not isinstance(member, dict):
        return None
    name = str((member.get("properties") or {}).get("name", ""))
    if name.upper().endswith(("CRS84", "CRS:84", ":4326")):
        return "EPSG:4326"
    match = re.search(r"EPSG:{0,2}[\d.]*:{1,2}(\d{4,6})$", name, flags=re.IGNORECASE)
    if match:
        return f"EPSG:{match.group(1)}"
    raise InputProblem(
        file,
        f"The coordinate system “{name[:80]}” is not known.",
        "Export the areas in longitude and latitude (EPSG:4326).",
    )


def polygons_of(geometry: dict[str, Any] | None) -> tuple[shapely.MultiPolygon | None, str]:
    """Build a 2D MultiPolygon from parsed GeoJSON; returns (shape, "") or (None, what is wrong)."""
    if geometry is None:
        return None, "It has no shape."
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        return None, f"Its shape is a {kind or 'thing without a type'}, not a polygon."
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list) or not parts:
        return None, "Its shape is empty."
    try:
        polygons = [_polygon(part) for part in parts]
    except (TypeError, ValueError, OverflowError, IndexError):
        return None, "Its coordinates are not sound lists of numbers."
    except shapely.errors.GEOSException:
        return None, "A ring has too few points."
    return shapely.multipolygons(polygons), ""


def _polygon(rings: list[Any]) -> shapely.Polygon:
    arrays = [np.asarray([point[:2] for point in ring], dtype=float) for ring in rings]
    if not arrays or any(array.ndim != 2 or not np.isfinite(array).all() for array in arrays):
        raise ValueError("not finite pairs")
    closed = [_closed(array) for array in arrays]
    holes = [shapely.linearrings(hole) for hole in closed[1:]]
    return shapely.polygons(shapely.linearrings(closed[0]), holes=holes or None)


def _closed(ring: np.ndarray) -> np.ndarray:
    return ring if np.array_equal(ring[0], ring[-1]) else np.vstack([ring, ring[:1]])


def points_of(features: Features) -> Iterator[tuple[float, float]]:
    """Yield (lon, lat) of each feature: a point as it is, a line or polygon by a point inside it, else NaN."""
    for geometry in features.geometries:
        yield _point(geometry)


def _point(geometry: dict[str, Any] | None) -> tuple[float, float]:
    nowhere = (float("nan"), float("nan"))
    if geometry is None:
        return nowhere
    coordinates = geometry.get("coordinates")
    try:
        if geometry.get("type") == "Point":
            lon, lat = float(coordinates[0]), float(coordinates[1])  # type: ignore[index]
            return (lon, lat) if np.isfinite([lon, lat]).all() else nowhere
        shape, _ = polygons_of(geometry)
    except (TypeError, ValueError, IndexError, KeyError):
        return nowhere
    if shape is None:
        return nowhere
    inside = shapely.point_on_surface(shape)
    return float(inside.x), float(inside.y)
