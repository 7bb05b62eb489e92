"""The world of nine squares as files with a case, for commands that read files."""

from __future__ import annotations

import json
from pathlib import Path

from shapely import MultiPolygon, to_geojson

from tests.integration.loading.small_world import BLOCK_CODES, blocks, lon_lat, rows

CASE = """
name: Small world
title: Who's doing what in a small world
main_area: {layer: row-1, code: R1}
base_layer: block-1
population: people
deprivation: score
sources:
  made-up: {publisher: Nobody, licence: None, attribution: Made up}
areas:
  - {layer: row-1, name: Rows, kind: council, vintage: "1", file: rows.geojson, code_field: code, name_field: name,
     source: made-up}
  - {layer: block-1, name: Blocks, kind: statistical, vintage: "1", file: blocks.geojson, code_field: code,
     name_field: name, source: made-up}
grids:
  - {layer: square-km, name: Square kilometres, size_m: 1000}
postcodes:
  - {files: [postcodes.csv], source: made-up}
indicators:
  - {file: people.csv, dataset: people.yaml}
organisations:
  - {file: clubs.csv, profile: clubs.yaml}
grants:
  - {file: grants.csv, source: made-up}
coverage:
  - {theme: food, layer: row-1, areas: all, checked_on: 2026-05-01, list: clubs.csv}
"""
PEOPLE = """
title: People of a small world
publisher: Nobody
licence: None
attribution: Made up
published: 2026-01-01
layer: block-1
code_column: code
indicators:
  - {key: people, name: People, unit: people, column: people, role: population, direction: neutral}
  - {key: score, name: Score, unit: points, column: score, role: deprivation, direction: higher}
"""
CLUBS = """
title: Clubs of a small world
publisher: Nobody
licence: None
attribution: Made up
published: 2026-01-01
columns: {name: Name, postcode: Postcode}
source_ref: Number
role: meets_at
kind: club
themes: {fixed: [food]}
"""
POSTCODES = [(f"ZZ{i} {j}AA", 150.0 + 290 * i, 150.0 + 290 * j) for i in range(1, 10) for j in range(1, 10)]


def write_small_case(folder: Path) -> Path:
    """Write the case and its files; returns the path of the case."""
    write_areas(folder / "blocks.geojson", dict(blocks().areas[["area_code", "geom"]].to_numpy().tolist()))
    write_areas(folder / "rows.geojson", dict(rows().areas[["area_code", "geom"]].to_numpy().tolist()))
    write_lines(folder / "postcodes.csv", ["Postcode,lat,long", *(_postcode_line(*row) for row in POSTCODES)])
    people = [f'{code},"1,{i}00",{i / 10}' for i, code in enumerate(BLOCK_CODES)]
    write_lines(folder / "people.csv", ["code,people,score", *people])
    write_lines(
        folder / "clubs.csv", ["Number,Name,Postcode", *(f"{i},Club {i},ZZ{i} {i}AA" for i in range(1, 8))]
    )
    header = "Identifier,Currency,Amount Awarded,Award Date,Recipient Org:Name,Funding Org:Name"
    grants = [f"360G-small-{i},GBP,{i}00,2026-01-31,Club {i},Nobody" for i in range(1, 4)]
    write_lines(folder / "grants.csv", [header, *grants])
    for name, content in (("small.yaml", CASE), ("people.yaml", PEOPLE), ("clubs.yaml", CLUBS)):
        (folder / name).write_text(content, encoding="utf-8")
    return folder / "small.yaml"


def write_areas(path: Path, shapes: dict[str, MultiPolygon]) -> None:
    features = [
        {
            "type": "Feature", "properties": {"code": code, "name": f"Area {code}"},
            "geometry": json.loads(to_geojson(shape)),
        }
        for code, shape in shapes.items()
    ]  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _postcode_line(postcode: str, x_m: float, y_m: float) -> str:
    lon, lat = lon_lat(x_m, y_m)
    return f"{postcode},{lat:.6f},{lon:.6f}"
