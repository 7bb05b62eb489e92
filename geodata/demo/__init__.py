"""The fictional island borough of Wendrey, made by code from a seed: a place to try everything on.

Nothing in it is real. Nothing in it is a result either: there are people, groups, needs and surveys, and the gaps
are worked out from them exactly as for a real place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.demo.chance import stream
from geodata.demo.coastline import make_coastline
from geodata.demo.details import add_details, make_contacts
from geodata.demo.letters import Letter, make_letters, make_wishes
from geodata.demo.lists import split_lists
from geodata.demo.needs import make_hubs, make_needs, make_surveys
from geodata.demo.organisations import Island, make_records
from geodata.demo.people import (
    INDICATORS,
    Homes,
    find_homes,
    make_indicators,
    make_postcodes,
    population_points,
)
from geodata.demo.settlements import read_sketch, settle
from geodata.demo.small_areas import bank_of, dissolve, make_blocks, neighbours, partition
from geodata.frames import AreasFrame, IndicatorsFrame, PostcodesFrame, RecordsFrame
from geodata.themes import list_themes

SEED = 2026
SMALL_AREAS, WARDS, BOROUGH = "small-area-2024", "ward-2024", "borough-2024"
DESCRIPTION = (
    "The Isle of Wendrey does not exist: its coast, people, groups and needs were made by a program so that the "
    "map can be tried out. Any likeness to a real place or group is chance."
)


@dataclass(frozen=True)
class DemoBorough:
    """Everything the demo loads; the tables have the columns of ``geodata.frames``."""

    name: str
    description: str
    is_invented: bool
    layers: dict[str, AreasFrame]
    population_points: pd.DataFrame
    indicators: IndicatorsFrame
    indicator_facts: pd.DataFrame  # key, name, unit, direction, role, measured_on
    postcodes: PostcodesFrame
    records: RecordsFrame  # every group that is known
    directory: RecordsFrame  # those the council's directory has
    walked: RecordsFrame  # those seen on the walk-round; of those the directory has too only their numbers
    needs: pd.DataFrame
    hubs: pd.DataFrame
    surveys: pd.DataFrame
    contacts: pd.DataFrame
    letters: list[Letter]
    wishes: pd.DataFrame


def make_borough(seed: int = SEED, *, today: date) -> DemoBorough:
    """Make the island; the same seed and day give the same bytes on every machine."""
    sketch = read_sketch()
    coast = make_coastline(sketch, stream(seed, "coast"))
    localities = settle(sketch, coast, stream(seed, "loc"))
    blocks = make_blocks(sketch, coast, localities, stream(seed, "blocks"))
    middles, wanted = localities[["x_m", "y_m"]].to_numpy(), localities["people"].to_numpy(float)
    owner = partition(blocks, middles, wanted, bank_of(sketch, blocks.middles_m), neighbours(blocks))
    shapes = dissolve(blocks, owner, len(localities))
    codes = [f"X01{number:06d}" for number in range(1, len(localities) + 1)]
    ward_codes = {ward: f"X05{n:06d}" for n, ward in enumerate(dict.fromkeys(localities["ward"]), 1)}
    homes = find_homes(blocks, owner, len(localities))
    postcodes = make_postcodes(homes, localities)
    island = Island(localities, blocks, owner, homes, postcodes, ward_codes, "X06000001")
    records = make_records(island, today, stream(seed, "organisations"))
    records = add_details(records, island.borough_code, stream(seed, "details"))
    directory, walked = split_lists(records, island, stream(seed, "lists"))
    themes = [theme.key for theme in list_themes()]
    return DemoBorough(
        name=sketch.name,
        description=DESCRIPTION,
        is_invented=True,
        layers=_layers(shapes, localities, codes, ward_codes, sketch.name),
        population_points=population_points(homes, codes),
        indicators=IndicatorsFrame(make_indicators(homes, localities, codes, stream(seed, "indicators"))),
        indicator_facts=INDICATORS,
        postcodes=PostcodesFrame(iter([postcodes]), 0),
        records=records,
        directory=directory,
        walked=walked,
        needs=make_needs(island, today, stream(seed, "needs")),
        hubs=make_hubs(island),
        surveys=make_surveys(island, codes, themes, today, stream(seed, "surveys")),
        contacts=make_contacts(records, stream(seed, "contacts")),
        letters=make_letters(island, records, stream(seed, "letters")),
        wishes=make_wishes(island, today, stream(seed, "wishes")),
    )


def _layers(
    shapes: gpd.GeoSeries,
    localities: pd.DataFrame,
    codes: list[str],
    ward_codes: dict[str, str],
    borough: str,
) -> dict[str, AreasFrame]:
    """Wards and the borough are made of the small areas' own edges, so the layers nest exactly."""
    degrees = shapes.to_crs("EPSG:4326").to_numpy()
    wards = np.array([ward_codes[ward] for ward in localities["ward"]])
    ward_shapes = [shapely.coverage_union_all(degrees[wards == code]) for code in ward_codes.values()]
    return {
        SMALL_AREAS: _frame(codes, list(localities["name"]), degrees),
        WARDS: _frame(list(ward_codes.values()), list(ward_codes), ward_shapes),
        BOROUGH: _frame(["X06000001"], [borough], [shapely.coverage_union_all(degrees)]),
    }


def _frame(codes: list[str], names: list[str], shapes: Sequence[shapely.Geometry]) -> AreasFrame:
    whole = [shapely.MultiPolygon(shapely.get_parts(shape).tolist()) for shape in shapes]
    table = gpd.GeoDataFrame({"area_code": codes, "name": names, "geom": whole}, geometry="geom", crs="EPSG:4326")
    return AreasFrame(table)


__all__ = ["DESCRIPTION", "SEED", "DemoBorough", "Homes", "make_borough"]
