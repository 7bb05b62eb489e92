"""GeoPackage -> shapes by plain SQLite, read-only and with a deadline: a hostile file cannot hang or reach out.

Layout of a geometry value: OGC GeoPackage 1.3, clause 2.1.3 ("GP", version, flags, srs_id, envelope, WKB).
"""

from __future__ import annotations

import sqlite3
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geodata.problems import InputProblem

DEADLINE_S = 60.0
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_POLYGON, _MULTIPOLYGON = 3, 6


@dataclass
class GeoPackageLayer:
    """``properties`` of each row, its shape or None, what is wrong with it, and the CRS ("EPSG:27700")."""

    crs: str | None
    properties: list[dict[str, Any]]
    shapes: np.ndarray
    faults: list[str]


def read_geopackage(path: Path, layer: str | None = None) -> GeoPackageLayer:
    """Read one feature table of a GeoPackage; with several, ``layer`` must name one. Raises InputProblem."""
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True)
    ends = time.monotonic() + DEADLINE_S
    connection.set_progress_handler(lambda: int(time.monotonic() > ends), 100_000)
    try:
        table, column, srs_id = _choose_table(path.name, connection, layer)
        crs = _crs(connection, srs_id)
        cursor = connection.execute(f'select * from "{table}"')  # noqa: S608 - a checked table of the file
        names = [item[0] for item in cursor.description]
        place = names.index(column)
        properties, shapes, faults = [], [], []
        for values in cursor:
            shape, fault = _shape(values[place])
            properties.append(
                {name: v for i, (name, v) in enumerate(zip(names, values, strict=True)) if i != place}
            )
            shapes.append(shape)
            faults.append(fault)
    except (sqlite3.Error, ValueError) as error:
        raise InputProblem(
            path.name, "The GeoPackage is damaged, or takes too long to read.", "Export it again from your GIS."
        ) from error
    finally:
        connection.close()
    return GeoPackageLayer(crs, properties, np.array(shapes, dtype=object), faults)


def _choose_table(file: str, connection: sqlite3.Connection, wanted: str | None) -> tuple[str, str, int]:
    """Find the feature table: it must be a real table, for a view could run for ever."""
    found = connection.execute(
        "select g.table_name, g.column_name, g.srs_id from gpkg_geometry_columns g"
        " join sqlite_master m on m.name = g.table_name and m.type = 'table' order by 1"
    ).fetchmany(1000)
    names = [row[0] for row in found]
    if wanted is not None:
        found = [row for row in found if row[0] == wanted]
    if len(found) == 1 and '"' not in found[0][0]:
        return str(found[0][0]), str(found[0][1]), int(found[0][2])
    if not names:
        raise InputProblem(file, "The GeoPackage holds no layer of shapes.", "Export the layer again.")
    raise InputProblem(file, "The GeoPackage holds several layers.", f"Say which one: {', '.join(names)}.")


def _crs(connection: sqlite3.Connection, srs_id: int) -> str | None:
    row = connection.execute(
        "select organization, organization_coordsys_id from gpkg_spatial_ref_sys where srs_id = ?", (srs_id,)
    ).fetchone()
    if row is None or str(row[0]).upper() != "EPSG":
        return None
    return f"EPSG:{int(row[1])}"


def _shape(blob: Any) -> tuple[Any, str]:
    if not isinstance(blob, bytes) or len(blob) < 13 or blob[:2] != b"GP":
        return None, "It has no shape."
    wkb = blob[8 + _ENVELOPE_BYTES.get((blob[3] >> 1) & 7, 0) :]
    fault = check_wkb(wkb)
    if fault:
        return None, fault
    try:
        shape = shapely.force_2d(shapely.from_wkb(wkb))
    except shapely.errors.GEOSException:
        return None, "Its shape is damaged."
    return (shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape), ""


def check_wkb(wkb: bytes) -> str:
    """Walk the WKB of a polygon before GEOS does: "" when it is a sound Polygon or MultiPolygon, else the fault.

    Deep nesting crashes GEOS, so nothing but polygons of flat rings is let through.
    """
    try:
        kind, _, _, _ = _header(wkb, 0)
        if kind not in (_POLYGON, _MULTIPOLYGON):
            return "Its shape is not a polygon."
        end = _walk_polygon(wkb, 0) if kind == _POLYGON else _walk_parts(wkb)
    except (struct.error, ValueError):
        return "Its shape is damaged."
    return "" if 0 < end <= len(wkb) else "Its shape is empty or damaged."


def _header(wkb: bytes, at: int) -> tuple[int, str, int, int]:
    """Return (kind, byte order, numbers per point, place after the header)."""
    order = "<" if wkb[at : at + 1] == b"\x01" else ">"
    (code,) = struct.unpack_from(order + "I", wkb, at + 1)
    at += 5
    if code & 0x20000000:
        at += 4
    plain = code & 0x0FFFFFFF
    dimensions = 2 + bool(code & 0x80000000) + bool(code & 0x40000000)
    if plain >= 1000:
        dimensions = 4 if plain >= 3000 else 3
    return plain % 1000, order, dimensions, at


def _walk_polygon(wkb: bytes, at: int) -> int:
    kind, order, dimensions, at = _header(wkb, at)
    if kind != _POLYGON:
        raise ValueError("not a polygon")
    (rings,) = struct.unpack_from(order + "I", wkb, at)
    at += 4
    for _ in range(rings):
        (points,) = struct.unpack_from(order + "I", wkb, at)
        at += 4 + points * 8 * dimensions
    return at if rings else 0


def _walk_parts(wkb: bytes) -> int:
    _, order, _, at = _header(wkb, 0)
    (parts,) = struct.unpack_from(order + "I", wkb, at)
    at += 4
    for _ in range(parts):
        at = _walk_polygon(wkb, at)
    return at if parts else 0
