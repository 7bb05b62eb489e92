"""Web Town, where one kitchen left an address."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.contacts import add_contact
from app.models import Contact
from app.vocabulary import ContactPurpose
from tests.integration.moderation.sent import kitchen_id


@pytest.fixture
def kitchen(town: Session) -> UUID:
    return kitchen_id(town)


@pytest.fixture
def cook(town: Session, kitchen: UUID) -> Contact:
    return add_contact(
        town,
        ContactPurpose.GROUP,
        email="cook@example.org",
        name="Cook",
        organisation_id=kitchen,
        source="form",
    )


def confirmed_ago(town: Session, kitchen: UUID, ago: str) -> None:
    town.execute(
        text("UPDATE organisation SET confirmed_on = (now() - CAST(:ago AS interval))::date WHERE id = :id"),
        {"ago": ago, "id": kitchen},
    )


def time_passes(town: Session, ago: str) -> None:
    """Let all letters that ask be older by so much."""
    town.execute(text("UPDATE reminder SET sent_at_utc = sent_at_utc - CAST(:ago AS interval)"), {"ago": ago})
