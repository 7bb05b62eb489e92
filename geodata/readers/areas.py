"""Polygons of a layer from GeoJSON, GeoPackage, zipped Shapefile or KML -> AreasFrame."""

from __future__ import annotations

import re
import tempfile
import unicodedata
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import shapely

from geodata.files import archive_members, first_bytes, is_zip, open_archive
from geodata.frames import AreasFrame
from geodata.problems import InputProblem, RowProblem
from geodata.readers.geojson import polygons_of, read_features
from geodata.readers.geopackage import read_geopackage
from geodata.readers.kml import read_placemarks
from geodata.readers.repair import repair_polygons
from geodata.readers.tables import missing_column, squeeze

MAX_VERTICES = 20_000_000
MAX_SHAPE_VERTICES = 1_000_000
WGS84 = "EPSG:4326"
_SHAPEFILE_START = b"\x00\x00\x27\x0a"
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@dataclass
class _Raw:
    """What any format gives: shapes (or None) with their faults and properties, and the CRS the file names."""

    file: str
    crs: str | None
    properties: list[dict[str, Any]]
    shapes: np.ndarray
    faults: list[str]


@dataclass(frozen=True)
class AreasFields:
    """What a file of areas holds before anybody chose: how many features, and the values of each field."""

    count: int
    values: dict[str, list[str]]


def read_fields(path: Path | str, *, inner_file: str | None = None) -> AreasFields:
    """The fields of a file that ``read_areas`` can take codes and names from. Raises InputProblem."""
    raw = _read_raw(Path(path), inner_file)
    return AreasFields(len(raw.properties), {name: _values(raw, name) for name in _fields(raw)})


def read_areas(
    path: Path | str,
    code_field: str | None,
    name_field: str | None,
    *,
    inner_file: str | None = None,
    assume_crs: str | None = None,
) -> AreasFrame:
    """Read the polygons of one layer as valid MultiPolygons in EPSG:4326, with unique codes.

    ``code_field`` None makes codes from the names ("Old Trafford" -> "old-trafford"); ``name_field`` None uses
    the code. ``inner_file`` names the layer or the file inside an archive; ``assume_crs`` ("EPSG:27700") is used
    only where the file names no coordinate system. Raises InputProblem; mended and left-out shapes are problems.
    """
    raw = _read_raw(Path(path), inner_file)
    codes, names = _codes_and_names(raw, code_field, name_field)
    shapes = _to_wgs84(raw, assume_crs)
    problems: list[RowProblem] = []
    shapes = _mend(raw.file, shapes, codes, problems)
    _report_empty(raw, shapes, codes, problems)
    _refuse_twins(raw.file, codes)
    keep = [i for i, shape in enumerate(shapes) if shape is not None and codes[i]]
    if not keep:
        raise InputProblem(raw.file, "No area has a usable shape.", "Export the layer again.")
    areas = gpd.GeoDataFrame(
        {"area_code": [codes[i] for i in keep], "name": [names[i] for i in keep]},
        geometry=gpd.GeoSeries([shapes[i] for i in keep], crs=WGS84),
    )
    return AreasFrame(areas.rename_geometry("geom"), problems)


