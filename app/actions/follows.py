"""What following a need and following an area have in common: who it is, stopping, and who never said yes."""

from __future__ import annotations

from app.actions.contacts import delete_contact
from app.actions.links import use_link
from app.models import Contact, Link
from app.queries import Session, contacts
from app.vocabulary import ContactPurpose, LinkPurpose

UNCONFIRMED_DAYS = 14


def find_follower(session: Session, link: Link) -> Contact | None:
    """Whom a mailed link was sent to; None once they are forgotten."""
    return contacts.find_contact(session, link.contact_id) if link.contact_id else None


def stop_following(session: Session, purpose: LinkPurpose, token: str) -> None:
    """Forget who it was; a second time changes nothing. Raises NotFoundError, LinkOverError."""
    contact = find_follower(session, use_link(session, purpose, token))
    if contact is not None:
        delete_contact(session, contact)


def forget_unconfirmed(session: Session, purpose: ContactPurpose) -> int:
    """Forget addresses of followers that nobody confirmed; how many."""
    found = contacts.list_unconfirmed(session, purpose, UNCONFIRMED_DAYS)
    for contact in found:
        delete_contact(session, contact)
    return len(found)
