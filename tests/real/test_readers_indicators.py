"""Real published numbers: counts, totals known from their publishers, and join rates."""

from __future__ import annotations

from pathlib import Path

import pytest

from geodata.datasets import read_dataset
from geodata.problems import InputProblem
from geodata.readers.areas import read_areas
from geodata.readers.indicators import read_indicators
from geodata.readers.tables import read_table

pytestmark = pytest.mark.real

FILES = {
    "imd-2019": ("File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv", 32844, 2),
    "imd-2019-domains": ("File_2_-_IoD2019_Domains_of_Deprivation.csv", 32844, 4),
    "population-2015-imd": ("File_6_-_IoD2019_Population_Denominators.csv", 32844, 3),
    "imd-2025-gm": ("imd2025_gm_lsoa21.csv", 1702, 6),
    "census-2021-residents-gm": ("census2021_residents_gm_lsoa21.csv", 1702, 1),
    "population-2020-ew": ("mid2020_population_lsoa11_england_wales.csv", 34753, 1),
    "population-2020-ages-gm": ("mid2020_population_gm_lsoa11_single_year_of_age.csv", 1673, 6),
    "trafford-2024-population-lsoa": ("trafford_mid-year_2024_population_lsoa.csv", 139, 4),
    "trafford-2024-population-ward": ("trafford_mid-year_2024_population_ward.csv", 21, 4),
    "uk-imd-composite": ("mysociety_UK_IMD_E.csv", 42619, 2),
    "census-2021-cars-trafford": ("census2021_trafford/2021_car_van_availability_lsoa_trafford.csv", 139, 1),
    "census-2021-disability-trafford": ("census2021_trafford/2021_disability_lsoa_trafford.csv", 139, 1),
}


def read(shared_data: Path, dataset: str) -> dict[str, dict[str, float]]:
    """Read a dataset as {indicator: {area: value}}."""
    file, _, _ = FILES[dataset]
    frame = read_indicators(shared_data / "indicators" / file, read_dataset(dataset))
    assert frame.problems == []
    return {
        str(key): dict(zip(part["area_code"], part["value"], strict=True))
        for key, part in frame.values.groupby("indicator_key")
    }


@pytest.mark.parametrize("dataset", FILES)
def test_every_file_gives_one_value_per_area_and_indicator(shared_data: Path, dataset: str) -> None:
    _, areas, indicators = FILES[dataset]
    found = read(shared_data, dataset)
    assert len(found) == indicators
    assert {len(values) for values in found.values()} == {areas}


def test_ranks_of_2019_survive_their_thousands_separators(shared_data: Path) -> None:
    ranks = read(shared_data, "imd-2019")["imd-2019-rank"]
    assert ranks["E01000001"] == 29199
    assert (min(ranks.values()), max(ranks.values())) == (1, 32844)
    assert len(set(ranks.values())) > 32_800  # a few areas share a rank


def test_the_totals_are_those_the_publishers_give(shared_data: Path) -> None:
    assert sum(read(shared_data, "census-2021-residents-gm")["residents-2021"].values()) == 2_867_871
    assert sum(read(shared_data, "population-2020-ew")["population-mid-2020"].values()) == 59_719_724
    for layer in ("lsoa", "ward"):
        bands = read(shared_data, f"trafford-2024-population-{layer}")
        total = sum(bands.pop("population-mid-2024").values())
        assert total == 241_025  # Trafford in the district file
        assert sum(sum(values.values()) for values in bands.values()) == total


def test_bands_of_single_years_add_up_to_everybody(shared_data: Path) -> None:
    bands = read(shared_data, "population-2020-ages-gm")
    total = bands.pop("population-mid-2020")
    for code, people in total.items():
        assert sum(values[code] for values in bands.values()) == people


def test_three_rows_per_area_are_refused_without_a_filter(shared_data: Path, tmp_path: Path) -> None:
    entry = Path("geodata/catalogue/datasets/trafford-2024-population-lsoa.yaml").read_text()
    own = tmp_path / "own.yaml"
    own.write_text(entry.replace("where: {sex: Persons}\n", ""))
    with pytest.raises(InputProblem, match=r"has 3 rows, which differ in “sex” \(Persons, Females, Males\)"):
        read_indicators(shared_data / "indicators/trafford_mid-year_2024_population_lsoa.csv", read_dataset(own))


@pytest.mark.parametrize(
    ("dataset", "layer", "code_field"),
    [
        ("imd-2019", "gm_lsoa_2011_super_generalised.geojson", "area_code"),
        ("imd-2025-gm", "gm_lsoa_2021_generalised.geojson", "area_code"),
        ("census-2021-residents-gm", "gm_lsoa_2021_generalised.geojson", "area_code"),
        ("population-2020-ages-gm", "gm_lsoa_2011_super_generalised.geojson", "area_code"),
        ("population-2020-ew", "lsoa11_england_wales.gpkg", "lsoa11_code"),
    ],
)
def test_every_area_of_the_right_year_finds_its_number(
    shared_data: Path, dataset: str, layer: str, code_field: str
) -> None:
    areas = set(read_areas(shared_data / "areas" / layer, code_field, code_field).areas["area_code"])
    for values in read(shared_data, dataset).values():
        assert areas <= set(values)


def test_every_real_table_can_be_read_as_a_table(shared_data: Path) -> None:
    skip = ("codepoint_open",)  # no header: only the postcode reader knows its columns
    files = [p for p in sorted(shared_data.rglob("*.csv")) if not any(part in p.parts for part in skip)]
    assert len(files) > 90
    for path in files:
        table = read_table(path)
        assert len(table.frame) == len(table.rows) > 0


def test_a_windows_file_and_a_spreadsheet_of_grants(shared_data: Path) -> None:
    folder = shared_data / "grants_360giving"
    table = read_table(folder / "fixtures/fundingproviders-grants_2_grants_cp1252.csv")
    assert "Windows-1252" in table.problems[0].problem
    same = read_table(folder / "fixtures/fundingproviders_grants_2_grants.csv")
    assert list(same.frame.columns) == list(table.frame.columns)
    assert read_table(folder / "ab_charitable_trust.xlsx").frame.shape == (783, 22)
    with pytest.raises(InputProblem, match=r"\.xlsm are not read"):
        read_table(shared_data / "dirty/council_submissions/brownfield.xlsm")
