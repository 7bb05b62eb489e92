"""Real boundaries: counts, coordinate systems, mended outlines and speed."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import shapely

from geodata.codes import check_vintage, detect_vintage
from geodata.datasets import read_dataset
from geodata.problems import InputProblem
from geodata.readers.areas import read_areas
from geodata.readers.indicators import read_indicators

pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    ("file", "code_field", "count", "mended", "looks"),
    [
        ("gm_local_authority_2023_full_resolution.geojson", "area_code", 10, 0, "metropolitan district (England)"),
        ("gm_lsoa_2011_super_generalised.geojson", "area_code", 1673, 0, "LSOA 2011 (England)"),
        ("gm_lsoa_2021_generalised.geojson", "area_code", 1702, 4, "LSOA 2021 (England)"),
        ("gm_lsoa_2021_bng.gpkg", "area_code", 1702, 4, "LSOA 2021 (England)"),
        ("gm_msoa_2021_super_generalised.geojson", "area_code", 353, 0, "MSOA (England)"),
        ("gm_ward_2023_generalised.geojson", "area_code", 215, 0, "ward (England)"),
        ("gm_ward_2023_bng_shapefile.zip", "area_code", 215, 0, "ward (England)"),
        ("trafford_localities_2023.geojson", None, 4, 0, ""),
        ("lsoa11_england_wales.gpkg", "lsoa11_code", 34753, 1, "LSOA 2011 (England and Wales)"),
    ],
)
def test_every_layer_is_read_whole_and_valid(
    shared_data: Path, file: str, code_field: str | None, count: int, mended: int, looks: str
) -> None:
    name_field = "lsoa11_name" if file.startswith("lsoa11") else "area_name"
    found = read_areas(shared_data / "areas" / file, code_field, name_field)
    areas = found.areas
    assert len(areas) == areas["area_code"].nunique() == count
    assert bool(areas.is_valid.all())
    assert areas.crs.to_epsg() == 4326
    assert set(areas.geom.geom_type) == {"MultiPolygon"}
    assert len(found.problems) == mended
    assert not any(problem.skipped for problem in found.problems)
    assert detect_vintage(areas["area_code"]) == looks


def test_the_same_layer_in_two_formats_and_systems_is_the_same(shared_data: Path) -> None:
    folder = shared_data / "areas"
    a = read_areas(folder / "gm_ward_2023_generalised.geojson", "area_code", "area_name").areas
    b = read_areas(folder / "gm_ward_2023_bng_shapefile.zip", "area_code", "area_name").areas
    a, b = (frame.set_index("area_code").sort_index() for frame in (a, b))
    assert list(a.index) == list(b.index)
    assert shapely.hausdorff_distance(np.array(a.geom), np.array(b.geom)).max() < 1e-4  # about 10 metres


def test_localities_without_codes_get_stable_ones(shared_data: Path) -> None:
    areas = read_areas(shared_data / "areas/trafford_localities_2023.geojson", None, "area_name").areas
    assert sorted(areas["area_code"]) == ["central", "north", "south", "west"]


def test_the_nation_is_read_in_well_under_a_minute(shared_data: Path) -> None:
    started = time.perf_counter()
    read_areas(shared_data / "areas/lsoa11_england_wales.gpkg", "lsoa11_code", "lsoa11_name")
    assert time.perf_counter() - started < 30


def test_deprivation_of_2019_on_areas_of_2021_says_what_is_lost_and_what_to_do(shared_data: Path) -> None:
    path = shared_data / "indicators/File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv"
    codes = read_indicators(path, read_dataset("imd-2019")).values["area_code"].unique()
    new = read_areas(shared_data / "areas/gm_lsoa_2021_generalised.geojson", "area_code", "area_name").areas
    old = read_areas(shared_data / "areas/gm_lsoa_2011_super_generalised.geojson", "area_code", "area_name").areas
    assert check_vintage(path.name, codes, old["area_code"]) == []
    (problem,) = check_vintage(path.name, codes, new["area_code"], layer="lsoa-2021")
    assert "1,636 of 1,702 areas of lsoa-2021 are in the file; 66 get no value" in str(problem)
    assert "look like LSOA 2011 (England); the layer’s like LSOA 2021 (England)" in str(problem)


def test_a_councils_kml_and_shapefile_with_holes_in_their_tidiness(shared_data: Path) -> None:
    folder = shared_data / "dirty/council_submissions"
    kml = read_areas(folder / "areas.kml", None, "name")
    assert len(kml.areas) == 12
    assert len(kml.problems) == 1
    assert len(read_areas(folder / "areas_shapefile.zip", None, "NAME").areas) == 6
    with pytest.raises(InputProblem, match="There is no column “name”"):
        read_areas(folder / "conservation_area.geojson", None, "name")
    assert len(read_areas(folder / "conservation_area.geojson", "KEYVAL", "PROPOSAL").areas) == 1
