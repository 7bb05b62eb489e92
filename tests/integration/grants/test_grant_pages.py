"""Who has funded what: the list, its file, and what stands on the pages of groups and areas."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.grants import ON_A_PAGE, GrantQuestion, describe_last_years, list_grants, years_before
from tests.integration.grants.awards import award, load
from tests.integration.web import web_town

NORTH_EAST = (6.5, 4.5)


@pytest.fixture
def club(town: Session) -> str:
    """A group in the north-east (ward W3, square S64), known by a number."""
    ident, _ = web_town.add_service(town, "Tea Club", NORTH_EAST)
    town.execute(
        text("INSERT INTO organisation_identifier (organisation_id, scheme, identifier) "
             "VALUES (:id, 'GB-CHC', '1146179')"),
        {"id": ident},
    )  # fmt: skip
    return ident


TO_CLUB = {"recipient_name": "The Tea Club", "recipient_identifiers": ["GB-CHC 1146179"]}


def area_id(session: Session, code: str) -> int:
    return int(session.scalar(text("SELECT id FROM area WHERE area_code = :c"), {"c": code}) or 0)


def counted(session: Session, area: str, **more: object) -> dict[str, int]:
    found = list_grants(session, GrantQuestion(area=area, **more))  # type: ignore[arg-type]
    return {
        "here": found.total,
        "around": sum(row.count for row in found.around),
        "nowhere": sum(row.count for row in found.without_place),
    }


def test_what_is_here_around_and_nowhere(town: Session, club: str) -> None:
    load(
        town,
        award("ward", beneficiary_codes=["W3"]),
        award("square", beneficiary_codes=["S64"]),
        award("club", **TO_CLUB),
        award("club-town", **TO_CLUB, beneficiary_codes=["T1"]),
        award("club-elsewhere", **TO_CLUB, beneficiary_codes=["W0"]),
        award("town", beneficiary_codes=["T1"]),
        award("other-ward", beneficiary_codes=["W0"]),
        award("not-loaded", beneficiary_codes=["E05000001"]),
        award("nowhere"),
    )
    assert counted(town, "ward:W3") == {"here": 4, "around": 1, "nowhere": 1}
    assert counted(town, "square:S64") == {"here": 3, "around": 2, "nowhere": 1}
    assert counted(town, "town:T1") == {"here": 7, "around": 0, "nowhere": 1}
    assert counted(town, "ward:W0") == {"here": 2, "around": 2, "nowhere": 1}


def test_currencies_are_never_added_up(client: FlaskClient, town: Session) -> None:
    load(town, award("1", amount=Decimal(10)), award("2", amount=Decimal("5.50"), currency="EUR"))
    found = list_grants(town, GrantQuestion())
    assert {(row.currency, row.amount) for row in found.sums} == {("GBP", Decimal(10)), ("EUR", Decimal("5.50"))}
    page = client.get("/grants").text
    assert "£10" in page
    assert "€5.50" in page


def test_the_last_years_are_counted_and_older_grants_are_not(town: Session) -> None:
    edge = years_before(today(), 5)
    load(
        town, award("new", beneficiary_codes=["W3"], awarded_on=edge),
        award("old", beneficiary_codes=["W3"], awarded_on=edge - dt.timedelta(days=1)),
    )  # fmt: skip
    assert describe_last_years(town, area_id(town, "W3")).total == 1
    assert counted(town, "ward:W3", years=5)["here"] == 1
    assert counted(town, "ward:W3")["here"] == 2


def test_a_theme_is_that_of_the_recipients_services(client: FlaskClient, town: Session, club: str) -> None:
    load(town, award("club", **TO_CLUB), award("unknown"))
    assert list_grants(town, GrantQuestion(theme="food")).total == 1
    assert list_grants(town, GrantQuestion(theme="sport")).total == 0
    funding = describe_last_years(town, area_id(town, "W3"))
    assert [(row.key, row.count) for row in funding.by_theme] == [("food", 1)]
    assert "grants to others are left out" in client.get("/grants?theme=food").text


def test_the_page_of_a_group_says_what_it_received(client: FlaskClient, town: Session, club: str) -> None:
    assert "Money it has received" not in client.get(f"/organisations/{club}").text
    load(town, award("1", **TO_CLUB, amount=Decimal("2266.50"), title="Tea for all"), award("2"))
    page = client.get(f"/organisations/{club}").text
    for shown in ("Money it has received", "£2,266.50", "Town Council", "31 March 2026", "Tea for all",
                  "found by its register number", "Title of town-grants", "OGL v3.0"):  # fmt: skip
        assert shown in page, shown
    assert client.get(f"/grants?group={club}").text.count('class="grant-head"') == 1


def test_the_profile_of_an_area_says_who_funded_this_here(client: FlaskClient, town: Session) -> None:
    assert "No list of grants is loaded" in client.get("/areas/ward/W3").text
    load(town, award("1", beneficiary_codes=["W3"], awarded_on=today()), award("2", beneficiary_codes=["T1"]))
    page = client.get("/areas/ward/W3").text
    assert "Who has funded this here" in page
    assert "£1,000" in page
    assert "Besides, for bigger areas" in page
    assert "nobody was awarded a grant" in client.get("/areas/square/S00").text


@pytest.mark.parametrize("state", ["pending", "rejected", "hidden"])
def test_a_grant_to_a_hidden_group_is_hidden(client: FlaskClient, town: Session, club: str, state: str) -> None:
    load(town, award("1", **TO_CLUB, title="Secret title", beneficiary_codes=["W3"]))
    assert "The Tea Club" in client.get("/grants").text
    town.execute(text("UPDATE organisation SET review_status = :s WHERE id = :id"), {"s": state, "id": club})
    town.execute(text("UPDATE data_version SET version = version + 1000"))
    town.commit()
    for address in ("/grants", "/grants.csv", "/areas/ward/W3", "/areas/town/T1", f"/grants?group={club}"):
        words = client.get(address).text
        assert "The Tea Club" not in words, address
        assert "Secret title" not in words, address


def test_of_a_refuge_no_more_than_the_council_is_told(client: FlaskClient, town: Session, club: str) -> None:
    town.execute(text("UPDATE organisation SET is_confidential = true WHERE id = :id"), {"id": club})
    load(
        town, award("1", **TO_CLUB, title="9 Secret Street", description="In Secret Street",
                    beneficiary_name="Secret Ward", beneficiary_codes=["S64"]),
    )  # fmt: skip
    for address in ("/grants", "/grants.csv", f"/organisations/{club}", "/areas/square/S64", "/areas/ward/W3"):
        words = client.get(address).text
        assert "Secret" not in words, address
    assert "Square 6-4" not in client.get("/grants").text.split('<ul class="grants">')[1]
    assert counted(town, "square:S64")["here"] == 0


def test_a_postcode_is_in_nothing_public(client: FlaskClient, town: Session) -> None:
    load(town, award("1", recipient_postcode="ZZ9 9ZZ"))
    assert "ZZ9" not in client.get("/grants").text + client.get("/grants.csv").text


def test_the_file_holds_what_the_list_holds_and_is_safe(client: FlaskClient, town: Session, club: str) -> None:
    load(town, award("1", **TO_CLUB, title="=cmd()"), award("2", funder_name="Other", funder_ref=""))
    answer = client.get("/grants.csv?funder=GB-LAE-TWN")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [row["grant_id"] for row in rows] == ["360G-1"]
    assert rows[0]["title"] == "'=cmd()"
    assert rows[0]["recipient_page"].endswith(f"/organisations/{club}")
    assert (rows[0]["amount"], rows[0]["matched_by"], rows[0]["licence"]) == (
        "1000",
        "register_number",
        "OGL v3.0",
    )


def test_a_long_list_has_pages(client: FlaskClient, town: Session) -> None:
    load(town, *(award(f"{n:03}") for n in range(ON_A_PAGE + 1)))
    first, second = client.get("/grants").text, client.get("/grants?page=2").text
    assert first.count('class="grant-head"') == ON_A_PAGE
    assert second.count('class="grant-head"') == 1
    assert "Page 1 of 2" in first
    assert client.get("/grants?page=99").text.count('class="grant-head"') == 1


@pytest.mark.parametrize(
    "query",
    ["theme=nope", "area=nope", "area=ward:nope", "area=%00", "group=x", "years=3", "page=0", "page=9999999999999",
     "page=x", "funder=" + "x" * 300, "theme=food&theme=food", "area=" + "9" * 100],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_and_never_breaks(client: FlaskClient, town: Session, query: str) -> None:
    load(town, award("1"))
    answer = client.get(f"/grants?{query}")
    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert client.get(f"/grants.csv?{query}").status_code == 400


def test_a_file_with_a_name_nobody_knows_is_refused(client: FlaskClient, town: Session) -> None:
    assert client.get("/grants.csv?x=1").status_code == 400


def test_before_anything_is_loaded_the_page_says_so(client: FlaskClient) -> None:
    answer = client.get("/grants")
    assert answer.status_code == 200
    assert "No list of grants is loaded here yet" in answer.text
