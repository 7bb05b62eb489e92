"""Web Town with postcodes, in the database of each test."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.integration.web import web_town

POSTCODES = {
    "ZZ11AA": (0.5, 0.6),
    "ZZ11AB": (0.7, 0.8),
    "ZZ12AA": (3.5, 2.5),
    "ZZ99ZZ": (6.5, 0.5),
}


@pytest.fixture
def town(town: Session) -> Session:
    source = web_town.source_id(town)
    for postcode, at in POSTCODES.items():
        web_town.insert(
            town, "postcode", returning="postcode", sql={"geom": web_town.point_sql(at)},
            postcode=postcode, source_id=source,
        )  # fmt: skip
    town.execute(text("UPDATE postcode SET terminated_on = '2019-04-01' WHERE postcode = 'ZZ99ZZ'"))
    web_town.insert(town, "postcode", returning="postcode", postcode="ZZ13AA", source_id=source)
    town.commit()
    return town
