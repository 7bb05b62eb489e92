"""Filling in the add form as a browser does: fetch a page, send its form with its hidden fields."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.integration.web import web_town

HIDDEN = re.compile(r'<input type="hidden" (?:id="[^"]*" )?name="([^"]+)" value="([^"]*)"')
POSTCODE = "ZZ9 9ZZ"
HERE = (2.5, 2.5)
"""Where POSTCODE is: in the ward South West, about a kilometre from Kitchen 8."""


def add_postcode(session: Session) -> None:
    """Web Town, with one postcode."""
    web_town.insert(
        session, "postcode", returning="postcode", sql={"geom": web_town.point_sql(HERE)}, postcode="ZZ99ZZ",
        source_id=web_town.source_id(session),
    )  # fmt: skip
    session.commit()


def hidden_of(page: str) -> dict[str, str]:
    return dict(HIDDEN.findall(page))


def fill(client: FlaskClient, address: str, /, **typed: Any) -> TestResponse:
    """Open a page and send its form; the form goes to the address of the page."""
    page = client.get(address)
    assert page.status_code == 200, (address, page.status_code, page.location)
    return client.post(address, data={**hidden_of(page.text), **typed})


def start(
    client: FlaskClient, name: str = "Stitch and Natter", near: str = POSTCODE, **typed: Any
) -> TestResponse:
    return fill(client, "/add", name=name, near=near, **typed)


def walk(client: FlaskClient, **answers: dict[str, Any]) -> TestResponse:
    """From the start to the receipt; ``answers`` by step with _ for -, the rest is skipped."""
    answer = start(client, **answers.pop("start", {}))
    while answer.location and answer.location not in ("/add/check", "/add/sent"):
        step = answer.location.removeprefix("/add/")
        typed = answers.pop(step.replace("-", "_"), {} if step == "similar" else {"skip": "yes"})
        answer = fill(client, answer.location, **typed)
        assert answer.status_code == 302, answer.text
    assert not answers
    return fill(client, "/add/check")


def sent_documents(session: Session) -> list[dict[str, Any]]:
    return list(session.scalars(text("SELECT document FROM submission ORDER BY sent_at_utc, id")))


def letters(session: Session, template: str) -> list[str]:
    rows = session.scalars(text("SELECT body FROM mail WHERE template = :t ORDER BY made_at_utc"), {"t": template})
    return list(rows)


def link_in(letter: str) -> str:
    """The path of the link in a letter."""
    found = re.search(r"https?://[^/\s]+(/\S+)", letter)
    assert found, letter
    return found[1]
