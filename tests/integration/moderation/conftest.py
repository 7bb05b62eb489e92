"""Web Town with two people who decide, and somebody who sends."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.actions.contacts import add_contact
from app.models import Account, Contact
from app.vocabulary import ContactPurpose, Role
from tests.integration.accounts.people import add_person


@pytest.fixture
def moderator(town: Session) -> Account:
    return add_person(town, Role.MODERATOR)


@pytest.fixture
def sender(town: Session) -> Contact:
    return add_contact(town, ContactPurpose.SENDER, email="Jo@Example.org", name="Jo", source="add form")
