"""The files of a pack: table, map file, inputs, all in one ZIP; made from what may be shown today."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pyogrio
import shapely

from app.actions.evidence import Pack, get_evidence, lock_evidence, read_inputs, read_part
from app.actions.evidence_store import unpack_shapes
from app.actions.gap_answers import AreaGap, GapAnswer
from app.actions.gap_files import gap_csv, safe_text
from app.actions.gap_inputs import NEVER
from app.queries import Session
from app.queries import evidence as queries

ALL_IN_ONE = "evidence.zip"
MIMETYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8; header=present",
    "gpkg": "application/geopackage+sqlite3",
    "svg": "image/svg+xml",
    "png": "image/png",
    "zip": "application/zip",
    "txt": "text/plain; charset=utf-8",
    "json": "application/json",
}
ZIP_DAY = (1980, 1, 1, 0, 0, 0)
"""The same files make the same ZIP."""
WGS84 = 4326
METRIC = 27700


def read_shapes(session: Session, code: str) -> dict[str, bytes]:
    """Outlines (WKB, WGS84) by area code, as they were kept."""
    return unpack_shapes(read_part(session, get_evidence(session, code), "shapes"))


def make_tables(session: Session, pack: Pack, page: str) -> dict[str, bytes]:
    """CSV and GeoPackage of the areas and the services."""
    assert pack.answer is not None
    return {
        "areas.csv": gap_csv(pack.answer, page).encode(),
        "services.csv": services_csv(pack).encode(),
        "evidence.gpkg": geopackage(pack, read_shapes(session, pack.code), page),
    }


def services_csv(pack: Pack) -> str:
    """Each service that was looked at; what is no longer public has neither name nor place."""
    header = ("number", "service", "organisation", "still_listed", "role", "counted", "easting_m", "northing_m",
              "confirmed_on")  # fmt: skip
    rows = [
        (
            one.number, safe_text(one.service), safe_text(one.organisation), "yes" if one.is_listed else "no",
            one.role, one.counted, _plain(one.x_m), _plain(one.y_m), _plain(one.confirmed_on),
        )
        for one in pack.services
    ]  # fmt: skip
    return _csv(header, rows)


def geopackage(pack: Pack, shapes: dict[str, bytes], page: str) -> bytes:
    """Layers ``areas`` and ``services``, tables ``sources`` and ``about``."""
    answer = pack.answer
    assert answer is not None
    with TemporaryDirectory() as folder:
        path = Path(folder) / "evidence.gpkg"
        areas = geopandas.GeoDataFrame(
            [_area_values(row) for row in answer.rows],
            geometry=shapely.from_wkb([shapes[row.area.area_code] for row in answer.rows]),
            crs=WGS84,
        )
        areas.to_file(path, layer="areas", driver="GPKG")
        _placed_services(pack).to_file(path, layer="services", driver="GPKG")
        for name, table in (("sources", _sources(answer)), ("about", _about(pack, page))):
            pyogrio.write_dataframe(table, path, layer=name, driver="GPKG", append=True)
        return path.read_bytes()


def _area_values(row: AreaGap) -> dict[str, Any]:
    kept = asdict(row)
    area = kept.pop("area")
    kept["state"], kept["sure"] = row.state.value, row.sure.value
    kept["band"] = row.band.value if row.band else None
    return {"area_code": area["area_code"], "area": area["name"], "layer": area["layer"], **kept}


def _placed_services(pack: Pack) -> geopandas.GeoDataFrame:
    placed = [one for one in pack.services if one.x_m is not None and one.y_m is not None]
    table = pd.DataFrame(
        {
            "number": pd.Series([one.number for one in placed], dtype="int64"),
            "service": pd.Series([one.service for one in placed], dtype="object"),
            "organisation": pd.Series([one.organisation for one in placed], dtype="object"),
            "role": pd.Series([one.role for one in placed], dtype="object"),
            "counted": pd.Series([one.counted for one in placed], dtype="object"),
        }
    )
    points = geopandas.points_from_xy([one.x_m for one in placed], [one.y_m for one in placed], crs=METRIC)
    return geopandas.GeoDataFrame(table, geometry=points).to_crs(WGS84)


def _sources(answer: GapAnswer) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "title": source.title,
                "publisher": source.publisher,
                "published_on": _plain(source.published_on),
                "licence": source.licence,
                "attribution": source.attribution,
                "note": source.note,
            }
            for source in answer.sources
        ],
        columns=["title", "publisher", "published_on", "licence", "attribution", "note"],
    )


def about(pack: Pack, page: str) -> dict[str, str]:
    """What everything in the pack rests on, as words by name."""
    answer = pack.answer
    assert answer is not None
    asked = {f"question.{name}": str(value) for name, value in asdict(pack.question).items()}
    return {
        "page": page,
        "answer": answer.sentence,
        "compared_with": answer.benchmark_name,
        "made_on": _plain(pack.made_on),
        "made_by": pack.made_by,
        "data_version": pack.data_version,
        "method_version": pack.method_version,
        **asked,
        **{f"sha256.{name}": checksum for name, checksum in sorted(pack.checksums.items())},
    }


def _about(pack: Pack, page: str) -> pd.DataFrame:
    return pd.DataFrame(sorted(about(pack, page).items()), columns=["name", "value"])


def make_inputs(session: Session, pack: Pack, page: str) -> dict[str, bytes]:
    """The inputs as anybody may read them: people, what was known, the question; services are services.csv."""
    inputs = read_inputs(session, get_evidence(session, pack.code))
    points = inputs.people.points
    code_of = {row.area.area_id: row.area.area_code for row in pack.answer.rows} if pack.answer else {}
    codes = [
        code_of.get(int(inputs.zones.area_id[zone]), "") if zone >= 0 else "" for zone in inputs.zones.of_point
    ]
    looked = ["" if day == NEVER else date.fromordinal(int(day)).isoformat() for day in inputs.looked_on]
    header = ("easting_m", "northing_m", "people", "need_weight", "area_code", "asked_about", "last_looked_on")
    rows = zip(
        np.round(points.x_m, 2).tolist(), np.round(points.y_m, 2).tolist(), points.people.tolist(),
        points.need_weight.tolist(), codes, np.where(inputs.inside, "yes", "no").tolist(), looked, strict=True,
    )  # fmt: skip
    return {
        "inputs/people.csv": _csv(header, list(rows)).encode(),
        "inputs/question.json": json.dumps(about(pack, page), indent=1, ensure_ascii=False).encode(),
    }


def put_files(session: Session, pack: Pack, files: dict[str, bytes]) -> None:
    """Keep the files, and one ZIP with all of them in it; "inputs/…" are in the ZIP only."""
    single = {name: content for name, content in files.items() if "/" not in name}
    evidence = lock_evidence(session, pack.code)
    queries.put_files(session, evidence.id, {**single, ALL_IN_ONE: _zip(files)}, pack.listed_key)


def read_file(session: Session, pack: Pack, name: str) -> bytes | None:
    """A file of the pack; None when there is none, or when it names what is no longer public."""
    return queries.read_file(session, get_evidence(session, pack.code).id, name, pack.listed_key)


def mimetype_of(name: str) -> str:
    return MIMETYPES[name.rpartition(".")[2]]


def _zip(files: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, ZIP_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, content)
    return file.getvalue()


def _csv(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue()


def _plain(value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
