"""What is not public is in no list, page, file or search of needs."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.integration.needs.asking import POSTCODE, at, fill_in
from tests.integration.web import web_town

CANARY = "Canary"
STATES = {
    "pending": "review_status = 'pending'",
    "rejected": "review_status = 'rejected'",
    "hidden": "review_status = 'hidden'",
    "hidden place": "privacy = 'hidden'",
}


@pytest.fixture
def canaries(town: Session) -> dict[str, str]:
    """One need in each state that nobody may see, all at one spot in the middle of town."""
    found = {}
    for state, change in STATES.items():
        found[state] = web_town.add_need(town, f"{CANARY} {state}", (3.46, 2.43), privacy="rough")
        town.execute(text(f"UPDATE need SET {change}, support_count = 77 WHERE id = :id"), {"id": found[state]})
    town.commit()
    return found


def test_no_list_map_or_search_holds_one(visitor: FlaskClient, canaries: dict[str, str]) -> None:
    for address in (
        "/needs",
        f"/needs?near={POSTCODE}",
        "/needs?theme=food&status=open",
        "/map?kind=need&q=Canary",
    ):
        page = visitor.get(address)
        assert page.status_code == 200
        assert "77 people" not in page.text
        assert f"{CANARY} " not in page.text
    fill_in(visitor, "/needs/new", theme="food")
    fill_in(visitor, "/needs/new/where", how="near", near=POSTCODE)
    fill_in(visitor, "/needs/new/words", statement="Canary of mine")
    similar = visitor.get("/needs/new/similar")
    assert not [state for state in STATES if f"{CANARY} {state}" in similar.text]


@pytest.mark.parametrize("state", STATES)
def test_the_pages_of_one_say_no_more_than_of_one_that_never_was(
    visitor: FlaskClient, canaries: dict[str, str], state: str
) -> None:
    never = "00000000-0000-4000-8000-000000000000"
    for page in ("", "/where.json", "/follow", "/pledge", "/mailed"):
        answers = [visitor.get(f"/needs/{ident}{page}") for ident in (canaries[state], never)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].text.replace(canaries[state], never) == answers[1].text


def test_where_somebody_put_her_pin_is_in_no_output(visitor: FlaskClient, town: Session) -> None:
    need = web_town.add_need(town, "Rough", (3.46, 2.43), privacy="rough")
    town.commit()
    lon, lat = at(3.46, 2.43)
    for address in (f"/needs/{need}", f"/needs/{need}/where.json", "/needs", "/map?kind=need"):
        page = visitor.get(address).text
        assert not [number for number in (f"{lon:.4f}", f"{lat:.4f}") if number in page]
