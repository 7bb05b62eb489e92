"""How people can be reached: tidied, apart from public facts, published only with consent, forgotten at a word."""

from __future__ import annotations

import re
from uuid import UUID

import phonenumbers

from app.actions.accounts import tidy_email
from app.errors import BadQuestionError, NotFoundError
from app.models import Contact
from app.queries import Session
from app.queries import contacts as queries
from app.vocabulary import ContactPurpose

COUNTRY = "GB"
MOBILE = re.compile(r"7\d{9}")
"""Also those that no network has given out yet, as the library knows them, such as those kept for examples."""
MOST_NAME_LETTERS = 120
MOST_PHONE_LETTERS = 40
HUB_LETTERS_WORDS = "Hubs near us may write to us about working together"


def add_contact(
    session: Session,
    purpose: ContactPurpose,
    *,
    email: str | None = None,
    phone: str | None = None,
    name: str = "",
    organisation_id: UUID | None = None,
    publish: bool = False,
    consent_words: str = "",
    takes_hub_letters: bool = False,
    source: str,
) -> Contact:
    """Keep a way to reach somebody, for one purpose.

    ``consent_words`` is what they said yes to; publishing needs it. Raises BadQuestionError with the field: email,
    phone, name, publish.
    """
    if not (email and email.strip()) and not (phone and phone.strip()):
        raise BadQuestionError(
            "There is no way to reach you here.", "Give an e-mail address or a phone number.", field="email"
        )
    if publish and not consent_words.strip():
        raise BadQuestionError(
            "Nobody has said that this may be shown.",
            "Say yes to showing it, or leave it private.",
            field="publish",
        )
    if len(name.strip()) > MOST_NAME_LETTERS:
        raise BadQuestionError(
            f"This name is too long: {len(name.strip())} letters.",
            f"Use {MOST_NAME_LETTERS} letters or fewer.",
            field="name",
        )
    contact = Contact(
        purpose=purpose,
        email=tidy_email(email) if email and email.strip() else None,
        phone=tidy_phone(phone) if phone and phone.strip() else None,
        name=" ".join(name.split()), organisation_id=organisation_id, publish=publish,
        consent_words=consent_words.strip(), source=source,
    )  # fmt: skip
    queries.add_contact(session, contact, has_consent=bool(consent_words.strip()))
    if takes_hub_letters:
        agree_to_hub_letters(session, contact)
    return contact


def tidy_phone(typed: str) -> str:
    """The number as E.164 (+441614960000). Raises BadQuestionError when it is none."""
    shown = typed.strip()[:MOST_PHONE_LETTERS]
    try:
        number = phonenumbers.parse(shown, COUNTRY)
        is_number = len(typed.strip()) <= MOST_PHONE_LETTERS and (
            phonenumbers.is_valid_number(number) or MOBILE.fullmatch(str(number.national_number)) is not None
        )
    except phonenumbers.NumberParseException:
        is_number = False
    if not is_number:
        raise BadQuestionError(
            f"“{shown}” is not a phone number.", "Give it with the area code, like 0161 496 0000.", field="phone"
        )
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def get_contact(session: Session, contact_id: UUID) -> Contact:
    """Raises NotFoundError for one that never was and for one that was deleted."""
    contact = queries.find_contact(session, contact_id)
    if contact is None:
        raise NotFoundError("Nobody can be reached this way any more.", "They asked us to forget them.")
    return contact


def confirm_email(session: Session, contact: Contact) -> None:
    """Somebody followed a link that only this address was sent."""
    if contact.email_confirmed_at_utc is None:
        queries.mark_confirmed(session, contact)


def agree_to_hub_letters(session: Session, contact: Contact) -> None:
    """They said that hubs near them may write to them; said again it keeps its first day."""
    if contact.hub_letters_at_utc is None or contact.hub_letters_stopped_at_utc is not None:
        queries.set_hub_letters(session, contact, HUB_LETTERS_WORDS)


def stop_hub_letters(session: Session, contact: Contact) -> None:
    """No hub writes to this address any more, for whichever group it was given."""
    if contact.email:
        queries.stop_hub_letters(session, contact.email)
        session.refresh(contact)


def takes_hub_letters(contact: Contact) -> bool:
    return contact.hub_letters_at_utc is not None and contact.hub_letters_stopped_at_utc is None


def delete_contact(session: Session, contact: Contact) -> None:
    """Empty it: nobody can be reached by it, or be named, any more."""
    queries.empty_contact(session, contact)
