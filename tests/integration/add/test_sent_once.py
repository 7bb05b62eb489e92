"""However often and by however many the button is pressed at once: one submission, one letter (F11, P05)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.databases import migrate_to_head, running_app, scratch_database, settings_for
from tests.integration.add.filling import add_postcode, fill, hidden_of, start
from tests.integration.web import web_town

PRESSES = 20


@pytest.fixture
def busy_app(worker: str) -> Iterator[tuple[Flask, str]]:
    with scratch_database(f"wdw_once_{worker}") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url)
        with Session(engine) as session:
            web_town.build(session)
            add_postcode(session)
            session.commit()
        engine.dispose()
        with running_app(url) as app:
            yield app, url


def test_twenty_presses_at_once_are_one(busy_app: tuple[Flask, str]) -> None:
    app, url = busy_app
    client = app.test_client()
    start(client)
    fill(client, "/add/contact", email="ann@example.org")
    form = hidden_of(client.get("/add/check").text)
    cookie = client.get_cookie("session")
    assert cookie is not None
    together = Barrier(PRESSES)

    def press(_number: int) -> str:
        mine = app.test_client()
        mine.set_cookie("session", cookie.value)
        together.wait(timeout=60)
        for _try in range(40):  # a pool of seven lets some wait: they are told to come back, and do
            answer = mine.post("/add/check", data=form)
            if answer.status_code != 503:
                break
        return f"{answer.status_code} {answer.location}"

    with ThreadPoolExecutor(PRESSES) as people:
        answers = set(people.map(press, range(PRESSES)))
    assert answers == {"302 /add/sent"}
    engine = create_engine(settings_for(url).sqlalchemy_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM submission")) == 1
        assert connection.scalar(text("SELECT count(*) FROM mail WHERE template = 'confirm_group'")) == 1
        assert connection.scalar(text("SELECT count(*) FROM contact")) == 1
    engine.dispose()
