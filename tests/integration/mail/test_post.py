"""One letter to one mail server: what it says, and what happens when the server does not take it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from uuid import UUID

import pytest

from app.actions.mail import Letter
from app.actions.post import NotDeliveredError, PostOffice, send, write_message
from tests.integration.mail.mail_server import FROM, free_port, mail_server, office_at, silent_server

MADE = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LONG_LINK = "http://127.0.0.1:8000/edit/" + "t" * 1_200


def letter(**other: str) -> Letter:
    values = {
        "to_address": "ada@example.org", "template": "hello", "subject": "Croeso i Ŵyl", "unsubscribe_address": "",
        "body": f"Dear Ada – naïve café 🙂\n\n{LONG_LINK}\n.\nFrom here on\n",
    }  # fmt: skip
    return Letter(UUID(int=7), **(values | other), made_at=MADE, tries=1)


def test_a_letter_arrives_as_it_was_written_with_its_headers() -> None:
    with mail_server() as (postbox, office):
        send(office, letter(unsubscribe_address="http://127.0.0.1:8000/stop/token"))
    (found,) = postbox.letters
    assert found.get_content().replace("\r\n", "\n") == letter().body
    assert found["To"] == "ada@example.org"
    assert found["From"] == FROM
    assert found["Subject"] == "Croeso i Ŵyl"
    assert found["Message-ID"] == f"<{UUID(int=7)}@example.org>"
    assert parsedate_to_datetime(found["Date"]) == MADE
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["List-Unsubscribe"] == "<http://127.0.0.1:8000/stop/token>"
    assert found.get_content_type() == "text/plain"


def test_a_letter_that_cannot_be_ended_offers_no_way_to_end_it() -> None:
    assert write_message(office_at(25), letter())["List-Unsubscribe"] is None


@pytest.mark.parametrize("field", ["to_address", "subject", "unsubscribe_address"])
@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r"])
def test_no_header_can_be_slipped_in(field: str, break_: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        write_message(office_at(25), letter(**{field: f"ada@example.org{break_}Bcc: everybody@example.org"}))
    assert not isinstance(refused.value, UnicodeError)


@pytest.mark.parametrize(
    ("where", "answer", "is_final"),
    [
        ("letter", "554 5.7.1 we do not like this", True),
        ("letter", "451 4.3.0 come back later", False),
        ("recipient", "550 5.1.1 nobody of that name", True),
        ("recipient", "450 4.2.1 come back later", False),
        ("sender", "550 5.7.1 you may not send from there", False),
    ],
)
def test_a_refusal_is_final_only_when_another_try_cannot_help(where: str, answer: str, is_final: bool) -> None:
    with mail_server() as (postbox, office):
        postbox.answers = [answer] if where == "letter" else []
        postbox.refuse_recipient = answer if where == "recipient" else ""
        postbox.refuse_sender = answer if where == "sender" else ""
        with pytest.raises(NotDeliveredError) as problem:
            send(office, letter())
    assert problem.value.is_final == is_final
    assert problem.value.short == answer[:3]
    assert answer[:20] in problem.value.words
    assert not postbox.letters


def test_a_server_that_is_away_hangs_or_is_not_there_is_tried_again() -> None:
    with pytest.raises(NotDeliveredError, match="ConnectionRefusedError") as away:
        send(office_at(free_port()), letter())
    with (
        silent_server() as (office, _called),
        pytest.raises(NotDeliveredError, match="SMTPServerDisconnected") as silent,
    ):
        send(office, letter())
    nowhere = PostOffice("no-such-host.invalid", 25, "", "", "none", FROM, timeout_s=0.5)
    with pytest.raises(NotDeliveredError, match="gaierror"):
        send(nowhere, letter())
    assert not away.value.is_final
    assert not silent.value.is_final


def test_a_server_without_encryption_is_not_trusted_with_a_letter() -> None:
    with mail_server() as (postbox, office):
        wary = PostOffice("127.0.0.1", office.port, "", "", "starttls", FROM, timeout_s=0.5)
        with pytest.raises(NotDeliveredError) as problem:
            send(wary, letter())
    assert not problem.value.is_final
    assert not postbox.letters


def test_a_server_that_asks_who_we_are_is_told(recwarn: pytest.WarningsRecorder) -> None:
    with mail_server("a secret") as (postbox, office):
        send(replace(office, user="map", password="a secret"), letter())
        for stranger in (office, replace(office, user="map", password="a guess")):
            with pytest.raises(NotDeliveredError) as problem:
                send(stranger, letter())
            assert not problem.value.is_final
            assert "a guess" not in problem.value.words
    assert len(postbox.letters) == 1
