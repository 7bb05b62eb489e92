"""Real lists of organisations: counts, places, times, themes, and nobody's telephone number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geodata.cases import read_case
from geodata.frames import RecordsFrame
from geodata.profiles import read_profile
from geodata.readers.records import read_records

pytestmark = pytest.mark.real

REGISTERS = "organisations/reshaped_register_formats"
LISTS = {  # file: (profile, organisations, services, share of services placed at least)
    "organisations/charities_operating_in_trafford.csv": ("trafford-charities", 736, 736, 0.86),
    "organisations/coops_uk_2023_gm_postcode_areas.csv": ("coops-uk", 325, 325, 0.70),
    "assets/gm_libraries.csv": ("gm-libraries", 10, 141, 1),
    "assets/gm_food_banks.csv": ("gm-food-banks", 171, 171, 1),
    "assets/gm_food_banks.geojson": ("gm-food-banks", 171, 171, 1),
    "assets/gm_pharmacies.csv": ("gm-pharmacies", 631, 631, 1),
    "assets/trafford_sports_clubs.csv": ("trafford-sports-clubs", 140, 140, 1),
    "assets/trafford_sports_clubs.geojson": ("trafford-sports-clubs", 137, 137, 1),
    "assets/trafford_mental_health_services.csv": ("trafford-mental-health-services", 60, 60, 1),
    "assets/trafford_community_hubs.csv": ("trafford-community-hubs", 6, 6, 1),
    "assets/gm_dentists.csv": ("gm-dentists", 524, 524, 1),
    "assets/gm_jobcentreplus.csv": ("gm-jobcentres", 26, 26, 1),
    "assets/trafford_general_practices.csv": ("trafford-general-practices", 26, 26, 1),
    "organisations/ukcat_charities_sample_north_west.csv": ("ukcat-charities", 343, 343, 0.90),
    f"{REGISTERS}/publicextract.charity.trafford.json": ("ccew-extract", 736, 736, 0.86),
    f"{REGISTERS}/publicextract.charity.trafford.txt": ("ccew-extract", 736, 736, 0.86),
    f"{REGISTERS}/oscr_register_sample.csv": ("oscr-register", 550, 550, 0.85),
    "openstreetmap/norwich_overpass_export/enjoy.geojson": ("osm-points", 198, 198, 0.80),
    "openstreetmap/norwich_overpass_export/learn.geojson": ("osm-points", 19, 19, 1),
}


def read(shared_data: Path, file: str) -> RecordsFrame:
    return read_records(shared_data / file, read_profile(LISTS[file][0]))


@pytest.mark.parametrize("file", LISTS)
def test_every_list_is_read_and_holds_together(shared_data: Path, file: str) -> None:
    _, organisations, services, placed = LISTS[file]
    found = read(shared_data, file)
    assert len(found.organisations) == found.organisations["source_ref"].nunique() == organisations
    assert len(found.services) == found.services["source_ref"].nunique() == services
    assert float((found.services["themes"].str.len() > 0).mean()) >= placed
    assert set(found.services["organisation_ref"]) <= set(found.organisations["source_ref"])
    assert set(found.footprints["place_ref"].dropna()) == set(found.places["source_ref"])
    assert set(found.schedules["service_ref"]) <= set(found.services["source_ref"])
    assert (found.schedules["opens"] < found.schedules["closes"]).all()


@pytest.mark.parametrize("file", LISTS)
def test_no_list_carries_a_telephone_number_or_an_email(shared_data: Path, file: str) -> None:
    found = read(shared_data, file)
    texts = [*found.organisations["name"], *found.organisations["summary"], *found.organisations["website"]]
    texts += [*found.services["description"], *found.services["cost_note"], *found.places["address"]]
    everything = "\n".join(texts)
    assert re.search(r"[\w.]+@[\w-]+\.\w+", everything) is None
    assert re.search(r"\b0\d{3,4} ?\d{3} ?\d{3,4}\b", everything) is None


def test_charities_keep_their_numbers_and_are_not_shown_where_they_are_registered(shared_data: Path) -> None:
    found = read(shared_data, "organisations/charities_operating_in_trafford.csv")
    wildlife = found.organisations[found.organisations["source_ref"] == "214927"].iloc[0]
    assert wildlife["identifiers"] == [("GB-CHC", "214927"), ("GB-COH", "00738693")]
    assert wildlife["name"] == "The Cheshire Wildlife Trust Limited"
    assert wildlife["website"] == "https://www.cheshirewildlifetrust.co.uk"
    assert set(found.footprints["role"]) == {"registered_at", "national"}
    assert set(found.places["privacy"]) == {"rough", "hidden"}
    assert (found.places["address"] == "").all()
    assert "Perhaps “WA15 0HF” is meant" in " ".join(map(str, found.problems))


def test_the_same_register_in_two_formats_gives_the_same_records(shared_data: Path) -> None:
    a = read(shared_data, f"{REGISTERS}/publicextract.charity.trafford.json").services
    b = read(shared_data, f"{REGISTERS}/publicextract.charity.trafford.txt").services
    assert a["source_ref"].tolist() == b["source_ref"].tolist()
    assert a["themes"].tolist() == b["themes"].tolist()


def test_food_banks_have_the_times_that_are_plain_and_the_words_of_the_rest(shared_data: Path) -> None:
    found = read(shared_data, "assets/gm_food_banks.csv")
    timed = set(found.schedules["service_ref"])
    assert len(timed) == 105
    untimed = found.services[~found.services["source_ref"].isin(timed)]
    assert int(untimed["description"].str.contains("Open: ").sum()) >= 45
    assert found.services["referral"].value_counts().to_dict()["needed"] >= 60


def test_pharmacies_have_nearly_every_opening_time(shared_data: Path) -> None:
    found = read(shared_data, "assets/gm_pharmacies.csv")
    assert len(found.schedules) == 4648
    assert found.schedules["service_ref"].nunique() == 630
    unclear = found.services["description"][found.services["description"].ne("")].tolist()
    assert [text.split("\n")[0] for text in unclear] == ["Monday: 08:30-00:00", "Monday: 09:00-13:00:14:00-18:00"]


def test_cooperatives_find_their_points_and_their_themes_by_code(shared_data: Path) -> None:
    found = read(shared_data, "organisations/coops_uk_2023_gm_postcode_areas.csv")
    assert int(found.places["lon"].isna().sum()) <= 1
    assert all(numbers[0][0] == "GB-COOP" for numbers in found.organisations["identifiers"])
    reasons = [reason for reasons in found.services["theme_reasons"] for reason in reasons.values()]
    assert "ica: ICA210" in reasons


def test_unnamed_features_of_openstreetmap_are_listed(shared_data: Path) -> None:
    found = read(shared_data, "openstreetmap/norwich_overpass_export/enjoy.geojson")
    assert {problem.problem for problem in found.problems} == {"It has no name."}


def test_the_case_of_trafford_has_every_file_and_reads_from_end_to_end(shared_data: Path) -> None:
    case = read_case("trafford")
    assert case.list_missing_files(shared_data) == []
    services = sum(len(read_records(shared_data / step.file, step.profile).services) for step in case.records)
    assert services > 2_200
    assert read_case("england-wales-2011").list_missing_files(shared_data) == []
