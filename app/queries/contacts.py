"""How people can be reached: never joined into anything public (see published.public_contact)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models import Contact
from app.vocabulary import ContactPurpose


def add_contact(session: Session, contact: Contact, *, has_consent: bool) -> Contact:
    """Keep a contact; consent is dated by the clock of the database."""
    if has_consent:
        contact.consent_at_utc = func.now()
    session.add(contact)
    session.flush()
    session.refresh(contact)
    return contact


def find_contact(session: Session, contact_id: UUID) -> Contact | None:
    """One that was not deleted."""
    return session.scalar(select(Contact).where(Contact.id == contact_id, Contact.deleted_at_utc.is_(None)))


def list_contacts_of_email(session: Session, email: str) -> Sequence[Contact]:
    statement = select(Contact).where(Contact.email == email, Contact.deleted_at_utc.is_(None))
    return session.scalars(statement.order_by(Contact.added_at_utc, Contact.id)).all()


def list_unconfirmed(session: Session, purpose: ContactPurpose, days: int) -> Sequence[Contact]:
    """Those of a purpose who gave an address so many days ago and never confirmed it."""
    statement = select(Contact).where(
        Contact.purpose == purpose,
        Contact.email.is_not(None),
        Contact.email_confirmed_at_utc.is_(None),
        Contact.added_at_utc < func.now() - func.make_interval(0, 0, 0, days),
    )
    return session.scalars(statement.order_by(Contact.id)).all()


def empty_contact(session: Session, contact: Contact) -> None:
    """Forget who it was; the empty row stays, so that what hangs on it still says "somebody"."""
    contact.name, contact.email, contact.phone, contact.publish = "", None, None, False
    contact.consent_words = contact.hub_letters_words = ""
    contact.hub_letters_at_utc = contact.hub_letters_stopped_at_utc = None
    contact.deleted_at_utc = func.now()
    session.flush()


def mark_confirmed(session: Session, contact: Contact) -> None:
    contact.email_confirmed_at_utc = func.now()
    session.flush()
    session.refresh(contact)


def set_hub_letters(session: Session, contact: Contact, words: str) -> None:
    """From now on hubs may write to them; ``words``: what they said yes to."""
    contact.hub_letters_at_utc, contact.hub_letters_words = func.now(), words
    contact.hub_letters_stopped_at_utc = None
    session.flush()
    session.refresh(contact)


def stop_hub_letters(session: Session, email: str) -> None:
    """From now on no hub may write to an address."""
    agreed = (Contact.email == email, Contact.hub_letters_at_utc.is_not(None))
    still = Contact.hub_letters_stopped_at_utc.is_(None)
    session.execute(update(Contact).where(*agreed, still).values(hub_letters_stopped_at_utc=func.now()))


def link_contact(session: Session, contact: Contact, organisation_id: UUID) -> None:
    """From now on the contact is one of the group."""
    contact.organisation_id, contact.purpose = organisation_id, ContactPurpose.GROUP
    session.flush()


def unlink_contact(session: Session, contact: Contact) -> None:
    """The contact is only somebody who once wrote to us."""
    contact.organisation_id, contact.purpose = None, ContactPurpose.SENDER
    session.flush()
