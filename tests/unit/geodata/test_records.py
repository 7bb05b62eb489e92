"""Lists of organisations become organisations, services, places, footprints and times."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from geodata.frames import (
    FOOTPRINT_COLUMNS,
    ORGANISATION_COLUMNS,
    PLACE_COLUMNS,
    SCHEDULE_COLUMNS,
    SERVICE_COLUMNS,
    RecordsFrame,
)
from geodata.problems import InputProblem
from geodata.profiles import read_profile
from geodata.readers.records import read_records

SOURCE = "title: T\npublisher: P\nlicence: L\nattribution: A\n"
SIMPLE = SOURCE + "columns: {name: name, postcode: postcode}\nrole: meets_at\n"


def read(folder: Path, profile: str, text: str, name: str = "list.csv") -> RecordsFrame:
    (folder / "profile.yaml").write_text(profile)
    path = folder / name
    path.write_text(text)
    return read_records(path, read_profile(folder / "profile.yaml"))


def test_tables_have_their_columns_and_every_reference_resolves(tmp_path: Path) -> None:
    found = read(tmp_path, SIMPLE, "name,postcode\nAcorn,m33 2ab\nBeech,M33 2AB\n")
    assert tuple(found.organisations.columns) == ORGANISATION_COLUMNS
    assert tuple(found.services.columns) == SERVICE_COLUMNS
    assert tuple(found.places.columns) == PLACE_COLUMNS
    assert tuple(found.footprints.columns) == FOOTPRINT_COLUMNS
    assert tuple(found.schedules.columns) == SCHEDULE_COLUMNS
    assert list(found.organisations["row"]) == [2, 3]
    assert set(found.services["organisation_ref"]) == set(found.organisations["source_ref"])
    assert set(found.footprints["service_ref"]) == set(found.services["source_ref"])
    assert set(found.footprints["place_ref"]) == set(found.places["source_ref"])
    assert list(found.places["postcode"]) == ["M33 2AB"]  # two groups share one place
    assert found.problems == []


def test_references_stay_the_same_when_the_order_changes(tmp_path: Path) -> None:
    first = read(tmp_path, SIMPLE, "name,postcode\nAcorn,M33 2AB\nBeech,M33 2AD\n").organisations
    second = read(tmp_path, SIMPLE, "name,postcode\nBeech,M33 2AD\nAcorn,M33 2AB\n").organisations
    assert set(first["source_ref"]) == set(second["source_ref"])


def test_unnamed_rows_are_left_out_and_rows_without_a_place_are_kept(tmp_path: Path) -> None:
    text = "name,postcode\n,M33 2AB\n...,M33 2AB\nAcorn,\nBeech,WA15 OHF\nCedar,M33\n"
    found = read(tmp_path, SIMPLE, text)
    assert list(found.organisations["name"]) == ["Acorn", "Beech", "Cedar"]
    assert len(found.places) == 0
    assert [(p.row, p.skipped) for p in found.problems] == [
        (2, True),
        (3, True),
        (4, False),
        (5, False),
        (6, False),
    ]
    said = " ".join(str(p) for p in found.problems)
    assert "Perhaps “WA15 0HF” is meant" in said
    assert "only its first half" in said


def test_the_same_name_and_place_is_kept_once_and_a_shared_own_reference_refused(tmp_path: Path) -> None:
    found = read(tmp_path, SIMPLE, "name,postcode\nAcorn,M33 2AB\nACORN ,M33 2AB\nAcorn,M33 2AD\n")
    assert len(found.organisations) == 2
    assert "stands on row 2 as well" in str(found.problems[0])
    own = SIMPLE + "source_ref: number\n"
    assert len(read(tmp_path, own, "number,name,postcode\n1,A1,M33 2AB\n1,A1,M33 2AB\n").organisations) == 1
    with pytest.raises(InputProblem, match="“1” stands on rows 2 and 3"):
        read(tmp_path, own, "number,name,postcode\n1,A1,M33 2AB\n1,B2,M33 2AB\n")


def test_a_register_gives_numbers_with_their_zeros_and_a_registered_address(tmp_path: Path) -> None:
    profile = SOURCE + (
        "columns: {name: name, postcode: pc}\nrole: registered_at\nprivacy: rough\nkind: charity\nsource_ref: no\n"
        "kind_words: {faith_group: [church, chapel]}\nactive: {column: status, open: [Registered]}\n"
        "identifiers:\n  - {scheme: GB-CHC, column: no}\n  - {scheme: GB-COH, column: co, digits: 8}\n"
    )
    text = "no,co,name,pc,status\n1001,738693,SALE FUND,M33 2AB,Registered\n1002,,SALE CHAPEL,M33 2AB,Removed\n"
    found = read(tmp_path, profile, text)
    assert found.organisations["identifiers"].tolist() == [
        [("GB-CHC", "1001"), ("GB-COH", "00738693")],
        [("GB-CHC", "1002")],
    ]
    assert found.organisations["kind"].tolist() == ["charity", "faith_group"]
    assert found.organisations["active"].tolist() == [True, False]
    assert found.organisations["stage"].tolist() == ["unknown", "closed"]
    assert found.footprints["role"].tolist() == ["registered_at"] * 2
    assert found.footprints["service_ref"].isna().all()
    assert found.places["privacy"].tolist() == ["rough"]


def test_times_costs_and_referrals_from_words(tmp_path: Path) -> None:
    profile = SOURCE + (
        "columns: {name: name, postcode: pc, opening: times}\nrole: meets_at\nthemes: {fixed: [food]}\n"
        "cost: {column: how, paid: [£]}\n"
        "referral: {column: how, not_needed: [open door], needed: [voucher]}\n"
    )
    text = (
        "name,pc,times,how\nAcorn,M33 2AB,Friday 1pm - 3pm,Open door\n"
        "Beech,M33 2AD,ring 0161 736 7644 first,Voucher\nCedar,M33 2AE,NA,£2 membership\n"
    )
    found = read(tmp_path, profile, text)
    assert found.schedules["week_of_month"].isna().all()
    assert found.schedules.drop(columns="week_of_month").to_dict("records") == [
        {
            "service_ref": found.services["source_ref"][0],
            "weekday": 5,
            "opens": dt.time(13),
            "closes": dt.time(15),
            "term_time_only": False,
        }
    ]
    assert found.services["referral"].tolist() == ["not_needed", "needed", "unknown"]
    assert found.services["cost"].tolist() == ["unknown", "unknown", "paid"]
    assert found.services["cost_note"].tolist() == ["", "", "£2 membership"]
    assert found.services["description"][1] == "Open: ring first\nWho can come: Voucher"
    assert found.services["themes"].tolist() == [["food"]] * 3
    assert found.services["theme_reasons"][0] == {"food": "profile"}


def test_days_in_columns_and_services_under_one_organisation(tmp_path: Path) -> None:
    profile = SOURCE + (
        'columns:\n  name: name\n  service_name: name\n  organisation: "{area} libraries"\n  postcode: pc\n'
        "  opening_by_day: {1: mon, 7: sun}\nrole: meets_at\nkind: public_body\n"
    )
    text = (
        "name,area,pc,mon,sun\nSale Library,Trafford,M33 2AB,9:00-17:00,CLOSED\nHale Library,Trafford,M33 2AD,x,\n"
    )
    found = read(tmp_path, profile, text)
    assert found.organisations["name"].tolist() == ["Trafford libraries"]
    assert found.services["name"].tolist() == ["Sale Library", "Hale Library"]
    assert found.schedules["weekday"].tolist() == [1]
    assert found.services["description"].tolist() == ["", "Monday: x"]


def test_places_of_people_in_danger_are_hidden(tmp_path: Path) -> None:
    text = "name,postcode\nTrafford Women’s Aid,M33 2AB\nRefugee Support,M33 2AB\n"
    found = read(tmp_path, SIMPLE, text)
    assert found.places["privacy"].tolist() == ["hidden", "exact"]
    assert "helps people in danger" in str(found.problems[0])


def test_national_bodies_by_words_or_by_having_no_place(tmp_path: Path) -> None:
    profile = SIMPLE + "national: {words: [across the uk], without_place: true}\n"
    found = read(
        tmp_path, profile, "name,postcode\nHelp across the UK,WA15 OHF\nNowhere,\nTypo,WA15 OHF\nHere,M33 2AB\n"
    )
    assert found.footprints["role"].tolist() == ["national", "national", "meets_at"]


@pytest.mark.parametrize(
    ("lon", "lat", "said"),
    [
        ("53.4", "-2.3", "swapped"),
        ("0", "0", "in the sea off Africa"),
        ("378700", "391900", "British National Grid"),
        ("-74", "40.7", "outside the United Kingdom"),
        ("x", "53.4", "not both numbers"),
        ("nan", "53.4", "not both numbers"),
        ("1e400", "53.4", "not both numbers"),
        ("", "53.4", "not both numbers"),
    ],
)
def test_points_that_cannot_be_are_left_out_and_told(tmp_path: Path, lon: str, lat: str, said: str) -> None:
    profile = SOURCE + "columns: {name: name, lon: lon, lat: lat}\nrole: meets_at\n"
    found = read(tmp_path, profile, f"name,lon,lat\nAcorn,-2.3,53.4\nBeech,{lon},{lat}\n")
    assert len(found.places) == 1
    assert said in str(found.problems[0])
    assert found.problems[0].row == 3


def test_a_whole_column_swapped_is_refused_and_grid_numbers_can_be_declared(tmp_path: Path) -> None:
    profile = SOURCE + "columns: {name: name, lon: x, lat: y}\nrole: meets_at\n"
    with pytest.raises(InputProblem, match="swapped in every row"):
        read(tmp_path, profile, "name,x,y\n" + "".join(f"Group {n},53.4,-2.3\n" for n in range(4)))
    found = read(tmp_path, profile + "crs: EPSG:27700\n", "name,x,y\nAcorn,378700,391900\n")
    assert found.places[["lon", "lat"]].iloc[0].tolist() == pytest.approx([-2.3221, 53.4236], abs=2e-3)


def test_geojson_points_and_lists_of_objects(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [-2.3, 53.4]}
    features = [
        {"type": "Feature", "properties": {"name": "Acorn", "amenity": "library"}, "geometry": point},
        {"type": "Feature", "properties": {"name": "Beech", "amenity": None}, "geometry": None},
    ]
    profile = SOURCE + "columns: {name: name}\nrole: meets_at\nthemes: {codes: [{scheme: osm, column: amenity}]}\n"
    text = json.dumps({"type": "FeatureCollection", "features": features})
    found = read(tmp_path, profile, text, "points.geojson")
    assert found.services["themes"].tolist() == [["learning"], []]
    assert found.places[["lon", "lat"]].values.tolist() == [[-2.3, 53.4]]
    items = json.dumps([{"name": "Acorn", "postcode": "M33 2AB", "size": 5, "more": {"a": 1}}])
    assert len(read(tmp_path, SIMPLE, "\ufeff" + items, "list.json").places) == 1


def test_faulty_profiles_and_files_are_refused_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(InputProblem, match=r"There is no column “postcode”.*“name”, “pc”"):
        read(tmp_path, SIMPLE, "name,pc\nAcorn,x\n")
    with pytest.raises(InputProblem, match=r"role.*“somewhere” is not known.*meets_at"):
        read(tmp_path, SIMPLE.replace("meets_at", "somewhere"), "name,postcode\nA,B\n")
    with pytest.raises(InputProblem, match=r"themes: fixed.*There is no theme “fod”"):
        read(tmp_path, SIMPLE + "themes: {fixed: [fod]}\n", "name,postcode\nA,B\n")
    with pytest.raises(InputProblem, match=r"rolle.*This key is not known"):
        read(tmp_path, SIMPLE + "rolle: x\n", "name,postcode\nA,B\n")
    with pytest.raises(InputProblem, match="No row could be read"):
        read(tmp_path, SIMPLE, "name,postcode\n,M33 2AB\n")
    with pytest.raises(InputProblem, match=r"no profiles entry of this name.*gm-food-banks"):
        read_profile("nothing-like-it")


def test_contact_details_do_not_pass_and_bad_addresses_are_told(tmp_path: Path) -> None:
    profile = SOURCE + "columns: {name: name, description: about, website: web}\nrole: none\n"
    text = "name,about,web\nAcorn,Mail jo@example.org or 07700 900123.,javascript:alert(1)\n"
    found = read(tmp_path, profile, text)
    assert "jo@" not in found.services["description"][0]
    assert "900123" not in found.services["description"][0]
    assert found.organisations["website"].tolist() == [""]
    assert sorted(str(p.column) for p in found.problems) == ["None", "website"]
