"""A town, a hub that looks after all of it, and the first stop of its plan."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.integration.accounts.people import add_convener, sign_in, token_of
from tests.integration.visits.noting import ASKED
from tests.integration.web import web_town


@pytest.fixture
def hub(town: Session) -> str:
    """A hub that looks after the whole town."""
    found = web_town.insert(town, "hub", name="River hub", summary="", source_id=web_town.source_id(town),
                            source_ref="river")  # fmt: skip
    town.execute(
        text(
            "INSERT INTO patch (hub_id, area_id) SELECT :hub, a.id FROM area a "
            "JOIN area_layer l ON l.id = a.area_layer_id WHERE l.key = 'ward'"
        ),
        {"hub": found},
    )
    town.commit()
    return str(found)


@pytest.fixture
def stop(client: FlaskClient, town: Session, hub: str) -> str:
    """The address of the first stop of a kept plan of the hub, whose convener is signed in."""
    sign_in(client, add_convener(town, hub))
    form = {**ASKED, "title": "Food", "hub": hub, "csrf_token": token_of(client, "/plans/new?theme=food")}
    answer = client.post("/plans", data=form)
    assert answer.status_code == 303, answer.text
    return f"{answer.location}/stops/1/visit"
