"""Is this you? Likely duplicates by name, number and distance, and going on from the record there is."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions import add_similar
from app.actions.add_similar import list_similar, name_likeness, register_number
from app.actions.spots import locate
from tests.integration.add.filling import POSTCODE, fill, sent_documents, start
from tests.integration.web import web_town


def spot(session: Session) -> tuple[float, float]:
    found = locate(session, POSTCODE)
    return found.lon, found.lat


@pytest.mark.parametrize(
    ("typed", "found"),
    [("Kitchen 8", True), ("kitchen8", True), ("The Kitchin 8 Group", True), ("Knitting Circle", False)],
)
def test_a_name_spelt_much_the_same_is_found(town: Session, typed: str, found: bool) -> None:
    names = [one.row.name for one in list_similar(town, typed, spot(town))]
    assert ("Kitchen 8" in names) == found
    assert len(names) <= 5


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("St Mary's Lunch Club", "Saint Marys Lunch Club", 72, 100),
        ("Sale Carers", "Sale Carers Group", 85, 100),
        ("Sale Community Group", "Stretford Community Group", 0, 72),
        ("Friends of Worthington Park", "Worthington Park (Friends of)", 90, 100),
    ],
)
def test_words_that_many_share_tell_little(one: str, other: str, least: float, most: float) -> None:
    assert least <= name_likeness(one, other) <= most


def test_the_nearer_of_two_comes_first(town: Session) -> None:
    web_town.add_service(town, "Mens Shed", (7.5, 5.5))
    near, _service = web_town.add_service(town, "Mens Shed.", (2.6, 2.6))
    found = list_similar(town, "Men's Shed", spot(town))
    assert str(found[0].row.id) == near
    assert found[0].likeness >= 90


def test_a_register_number_finds_its_body_whatever_its_name(town: Session) -> None:
    organisation, _service = web_town.add_service(town, "The Worshipful Company", (7.5, 5.5))
    web_town.insert(town, "organisation_identifier", returning="identifier", organisation_id=organisation,
                    scheme="GB-CHC", identifier="0279417")  # fmt: skip
    assert register_number("Charity 279417") == "279417"
    assert [str(one.row.id) for one in list_similar(town, "charity no. 279417", None)] == [organisation]


@pytest.mark.parametrize("hidden", [{"review_status": "pending"}, {"review_status": "hidden"}])
def test_what_is_not_public_is_never_offered(town: Session, hidden: dict[str, str]) -> None:
    web_town.add_service(town, "Secret Supper", (2.6, 2.6), **hidden)
    assert list_similar(town, "Secret Supper", spot(town)) == []


def test_a_private_place_has_no_distance(town: Session) -> None:
    web_town.add_service(town, "Quiet Supper", (2.6, 2.6), privacy="area")
    (one,) = list_similar(town, "Quiet Supper", spot(town))
    assert (one.row.distance_m, one.row.postcode, one.row.place) == (None, None, "")


def test_this_is_us_goes_on_from_the_record(visitor: FlaskClient, town: Session) -> None:
    answer = start(visitor, name="Kitchen 8")
    assert answer.location == "/add/similar"
    organisation_id = town.scalar(text("SELECT id FROM organisation WHERE name = 'Kitchen 8'"))
    assert fill(visitor, "/add/similar", organisation=str(organisation_id)).location == "/add/place"
    assert "Kitchen 8 hall" in visitor.get("/add/check").text
    fill(visitor, "/add/contact", email="ann@example.org")
    fill(visitor, "/add/check")
    claim = town.execute(text("SELECT kind, record_id, document FROM submission")).one()
    assert (claim.kind, claim.record_id, claim.document) == ("claim", organisation_id, {})


def test_this_is_us_with_changes_is_a_claim_with_something_to_compare(visitor: FlaskClient, town: Session) -> None:
    start(visitor, name="Paper Kitchen")
    organisation_id = town.scalar(text("SELECT id FROM organisation WHERE name = 'Paper Kitchen'"))
    fill(visitor, "/add/similar", organisation=str(organisation_id))
    assert fill(visitor, "/add/check").location == "/add/sent"
    assert town.scalar(text("SELECT kind FROM submission")) == "claim"
    (document,) = sent_documents(town)
    roles = [(place["role"], place["postcode"]) for place in document["places"]]
    assert sorted(roles) == [("meets_at", "ZZ9 9ZZ"), ("registered_at", "ZZ1 1AA")]


def test_likely_ones_show_while_the_name_is_typed(visitor: FlaskClient, town: Session) -> None:
    web_town.add_service(town, "Kitchen 88", (2.6, 2.6), review_status="pending")
    answer = visitor.get("/add/similar.json?name=kitchen+8&near=ZZ9+9").get_json()
    names = [group["name"] for group in answer["groups"]]
    assert names[0] == "Kitchen 8"
    assert "Kitchen 88" not in names
    assert visitor.get("/add/similar.json?name=kit").get_json() == {"groups": []}


def test_nobody_asks_for_all_there_is(
    town: Session, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(add_similar, "MOST_ASKED", 2)
    answers = [visitor.get(f"/add/similar.json?name=kitchen+{number}").status_code for number in range(3)]
    assert answers == [200, 200, 429]


@pytest.mark.parametrize("query", ["name=%00", "name=%25", "name=a&name=b", f"name={'x' * 500}", "nome=Kitchen"])
def test_odd_questions_while_typing_are_no_fault_of_ours(visitor: FlaskClient, town: Session, query: str) -> None:
    assert visitor.get(f"/add/similar.json?{query}").status_code in (200, 400)


@pytest.mark.parametrize("chosen", ["x", "00000000-0000-0000-0000-000000000000"])
def test_choosing_what_is_not_there_is_a_404(visitor: FlaskClient, town: Session, chosen: str) -> None:
    start(visitor, name="Kitchen 8")
    assert fill(visitor, "/add/similar", organisation=chosen).status_code == 404
