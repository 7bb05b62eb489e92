"""Anybody says that an entry is wrong, or that it is her group; a person reads it before anything changes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.actions.accounts import tidy_email
from app.actions.contacts import add_contact
from app.actions.mail import queue_mail
from app.actions.organisations import GONE, GONE_FIX
from app.actions.submissions import NewSubmission, send
from app.actions.throttle import note_try
from app.errors import BadQuestionError, NotFoundError
from app.models import Submission
from app.queries import Session, organisations
from app.vocabulary import ContactPurpose, RecordKind, SubmissionKind

MOST_PER_HOUR = 10
HOUR_S = 3_600


class Wrong(StrEnum):
    """What may be wrong with an entry."""

    CLOSED = "closed"
    TIMES = "times"
    PLACE = "place"
    CONTACT = "contact"
    PRIVATE = "private"
    OTHER = "other"


class Involved(StrEnum):
    """How somebody belongs to a group."""

    RUNS = "runs"
    HELPS = "helps"
    WORKS = "works"
    OTHER = "other"


WRONG_WORDS = {
    Wrong.CLOSED: "It has closed or stopped",
    Wrong.TIMES: "The days or times are wrong",
    Wrong.PLACE: "The place is wrong",
    Wrong.CONTACT: "The phone, e-mail or website is wrong",
    Wrong.PRIVATE: "It shows something that should be private",
    Wrong.OTHER: "Something else",
}
INVOLVED_WORDS = {
    Involved.RUNS: "I run it, or help to run it",
    Involved.HELPS: "I volunteer there",
    Involved.WORKS: "I am paid to work there",
    Involved.OTHER: "Something else",
}


@dataclass(frozen=True)
class Sender:
    """``form_id`` is that of the form she sent, so that pressing twice sends once; ``key`` is her sender_key."""

    form_id: UUID
    key: str


@dataclass(frozen=True)
class Correction:
    wrong: Wrong
    words: str
    email: str = ""
    service_id: UUID | None = None


@dataclass(frozen=True)
class Claim:
    name: str
    email: str
    involved: Involved
    words: str = ""
    takes_hub_letters: bool = False


def suggest_correction(session: Session, organisation_id: UUID, typed: Correction, sender: Sender) -> Submission:
    """Tell the moderators what is wrong. Raises NotFoundError, BadQuestionError with the field, TooOftenError."""
    get_name(session, organisation_id)
    if not typed.words and typed.wrong == Wrong.OTHER:
        raise BadQuestionError(
            "We do not know what is wrong yet.", "Please write it in a few words.", field="words"
        )
    lines = [WRONG_WORDS[typed.wrong] + ".", typed.words]
    service = organisations.find_service(session, typed.service_id) if typed.service_id else None
    if service is not None and service.organisation_id == organisation_id:
        lines.insert(0, f"About: {service.name}")
    return _send(session, SubmissionKind.CORRECTION, organisation_id, lines, sender, email=typed.email)


def claim_group(session: Session, organisation_id: UUID, typed: Claim, sender: Sender) -> Submission:
    """Ask to look after an entry; the edit link is mailed when a moderator agrees. Raises as above."""
    name = get_name(session, organisation_id)
    if not typed.email:
        raise BadQuestionError(
            "There is no e-mail address yet.", "We send the link to change the entry there.", field="email"
        )
    lines = [INVOLVED_WORDS[typed.involved] + ".", typed.words]
    claim = _send(
        session, SubmissionKind.CLAIM, organisation_id, lines, sender, email=typed.email, name=typed.name,
        takes_hub_letters=typed.takes_hub_letters,
    )  # fmt: skip
    queue_mail(session, tidy_email(typed.email), "claim_received", group=name)
    return claim


def get_name(session: Session, organisation_id: UUID) -> str:
    """The name of an organisation that the public may see. Raises NotFoundError."""
    found = organisations.find_organisation(session, organisation_id)
    if found is None:
        raise NotFoundError(GONE, GONE_FIX)
    return found.name


def _send(
    session: Session,
    kind: SubmissionKind,
    organisation_id: UUID,
    lines: list[str],
    sender: Sender,
    *,
    email: str,
    name: str = "",
    takes_hub_letters: bool = False,
) -> Submission:
    note_try(session, kind.value, sender.key, most=MOST_PER_HOUR, within_s=HOUR_S)
    contact = None
    if email:
        contact = add_contact(
            session, ContactPurpose.SENDER, email=email, name=name, source=f"{kind.value} form",
            takes_hub_letters=takes_hub_letters,
        )  # fmt: skip
    return send(
        session,
        NewSubmission(
            kind=kind,
            record_kind=RecordKind.ORGANISATION,
            record_id=organisation_id,
            document={},
            draft_id=sender.form_id,
            note="\n\n".join(filter(None, lines)),
            contact_id=contact.id if contact else None,
            sender_key=sender.key,
        ),
    )
