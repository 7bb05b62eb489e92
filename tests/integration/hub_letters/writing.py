"""Writing to groups as a convener does: choose, count, look, send."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.actions.contacts import add_contact
from app.actions.plans import Planner
from app.models import Contact
from app.queries import contacts
from app.vocabulary import ContactPurpose
from tests.integration.accounts.people import token_of
from tests.integration.add.filling import hidden_of

WORDS = "Hello all,\n\nshall we share one van on Thursdays?\nhttps://van.example.org/?a=1&b=2 <b>now</b>\n\nKim"
ROW = re.compile(r'<th scope="row">([^<]+)</th><td class="number">(\d+)</td>')


@dataclass(frozen=True)
class Writer:
    """A convener who is signed in, her hub, and the groups of the town by name."""

    client: FlaskClient
    town: Session
    hub_id: UUID
    planner: Planner
    groups: dict[str, UUID]

    @property
    def path(self) -> str:
        return f"/hubs/{self.hub_id}/letters"

    def form(self, do: str, *, hub_id: UUID | None = None, **typed: Any) -> TestResponse:
        """Send the form of the page with one of its buttons."""
        path = f"/hubs/{hub_id or self.hub_id}/letters"
        values = {**hidden_of(self.client.get(path).text), "subject": "A van", "words": WORDS, "do": do, **typed}
        return self.client.post(path, data=values)

    def see(self, **typed: Any) -> TestResponse:
        return self.form("see", **typed)

    def send(self, **typed: Any) -> TestResponse:
        """Look at the letter, and press the button that sends it."""
        seen = self.see(**typed)
        assert seen.status_code == 200, seen.text
        chosen = {name: typed[name] for name in ("theme", "area") if name in typed}
        values = {name: unescape(value) for name, value in hidden_of(seen.text).items()}
        return self.client.post(self.path, data={**values, **chosen, "do": "send"})


def agree(
    town: Session, organisation_id: UUID, email: str | None, *, phone: str | None = None, confirmed: bool = True
) -> Contact:
    """A contact of a group who ticked the box."""
    contact = add_contact(
        town, ContactPurpose.GROUP, email=email, phone=phone, organisation_id=organisation_id,
        takes_hub_letters=True, source="add form",
    )  # fmt: skip
    if confirmed:
        contacts.mark_confirmed(town, contact)
    town.commit()
    return contact


def tally_of(page: TestResponse) -> dict[str, int]:
    """The rows of the table of who gets the letter."""
    return {words: int(number) for words, number in ROW.findall(page.text)}


def sent_to(town: Session) -> list[str]:
    """Addresses that a hub's letter is queued for."""
    found = town.scalars(text("SELECT to_address FROM mail WHERE template = 'hub_letter' ORDER BY to_address"))
    return list(found)


def stop_path(town: Session, email: str) -> str:
    """The path of the link in the newest letter of a hub to an address."""
    body = town.scalars(
        text("SELECT body FROM mail WHERE template = 'hub_letter' AND to_address = :e ORDER BY made_at_utc DESC"),
        {"e": email},
    ).first()
    found = re.search(r"https?://[^/\s]+(/hub-letters/[\w-]+)", str(body))
    assert found, body
    return found[1]


def press(client: FlaskClient, path: str) -> TestResponse:
    """Open a page of a mailed link and press its button."""
    return client.post(path, data={"csrf_token": token_of(client, path)})


def days_later(town: Session, days: float) -> None:
    """As if letters had been sent so many days before."""
    for table, column in (("hub_letter", "sent_at_utc"), ("mail", "queued_at_utc"), ("mail", "made_at_utc")):
        town.execute(
            text(f"UPDATE {table} SET {column} = {column} - make_interval(secs => :s)"), {"s": days * 86_400}
        )
    town.commit()
