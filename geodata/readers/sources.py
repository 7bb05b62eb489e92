"""Rows of a list of organisations from a table, a JSON list or a GeoJSON of points -> one kind of Table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geodata.encoding import decode
from geodata.files import first_bytes, read_bytes
from geodata.problems import InputProblem, RowProblem
from geodata.readers.geojson import points_of, read_features
from geodata.readers.tables import FILE_LIMITS, Table, read_table

LON, LAT = "_lon", "_lat"
"""Columns that hold the point of a GeoJSON feature; no published column is called so."""


def read_rows(path: Path | str, *, missing: tuple[str, ...] = (), sheet: str | None = None) -> Table:
    """Read rows of any supported kind as strings; GeoJSON gives its points in the columns LON and LAT."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in (".json", ".geojson"):
        return read_table(path, missing=missing, sheet=sheet)
    head = decode(first_bytes(path, 4096)).text.lstrip("\ufeff \t\r\n")
    table = _from_list(path) if head.startswith("[") else _from_geojson(path)
    wanted = [word for word in missing if word]
    table.frame = table.frame.replace(wanted, "") if wanted else table.frame
    return table


def _from_list(path: Path) -> Table:
    """Read a JSON list of flat objects, such as the public extract of the Charity Commission."""
    try:
        items = json.loads(decode(read_bytes(path, FILE_LIMITS.max_bytes)).text)
    except (ValueError, RecursionError) as error:
        raise InputProblem(path.name, f"The file is not sound JSON ({error}).", "Download it again.") from error
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise InputProblem(path.name, "The file is not a list of objects.", "Export the data as CSV.")
    return _table(path.name, items, [])


def _from_geojson(path: Path) -> Table:
    features = read_features(path)
    points = list(points_of(features))
    problems = [
        RowProblem(
            path.name, i + 1, None, "The feature has no point.", "Give it a place on the map.", skipped=False
        )
        for i, (lon, _) in enumerate(points)
        if np.isnan(lon)
    ]
    items = [
        {**item, LON: _number(lon), LAT: _number(lat)}
        for item, (lon, lat) in zip(features.properties, points, strict=True)
    ]
    return _table(path.name, items, problems[:200])


def _number(value: float) -> str:
    return "" if np.isnan(value) else repr(value)


def _table(file: str, items: list[dict[str, Any]], problems: list[RowProblem]) -> Table:
    names = list(dict.fromkeys(str(name) for item in items for name in item))
    if len(names) > FILE_LIMITS.max_columns * 5:
        raise InputProblem(file, f"The file has {len(names):,} properties.", "Leave out those not needed.")
    frame = pd.DataFrame({name: [_as_text(item.get(name)) for item in items] for name in names}, dtype=str)
    return Table(file, frame, np.arange(1, len(items) + 1), problems)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (dict, list)):
        return ""
    return str(value).strip()
