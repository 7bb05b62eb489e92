"""Web Town with a postcode, for tests of needs."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.integration.needs.asking import POSTCODE, at
from tests.integration.web import web_town


@pytest.fixture
def town(town: Session) -> Session:
    lon, lat = at(3.46, 2.43)
    web_town.insert(
        town, "postcode", returning="postcode", sql={"geom": f"ST_SetSRID(ST_MakePoint({lon}, {lat}), 4326)"},
        postcode=POSTCODE.replace(" ", ""), source_id=web_town.source_id(town),
    )  # fmt: skip
    town.commit()
    return town
