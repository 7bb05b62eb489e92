"""KML -> polygons of its placemarks; links to other files are never followed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np

from geodata.files import read_bytes
from geodata.problems import InputProblem
from geodata.readers.geojson import polygons_of

MAX_BYTES = 200_000_000


def read_placemarks(path: Path) -> tuple[list[dict[str, Any]], np.ndarray, list[str]]:
    """Read (properties, shapes or None, faults) of every placemark. Raises InputProblem; refuses any DOCTYPE."""
    data = read_bytes(path, MAX_BYTES)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise InputProblem(path.name, "The KML holds a document type.", "Export the areas as GeoJSON.")
    try:
        root = ET.fromstring(data)  # noqa: S314 - no DOCTYPE, no entities
    except (ET.ParseError, RecursionError, ValueError) as error:
        raise InputProblem(path.name, "The KML is not sound XML.", "Export it again.") from error
    properties, shapes, faults = [], [], []
    for mark in root.iter():
        if not mark.tag.endswith("}Placemark") and mark.tag != "Placemark":
            continue
        properties.append(_properties(mark))
        polygons = [_rings(child) for child in mark.iter() if _is(child, "Polygon")]
        geometry = {"type": "MultiPolygon", "coordinates": polygons} if polygons else None
        shape, fault = polygons_of(geometry)
        shapes.append(shape)
        faults.append(fault)
    if not properties:
        raise InputProblem(path.name, "The KML has no placemarks.", "Export it again with its areas.")
    return properties, np.array(shapes, dtype=object), faults


def _is(element: ET.Element, name: str) -> bool:
    return element.tag.rsplit("}", 1)[-1] == name


def _text(element: ET.Element) -> str:
    return "".join(element.itertext()).strip()


def _properties(mark: ET.Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for child in mark:
        if _is(child, "name") or _is(child, "description"):
            found[child.tag.rsplit("}", 1)[-1]] = _text(child)
    for item in mark.iter():
        if _is(item, "SimpleData") or _is(item, "Data"):
            found[str(item.get("name"))] = _text(item)
    return found


def _rings(polygon: ET.Element) -> list[list[list[float]]]:
    rings: list[list[list[float]]] = []
    for side in ("outerBoundaryIs", "innerBoundaryIs"):
        for boundary in (child for child in polygon if _is(child, side)):
            for coordinates in (child for child in boundary.iter() if _is(child, "coordinates")):
                rings.append([_pair(word) for word in _text(coordinates).split()])
    return rings


def _pair(word: str) -> list[float]:
    try:
        return [float(number) for number in word.split(",")[:2]]
    except ValueError:
        return []
