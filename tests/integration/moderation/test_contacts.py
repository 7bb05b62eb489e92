"""Contacts are tidied, dated when they agree to be shown, and empty once deleted."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.contacts import add_contact, confirm_email, delete_contact, get_contact, tidy_phone
from app.errors import BadQuestionError, NotFoundError
from app.vocabulary import ContactPurpose
from tests.integration.moderation.sent import kitchen_id


def test_an_address_and_a_number_are_kept_in_one_form(town: Session) -> None:
    contact = add_contact(
        town,
        ContactPurpose.SENDER,
        email=" Ann@Example.ORG ",
        phone="(0161) 496 0000",
        name=" Ann  Lee ",
        source="x",
    )
    assert (contact.email, contact.phone, contact.name) == ("ann@example.org", "+441614960000", "Ann Lee")
    assert (contact.publish, contact.consent_at_utc) == (False, None)


@pytest.mark.parametrize("typed", ["+44 (0)161 496 0000", "0161-496-0000", "0044 161 496 0000"])
def test_a_number_is_known_however_it_is_written(typed: str) -> None:
    assert tidy_phone(typed) == "+441614960000"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "email"),
        ({"email": "ann@b"}, "email"),
        ({"email": "a\r\nBcc: x@example.org"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"phone": "9" * 400}, "phone"),
        ({"email": "ann@example.org", "publish": True}, "publish"),
        ({"email": "ann@example.org", "name": "x" * 121}, "name"),
    ],
)
def test_what_cannot_be_kept_names_its_field(town: Session, values: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestionError) as refused:
        add_contact(town, ContactPurpose.GROUP, **values, source="x")  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_contact_is_public_only_with_consent_and_gone_once_deleted(town: Session) -> None:
    group_id = kitchen_id(town)
    add_contact(town, ContactPurpose.GROUP, email="in@example.org", organisation_id=group_id, source="x")
    shown = add_contact(
        town, ContactPurpose.GROUP, email="out@example.org", organisation_id=group_id, publish=True,
        consent_words="Yes, show it", source="x",
    )  # fmt: skip
    public = text("SELECT email FROM public_contact")
    assert town.scalars(public).all() == ["out@example.org"]
    assert shown.consent_at_utc is not None
    delete_contact(town, shown)
    assert town.scalars(public).all() == []
    assert (shown.email, shown.consent_words) == (None, "")
    with pytest.raises(NotFoundError):
        get_contact(town, shown.id)


def test_an_address_is_confirmed_once(town: Session) -> None:
    contact = add_contact(town, ContactPurpose.SENDER, email="ann@example.org", source="x")
    confirm_email(town, contact)
    first = contact.email_confirmed_at_utc
    confirm_email(town, contact)
    assert first is not None
    assert contact.email_confirmed_at_utc == first
