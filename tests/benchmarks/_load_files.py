"""Made-up files of national size for the loaders, the same for every run (seeded)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

EAST, NORTH, SIDE_M = 200_000, 100_000, 1_500
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
PEOPLE = """
title: People
publisher: Nobody
licence: None
attribution: Made up
layer: bench-1
code_column: code
indicators:
  - {key: people, name: People, unit: people, column: people, role: population, direction: neutral}
  - {key: score, name: Score, unit: points, column: score, role: deprivation, direction: higher}
  - {key: income, name: Income, unit: points, column: income, role: other, direction: higher}
  - {key: health, name: Health, unit: points, column: health, role: other, direction: higher}
"""
CLUBS = """
title: Clubs
publisher: Nobody
licence: None
attribution: Made up
columns: {name: Name, description: About, postcode: Postcode}
source_ref: Number
identifiers:
  - {scheme: GB-CHC, column: Number}
role: meets_at
kind: charity
themes: {words: true}
"""
ABOUT = (
    "A weekly food club and warm space for families in the village hall",
    "Football training for young people on Saturday mornings",
    "Advice on debt, benefits and housing by trained volunteers",
    "A choir for people living with dementia and their carers",
    "Repair café: bring what is broken and mend it together",
)


def write_files(folder: Path, areas: int, postcodes: int, clubs: int) -> None:
    """Write areas.geojson, numbers.csv, postcodes.csv and clubs.csv with about as many rows as asked for."""
    random = np.random.default_rng(2026)
    codes = _write_areas(folder / "areas.geojson", areas)
    _write_numbers(folder / "numbers.csv", codes, random)
    names = _write_postcodes(folder / "postcodes.csv", postcodes, random)
    _write_clubs(folder / "clubs.csv", clubs, names, random)
    (folder / "numbers.yaml").write_text(PEOPLE, encoding="utf-8")
    (folder / "clubs.yaml").write_text(CLUBS, encoding="utf-8")


def _write_areas(path: Path, count: int) -> list[str]:
    """Squares in a grid, each side of ten steps with a little shake: 40 corners, as generalised outlines have."""
    across = int(np.ceil(np.sqrt(count)))
    codes = [f"E{i:08d}" for i in range(count)]
    steps = np.linspace(0, 1, 11)[:-1]
    sides = np.concatenate(
        [
            np.column_stack([steps, 0 * steps]), np.column_stack([1 + 0 * steps, steps]),
            np.column_stack([1 - steps, 1 + 0 * steps]), np.column_stack([0 * steps, 1 - steps]),
        ]
    )  # fmt: skip
    ring = np.vstack((sides, sides[:1])) * SIDE_M
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [\n')
        for i, code in enumerate(codes):
            corner = np.array([EAST + i % across * SIDE_M, NORTH + i // across * SIDE_M])
            degrees = np.round(_roughly_wgs84(ring + corner), 6).tolist()
            feature = {
                "type": "Feature", "properties": {"code": code, "name": f"Area {i}"},
                "geometry": {"type": "Polygon", "coordinates": [degrees]},
            }  # fmt: skip
            file.write((",\n" if i else "") + json.dumps(feature))
        file.write("\n]}\n")
    return codes


def _roughly_wgs84(metres: np.ndarray) -> np.ndarray:
    """Somewhere over Great Britain; only the number of corners matters here."""
    return np.column_stack([-6 + metres[:, 0] / 80_000, 50 + metres[:, 1] / 111_000])


def _write_numbers(path: Path, codes: list[str], random: np.random.Generator) -> None:
    values = np.column_stack([random.integers(1_000, 3_000, len(codes)), random.random((len(codes), 3)).round(4)])
    lines = [f'{code},"{int(p):,}",{a},{b},{c}' for code, (p, a, b, c) in zip(codes, values, strict=True)]
    path.write_text("code,people,score,income,health\n" + "\n".join(lines) + "\n", encoding="utf-8")


def _write_postcodes(path: Path, count: int, random: np.random.Generator) -> list[str]:
    """Postcode, latitude, longitude and date of ending, as in the national lookup; one in three has ended."""
    names = [_postcode(i) for i in range(count)]
    lat, lon = random.uniform(50, 58, count).round(6), random.uniform(-5, 1.5, count).round(6)
    ended = np.where(random.random(count) < 0.33, "201806", "")
    with path.open("w", encoding="utf-8") as file:
        file.write("pcds,doterm,lat,long\n")
        file.writelines(f"{n},{e},{a},{o}\n" for n, e, a, o in zip(names, ended, lat, lon, strict=True))
    return names


def _postcode(i: int) -> str:
    unit, sector, rest = i % 400, i // 400 % 10, i // 4_000
    area = LETTERS[rest // 99 // 20 % 20] + LETTERS[rest // 99 % 20]
    return f"{area}{rest % 99 + 1} {sector}{LETTERS[unit // 20]}{LETTERS[unit % 20]}"


def _write_clubs(path: Path, count: int, postcodes: list[str], random: np.random.Generator) -> None:
    chosen = random.integers(0, len(postcodes), count)
    lines = [f"{200_000 + i},Club {i},{ABOUT[i % 5]},{postcodes[p]}" for i, p in enumerate(chosen)]
    lines = [line.replace(ABOUT[2], f'"{ABOUT[2]}"') for line in lines]
    path.write_text("Number,Name,About,Postcode\n" + "\n".join(lines) + "\n", encoding="utf-8")
