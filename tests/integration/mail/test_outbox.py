"""The demo shows its letters; a real site has no such page."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.actions.mail import queue_mail


def test_letters_are_shown_newest_first_and_their_links_lead_on(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    assert "No letter has been written yet." in client.get("/outbox").text
    queue_mail(session, "ada@example.org", "test_letter")
    hostile = queue_mail(
        session, "grace@example.org", "sign_in", address="http://127.0.0.1:8000/gaps?a=1&b=<script>"
    )
    hostile.body += "http://evil.example/ <img src=x>"
    session.commit()
    page = client.get("/outbox")
    assert "ada@example.org" in page.text
    assert '<a href="http://127.0.0.1:8000/gaps?a=1&amp;b=">' in page.text
    assert "&lt;script&gt;" in page.text
    assert 'href="http://evil.example' not in page.text
    assert "<img" not in page.text.partition("letter-words")[2]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]


def test_outside_the_demo_there_is_no_such_page(
    app: Flask, client: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue_mail(session, "ada@example.org", "test_letter")
    session.commit()
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update={"demo_mode": False}))
    page = client.get("/outbox")
    assert page.status_code == 404
    assert "ada@example.org" not in page.text
