"""Small files of squares, written by the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def square(west: float, south: float, side: float = 0.01) -> list[list[list[float]]]:
    """The rings of a square."""
    east, north = west + side, south + side
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def feature(code: str | None, name: str, rings: Any, kind: str = "Polygon") -> dict[str, Any]:
    """A feature with a code and a name; rings None: no shape."""
    geometry = None if rings is None else {"type": kind, "coordinates": rings}
    return {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": geometry}


def write_geojson(path: Path, features: list[dict[str, Any]], **extra: Any) -> Path:
    """Write a FeatureCollection."""
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **extra}))
    return path


TWO_SQUARES = [feature("E01000001", "West", square(-2.3, 53.4)), feature("E01000002", "East", square(-2.29, 53.4))]
BOWTIE = [[[-2.3, 53.4], [-2.29, 53.41], [-2.29, 53.4], [-2.3, 53.41], [-2.3, 53.4]]]
