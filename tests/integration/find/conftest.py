"""Web Town with postcodes, in the database of each test."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
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
def town(session: Session) -> Session:
    web_town.build(session)
    source = web_town.source_id(session)
    for postcode, at in POSTCODES.items():
        web_town.insert(
            session, "postcode", returning="postcode", sql={"geom": web_town.point_sql(at)},
            postcode=postcode, source_id=source,
        )  # fmt: skip
    session.execute(text("UPDATE postcode SET terminated_on = '2019-04-01' WHERE postcode = 'ZZ99ZZ'"))
    web_town.insert(session, "postcode", returning="postcode", postcode="ZZ13AA", source_id=source)
    session.commit()
    return session


@pytest.fixture
def town_client(client: FlaskClient, town: Session) -> FlaskClient:
    return client
