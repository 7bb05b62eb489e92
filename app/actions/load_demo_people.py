"""What the people of the invented borough did: gave their numbers, sent messages, looked for things in vain."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from app.actions.add_send import CONSENT_WORDS
from app.actions.contacts import add_contact, confirm_email
from app.actions.find_demo import SOURCE_KEY, WALK_KEY
from app.actions.group_documents import GroupDocument, read_group
from app.actions.need_documents import NeedDocument
from app.actions.standards import StandardWords, find_newest, set_standard
from app.actions.submissions import NewSubmission, send
from app.actions.wishes import NewWish, record_wish
from app.queries import Session, loading_people, submissions
from app.vocabulary import ContactPurpose, RecordKind, SubmissionKind
from geodata.demo import DemoBorough
from geodata.demo.letters import Letter

STANDARDS = {
    "food": StandardWords(
        "", 3_000, 15, "foot", "Public health team", "Invented: a food club within a walk of every estate.", ""
    ),
    "warm-places": StandardWords(
        "", 5_000, 20, "foot", "Public health team", "Invented: the winter plan asks for one in each ward.", ""
    ),
    "money-advice": StandardWords(
        "",
        8_000,
        30,
        "bus",
        "Welfare advice board",
        "Invented: a guess from how many people its advisers can see.",
        "",
    ),
}
"""What the invented council says is enough, by theme."""


def add_standards(session: Session) -> None:
    """The standards of the island, each unless somebody has set or ended it already."""
    for theme, words in STANDARDS.items():
        if find_newest(session, theme, words.audience) is None:
            set_standard(session, theme, words, None)


def add_people(session: Session, borough: DemoBorough) -> bool:
    """Add contacts, messages that wait, and wishes, once; False when they are there already.

    A newer version of the island brings no second letter of the same people.
    """
    if any(submissions.find_submission_of_draft(session, _draft_id(letter)) for letter in borough.letters):
        return False
    ids = {
        **loading_people.find_record_ids(session, SOURCE_KEY),
        **loading_people.find_record_ids(session, WALK_KEY),
    }
    for number, row in enumerate(borough.contacts.to_dict("records")):
        contact = add_contact(
            session, ContactPurpose.GROUP, email=row["email"], phone=row["phone"], name=row["name"],
            organisation_id=ids[row["organisation_ref"]], publish=True, consent_words=CONSENT_WORDS,
            source=SOURCE_KEY, takes_hub_letters=bool(row["email"]) and number % 3 > 0,
        )  # fmt: skip
        if row["email"] and number % 7:
            confirm_email(session, contact)
    for letter in borough.letters:
        _send(session, letter, ids)
    for number, wish in enumerate(borough.wishes.to_dict("records")):
        asked = NewWish(near=wish["postcode"], theme=wish["theme"], audience="")
        record_wish(session, asked, key_of=_visitor(number), today=wish["asked_on"])
    return True


def _draft_id(letter: Letter) -> UUID:
    return uuid5(NAMESPACE_OID, f"{SOURCE_KEY}/{letter.ref}")


def _visitor(number: int) -> Callable[[date | None], str]:
    return lambda day: hashlib.sha256(f"{SOURCE_KEY} visitor {number} {day}".encode()).hexdigest()


def _send(session: Session, letter: Letter, ids: Mapping[str, UUID]) -> None:
    kind, contact = SubmissionKind(letter.kind), None
    if letter.email:
        contact = add_contact(
            session, ContactPurpose.SENDER, email=letter.email, name=letter.name, source=SOURCE_KEY
        )
    is_need = kind == SubmissionKind.NEW_NEED
    record_id = ids[letter.organisation_ref] if letter.organisation_ref else None
    before, version = None, None
    if letter.change and record_id:
        group, version = read_group(session, record_id)
        before = group.model_dump(mode="json")
    send(
        session,
        NewSubmission(
            kind=kind,
            record_kind=RecordKind.NEED if is_need else RecordKind.ORGANISATION,
            record_id=record_id,
            draft_id=_draft_id(letter),
            document=_document(letter, before, ids),
            before=before,
            base_version=version,
            note=letter.note,
            contact_id=contact.id if contact else None,
            sender_key=_visitor(-1)(None)
            if not letter.email
            else hashlib.sha256(letter.email.encode()).hexdigest(),
        ),
    )


def _document(letter: Letter, before: Mapping[str, Any] | None, ids: Mapping[str, UUID]) -> dict[str, Any]:
    """A new record as the forms would send it, or the record as it is with one service changed."""
    if letter.document:
        kind = NeedDocument if letter.kind == SubmissionKind.NEW_NEED else GroupDocument
        return kind.model_validate(letter.document).model_dump(mode="json")
    if before is None or letter.service_ref is None:
        return {}
    changed = str(ids[letter.service_ref])
    services = [one | (letter.change or {}) if one["id"] == changed else one for one in before["services"]]
    return GroupDocument.model_validate({**before, "services": services}).model_dump(mode="json")
