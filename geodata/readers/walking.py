"""Where one may walk, out of an OpenStreetMap extract (.osm.pbf or .osm)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from pyproj import Transformer

from geodata.frames import WalkingFrame
from geodata.problems import InputProblem

WALKED = frozenset(
    ("footway", "path", "pedestrian", "steps", "living_street", "residential", "unclassified", "tertiary",
     "tertiary_link", "secondary", "secondary_link", "primary", "primary_link", "trunk", "trunk_link", "service",
     "track", "bridleway", "cycleway", "road", "corridor")
)  # fmt: skip
ALLOWED = frozenset(("yes", "designated", "permissive", "official", "destination"))
FORBIDDEN = frozenset(("no", "private", "use_sidepath", "agricultural", "forestry", "military"))
METRIC_SRID = 27700
MOST_NODES = 20_000_000
GRID_M = (-100_000, 1_400_000)
"""The British National Grid, with some sea."""


def read_walking(path: Path) -> WalkingFrame:
    """Nodes in metres of the British National Grid, and the stretches between them that anybody may walk.

    Raises InputProblem when the file is no such extract, holds no path, or when the reader is not installed.
    """
    try:
        osmium = import_module("osmium")
    except ImportError as error:
        raise InputProblem(
            path.name, "Reading it needs a part that is not installed.", "Run: scripts/setup --walk"
        ) from error
    if not path.name.lower().endswith((".osm.pbf", ".osm", ".osm.gz", ".osm.bz2")):
        raise InputProblem(
            path.name, "This is no OpenStreetMap extract.", "Give one that ends in .osm.pbf or .osm."
        )
    try:
        return _read(osmium, path)
    except (RuntimeError, ValueError) as error:
        raise InputProblem(
            path.name, f"It cannot be read as OpenStreetMap data: {error}.", "Fetch the extract again, whole."
        ) from error


def is_walked(tags: Mapping[str, str]) -> bool:
    """May anybody walk along a way with these tags? What is said of walkers goes before what is said of all."""
    highway = tags.get("highway", "")
    on_foot = tags.get("foot", "")
    if on_foot in FORBIDDEN or not highway:
        return False
    if on_foot in ALLOWED:
        return highway in WALKED or highway.startswith("motorway")
    if tags.get("motorroad") == "yes" or tags.get("access", "") in FORBIDDEN:
        return False
    return highway in WALKED


def _read(osmium: Any, path: Path) -> WalkingFrame:
    """Two passes: which ways, then where their nodes are."""
    lines: list[np.ndarray] = []
    ways = osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway"))
    for way in ways:
        if is_walked(dict(way.tags)):
            lines.append(np.array([node.ref for node in way.nodes], dtype=np.int64))
    lines = [line for line in lines if line.size > 1]
    if not lines:
        raise InputProblem(
            path.name, "Nobody may walk anywhere in it: there is no street or path.",
            "Give the whole extract of a town or county, with ways and their nodes.",
        )  # fmt: skip
    start = np.concatenate([line[:-1] for line in lines])
    stop = np.concatenate([line[1:] for line in lines])
    wanted = np.unique(np.concatenate([start, stop]))
    if wanted.size > MOST_NODES:
        raise InputProblem(
            path.name,
            f"{wanted.size:,} nodes are too many.",
            "Cut the extract to your area and around it.",
        )
    lon, lat = _places(osmium, path, wanted)
    ends = np.searchsorted(wanted, start), np.searchsorted(wanted, stop)
    there = np.isfinite(lon[ends[0]]) & np.isfinite(lon[ends[1]]) & (ends[0] != ends[1])
    used, number = np.unique(np.concatenate([ends[0][there], ends[1][there]]), return_inverse=True)
    half = number.size // 2
    x_m, y_m = Transformer.from_crs(4326, METRIC_SRID, always_xy=True).transform(lon[used], lat[used])
    on_grid = all(((GRID_M[0] < axis) & (axis < GRID_M[1])).all() for axis in (x_m, y_m))
    if not (used.size and on_grid):
        raise InputProblem(
            path.name, "Its paths are not where this map can measure.", "Give an extract of Great Britain."
        )
    start, stop = number[:half], number[half:]
    length = np.hypot(x_m[start] - x_m[stop], y_m[start] - y_m[stop])
    missing = int(wanted.size - np.isfinite(lon).sum())
    return WalkingFrame(x_m, y_m, start, stop, length, _made_on(osmium, path), len(lines), missing)


def _places(osmium: Any, path: Path, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of the wanted ids (ascending); NaN for nodes that the extract cut off."""
    lon, lat = np.full(wanted.size, np.nan), np.full(wanted.size, np.nan)
    position = {int(node): number for number, node in enumerate(wanted)}
    nodes = osmium.FileProcessor(str(path), osmium.osm.NODE)
    for node in nodes.with_filter(osmium.filter.IdFilter(wanted.tolist())):
        if node.location.valid():
            lon[position[node.id]], lat[position[node.id]] = node.location.lon, node.location.lat
    return lon, lat


def _made_on(osmium: Any, path: Path) -> datetime | None:
    """When the extract says it was made."""
    with osmium.io.Reader(str(path)) as reader:
        stamp = reader.header().get("osmosis_replication_timestamp")
    try:
        return datetime.fromisoformat(stamp.replace("Z", "+00:00")) if stamp else None
    except ValueError:
        return None
