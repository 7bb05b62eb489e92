"""Filling in the need form as a visitor does."""

from __future__ import annotations

import re
import time
from unittest import mock

from flask.testing import FlaskClient
from pyproj import Transformer
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.forms.guard import make_form_time
from tests.integration.accounts.people import token_of
from tests.integration.web import web_town
from tests.integration.web.pages import Page

TO_DEGREES = Transformer.from_crs(27700, 4326, always_xy=True)
POSTCODE = "ZZ1 2AB"
STATEMENT = "No hot meal after school on Fridays"


def at(column: float, row: float) -> tuple[float, float]:
    """Longitude and latitude of a spot in Web Town."""
    lon, lat = TO_DEGREES.transform(web_town.LEFT_M + column * 1000, web_town.BOTTOM_M + row * 1000)
    return round(lon, 7), round(lat, 7)


def fields_of(client: FlaskClient, path: str) -> dict[str, str]:
    """The hidden fields of the form on a page."""
    tags = Page(client.get(path).text).all("input", type="hidden")
    return {tag.attributes["name"]: tag.attributes.get("value", "") for tag in tags}


def fill_in(client: FlaskClient, path: str, **values: str) -> TestResponse:
    """Open a page, fill its form in and send it."""
    return client.post(path, data={**fields_of(client, path), **values})


def say(client: FlaskClient, *, email: str = "", statement: str = STATEMENT, **where: str) -> TestResponse:
    """The whole form, up to the button that sends it."""
    answers = where or {"how": "near", "near": POSTCODE}
    assert fill_in(client, "/needs/new", theme="food").location == "/needs/new/where"
    assert fill_in(client, "/needs/new/where", **answers).location == "/needs/new/words"
    answer = fill_in(client, "/needs/new/words", statement=statement, audience="families")
    assert answer.location in ("/needs/new/similar", "/needs/new/check")
    return fill_in(client, "/needs/new/check", email=email)


def press(client: FlaskClient, page: str, path: str, **values: str) -> TestResponse:
    return client.post(path, data={"csrf_token": token_of(client, page), **values})


def rows(session: Session, statement: str, **values: object) -> list[dict[str, object]]:
    session.expire_all()
    return [dict(row) for row in session.execute(text(statement), values).mappings()]


def unhurried(client: FlaskClient, path: str, **values: str) -> TestResponse:
    """Fill a guarded form in as slowly as a person does."""
    a_minute_ago = time.time() - 60
    with client.application.app_context(), mock.patch("itsdangerous.timed.time.time", return_value=a_minute_ago):
        opened = make_form_time()
    return client.post(path, data={**fields_of(client, path), "form_time": opened, **values})


def letters(session: Session, template: str) -> list[dict[str, object]]:
    return rows(session, "SELECT to_address, subject, body FROM mail WHERE template = :t ORDER BY to_address, id",
                t=template)  # fmt: skip


def link_in(letter: dict[str, object], folder: str) -> str:
    """The path of the link of ours in a letter."""
    found = re.search(rf"https?://[^/\s]+(/{folder}/[\w-]+)", str(letter["body"]))
    assert found, letter["body"]
    return found[1]
