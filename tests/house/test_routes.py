"""One matrix of route x role: deny by default, nothing unlisted, no address vanishes unnoticed."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Rule, UUIDConverter
from werkzeug.test import TestResponse

from app.security import PUBLIC, access_of, for_roles
from app.vocabulary import Role
from tests.databases import running_app, undone
from tests.integration.accounts.people import add_person, sign_in, token_of

MATRIX = yaml.safe_load(Path(__file__).with_name("route_matrix.yaml").read_text())
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
NOBODY = "nobody"
VISITORS = (NOBODY, *(role.value for role in Role))


def address_of(rule: Rule) -> str:
    """An address that the rule serves; what it names need not exist."""
    values: dict[str, Any] = {}
    for name, converter in rule._converters.items():
        if isinstance(converter, IntegerConverter):
            values[name] = 1
        else:
            values[name] = UUID(int=0) if isinstance(converter, UUIDConverter) else "x"
    built = rule.build(values, append_unknown=False)
    assert built is not None
    return built[1]


def test_the_matrix_lists_every_route_as_it_is(app: Flask) -> None:
    routes = {
        rule.endpoint: {
            "url": rule.rule,
            "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
            "access": access_of(app, rule.endpoint),
        }
        for rule in app.url_map.iter_rules()
    }
    assert routes == MATRIX


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_address_answers_each_visitor_as_the_matrix_says(app: Flask, visitor: str) -> None:
    with undone(app) as session:
        client = client_of(app, session, visitor)
        wrong = [
            f"{method} {address}: {answer.status_code} {answer.location or ''}"
            for rule in app.url_map.iter_rules()
            for method in MATRIX[rule.endpoint]["methods"]
            for address in [address_of(rule)]
            for answer in [client.open(address, method=method)]
            if not is_right(answer, method, address, MATRIX[rule.endpoint]["access"], visitor)
        ]
    assert not wrong


def client_of(app: Flask, session: Session, visitor: str) -> FlaskClient:
    client = app.test_client()
    if visitor != NOBODY:
        sign_in(client, add_person(session, Role(visitor)))
    return client


def is_right(answer: TestResponse, method: str, address: str, access: str | list[str], visitor: str) -> bool:
    status, leads_to = answer.status_code, answer.location or ""
    if status >= 500:
        return False
    if method in UNSAFE:
        return status == 400  # without the token of a form nothing changes, whoever asks
    if access == PUBLIC:
        return status != 403 and not leads_to.startswith("/sign-in")
    if visitor == NOBODY:
        return status == 302 and leads_to == f"/sign-in?next={address}"
    return status in (200, 404) if visitor in access else status == 403


@pytest.mark.parametrize("visitor", [NOBODY, "admin"])
def test_a_view_that_says_nothing_is_closed(database_url: str, visitor: str) -> None:
    with running_app(database_url) as app:
        app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
        with undone(app) as session:
            answer = client_of(app, session, visitor).get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


@pytest.mark.parametrize("visitor", VISITORS)
def test_a_form_for_a_role_takes_no_form_of_others(database_url: str, visitor: str) -> None:
    with running_app(database_url) as app:
        app.add_url_rule("/form", "form", for_roles(Role.ADMIN)(lambda: "done"), methods=["POST"])
        with undone(app) as session:
            client = client_of(app, session, visitor)
            token = token_of(client, "/sign-in" if visitor == NOBODY else "/")
            assert client.post("/form").status_code == 400
            answer = client.post("/form", data={"csrf_token": token})
    expected = {NOBODY: (302, "/sign-in"), "admin": (200, None)}.get(visitor, (403, None))
    assert (answer.status_code, answer.location) == expected
    assert ("done" in answer.text) == (visitor == "admin")


def test_head_and_options_give_no_more_than_get(app: Flask) -> None:
    with undone(app) as session:
        nobody, convener = client_of(app, session, NOBODY), client_of(app, session, "convener")
        for row in MATRIX.values():
            if row["access"] != PUBLIC and "<" not in row["url"]:
                is_let_in = "convener" in row["access"]
                assert nobody.head(row["url"]).status_code == 302
                assert convener.head(row["url"]).status_code == convener.get(row["url"]).status_code
                assert (convener.head(row["url"]).status_code == 403) == (not is_let_in)
                assert convener.options(row["url"]).status_code == (200 if is_let_in else 403)
