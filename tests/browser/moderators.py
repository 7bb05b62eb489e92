"""Somebody who moderates, and what people sent in, for tests in the browser."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models import Submission
from app.vocabulary import Role
from tests.integration.accounts.people import PASSWORD, add_person
from tests.integration.moderation.sent import choir, kitchen_id, send_change, send_group

__all__ = ["EMAIL", "PASSWORD", "WAITING", "WORDS", "add_messages"]
EMAIL = "desk@example.org"
WORDS = "We could not find it. Where does it meet?"
WAITING = {
    name: f"/moderation/{UUID(int=number)}"
    for number, name in enumerate(("new", "change", "keys", "plain"), start=101)
}
"""Where each of what waits is decided about."""


def add_messages(session: Session) -> None:
    """Nothing of it is public, so the other tests see the same town."""
    add_person(session, Role.MODERATOR, EMAIL)
    hostile = "Ring 0161 496 0000 <script>window.__pwn=1</script> ${window.__pwn=1}"
    sent = {
        "new": send_group(session, choir(session, summary=hostile), note=hostile),
        "change": send_change(session, kitchen_id(session), {"name": "Kitchen <b>No. 1</b>", "is_national": True}),
        "keys": send_group(session, choir(session, name="Keyboard Choir")),
        "plain": send_group(session, choir(session, name="Plain Choir")),
    }
    for number in (1, 2):
        send_group(session, choir(session, name=f"Spam {number}"))
    for name, submission in sent.items():
        give_address(session, submission, UUID(WAITING[name].rpartition("/")[2]))


def give_address(session: Session, submission: Submission, wanted: UUID) -> None:
    session.execute(
        text("UPDATE submission SET id = :wanted WHERE id = :id"), {"wanted": wanted, "id": submission.id}
    )
    session.expunge(submission)
