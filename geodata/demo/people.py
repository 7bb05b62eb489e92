"""Where the islanders live, how old and how hard up they are, and their postcodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer

from geodata.demo.chance import Floats
from geodata.demo.small_areas import GRID, Blocks, Ints

TO_DEGREES = Transformer.from_crs(GRID, "EPSG:4326", always_xy=True)
PEOPLE_PER_POINT = 220
FEWEST_POINTS, MOST_POINTS = 5, 10
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # the letters Royal Mail uses in the last part of a postcode
# Share of people aged 0-15 and 65 or over, by what kind of place it is.
AGES = {
    "terrace": (0.19, 0.15),
    "centre": (0.12, 0.18),
    "estate": (0.26, 0.11),
    "suburb": (0.19, 0.24),
    "village": (0.15, 0.31),
    "farmland": (0.16, 0.29),
}


@dataclass(frozen=True)
class Homes:
    """A handful of points per small area: (n,) area number, metres (n, 2), degrees (n, 2) and people."""

    area: Ints
    middles_m: Floats
    lonlat: Floats
    people: Floats


def find_homes(blocks: Blocks, owner: Ints, area_count: int) -> Homes:
    """Halve each area's blocks by people, across its longer side, until there are five to ten parts."""
    found: list[tuple[int, Floats, float]] = []
    for area in range(area_count):
        inside = np.flatnonzero((owner == area) & (blocks.people > 0))
        parts = int(np.clip(round(blocks.people[inside].sum() / PEOPLE_PER_POINT), FEWEST_POINTS, MOST_POINTS))
        for part in _split(blocks, inside, parts):
            middle = np.average(blocks.middles_m[part], axis=0, weights=blocks.people[part])
            nearest = part[np.argmin(np.hypot(*(blocks.middles_m[part] - middle).T))]
            found.append((area, blocks.middles_m[nearest], float(blocks.people[part].sum())))
    middles = np.array([middle for _, middle, _ in found])
    return Homes(
        np.array([area for area, _, _ in found]),
        middles,
        to_degrees(middles),
        np.array([people for _, _, people in found]),
    )


def to_degrees(metres: Floats) -> Floats:
    """Longitude and latitude (n, 2) of National Grid metres (n, 2), to about ten centimetres."""
    return np.round(np.column_stack(TO_DEGREES.transform(metres[:, 0], metres[:, 1])), 6)


def _split(blocks: Blocks, inside: NDArray[np.intp], parts: int) -> list[NDArray[np.intp]]:
    if parts <= 1 or len(inside) <= 1:
        return [inside]
    axis = int(np.argmax(np.ptp(blocks.middles_m[inside], axis=0)))
    ordered = inside[np.argsort(blocks.middles_m[inside, axis], kind="stable")]
    running = np.cumsum(blocks.people[ordered])
    first = parts // 2
    cut = int(np.clip(np.searchsorted(running, running[-1] * first / parts), 1, len(ordered) - 1))
    return _split(blocks, ordered[:cut], first) + _split(blocks, ordered[cut:], parts - first)


def population_points(homes: Homes, codes: list[str]) -> pd.DataFrame:
    """POPULATION_POINT_COLUMNS, one row per point; shares sum to 1 in each area."""
    total = np.bincount(homes.area, homes.people)
    return pd.DataFrame(
        {
            "area_code": [codes[area] for area in homes.area],
            "lon": homes.lonlat[:, 0],
            "lat": homes.lonlat[:, 1],
            "share": homes.people / total[homes.area],
        }
    )


def make_indicators(
    homes: Homes, localities: pd.DataFrame, codes: list[str], rng: np.random.Generator
) -> pd.DataFrame:
    """INDICATOR_COLUMNS for every small area: people, three ages, deprivation and homes without a car."""
    people = np.round(np.bincount(homes.area, homes.people)).astype(int)
    hardship = localities["hardship"].to_numpy()
    shares = np.array([AGES[kind] for kind in localities["kind"]]) * rng.uniform(0.88, 1.12, (len(people), 2))
    young, old = (np.round(people * shares[:, column]).astype(int) for column in (0, 1))
    deprivation = np.round(4 + 62 * hardship**1.4 + rng.normal(0, 2.2, len(people)).clip(-4, 4), 1)
    remote = np.isin(localities["kind"], ["village", "farmland"])
    no_car = np.round(
        100 * (0.08 + 0.46 * hardship - 0.10 * remote + rng.normal(0, 0.02, len(people))).clip(0.02), 1
    )
    columns = {
        "people-2024": people,
        "people-0-15-2024": young,
        "people-16-64-2024": people - young - old,
        "people-65-and-over-2024": old,
        "deprivation-2024": deprivation.clip(1),
        "no-car-2024": no_car,
    }
    rows = [(codes[i], key, float(values[i])) for key, values in columns.items() for i in range(len(codes))]
    return pd.DataFrame(rows, columns=["area_code", "indicator_key", "value"])


INDICATORS = pd.DataFrame(
    [
        ("people-2024", "People", "people", "neutral", "population", "2024-06-30"),
        ("people-0-15-2024", "People aged 0 to 15", "people", "neutral", "other", "2024-06-30"),
        ("people-16-64-2024", "People aged 16 to 64", "people", "neutral", "other", "2024-06-30"),
        ("people-65-and-over-2024", "People aged 65 and over", "people", "neutral", "other", "2024-06-30"),
        ("deprivation-2024", "Deprivation score", "points", "higher", "deprivation", "2024-06-30"),
        ("no-car-2024", "Households without a car", "% of households", "higher", "other", "2024-06-30"),
    ],
    columns=["key", "name", "unit", "direction", "role", "measured_on"],
)


def make_postcodes(homes: Homes, localities: pd.DataFrame) -> pd.DataFrame:
    """POSTCODE_COLUMNS: one for every handful of homes, in the invented area ZZ, a district for each ward."""
    wards = {ward: number for number, ward in enumerate(dict.fromkeys(localities["ward"]), 1)}
    used = dict.fromkeys(wards.values(), 0)
    names = []
    for area in homes.area:
        district = wards[localities["ward"].iloc[area]]
        number = used[district]
        used[district] += 1
        last = LETTERS[(number * 7) % 20] + LETTERS[(number * 3 + number // 20) % 20]
        names.append(f"ZZ{district}{1 + number % 9}{last}")
    return pd.DataFrame(
        {"postcode": names, "lon": homes.lonlat[:, 0], "lat": homes.lonlat[:, 1], "terminated_on": None}
    )
