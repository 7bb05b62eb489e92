"""Grants to groups of Web Town, from funders with hostile names, for tests in the browser."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.queries.versions import GRANTS, bump_versions
from tests.browser.hostile import PAYLOADS
from tests.integration.web import web_town

FUNDER = "Harbour Trust"
LONG = "Averylongnameofafunderwithoutasinglespaceinit" * 3


def add_grants(session: Session) -> None:
    """Sixty for the ward in the north-west, the first to a kitchen; one of each hostile name, for the town."""
    kitchen = session.scalar(text("SELECT id FROM organisation WHERE name = 'Kitchen 3'"))
    for number in range(60):
        add_grant(session, f"{number}", FUNDER, "W2", organisation_id=kitchen if number < 7 else None)
    for number, name in enumerate((*PAYLOADS, LONG)):
        add_grant(session, f"hostile-{number}", name, "T1", words=name, days_ago=3)
    bump_versions(session, [GRANTS])


def add_grant(
    session: Session,
    ref: str,
    funder: str,
    area: str,
    *,
    words: str = "Tea for all",
    organisation_id: object = None,
    days_ago: int = 30,
) -> None:
    web_town.insert(
        session, "grant_award", source_id=web_town.source_id(session), grant_ref=f"360G-{ref}", title=words,
        description=words, currency="GBP", amount=1200.5, awarded_on=today() - timedelta(days=days_ago),
        funder_name=funder, recipient_name=words, organisation_id=organisation_id, beneficiary_name=words,
        matched_by="register_number" if organisation_id else None,
        sql={"area_id": f"(SELECT id FROM area WHERE area_code = '{area}')"},
    )  # fmt: skip
