"""The invented island: it tiles, it nests, it is the same every time, and every word in it means something."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from app.vocabulary import (
    AUDIENCES,
    AskKind,
    Cost,
    FootprintRole,
    LocationPrivacy,
    NeedStatus,
    OrganisationKind,
    Referral,
    Room,
    Stage,
    SubmissionKind,
    SurveyKind,
)
from geodata.demo import BOROUGH, SMALL_AREAS, WARDS, DemoBorough, make_borough
from geodata.themes import list_themes

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def borough() -> DemoBorough:
    return make_borough(today=TODAY)


def fingerprint(borough: DemoBorough) -> str:
    digest = hashlib.sha256()
    for layer in borough.layers.values():
        digest.update(b"".join(shapely.to_wkb(layer.areas.geometry.to_numpy())))
    records = borough.records
    for table in (
        records.organisations, records.services, records.places, records.footprints, records.schedules,
        borough.directory.organisations, borough.walked.organisations, borough.walked.places,
        borough.contacts, borough.wishes, pd.DataFrame(borough.letters),
        borough.needs, borough.hubs, borough.surveys, borough.population_points, borough.indicators.values,
    ):  # fmt: skip
        digest.update(table.to_csv().encode())
    return digest.hexdigest()


def test_the_same_seed_and_day_give_the_same_bytes_in_another_process(borough: DemoBorough) -> None:
    program = (
        "from datetime import date; from geodata.demo import make_borough;"
        "from tests.unit.demo.test_borough import fingerprint;"
        "print(fingerprint(make_borough(today=date(2026, 11, 22))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == fingerprint(borough)
    assert fingerprint(make_borough(7, today=TODAY)) != fingerprint(borough)


def test_it_has_the_size_of_a_borough(borough: DemoBorough) -> None:
    assert [len(borough.layers[key].areas) for key in (SMALL_AREAS, WARDS, BOROUGH)] == [60, 10, 1]
    assert 230 <= len(borough.records.organisations) <= 270
    assert len(borough.needs) == 40
    assert len(borough.hubs) == 2
    people = borough.indicators.values.query("indicator_key == 'people-2024'")["value"]
    assert people.between(900, 2300).all()
    assert 80_000 < people.sum() < 100_000


@pytest.mark.parametrize("key", [SMALL_AREAS, WARDS, BOROUGH])
def test_every_layer_tiles_the_island_without_gap_or_overlap(borough: DemoBorough, key: str) -> None:
    shapes = borough.layers[key].areas.geometry.to_numpy()
    island = borough.layers[BOROUGH].areas.geometry.iloc[0]
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(island.area, rel=1e-9)


def test_it_lies_in_the_open_sea_inside_the_national_grid(borough: DemoBorough) -> None:
    west, south, east, north = borough.layers[BOROUGH].areas.total_bounds
    # Cardigan Bay: east of Wexford (6.3 W), west of the Welsh coast (4.2 W at this latitude)
    assert -5.6 < west < east < -4.7
    assert 52.3 < south < north < 52.6


def test_population_points_lie_at_home_and_share_everyone(borough: DemoBorough) -> None:
    points = borough.population_points
    assert points.groupby("area_code")["share"].sum().to_numpy() == pytest.approx(np.ones(60))
    assert points.groupby("area_code").size().between(5, 10).all()
    shape_of = borough.layers[SMALL_AREAS].areas.set_index("area_code")["geom"]
    at = shapely.points(points["lon"], points["lat"])
    assert shapely.dwithin(shape_of[points["area_code"]].to_numpy(), at, 0.0006).all()
    assert shapely.contains(shape_of[points["area_code"]].to_numpy(), at).mean() > 0.97


def words_of(column: pd.Series) -> set[str]:
    return set(column.explode().dropna())


def test_every_word_means_something(borough: DemoBorough) -> None:
    records, themes = borough.records, {theme.key for theme in list_themes()}
    assert words_of(records.services["themes"]) <= themes
    assert words_of(borough.needs["theme"]) <= themes
    assert words_of(borough.surveys["theme"]) <= themes
    assert words_of(records.services["audiences"]) | words_of(borough.needs["audience"]) <= set(AUDIENCES)
    assert words_of(records.organisations["kind"]) <= set(OrganisationKind)
    assert words_of(records.organisations["stage"]) <= set(Stage)
    assert words_of(records.services["referral"]) <= set(Referral)
    assert words_of(borough.surveys["kind"]) <= set(SurveyKind)
    assert words_of(borough.needs["status"]) <= set(NeedStatus)
    assert words_of(records.places["privacy"]) == set(LocationPrivacy)
    assert words_of(records.services["cost"]) == set(Cost)
    assert words_of(records.footprints["role"]) == set(FootprintRole)
    assert words_of(records.services["room"]) == set(Room)
    assert {kind for asks in records.organisations["asks"] for kind, _words in asks} == set(AskKind)
    assert {letter.kind for letter in borough.letters} <= set(SubmissionKind)
    assert words_of(borough.wishes["theme"]) <= themes


def test_every_reference_leads_somewhere(borough: DemoBorough) -> None:
    records = borough.records
    organisations, services = set(records.organisations["source_ref"]), set(records.services["source_ref"])
    assert set(records.services["organisation_ref"]) <= organisations
    assert set(records.footprints["organisation_ref"]) == organisations
    assert set(records.footprints["service_ref"]) == services
    assert set(records.footprints["place_ref"].dropna()) <= set(records.places["source_ref"])
    assert set(records.schedules["service_ref"]) <= services
    codes = set().union(*(set(layer.areas["area_code"]) for layer in borough.layers.values()))
    assert set(records.footprints["area_code"].dropna()) | set(borough.surveys["area_code"]) <= codes
    assert records.organisations["name"].is_unique
    assert (records.schedules["opens"] < records.schedules["closes"]).all()


def test_directory_and_walk_round_have_every_group_between_them(borough: DemoBorough) -> None:
    everything, directory, walked = borough.records, borough.directory, borough.walked
    for part, key in (("services", "source_ref"), ("schedules", "service_ref"), ("footprints", "service_ref")):
        whole = getattr(everything, part)
        both = pd.concat([getattr(directory, part), getattr(walked, part)])
        assert sorted(both[key]) == sorted(whole[key])
    for one in (directory, walked):
        assert set(one.services["organisation_ref"]) <= set(one.organisations["source_ref"])
        assert set(one.footprints["place_ref"].dropna()) <= set(one.places["source_ref"])
        assert set(one.schedules["service_ref"]) <= set(one.services["source_ref"])
    assert set(directory.places["source_ref"]) | set(walked.places["source_ref"]) == set(
        everything.places["source_ref"]
    )
    names = {name for one in (directory, walked) for name in one.organisations["source_ref"]}
    assert names == set(everything.organisations["source_ref"])


def test_the_two_lists_are_made_without_each_other(borough: DemoBorough) -> None:
    """Of the groups on one list the other has about as many as its chance says, and neither has all."""
    in_directory = set(borough.directory.organisations["source_ref"])
    seen = set(borough.walked.organisations["source_ref"])
    both = in_directory & seen
    assert 0.55 < len(both) / len(seen) < 0.85
    assert 0.4 < len(both) / len(in_directory) < 0.7
    refuge = set(borough.records.organisations.query("is_confidential")["source_ref"])
    assert refuge
    assert not refuge & seen


def test_nothing_personal_is_invented(borough: DemoBorough) -> None:
    text = " ".join([*borough.records.services["description"], *borough.needs["statement"]])
    assert not re.search(r"@|\b0\d{4}|\+44", text)


def test_groups_say_what_a_neighbour_asks(borough: DemoBorough) -> None:
    services, schedules = borough.records.services, borough.records.schedules
    for fact in ("toilet", "hearing_loop"):
        assert set(services[fact]) == {True, False, None}
    assert services["how_to_join"].ne("").sum() > 100
    ages = services.dropna(subset=["min_age", "max_age"])
    assert len(ages) > 20
    assert (ages["min_age"] < ages["max_age"]).all()
    assert {1, 5} <= set(schedules["week_of_month"].dropna()) <= {1, 2, 3, 4, 5}
    assert schedules["week_of_month"].isna().mean() > 0.9
    refuges = borough.records.organisations.query("is_confidential")
    assert list(refuges["name"]) == ["Wendrey Haven"]


def test_nobody_can_be_reached_by_an_invented_contact(borough: DemoBorough) -> None:
    contacts = borough.contacts
    assert 60 < len(contacts) < 140
    assert contacts["phone"].str.fullmatch(r"07700 900\d{3}|0808 157 0\d{3}").all()
    assert contacts["phone"].is_unique
    addresses = [*contacts["email"].dropna(), *(letter.email for letter in borough.letters if letter.email)]
    assert all(address.endswith("@demo.example") for address in addresses)
    closed = borough.records.organisations.query("not active")["source_ref"]
    assert not set(contacts["organisation_ref"]) & set(closed)


def test_some_is_stale_some_is_unknown_and_some_land_unseen(borough: DemoBorough) -> None:
    age = borough.records.services["confirmed_on"].map(lambda day: (TODAY - day).days, na_action="ignore")
    assert (age > 730).sum() > 10
    assert age.isna().sum() > 5
    assert (age < 365).mean() > 0.5
    looked = borough.surveys.query("layer_key == @SMALL_AREAS")
    recent = looked[looked["checked_on"].map(lambda day: (TODAY - day).days < 730)]
    unseen = 60 - recent["area_code"].nunique()
    assert 8 <= unseen <= 12
    assert looked["area_code"].nunique() < 60


def test_hardship_has_a_gradient(borough: DemoBorough) -> None:
    values = borough.indicators.values.pivot(index="area_code", columns="indicator_key", values="value")
    assert values["deprivation-2024"].corr(values["no-car-2024"]) > 0.8
    names = borough.layers[SMALL_AREAS].areas.set_index("area_code")["name"]
    by_name = values["deprivation-2024"].rename(names)
    assert by_name["Tarfields"] > 4 * by_name["Belvedere"]


def test_every_area_is_one_piece_of_land_apart_from_islets(borough: DemoBorough) -> None:
    for key in (SMALL_AREAS, WARDS):
        for shape in borough.layers[key].areas.to_crs("EPSG:27700").geometry:
            sizes = sorted(part.area for part in shape.geoms)
            assert sum(sizes[:-1]) < 500_000  # square metres: the islets are 0.3 km2 or smaller


def test_groups_meet_in_buildings_that_suit_them(borough: DemoBorough) -> None:
    records = borough.records
    places = records.places.set_index("source_ref")[["name", "address", "privacy"]]
    service_name = records.services.set_index("source_ref")["name"].rename("name_s")
    met = records.footprints.query("role == 'meets_at'").join(places, on="place_ref")
    met = met.join(service_name, on="service_ref")
    assert met.loc[met["name_s"] == "Library", "name"].str.contains("Library").all()
    assert met.loc[met["name_s"] == "Pharmacy", "name"].str.contains("Pharmacy").all()
    assert (met.groupby("place_ref")["organisation_ref"].nunique() > 1).sum() > 40  # groups share rooms
    public = met[met["privacy"] == "exact"]
    assert public["address"].str.match(r"\d+ [A-Z]").all()
    assert public["name"].ne("").all()


def test_a_closed_group_says_so(borough: DemoBorough) -> None:
    organisations = borough.records.organisations
    closed = organisations[~organisations["active"]]
    assert 1 <= len(closed) <= 5
    assert set(closed["stage"]) == {Stage.CLOSED}
