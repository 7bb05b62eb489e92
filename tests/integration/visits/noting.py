"""Noting things at a stop, for tests: as the script of the page sends them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from tests.integration.web import web_town

ASKED = {"theme": "food", "candidates": "areas", "count": "3", "others": "share"}


def send(client: FlaskClient, address: str, status: int = 200, **form: Any) -> dict[str, str]:
    """Send as the script does."""
    token = client.get("/plans/visits/ready").get_json()["csrf_token"]
    answer = client.post(address, data={"csrf_token": token, **form}, headers={"Accept": "application/json"})
    assert answer.status_code == status, answer.text
    return dict(answer.get_json())


def add_listing(session: Session, address: str, name: str = "Old Kitchen", days: int = 400) -> str:
    """A group that meets where the stop is, confirmed so many days ago; its id."""
    lon, lat = where(session, address)
    organisation, service = web_town.add_service(session, name, (0.5, 0.5))
    session.execute(
        text(
            "UPDATE place SET geom = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) WHERE id IN "
            "(SELECT place_id FROM footprint WHERE organisation_id = :id)"
        ),
        {"lon": lon, "lat": lat, "id": organisation},
    )
    for table, record in (("organisation", organisation), ("service", service)):
        session.execute(
            text(f"UPDATE {table} SET confirmed_on = :day WHERE id = :id"),
            {"day": today() - timedelta(days=days), "id": record},
        )
    session.commit()
    return str(organisation)


def where(session: Session, address: str) -> tuple[float, float]:
    plan_id = address.split("/")[2]
    row = session.execute(
        text("SELECT ST_X(geom), ST_Y(geom) FROM plan_stop WHERE plan_id = :id AND position = 1"), {"id": plan_id}
    ).one()
    return float(row[0]), float(row[1])


def one(session: Session, statement: str, **values: Any) -> Any:
    session.expire_all()
    return session.execute(text(statement), values).scalar_one()


def found(**more: str) -> dict[str, str]:
    return {"visit_id": str(uuid4()), "name": "Soup by the bridge", "theme": "food", "day": "2", "part": "evening",
            "where": "words", "where_words": "The old mill", "audience": "families", **more}  # fmt: skip


def known_now(page: str) -> int:
    """People who live where somebody has looked, now, within reach of the first place."""
    row = re.search(r"where somebody has looked</th><td>[\d,]+</td><td>([\d,]+)</td>", page)
    assert row
    return int(row[1].replace(",", ""))
