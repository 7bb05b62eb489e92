"""A hub, somebody who runs it, and joining it as a visitor does."""

from __future__ import annotations

from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.integration.accounts.people import token_of
from tests.integration.needs.asking import letters, link_in, press, rows, unhurried

MEMBERS = """
    SELECT c.name, c.email, c.consent_words, m.accepted_at_utc IS NOT NULL AS is_accepted,
           c.email_confirmed_at_utc IS NOT NULL AS is_confirmed
    FROM member m JOIN contact c ON c.id = m.contact_id ORDER BY c.email
"""


def letter_to(session: Session, template: str, email: str) -> str:
    """The path of the member's page in the newest letter of a kind to somebody."""
    found = [row for row in letters(session, template) if row["to_address"] == email]
    assert found, (template, email)
    return link_in(found[-1], "members")


def ask(client: FlaskClient, session: Session, hub: UUID, name: str = "Ada", email: str = "") -> str:
    """Ask to join; the path in the letter."""
    address = email or f"{name.lower()}@example.org"
    assert unhurried(client, f"/hubs/{hub}/join", name=name, email=address).status_code == 302
    return letter_to(session, "member_join", address)


def join(client: FlaskClient, session: Session, hub: UUID, name: str = "Ada", **details: object) -> str:
    """Ask, confirm, be accepted (as a convener's button does it) and say who one is; the path of the own page."""
    path = ask(client, session, hub, name)
    press(client, path, f"{path}/confirm")
    (member,) = rows(
        session,
        "UPDATE member SET accepted_at_utc = now() FROM contact c WHERE c.id = contact_id AND c.email = :email "
        "AND hub_id = :hub RETURNING member.id",
        email=f"{name.lower()}@example.org",
        hub=hub,
    )
    session.commit()
    assert member
    if details:
        assert save(client, path, name=name, **details) == 303
    return path


def save(client: FlaskClient, path: str, **details: object) -> int:
    return client.post(path, data={"csrf_token": token_of(client, path), **details}).status_code
