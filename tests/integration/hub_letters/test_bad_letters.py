"""Whose page it is, and forms that no page of ours sends."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.forms.hub_letters import LONGEST_SUBJECT, LONGEST_WORDS
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in, sign_out
from tests.integration.hub_letters.writing import Writer, sent_to
from tests.integration.test_hubs import add_hub


def test_a_letter_is_for_the_people_of_its_hub(writer: Writer) -> None:
    other = add_hub(writer.town, "Other hub", "ward", ["W1"])
    sent = writer.send()
    letter_id = str(sent.location).rpartition("/")[2]
    assert writer.client.get(f"/hubs/{other}/letters").status_code == 404
    assert writer.client.get(f"/hubs/{other}/letters/{letter_id}").status_code == 404
    assert writer.client.get(f"{writer.path}/{uuid4()}").status_code == 404
    assert writer.client.get(f"/hubs/{UUID(int=0)}/letters").status_code == 404
    sign_out(writer.client)
    sign_in(writer.client, add_person(writer.town, Role.OFFICER))
    assert writer.client.get(f"{writer.path}/{letter_id}").status_code == 200
    assert writer.client.get(f"/hubs/{other}/letters/{letter_id}").status_code == 404
    taken = writer.form("send", hub_id=other, letter_id=letter_id, shown_to="0")
    assert taken.status_code == 404
    sign_out(writer.client)
    sign_in(writer.client, add_person(writer.town, Role.MODERATOR))
    assert writer.client.get(writer.path).status_code == 403


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"subject": "x" * (LONGEST_SUBJECT + 1)}, "subject"),
        ({"subject": "a\0b"}, "subject"),
        ({"subject": ["one", "two"]}, "subject"),
        ({"words": " \n "}, "words"),
        ({"words": "x" * (LONGEST_WORDS + 1)}, "words"),
        ({"theme": "nope"}, "theme"),
        ({"theme": "\0"}, "theme"),
        ({"theme": ["food"] * 3 + ["x" * 500]}, "theme"),
        ({"area": "ward:W1"}, "area"),
        ({"area": "ward"}, "area"),
        ({"area": [f"ward:{number}" for number in range(300)]}, "area"),
        ({"letter_id": "nope"}, ""),
        ({"letter_id": "\0"}, "letter_id"),
        ({"shown_to": "many"}, "shown_to"),
        ({"shown_to": "9" * 50}, "shown_to"),
    ],
)
def test_what_cannot_be_sent_is_said_and_what_was_typed_stays(
    writer: Writer, typed: dict[str, Any], field: str
) -> None:
    for button in ("see", "try", "send"):
        refused = writer.form(button, **{"shown_to": "3", **typed})
        assert refused.status_code == 422
        assert 'role="alert"' in refused.text
        assert not field or f'href="#field-{field}"' in refused.text
        kept = "A van" if "subject" not in typed else "share one van"
        assert kept in refused.text
    assert sent_to(writer.town) == []
    assert writer.town.scalar(text("SELECT count(*) FROM hub_letter")) == 0


@pytest.mark.parametrize("query", ["theme=nope", "area=ward:W1", "theme=%00", "area=" + "x" * 400, "subject=%00"])
def test_an_address_that_no_page_gives_is_no_fault_of_ours(writer: Writer, query: str) -> None:
    assert writer.client.get(f"{writer.path}?{query}").status_code in (200, 400)


def test_a_button_that_is_none_is_refused(writer: Writer) -> None:
    assert writer.form("burn").status_code == 422
    assert writer.form(["see", "send"]).status_code == 422  # type: ignore[arg-type]


def test_no_header_is_slipped_in_by_the_subject(writer: Writer) -> None:
    assert writer.send(subject="A van\r\nBcc: everybody@example.org").status_code == 303
    subjects = set(writer.town.scalars(text("SELECT subject FROM mail")))
    assert subjects == {"West hub: A van Bcc: everybody@example.org"}
