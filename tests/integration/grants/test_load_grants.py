"""Loading grants: what is kept, what a second load does, and how recipients and places are found."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.load_grants import match_anew
from app.queries.versions import GRANTS, get_version
from tests.integration.grants.awards import award, load
from tests.integration.loading.small_world import column
from tests.integration.web import web_town


def number(session: Session, organisation: str, scheme: str, identifier: str) -> None:
    session.execute(
        text("INSERT INTO organisation_identifier (organisation_id, scheme, identifier) VALUES (:o, :s, :i)"),
        {"o": organisation, "s": scheme, "i": identifier},
    )


def found(session: Session, ref: str) -> tuple[str | None, str | None, str | None]:
    """The organisation, how it was found, and the area of a grant."""
    row = session.execute(
        text("""
        SELECT o.name, g.matched_by, a.area_code FROM grant_award g
        LEFT JOIN organisation o ON o.id = g.organisation_id LEFT JOIN area a ON a.id = g.area_id
        WHERE g.grant_ref = :ref
        """),
        {"ref": f"360G-{ref}"},
    ).one()
    return tuple(row)


def test_a_second_load_changes_nothing_and_a_third_what_differs(town: Session) -> None:
    grants = [award("1"), award("2", amount=Decimal("3028.63"))]
    first, second = load(town, *grants), load(town, *grants)
    assert (first.tallies["grants"].added, second.tallies["grants"].unchanged) == (2, 2)
    assert not second.changed
    before = get_version(town, [GRANTS])
    third = load(town, award("1", amount=Decimal(7)), award("3"))
    tally = third.tallies["grants"]
    assert (tally.added, tally.changed, tally.removed) == (1, 1, 1)
    assert get_version(town, [GRANTS]) != before
    assert column(town, "SELECT amount FROM grant_award ORDER BY grant_ref") == [Decimal(7), Decimal(1000)]


def test_a_grant_that_another_list_has_is_not_counted_twice(town: Session) -> None:
    load(town, award("1"), award("2"))
    report = load(town, award("1"), award("3"), {**award("x"), "grant_ref": "7"}, key="other")
    tally = report.tallies["grants"]
    assert (tally.read, tally.added, tally.skipped) == (3, 2, 1)
    assert any("“Title of town-grants” has them already" in note for note in report.notes)
    again = load(town, award("1"), award("3"), {**award("x"), "grant_ref": "7"}, key="other")
    assert not again.changed
    load(town, {**award("y"), "grant_ref": "7"}, key="third")
    assert column(town, "SELECT count(*) FROM grant_award") == [5]


def test_the_same_grant_twice_in_a_file_is_kept_once(town: Session) -> None:
    report = load(town, award("1"), award("1", amount=Decimal(5)))
    assert column(town, "SELECT amount FROM grant_award") == [Decimal(1000)]
    assert any(problem.skipped for problem in report.problems)


def test_a_recipient_is_found_by_number_then_by_name_and_postcode_never_by_name(town: Session) -> None:
    by_number, _ = web_town.add_service(town, "Tea Club", (1, 1))
    number(town, by_number, "GB-CHC", "1146179")
    web_town.add_service(town, "Soup Club", (2, 2))
    load(
        town,
        award("number", recipient_name="Anything", recipient_identifiers=["GB-COH 01", "GB-CHC 1146179"]),
        award("door", recipient_name="SOUP club", recipient_postcode="zz1 1aa"),
        award("name", recipient_name="Soup Club"),
        award("elsewhere", recipient_name="Soup Club", recipient_postcode="ZZ2 2BB"),
    )
    assert found(town, "number") == ("Tea Club", "register_number", None)
    assert found(town, "door") == ("Soup Club", "name_and_postcode", None)
    assert found(town, "name") == found(town, "elsewhere") == (None, None, None)


def test_two_with_one_name_at_one_postcode_are_told_apart_by_nobody(town: Session) -> None:
    for at in ((1, 1), (2, 2)):
        ident, _ = web_town.add_service(town, f"Twin {at}", at)
        town.execute(text("UPDATE organisation SET name = 'Twin' WHERE id = :id"), {"id": ident})
    load(town, award("twin", recipient_name="Twin", recipient_postcode="ZZ1 1AA"))
    assert found(town, "twin") == (None, None, None)


def test_a_name_and_postcode_are_not_believed_against_a_number(town: Session) -> None:
    ident, _ = web_town.add_service(town, "Soup Club", (2, 2))
    number(town, ident, "GB-CHC", "1111111")
    same = {"recipient_name": "Soup Club", "recipient_postcode": "ZZ1 1AA"}
    load(town, award("other", **same, recipient_identifiers=["GB-CHC 2222222"]), award("none", **same))
    assert found(town, "other") == (None, None, None)
    assert found(town, "none") == ("Soup Club", "name_and_postcode", None)


def test_the_first_number_that_is_known_decides(town: Session) -> None:
    for name, identifier in (("First", "1"), ("Second", "2")):
        ident, _ = web_town.add_service(town, name, (1, 1))
        number(town, ident, "GB-CHC", identifier)
    load(town, award("both", recipient_identifiers=["GB-CHC 2", "GB-CHC 1"]))
    assert found(town, "both")[0] == "Second"


@pytest.mark.parametrize(
    ("codes", "area"),
    [
        (["W1"], "W1"), (["T1", "W1"], "W1"), (["S00", "T1", "W1"], None), (["T1", "NOWHERE"], "T1"),
        (["NOWHERE"], None), ([], None),
    ],
)  # fmt: skip
def test_the_place_is_the_smallest_that_all_known_codes_agree_on(
    town: Session, codes: list[str], area: str | None
) -> None:
    """W1 is South East; square S00 is in the South West."""
    load(town, award("1", beneficiary_codes=codes))
    assert found(town, "1")[2] == area


def test_groups_that_come_later_are_found_later_and_merges_are_followed(town: Session) -> None:
    load(town, award("1", recipient_identifiers=["GB-CHC 1146179"]))
    assert match_anew(town) == 0
    ident, _ = web_town.add_service(town, "Tea Club", (1, 1))
    number(town, ident, "GB-CHC", "1146179")
    before = get_version(town, [GRANTS])
    assert match_anew(town) == 1
    assert get_version(town, [GRANTS]) != before
    keep, _ = web_town.add_service(town, "Tea Club of all", (1, 1))
    town.execute(
        text("UPDATE organisation SET merged_into_id = :keep WHERE id = :drop"), {"keep": keep, "drop": ident}
    )
    shown = text("SELECT o.name FROM public_grant g JOIN organisation o ON o.id = g.organisation_id")
    assert town.scalar(shown) == "Tea Club of all"
    assert match_anew(town) == 1
    assert found(town, "1")[0] == "Tea Club of all"


def write(folder: Path, *grants: dict[str, Any]) -> Path:
    path = folder / "grants.json"
    path.write_text(json.dumps({"license": "https://example.org/cc-by", "grants": list(grants)}))
    return path


def test_the_command_says_what_it_did_and_why_not(app: Flask, session: Session, tmp_path: Path) -> None:
    grant = {
        "id": "360G-1", "currency": "GBP", "amountAwarded": 5, "awardDate": "2024-03-31",
        "recipientOrganization": [{"name": "Tea Club"}], "fundingOrganization": [{"name": "Town Council"}],
    }  # fmt: skip
    file = write(tmp_path, grant, {**grant, "id": "360G-2", "recipientIndividual": {"name": "Ann Person"}})
    report = tmp_path / "report.csv"
    words = ["data", "load-grants", str(file), "--source", "mine", "--report", str(report)]
    result = app.test_cli_runner().invoke(args=words)
    assert result.exit_code == 0, result.output
    assert "It is a grant to a person" in result.output
    assert "Ann Person" not in result.output + report.read_text()
    source = session.execute(text("SELECT publisher, licence FROM source WHERE key = 'mine'")).one()
    assert tuple(source) == ("Town Council", "https://example.org/cc-by")
    assert "1 grants" in app.test_cli_runner().invoke(args=["data", "sources"]).output
    refused = app.test_cli_runner().invoke(args=["data", "load-grants", str(write(tmp_path)), "--source", "mine"])
    assert refused.exit_code == 0
    assert column(session, "SELECT count(*) FROM grant_award") == [0]
    report.write_text("{}")
    report.rename(tmp_path / "broken.json")
    refused = app.test_cli_runner().invoke(args=["data", "load-grants", str(tmp_path / "broken.json")])
    assert refused.exit_code == 1
    assert "Nothing was loaded." in refused.output
