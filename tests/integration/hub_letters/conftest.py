"""A hub in Web Town, its convener, and groups that agreed to letters or did not."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.integration.hub_letters.writing import Writer, agree
from tests.integration.test_hubs import add_hub, convener_of


@pytest.fixture
def writer(client: FlaskClient, town: Session) -> Writer:
    """The convener of a hub for the two wards in the west, which hold nine kitchens; three of them agreed."""
    hub_id = add_hub(town, "West hub", "ward", ["W0", "W2"])
    rows = town.execute(text("SELECT id, name FROM organisation WHERE name LIKE 'Kitchen _'"))
    groups = {str(row.name): UUID(str(row.id)) for row in rows}
    for number in (1, 2, 3):
        agree(town, groups[f"Kitchen {number}"], f"kitchen{number}@example.org")
    return Writer(client, town, hub_id, convener_of(client, town, hub_id), groups)
