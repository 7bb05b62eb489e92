"""Letters of hubs as they arrive: whom an answer goes to, and the button that stops them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from app.jobs import letters
from tests.integration.hub_letters.writing import WORDS, Writer, sent_to, tally_of
from tests.integration.mail.mail_server import Postbox, mail_server


@pytest.fixture
def postbox(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    """The app as a real site whose mail server is ours."""
    with mail_server() as (postbox, office):
        changes = {
            "demo_mode": False, "smtp_host": office.host, "smtp_port": office.port, "smtp_tls": "none",
            "mail_from": office.from_address, "base_url": "https://map.example.org",
        }  # fmt: skip
        config = writer.client.application.config
        monkeypatch.setitem(config, "SETTINGS", config["SETTINGS"].model_copy(update=changes))
        yield postbox


def deliver(writer: Writer) -> None:
    with writer.client.application.app_context():
        letters.deliver_due_letters()


def test_it_arrives_with_one_click_to_stop_and_answers_go_to_the_convener(
    writer: Writer, postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "app")
    assert writer.send().status_code == 303
    deliver(writer)
    assert sorted(letter["To"] for letter in postbox.letters) == [f"kitchen{n}@example.org" for n in (1, 2, 3)]
    first = min(postbox.letters, key=lambda letter: str(letter["To"]))
    assert first["Reply-To"] == "kim@example.org"
    assert "kim@" not in first["From"]
    assert first["Subject"] == "West hub: A van"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = first["List-Unsubscribe"].strip("<>")
    assert address.startswith("https://map.example.org/hub-letters/")
    body = first.get_content().replace("\r\n", "\n")
    assert body.startswith(WORDS + "\n\n--\nThis letter is from West hub.")
    assert address in body
    assert "Kitchen 1" in body
    assert not any(f"kitchen{number}@" in body for number in (1, 2, 3))
    assert "@example.org" not in caplog.text
    program = writer.client.application.test_client()
    assert program.post(urlsplit(address).path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert tally_of(writer.client.get(writer.path))["Asked us to stop"] == 1


def test_a_try_has_nothing_to_stop(writer: Writer, postbox: Postbox) -> None:
    writer.form("try")
    deliver(writer)
    (letter,) = postbox.letters
    assert letter["To"] == letter["Reply-To"] == "kim@example.org"
    assert letter["List-Unsubscribe"] is None
    assert letter["List-Unsubscribe-Post"] is None


def test_how_the_copies_went_is_told_in_numbers(writer: Writer, postbox: Postbox) -> None:
    sent = str(writer.send().location)
    assert "<dt>Waiting to go</dt><dd>3</dd>" in writer.client.get(sent).text
    postbox.refuse_recipient = "550 5.1.1 nobody of that name"
    deliver(writer)
    assert "<dt>Could not be delivered</dt><dd>3</dd>" in writer.client.get(sent).text
    writer.town.execute(text("DELETE FROM mail"))  # as after a month
    writer.town.commit()
    assert "Could not be delivered" not in writer.client.get(sent).text
    assert sent_to(writer.town) == []