def make_slug(text: str) -> str:
    """Make a stable code from a name: "St John’s & Hale" -> "st-johns-hale"."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")


def _read_raw(path: Path, inner_file: str | None) -> _Raw:
    start = first_bytes(path)
    suffix = path.suffix.lower()
    if start.startswith(b"SQLite format 3\x00"):
        layer = read_geopackage(path, inner_file)
        return _Raw(path.name, layer.crs, layer.properties, layer.shapes, layer.faults)
    if is_zip(start):
        return _read_zip(path, inner_file)
    if b"<OGRVRT" in start:
        raise InputProblem(
            path.name, "This is a pointer to other files (GDAL VRT).", "Load the file it points to."
        )
    if start.startswith(_SHAPEFILE_START):
        raise InputProblem(
            path.name,
            "A Shapefile is several files.",
            "Zip the .shp, .shx, .dbf and .prj together and load the zip.",
        )
    if suffix == ".kml" or b"<kml" in start:
        names, shapes, faults = read_placemarks(path)
        return _Raw(path.name, WGS84, names, shapes, faults)
    return _read_geojson(path)


def _read_geojson(path: Path) -> _Raw:
    features = read_features(path)
    built = [polygons_of(geometry) for geometry in features.geometries]
    shapes = np.array([shape for shape, _ in built], dtype=object)
    return _Raw(path.name, features.crs, features.properties, shapes, [fault for _, fault in built])


def _read_zip(path: Path, inner_file: str | None) -> _Raw:
    """Unpack one Shapefile, GeoJSON or GeoPackage from a zip under a name of our own, and read it."""
    with open_archive(path) as archive, tempfile.TemporaryDirectory() as folder:
        members = archive_members(archive)
        found = [
            m for m in members if Path(m.filename).suffix.lower() in (".shp", ".geojson", ".json", ".gpkg", ".kml")
        ]
        if inner_file is not None:
            found = [m for m in found if m.filename == inner_file or Path(m.filename).name == inner_file]
        if len(found) != 1:
            names = ", ".join(m.filename for m in members[:20]) or "nothing"
            problem = "The zip holds no layer." if not found else "The zip holds several layers."
            raise InputProblem(path.name, problem, f"It holds: {names}. Say which one to read.")
        main = Path(found[0].filename)
        for member in members:
            part = Path(member.filename)
            if part.with_suffix("") == main.with_suffix("") and part.suffix.lower() in {
                *_SHAPEFILE_PARTS,
                main.suffix.lower(),
            }:
                (Path(folder) / f"layer{part.suffix.lower()}").write_bytes(_unpack(path, archive, member))
        unpacked = Path(folder) / f"layer{main.suffix.lower()}"
        raw = _read_shapefile(unpacked) if main.suffix.lower() == ".shp" else _read_raw(unpacked, None)
        raw.file = path.name
        return raw


def _unpack(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """One file of a zip; never more bytes than the zip said it has."""
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise InputProblem(path.name, "The zip file is damaged or cut short.", "Make the zip again.") from error


def _read_shapefile(path: Path) -> _Raw:
    """Read a Shapefile whose first bytes are those of one, so that no other GDAL driver can claim it."""
    if not first_bytes(path).startswith(_SHAPEFILE_START):
        raise InputProblem(path.name, "The .shp file is not a Shapefile.", "Export the layer again.")
    for part in (".shx", ".dbf"):
        if not path.with_suffix(part).exists():
            raise InputProblem(
                path.name, f"The {part} file is missing.", "Zip all parts of the Shapefile together."
            )
    try:
        frame = pyogrio.read_dataframe(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise InputProblem(path.name, "The Shapefile is damaged.", "Export the layer again.") from error
    shapes = shapely.force_2d(np.array(frame.geometry, dtype=object))
    faults = []
    for i, shape in enumerate(shapes):
        polygonal = shape is not None and shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty
        faults.append("" if polygonal else "It has no polygon.")
        shapes[i] = shapely.multipolygons(shapely.get_parts(shape)) if polygonal else None
    crs = None if frame.crs is None else frame.crs.to_string()
    return _Raw(path.name, crs, frame.drop(columns="geometry").to_dict("records"), shapes, faults)


def _codes_and_names(raw: _Raw, code_field: str | None, name_field: str | None) -> tuple[list[str], list[str]]:
    if code_field is None and name_field is None:
        raise InputProblem(raw.file, "Neither a code nor a name was chosen.", _there_are(raw))
    names = None if name_field is None else _values(raw, name_field)
    codes = [make_slug(name) for name in names or []] if code_field is None else _values(raw, code_field)
    return codes, names if names is not None else codes


def _values(raw: _Raw, wanted: str) -> list[str]:
    fields = _fields(raw)
    found = next((name for name in fields if name == wanted or squeeze(name) == squeeze(wanted)), None)
    if found is None:
        raise missing_column(raw.file, wanted, fields)
    return ["" if item.get(found) is None else str(item[found]).strip() for item in raw.properties]


def _there_are(raw: _Raw) -> str:
    return f"The fields are: {', '.join(_fields(raw))}."


def _fields(raw: _Raw) -> list[str]:
    return list(dict.fromkeys(name for item in raw.properties[:200] for name in item))


def _to_wgs84(raw: _Raw, assume_crs: str | None) -> np.ndarray:
    """Bring shapes to longitude and latitude, checking sizes and that the numbers can be that."""
    real = [shape for shape in raw.shapes if shape is not None]
    if not real:
        raise InputProblem(raw.file, f"No area has a usable shape. {raw.faults[0]}", "Export the layer again.")
    counts = shapely.get_num_coordinates(real)
    if counts.sum() > MAX_VERTICES or counts.max() > MAX_SHAPE_VERTICES:
        raise InputProblem(
            raw.file,
            f"The shapes have {counts.sum():,} points, which is too many.",
            "Use a generalised edition of the layer, or simplify it in your GIS.",
        )
    crs = raw.crs or assume_crs or WGS84
    try:
        is_other = pyproj.CRS.from_user_input(crs) != pyproj.CRS.from_user_input(WGS84)
    except pyproj.exceptions.CRSError as error:
        raise InputProblem(
            raw.file, f"The file names a coordinate system nobody knows ({crs[:60]}).", "Export it as EPSG:4326."
        ) from error
    if is_other:
        change = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
        place = np.array([shape is not None for shape in raw.shapes])
        moved = shapely.transform(
            raw.shapes[place], lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1]))
        )
        raw.shapes[place] = moved
        real = list(moved)
    west, south, east, north = shapely.total_bounds(real)
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        is_grid = 0 <= west <= east <= 700_000 and 0 <= south <= north <= 1_300_000
        raise InputProblem(
            raw.file,
            "The numbers are not longitudes and latitudes"
            + (", they look like British National Grid." if is_grid else "."),
            "Name the coordinate system (for British National Grid: EPSG:27700).",
        )
    return raw.shapes


def _mend(file: str, shapes: np.ndarray, codes: list[str], problems: list[RowProblem]) -> np.ndarray:
    shapes = shapes.copy()
    broken = [i for i, shape in enumerate(shapes) if shape is not None and not shape.is_valid]
    for i, mended in zip(broken, repair_polygons([shapes[i] for i in broken]), strict=True):
        reason = shapely.is_valid_reason(shapes[i]).split("[")[0].strip().lower()
        size_change = 0.0 if mended is None else abs(mended.area / shapes[i].area - 1) if shapes[i].area else 1.0
        shapes[i] = mended
        if mended is None:
            fault, fix = (
                f"The outline of {codes[i]} is too tangled to mend ({reason}).",
                "Draw it again in your GIS.",
            )
        else:
            fault = f"The outline of {codes[i]} crosses itself ({reason}) and was mended; "
            fault += f"its size changed by {size_change:.2%}."
            fix = "Nothing to do, unless the change is large."
        problems.append(RowProblem(file, i + 1, None, fault, fix, skipped=mended is None))
    return shapes


def _report_empty(raw: _Raw, shapes: np.ndarray, codes: list[str], problems: list[RowProblem]) -> None:
    for i, fault in enumerate(raw.faults):
        if fault:
            problems.append(
                RowProblem(raw.file, i + 1, None, f"{codes[i] or 'An area'}: {fault}", "Draw its outline.")
            )
        elif shapes[i] is not None and not codes[i]:
            problems.append(RowProblem(raw.file, i + 1, None, "An area has no code.", "Give every area a code."))


def _refuse_twins(file: str, codes: list[str]) -> None:
    twins = [code for code, count in Counter(code for code in codes if code).items() if count > 1]
    if not twins:
        return
    rows = [str(i + 1) for i, code in enumerate(codes) if code == twins[0]]
    more = f" and {len(twins) - 1} more codes" if len(twins) > 1 else ""
    raise InputProblem(
        file,
        f"The code “{twins[0]}” stands on features {', '.join(rows[:6])}{more}.",
        "Every area needs its own code: choose another field, or join the parts in your GIS.",
        row=int(rows[1]),
    )
