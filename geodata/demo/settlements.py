"""The towns, quarters and villages of the sketch: where people live, and how hard or lively each place is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from shapely import LineString, MultiPolygon, Point
from shapely.ops import nearest_points

from geodata.demo.chance import Floats, smooth_noise

HERE = Path(__file__).parent
LOCALITY_COLUMNS = ("name", "x", "y", "people", "spread_m", "hardship", "activity", "kind")


@dataclass(frozen=True)
class Sketch:
    """What ``island.yaml`` says, in metres (EPSG:27700).

    ``coast_m`` is (n, 3): x, y, raggedness 0..1. ``localities`` has one row per locality, wards in order:
    name, x_m, y_m, people, spread_m, hardship 0..1, activity (1 = usual), kind, ward (name), town.
    """

    name: str
    coast_m: Floats
    islets_m: list[tuple[float, float, float]]
    streams_m: list[LineString]
    localities: pd.DataFrame


def read_sketch() -> Sketch:
    """Read ``island.yaml``, turning kilometres from the middle into metres of the National Grid."""
    raw = yaml.safe_load((HERE / "island.yaml").read_text(encoding="utf-8"))
    east, north = raw["middle_m"]
    coast = np.array(raw["coast"], dtype=float)
    coast[:, :2] = coast[:, :2] * 1000 + (east, north)
    rows = [
        dict(zip(LOCALITY_COLUMNS, values, strict=True)) | {"ward": ward["name"], "town": ward["town"]}
        for ward in raw["wards"]
        for values in ward["localities"]
    ]
    localities = pd.DataFrame(rows)
    localities["x_m"] = localities.pop("x") * 1000 + east
    localities["y_m"] = localities.pop("y") * 1000 + north
    return Sketch(
        name=raw["name"],
        coast_m=coast,
        islets_m=[(x * 1000 + east, y * 1000 + north, r * 1000) for x, y, r in raw["islets"]],
        streams_m=[LineString([(x * 1000 + east, y * 1000 + north) for x, y in line]) for line in raw["streams"]],
        localities=localities,
    )


def settle(sketch: Sketch, island: MultiPolygon, rng: np.random.Generator) -> pd.DataFrame:
    """The localities nudged by up to 60 m or so, kept on dry land at least 120 m from the shore."""
    inland = island.geoms[0].buffer(-120)
    places = sketch.localities.copy()
    nudge = rng.normal(0, 45, (len(places), 2))
    for row, (x, y) in enumerate(zip(places["x_m"] + nudge[:, 0], places["y_m"] + nudge[:, 1], strict=True)):
        spot = nearest_points(inland, Point(x, y))[0]
        places.loc[row, ["x_m", "y_m"]] = (spot.x, spot.y)
    return places


def houses_per_m2(localities: pd.DataFrame, points_m: Floats, rng: np.random.Generator) -> Floats:
    """People per square metre at (n, 2) points: a hill of houses per locality, farms between, and clumps.

    Clark (1951) has density fall with distance from the centre; two hills, tight and loose, give the tail.
    """
    density = np.full(len(points_m), 3e-6)
    for x_m, y_m, people, typical_m in localities[["x_m", "y_m", "people", "spread_m"]].to_numpy(float):
        d2 = (points_m[:, 0] - x_m) ** 2 + (points_m[:, 1] - y_m) ** 2
        for spread, share in ((typical_m, 0.85), (typical_m * 2.2, 0.15)):
            density += share * people / (2 * np.pi * spread**2) * np.exp(-d2 / (2 * spread**2))
    clumps = np.exp(0.7 * smooth_noise(rng, points_m, 260.0) + 0.6 * smooth_noise(rng, points_m, 800.0))
    result: Floats = density * clumps
    return result
