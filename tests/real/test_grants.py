"""Real files of grants: how many are kept, and to the penny; what is broken is refused or skipped with why."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from geodata.problems import InputProblem
from geodata.readers.grants import read_grants

pytestmark = pytest.mark.real
FOLDER = "grants_360giving"
FILES = {  # file: (grants, sum in pounds, with a register number, with a postcode, with a place)
    "trafford_council_voluntary_sector_grants.csv": (555, "1291436.54", 266, 11, 555),
    "trafford_council_voluntary_sector_grants.json": (555, "1291436.54", 266, 11, 555),
    "power_to_change_grants.json": (870, "51625696.54", 803, 843, 849),
    "ab_charitable_trust.xlsx": (783, "12785625.00", 779, 776, 0),
}


@pytest.mark.parametrize("file", FILES)
def test_every_grant_is_read_to_the_penny(shared_data: Path, file: str) -> None:
    number, pounds, numbered, with_postcode, placed = FILES[file]
    found = read_grants(shared_data / FOLDER / file)
    grants = found.grants
    assert found.read == len(grants) == grants["grant_ref"].nunique() == number
    assert sum(grants["amount"], Decimal(0)) == Decimal(pounds)
    assert set(grants["currency"]) == {"GBP"}
    assert (grants["recipient_identifiers"].str.len() > 0).sum() == numbered
    assert grants["recipient_postcode"].notna().sum() == with_postcode
    assert (grants["beneficiary_codes"].str.len() > 0).sum() == placed


def test_two_forms_of_one_list_say_the_same(shared_data: Path) -> None:
    name = "trafford_council_voluntary_sector_grants"
    one, other = (
        read_grants(shared_data / FOLDER / f"{name}.{form}").grants.drop(columns="row") for form in ("csv", "json")
    )
    assert one.sort_values("grant_ref").to_dict("records") == other.sort_values("grant_ref").to_dict("records")


@pytest.mark.parametrize(
    ("file", "read", "kept"),
    [
        ("badfile_all_validation_errors.json", 1, 0),
        ("nulls.json", 2, 0),
        ("decimal_amounts.json", 7, 0),
        ("fundingproviders-grants_broken_grants.json", 4, 4),
        ("fundingproviders-grants_2_grants_cp1252.csv", 2, 2),
        ("fundingproviders-grants_2_grants.xlsx", 2, 2),
    ],
)
def test_what_is_broken_is_skipped_with_the_reason(shared_data: Path, file: str, read: int, kept: int) -> None:
    found = read_grants(shared_data / FOLDER / "fixtures" / file)
    assert (found.read, len(found.grants)) == (read, kept)
    assert sum(problem.skipped for problem in found.problems) == read - kept
    assert "Jane Roe" not in str(found.grants.to_dict())


@pytest.mark.parametrize(
    "file", ["bom.csv", "decimal_amounts.csv", "GeoCodePostcode.xlsx", "badfile_all_validation_errors.xlsx"]
)
def test_a_sheet_without_what_is_needed_says_which_column(shared_data: Path, file: str) -> None:
    with pytest.raises(InputProblem, match="There is no column"):
        read_grants(shared_data / FOLDER / "fixtures" / file)
