"""Somebody who plans, and a hub with two squares, for tests in the browser."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.vocabulary import Role
from tests.integration.accounts.people import add_person
from tests.integration.web import web_town

EMAIL = "planner@example.org"
HUB = "Riverside hub"


def add_planner(session: Session) -> None:
    """Nothing of it is public, so the other tests see the same town."""
    add_person(session, Role.OFFICER, EMAIL)
    source = web_town.source_id(session)
    hub = web_town.insert(session, "hub", name=HUB, summary="By the river.", source_id=source, source_ref="river")
    session.execute(
        text(
            "INSERT INTO patch (hub_id, area_id) SELECT :hub, a.id FROM area a "
            "JOIN area_layer l ON l.id = a.area_layer_id WHERE l.key = 'square' AND a.area_code IN ('S33', 'S53')"
        ),
        {"hub": hub},
    )
