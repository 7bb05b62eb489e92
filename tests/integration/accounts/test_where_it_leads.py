"""Pages that are not public send to the sign-in and back, and never to another site."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.security import own_page
from app.vocabulary import Role
from tests.integration.accounts.people import PASSWORD, add_person, sign_in, token_of

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/a/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/data@evil.example",
    " //evil.example",
    "\t//evil.example",
    "/%09/evil.example",
    "/data\r\nLocation: https://evil.example",
    "/data/../../evil.example",
    "//evil.example/x/",
    "/data#@evil.example",
    "/sign-out",
    "/sign-in?next=/data",
    "/no-such-page",
    "/data" + "x" * 3_000,
)


@pytest.mark.parametrize("where", ELSEWHERE)
@pytest.mark.parametrize("how", ["in the form", "in the address"])
def test_a_sign_in_leads_only_to_pages_of_ours(
    client: FlaskClient, session: Session, where: str, how: str
) -> None:
    add_person(session)
    query = {"next": where} if how == "in the address" else {}
    page = client.get("/sign-in", query_string=query)
    assert "evil.example" not in page.text
    form = {"csrf_token": token_of(client), "email": "officer@example.org", "password": PASSWORD}
    if how == "in the form":
        form["next"] = where
    answer = client.post("/sign-in", data=form, query_string=query)
    assert (answer.status_code, answer.location) == (302, "/")
    again = client.get("/sign-in", query_string={"next": where})
    assert (again.status_code, again.location) == (302, "/")


def test_a_page_that_is_not_public_sends_to_the_sign_in_and_back(client: FlaskClient, session: Session) -> None:
    add_person(session)
    asked = client.get("/data/unplaced?kind=need&missing=point")
    assert asked.status_code == 302
    assert asked.location == "/sign-in?next=/data/unplaced?kind%3Dneed%26missing%3Dpoint"
    page = client.get(asked.location)
    assert 'name="next" value="/data/unplaced?kind=need&amp;missing=point"' in page.text
    form = {"csrf_token": token_of(client), "email": "officer@example.org", "password": PASSWORD}
    answer = client.post("/sign-in", data=form | {"next": "/data/unplaced?kind=need&missing=point"})
    assert answer.location == "/data/unplaced?kind=need&missing=point"


def test_signing_out_leads_only_to_pages_of_ours(client: FlaskClient, session: Session) -> None:
    sign_in(client, add_person(session))
    form = {"csrf_token": token_of(client, "/"), "next": "//evil.example"}
    answer = client.post("/sign-out", data=form, query_string={"next": "//evil.example"})
    assert (answer.status_code, answer.location) == (302, "/")


def test_who_has_another_task_is_refused_and_sees_no_link(client: FlaskClient, session: Session) -> None:
    sign_in(client, add_person(session, Role.CONVENER))
    assert client.get("/data").status_code == 403
    page = client.get("/").text
    assert "(convener)" in page
    assert 'href="/data"' not in page


def test_every_page_that_asks_for_a_role_may_be_led_to(client: FlaskClient) -> None:
    with client.application.test_request_context():
        assert own_page("/data") == "/data"
        assert own_page("/data/loads/7") == "/data/loads/7"
        assert own_page("/map") is None
        assert own_page(None) is None
