"""Real postcode tables: counts, places, and how many records of real lists find their point."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.postcodes import normalise_postcodes
from geodata.readers.postcodes import read_postcodes
from geodata.readers.tables import read_table

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def latlong(shared_data: Path) -> pd.DataFrame:
    return pd.concat(
        list(read_postcodes(shared_data / "postcodes/latlong_nspl_may2025").chunks), ignore_index=True
    )


@pytest.fixture(scope="module")
def code_point(shared_data: Path) -> pd.DataFrame:
    return pd.concat(list(read_postcodes(shared_data / "postcodes/codepoint_open").chunks), ignore_index=True)


@pytest.mark.parametrize(
    ("file", "rows", "nowhere", "ended"),
    [
        ("codepoint_open", 98227, 6, 0),
        ("latlong_nspl_may2025", 153174, 632, 0),
        ("nspl/NSPL_MAY_2015_sample.csv", 9, 0, 9),
        ("nspl/NSPL_FEB_2016_sample.csv", 15, 0, 15),
        ("nspl/NSPL_NOV_2021_UK_WN.csv", 9235, 24, 2038),
        ("nspl/nspl_with_data.zip", 6, 1, 4),
        ("trafford_postcodes.csv", 11264, 0, 0),
    ],
)
def test_every_table_is_read_whole(shared_data: Path, file: str, rows: int, nowhere: int, ended: int) -> None:
    frame = read_postcodes(shared_data / "postcodes" / file)
    found = pd.concat(list(frame.chunks), ignore_index=True)
    assert frame.problems == []
    assert len(found) == rows
    assert int(found["lon"].isna().sum()) == int(found["lat"].isna().sum()) == nowhere
    assert int(found["terminated_on"].notna().sum()) == ended


def test_two_tables_agree_on_nearly_every_postcode_and_place(
    latlong: pd.DataFrame, code_point: pd.DataFrame
) -> None:
    both = code_point.merge(latlong, on="postcode", suffixes=("_a", "_b"))
    assert len(both) / len(code_point) == pytest.approx(0.9987, abs=0.0005)
    both = both.dropna(subset=["lon_a", "lon_b"])
    metres = np.hypot((both["lon_a"] - both["lon_b"]) * 66_500, (both["lat_a"] - both["lat_b"]) * 111_300)
    assert float(metres.median()) < 5
    assert float(metres.quantile(0.99)) < 100


@pytest.mark.parametrize(
    ("file", "column", "rate"),
    [
        ("organisations/charities_operating_in_trafford.csv", "charity_contact_postcode", 0.924),
        ("organisations/coops_uk_2023_gm_postcode_areas.csv", "Postcode", 1.0),
        ("assets/gm_food_banks.csv", "Postcode", 1.0),
        ("assets/gm_libraries.csv", "postcode", 1.0),
        ("assets/gm_pharmacies.csv", "postcode", 1.0),
        ("assets/gm_dentists.csv", "postcode", 1.0),
        ("assets/trafford_sports_clubs.csv", "postcode", 1.0),
        ("assets/trafford_mental_health_services.csv", "postcode", 0.983),
        ("assets/trafford_land_and_building_assets.csv", "Postcode", 0.612),
    ],
)
def test_share_of_real_records_that_find_their_postcode(
    shared_data: Path, latlong: pd.DataFrame, file: str, column: str, rate: float
) -> None:
    typed = read_table(shared_data / file, missing=["NA"]).get_column(column)
    found = normalise_postcodes(typed[typed.ne("")]).isin(set(latlong["postcode"]))
    assert found.mean() == pytest.approx(rate, abs=0.01)


def test_the_whole_country_would_take_minutes_at_most(shared_data: Path) -> None:
    started = time.perf_counter()
    rows = sum(len(chunk) for chunk in read_postcodes(shared_data / "postcodes/latlong_nspl_may2025").chunks)
    seconds = time.perf_counter() - started
    assert 2_700_000 / rows * seconds < 180
