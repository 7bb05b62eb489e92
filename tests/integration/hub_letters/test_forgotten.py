"""What is kept of letters of hubs goes when somebody asks to be forgotten, and in time by itself."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.actions import forgetting
from app.actions.contacts import delete_contact, get_contact
from tests.integration.hub_letters.writing import Writer, agree, days_later, tally_of

ANN = "ann@example.org"
TABLES = ("contact", "mail", "link", "hub_letter", "hub_letter_copy", "audit_entry")


def where_is(writer: Writer, words: str) -> list[str]:
    """The tables that hold these words anywhere."""
    found = text("SELECT count(*) FROM {} t WHERE position(:w IN t::text) > 0".replace("{}", "%s"))
    return [table for table in TABLES if writer.town.scalar(text(str(found) % table), {"w": words})]


def test_everything_of_an_address_goes_and_the_numbers_stay(writer: Writer) -> None:
    contact = agree(writer.town, writer.groups["Kitchen 4"], ANN)
    sent = writer.send()
    assert where_is(writer, ANN) == ["contact", "mail"]
    assert "hub_letter_copy" in where_is(writer, str(contact.id))
    writer.town.commit()
    tokens: list[str] = []
    forgetting.ask_to_forget(writer.town, ANN, "key", lambda token: tokens.append(token) or "https://x/")
    forgetting.forget(writer.town, tokens[0])
    writer.town.commit()
    assert where_is(writer, ANN) == []
    assert where_is(writer, str(contact.id)) == ["contact"]
    assert writer.town.scalar(
        text(
            "SELECT count(*) FROM contact WHERE id = :id AND hub_letters_at_utc IS NULL AND hub_letters_words = ''"
        ),
        {"id": contact.id},
    )
    assert tally_of(writer.client.get(str(sent.location)))["Were sent the letter"] == 4
    assert tally_of(writer.client.get(writer.path))["Gave no e-mail address"] == 6


def test_a_deleted_contact_agreed_to_nothing(writer: Writer) -> None:
    contact = agree(writer.town, writer.groups["Kitchen 4"], ANN)
    delete_contact(writer.town, get_contact(writer.town, contact.id))
    writer.town.commit()
    assert tally_of(writer.client.get(writer.path))["Get the letter"] == 3


@pytest.mark.parametrize(("days", "left"), [(715, 1), (745, 0)])
def test_a_letter_is_kept_for_two_years(writer: Writer, days: float, left: int) -> None:
    writer.send()
    days_later(writer.town, days)
    forgetting.forget_old(writer.town)
    assert writer.town.scalar(text("SELECT count(*) FROM hub_letter")) == left
    assert bool(writer.town.scalar(text("SELECT count(*) FROM hub_letter_copy"))) == bool(left)


def test_the_privacy_page_says_so(writer: Writer) -> None:
    assert "That hubs near you may write to you" in writer.client.get("/privacy").text
