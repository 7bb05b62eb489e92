"""What the finder searches is always what the public views say, whatever was changed and in which order."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.findable import later, list_differences, rebuild_findable
from tests.integration.web import web_town

CHANGES = {
    "a service is hidden": "UPDATE service SET review_status = 'hidden' WHERE id = :service",
    "a service is pending": "UPDATE service SET review_status = 'pending' WHERE id = :service",
    "a group is rejected": "UPDATE organisation SET review_status = 'rejected' WHERE id = :organisation",
    "a group has closed": "UPDATE organisation SET stage = 'closed' WHERE id = :organisation",
    "a group is deleted": "DELETE FROM organisation WHERE id = :organisation",
    "a service is deleted": "DELETE FROM service WHERE id = :service",
}
STILL_THERE = {
    "a new name": "UPDATE organisation SET name = 'Soup and Song' WHERE id = :organisation",
    "a new description": "UPDATE service SET description = 'Now with pudding' WHERE id = :service",
    "a place is hidden": "UPDATE place SET privacy = 'hidden' WHERE name = 'Kitchen 1 hall'",
    "a place is rough": "UPDATE place SET privacy = 'rough' WHERE name = 'Kitchen 1 hall'",
    "a refuge": "UPDATE organisation SET is_confidential = true WHERE id = :organisation",
    "another theme": "UPDATE service_theme SET theme_key = 'sport' WHERE service_id = :service",
    "no theme": "DELETE FROM service_theme WHERE service_id = :service",
    "another day": "UPDATE schedule SET weekday = 6, week_of_month = 5 WHERE service_id = :service",
    "no times": "DELETE FROM schedule WHERE service_id = :service",
    "nowhere": "DELETE FROM footprint WHERE organisation_id = :organisation",
    "all over": "UPDATE footprint SET role = 'national', place_id = NULL WHERE service_id = :service",
    "a theme has a new name": "UPDATE theme SET name = 'Eating' WHERE key = 'food'",
    "everybody moves": "UPDATE place SET geom = ST_Translate(geom, 0.01, 0)",
    "gone from its list": "UPDATE service SET missing_since = '2026-01-01' WHERE id = :service",
    "no footprints at all": "TRUNCATE footprint",
}


def ids_of(session: Session, name: str) -> dict[str, str]:
    row = session.execute(
        text(
            "SELECT o.id, s.id FROM organisation o JOIN service s ON s.organisation_id = o.id WHERE o.name = :name"
        ),
        {"name": name},
    ).one()
    return {"organisation": str(row[0]), "service": str(row[1])}


def is_found(session: Session, ident: str) -> bool:
    return session.execute(text("SELECT FROM findable WHERE id = :id"), {"id": ident}).first() is not None


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_no_longer_public_is_gone_at_once(town: Session, change: str) -> None:
    ids = ids_of(town, "Kitchen 1")
    assert is_found(town, ids["service"])
    town.execute(text(CHANGES[change]), ids)
    assert not is_found(town, ids["service"])
    assert list_differences(town) == []


@pytest.mark.parametrize("change", STILL_THERE)
def test_what_changes_is_as_if_made_anew(town: Session, change: str) -> None:
    ids = ids_of(town, "Kitchen 1")
    before = town.scalar(text("SELECT to_jsonb(f) FROM findable f WHERE id = :service"), ids)
    town.execute(text(STILL_THERE[change]), ids)
    assert list_differences(town) == []
    assert town.scalar(text("SELECT to_jsonb(f) FROM findable f WHERE id = :service"), ids) != before


def test_a_group_that_lists_nothing_is_found_by_itself(town: Session) -> None:
    ids = ids_of(town, "Kitchen 1")
    town.execute(text("DELETE FROM service WHERE id = :service"), ids)
    assert is_found(town, ids["organisation"])


@pytest.mark.parametrize("status", ["hidden", "pending", "rejected"])
def test_canaries_never_get_in(town: Session, status: str) -> None:
    web_town.add_service(town, "Canary Xyzzy", (3.5, 2.5), review_status=status)
    for privacy in ("hidden", "area"):
        web_town.add_service(town, f"Quiet {privacy}", (3.5, 2.5), privacy=privacy)
    rows = town.execute(text("SELECT title, geom FROM findable WHERE title ~ 'xyzzy|quiet'")).all()
    assert [(row.title, row.geom) for row in rows if "xyzzy" in row.title] == []
    assert len(rows) == 2
    assert all(row.geom is None for row in rows)


def test_making_it_anew_changes_nothing(town: Session) -> None:
    every = text("SELECT to_jsonb(f) FROM findable f ORDER BY id")
    before = town.scalars(every).all()
    rebuild_findable(town)
    assert town.scalars(every).all() == before


def test_what_waits_is_made_at_the_end(town: Session) -> None:
    ids = ids_of(town, "Kitchen 1")
    with later(town):
        town.execute(text("UPDATE service SET name = 'Soup and Song' WHERE id = :service"), ids)
        town.execute(text("UPDATE schedule SET weekday = 4 WHERE service_id = :service"), ids)
        web_town.add_service(town, "Late Kitchen", (3.5, 2.5))
        assert list_differences(town) != []
    assert list_differences(town) == []
    assert is_found(town, ids_of(town, "Late Kitchen")["service"])
    town.execute(text("UPDATE service SET name = 'Song alone' WHERE id = :service"), ids)
    assert list_differences(town) == []
