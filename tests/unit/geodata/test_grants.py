"""Files of grants: every way that publishers write them, and every way they go wrong."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.frames import GrantsFrame
from geodata.problems import InputProblem
from geodata.readers.grants import parse_amount, parse_day, read_grants

GRANT: dict[str, Any] = {
    "id": "360G-example-1", "title": "Tea", "description": "Tea for all", "currency": "GBP",
    "amountAwarded": 1000, "awardDate": "2024-03-31",
    "recipientOrganization": [{"id": "GB-CHC-1146179", "name": "Tea Club", "postalCode": "m33 2ab"}],
    "fundingOrganization": [{"id": "GB-LAE-TRF", "name": "Town Council"}],
    "beneficiaryLocation": [{"name": "Sale", "geoCode": "E05000001", "geoCodeType": "WD"}],
}  # fmt: skip
HEADER = "Identifier,Currency,Amount Awarded,Award Date,Recipient Org:Name,Funding Org:Name"
LINE = "360G-example-1,GBP,1000,2024-03-31,Tea Club,Town Council"


def package(folder: Path, *grants: Any, **more: Any) -> GrantsFrame:
    path = folder / "grants.json"
    path.write_text(json.dumps({"grants": list(grants), **more}))
    return read_grants(path)


def changed(**fields: Any) -> dict[str, Any]:
    return {**GRANT, **fields}


def table(folder: Path, header: str, *lines: str, encoding: str = "utf-8") -> GrantsFrame:
    path = folder / "grants.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
    return read_grants(path)


def test_a_grant_is_read_whole(tmp_path: Path) -> None:
    found = package(tmp_path, GRANT, title="Grants of the town", license="https://example.org/cc-by")
    grant = found.grants.iloc[0].to_dict()
    assert (grant["grant_ref"], grant["currency"], grant["amount"]) == ("360G-example-1", "GBP", Decimal(1000))
    assert (grant["awarded_on"], grant["planned_from"]) == (dt.date(2024, 3, 31), None)
    assert (grant["recipient_name"], grant["recipient_postcode"]) == ("Tea Club", "M33 2AB")
    assert grant["recipient_identifiers"] == ["GB-CHC 1146179"]
    assert grant["beneficiary_codes"] == ["E05000001"]
    assert found.about == {"title": "Grants of the town", "licence": "https://example.org/cc-by"}
    assert (found.read, found.problems) == (1, [])


def test_json_and_a_sheet_give_the_same(tmp_path: Path) -> None:
    header = (
        "Identifier,Title,Description,Currency,Amount Awarded,Award Date,Recipient Org:Identifier,"
        "Recipient Org:Name,Recipient Org:Postal Code,Funding Org:Identifier,Funding Org:Name,"
        "Beneficiary Location:Name,Beneficiary Location:Geographic Code"
    )
    line = (
        "360G-example-1,Tea,Tea for all,GBP,1000,2024-03-31,GB-CHC-1146179,Tea Club,m33 2ab,GB-LAE-TRF,"
        "Town Council,Sale,E05000001"
    )
    of_sheet, of_json = table(tmp_path, header, line).grants, package(tmp_path, GRANT).grants
    assert of_sheet.drop(columns="row").to_dict() == of_json.drop(columns="row").to_dict()


def test_headers_may_be_numbered_or_be_those_of_json(tmp_path: Path) -> None:
    header = (
        "id,currency,amountAwarded,awardDate,recipientOrganization/0/name,Recipient Org:1:Name,"
        "Funding Org:0:Name,Beneficiary Location:0:Geographic Code,Beneficiary Location:1:Geographic Code"
    )
    line = "360G-1,GBP,1,2024-03-31,First Club,Second Club,Council,E05000001,E08000009"
    grant = table(tmp_path, header, line).grants.iloc[0]
    assert (grant["recipient_name"], grant["beneficiary_codes"]) == ("First Club", ["E05000001", "E08000009"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"recipientIndividual": {"id": "p1", "name": "Ann Person"}}, "to a person"),
        ({"toIndividualsDetails": {"primaryGrantReason": "GTIR010"}}, "to a person"),
        ({"id": None}, "no identifier"),
        ({"id": "x" * 201}, "no identifier"),
        ({"recipientOrganization": None}, "no organisation"),
        ({"recipientOrganization": [{}]}, "no organisation"),
        ({"recipientOrganization": "Tea Club"}, "no organisation"),
        ({"fundingOrganization": []}, "no funder"),
        ({"currency": "pounds"}, "currency"),
        ({"amountAwarded": "a lot"}, "not a number"),
        ({"amountAwarded": None}, "not a number"),
        ({"amountAwarded": True}, "not a number"),
        ({"amountAwarded": 10**15}, "not a number"),
        ({"amountAwarded": -5}, "below nothing"),
        ({"awardDate": "soon"}, "day it was awarded"),
        ({"awardDate": "31/02/2024"}, "day it was awarded"),
        ({"awardDate": 2024}, "day it was awarded"),
    ],
)
def test_what_cannot_be_kept_is_skipped_with_the_reason(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    found = package(tmp_path, changed(**changes), changed(id="360G-example-2"))
    assert list(found.grants["grant_ref"]) == ["360G-example-2"]
    assert [problem.row for problem in found.problems] == [1]
    assert said in found.problems[0].problem
    assert found.read == 2


def test_nothing_of_a_person_is_in_what_is_read(tmp_path: Path) -> None:
    to_person = changed(recipientIndividual={"id": "p1", "name": "Ann Person"}, description="For Ann Person")
    of_person = table(tmp_path, f"{HEADER},Full name of applicant", f"{LINE},Ann Person")
    found = package(tmp_path, to_person)
    assert len(found.grants) == 0
    assert len(of_person.grants) == 1
    for frame in (found, of_person):
        assert "Ann Person" not in f"{frame.grants.to_dict()} {frame.problems}"


def test_a_sheet_of_grants_to_people_keeps_none(tmp_path: Path) -> None:
    header = HEADER.replace("Recipient Org:Name", "Recipient Ind:Name")
    found = table(tmp_path, header, LINE.replace("Tea Club", "Ann Person"))
    assert (len(found.grants), found.read) == (0, 1)
    assert "to a person" in found.problems[0].problem


@pytest.mark.parametrize("junk", [[], None, 7, "x", {"grants": 7}, {"grants": {}}, {"else": []}])
def test_json_that_is_no_package_is_refused(tmp_path: Path, junk: Any) -> None:
    path = tmp_path / "grants.json"
    path.write_text(json.dumps(junk))
    with pytest.raises(InputProblem, match="not a 360Giving package"):
        read_grants(path)


@pytest.mark.parametrize("text", ["", "{", '{"grants": [', "[" * 100_000, '{"grants": [' + "9" * 5000 + "]}"])
def test_json_that_is_broken_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "grants.json"
    path.write_text(text)
    with pytest.raises(InputProblem):
        read_grants(path)


def test_grants_that_are_no_objects_are_skipped(tmp_path: Path) -> None:
    found = package(tmp_path, None, 7, "x", [], GRANT)
    assert (found.read, len(found.grants), len(found.problems)) == (5, 1, 4)


@pytest.mark.parametrize(
    ("organisation", "identifiers"),
    [
        ({"id": "GB-COH-08253562"}, ["GB-COH 08253562"]),
        ({"id": "GB-COH-IP28755R"}, ["GB-COH IP28755R"]),
        ({"id": "360G-x-tea", "charityNumber": "1146179", "companyNumber": "7962245"},
         ["GB-CHC 1146179", "GB-COH 07962245"]),
        ({"id": "GB-COH-07962245", "companyNumber": "07962245"}, ["GB-COH 07962245"]),
        ({"charityNumber": "SC012345"}, ["GB-SC SC012345"]),
        ({"charityNumber": "NIC100012"}, ["GB-NIC 100012"]),
        ({"id": "gb-chc-0214927"}, ["GB-CHC 214927"]),
        ({"charityNumber": "applied for", "companyNumber": "N/A"}, []),
        ({"id": "RUBBISH", "charityNumber": None}, []),
    ],
)  # fmt: skip
def test_register_numbers_are_those_of_the_register(
    tmp_path: Path, organisation: dict[str, Any], identifiers: list[str]
) -> None:
    found = package(tmp_path, changed(recipientOrganization=[{"name": "Tea Club", **organisation}]))
    assert found.grants.iloc[0]["recipient_identifiers"] == identifiers


def test_two_places_of_one_kind_are_no_single_place(tmp_path: Path) -> None:
    places = [{"geoCode": "E08000009"}, {"geoCode": "E08000003"}]
    found = package(tmp_path, changed(beneficiaryLocation=places))
    assert found.grants.iloc[0]["beneficiary_codes"] == []
    assert "several places" in found.problems[0].problem
    assert not found.problems[0].skipped


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        (2266, "2266.00"), (Decimal("3028.63"), "3028.63"), ("1000.1", "1000.10"), ("£1,234.50", "1234.50"),
        ("12,345,678", "12345678.00"), ("-3", "-3.00"), ("0", "0.00"), ("1,23", None), ("1e6", None),
        ("nan", None), ("", None), (None, None), (True, None), ("1_000", None), (Decimal("Infinity"), None),
    ],
)  # fmt: skip
def test_amounts_are_exact_or_nothing(typed: Any, amount: str | None) -> None:
    assert parse_amount(typed) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2013-01-18", dt.date(2013, 1, 18)), ("2015-06-01T00:00:00+00:00", dt.date(2015, 6, 1)),
        ("24/07/2014", dt.date(2014, 7, 24)), ("03-04-2014", dt.date(2014, 4, 3)),
        ("1.2.2014", dt.date(2014, 2, 1)), ("07/24/2014", None), ("2014", None),
        ("2014-13-01", None), ("0001-01-01", None), ("", None),
    ],
)  # fmt: skip
def test_days_are_british_or_nothing(typed: str, day: dt.date | None) -> None:
    assert parse_day(typed) == day


def test_a_day_with_the_day_first_is_said_once(tmp_path: Path) -> None:
    lines = [LINE.replace("2024-03-31", "03/04/2014").replace("example-1", f"example-{n}") for n in range(3)]
    found = table(tmp_path, HEADER, *lines)
    assert set(found.grants["awarded_on"]) == {dt.date(2014, 4, 3)}
    assert [problem.skipped for problem in found.problems] == [False]


@pytest.mark.parametrize("missing", HEADER.split(","))
def test_a_sheet_without_a_column_that_is_needed_is_refused(tmp_path: Path, missing: str) -> None:
    with pytest.raises(InputProblem, match="There is no column"):
        table(tmp_path, HEADER.replace(missing, "Something else"), LINE)


def test_old_encodings_and_marks_are_read(tmp_path: Path) -> None:
    line = LINE.replace("Tea Club", "Café Club")
    for encoding in ("utf-8-sig", "cp1252", "utf-16"):
        assert table(tmp_path, HEADER, line, encoding=encoding).grants.iloc[0]["recipient_name"] == "Café Club"


def test_telephones_and_addresses_for_mail_are_left_out(tmp_path: Path) -> None:
    found = package(tmp_path, changed(description="Ring 0161 496 0000 or ann@example.org\u202e now"))
    assert found.grants.iloc[0]["description"] == "Ring or now"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from([*GRANT, "name", "geoCode"]), inner),
    max_leaves=12,
)  # fmt: skip


@given(fields=st.dictionaries(st.sampled_from([*GRANT, "recipientIndividual", "plannedDates"]), JSON, max_size=6))
def test_no_package_breaks_the_reader(tmp_path_factory: pytest.TempPathFactory, fields: dict[str, Any]) -> None:
    found = package(tmp_path_factory.mktemp("fuzz"), changed(**fields), GRANT)
    assert found.read == 2
    assert 1 <= len(found.grants) <= 2
