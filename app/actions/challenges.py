"""“There is something here”: anybody says so of a gap; a person checks it, and until then the area is disputed.

What is sent is a small group document, so that saying yes puts it on the map like any other group.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from app.actions.contacts import add_contact, confirm_email, get_contact
from app.actions.group_documents import GroupDocument, ServiceDocument, Where, read_group
from app.actions.links import find_link, make_link, use_link
from app.actions.mail import queue_mail
from app.actions.moderation import Areas
from app.actions.personal_words import POSTCODE
from app.actions.spots import UnknownSpotError, locate
from app.actions.submissions import OPEN_STATES, NewSubmission, Pages, approve, get_submission, reject, send
from app.actions.suggestions import Sender
from app.actions.throttle import note_try
from app.errors import BadQuestionError, NotFoundError
from app.models import Submission
from app.queries import Session, areas, contacts, moderation, themes
from app.queries import challenges as queries
from app.queries.areas import AreaRow
from app.queries.challenges import ChallengeRow, ListedRow
from app.queries.themes import ThemeRow
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import ContactPurpose, LinkPurpose, RecordKind, SubmissionKind

MOST_PER_DAY, DAY_S = 20, 86_400
"""From one network address: a library may be the address of a whole village."""
MOST_LISTED = 60


class Known(StrEnum):
    """How somebody knows of it."""

    RUNS = "runs"
    GOES = "goes"
    SEEN = "seen"
    TOLD = "told"


KNOWN_WORDS = {
    Known.RUNS: "I run it, or help there",
    Known.GOES: "I have been there",
    Known.SEEN: "I have seen it, or read about it",
    Known.TOLD: "Somebody told me",
}


@dataclass(frozen=True)
class Subject:
    """The gap that is challenged: a theme in an area."""

    theme: ThemeRow
    area: AreaRow


@dataclass(frozen=True)
class Something:
    """What somebody says there is, in her words."""

    name: str
    where: str
    when: str
    known: Known
    words: str = ""
    email: str = ""


@dataclass(frozen=True)
class ChallengeCase:
    """What a moderator needs to settle a challenge, besides what was sent."""

    about: ChallengeRow
    listed: list[ListedRow]  # groups it may be, there or for there


def find_subject(session: Session, theme: str, area: str) -> Subject:
    """``area`` is layer:code. Raises BadQuestionError (field theme or area)."""
    layer, _, code = area.rpartition(":")
    found = areas.find_areas(session, code, layer or None) if code else []
    if not found:
        raise BadQuestionError(
            "This does not say which area is meant.",
            "Open the page about gaps, and choose “Something here?” beside an area.",
            field="area",
        )
    chosen = next((one for one in themes.list_themes(session) if one.key == theme), None)
    if chosen is None:
        raise BadQuestionError("This does not say what there is.", "Choose a theme from the list.", field="theme")
    return Subject(chosen, found[0])


def challenge_gap(
    session: Session, subject: Subject, typed: Something, sender: Sender, confirm_address: Callable[[str], str]
) -> Submission:
    """Take it in, to be checked; an address is asked to confirm itself by letter.

    Raises BadQuestionError with the field, TooOftenError.
    """
    note_try(session, "challenge", sender.key, most=MOST_PER_DAY, within_s=DAY_S)
    contact = None
    if typed.email:
        contact = add_contact(session, ContactPurpose.SENDER, email=typed.email, source="challenge form")
    middle = queries.get_middle(session, subject.area.id)
    submission = send(
        session,
        NewSubmission(
            kind=SubmissionKind.CHALLENGE,
            record_kind=RecordKind.ORGANISATION,
            document=_document(session, subject, typed).model_dump(mode="json"),
            draft_id=sender.form_id,
            note="\n\n".join(filter(None, [KNOWN_WORDS[typed.known] + ".", typed.words])),
            contact_id=contact.id if contact else None,
            sender_key=sender.key,
            lon=middle.lon,
            lat=middle.lat,
        ),
    )
    if queries.has_challenge(session, submission.id):
        return submission
    queries.add_challenge(session, submission.id, subject.theme.key, subject.area.id)
    if contact and contact.email:
        token = make_link(session, LinkPurpose.CONFIRM_EMAIL, record_id=submission.id, contact_id=contact.id)
        queue_mail(session, contact.email, "confirm_challenge", address=confirm_address(token),
                   theme=subject.theme.name, area=subject.area.name)  # fmt: skip
    return submission


def find_confirmation(session: Session, token: str) -> ChallengeRow:
    """What a mailed link confirms. Raises NotFoundError, LinkOverError."""
    link = find_link(session, LinkPurpose.CONFIRM_EMAIL, token)
    about = queries.find_challenge(session, link.record_id) if link.record_id else None
    if about is None:
        raise NotFoundError("This link leads to nothing.", "It may have been settled long ago.")
    return about


def confirm(session: Session, token: str) -> None:
    find_confirmation(session, token)
    link = use_link(session, LinkPurpose.CONFIRM_EMAIL, token)
    assert link.contact_id is not None
    confirm_email(session, get_contact(session, link.contact_id))


def find_case(session: Session, submission_id: UUID) -> ChallengeCase | None:
    """None for what is no challenge."""
    about = queries.find_challenge(session, submission_id)
    if about is None:
        return None
    return ChallengeCase(about, queries.list_listed(session, about.area_id, about.theme_key, MOST_LISTED))


def settle_listed(
    session: Session,
    submission_id: UUID,
    organisation_id: UUID,
    account_id: UUID,
    today: date,
    *,
    areas: Areas,
    pages: Pages | None = None,
) -> Submission:
    """It is on the map already: that group is confirmed today, and gets the theme if no service of it has it.

    Raises NotFoundError for a group that is not there or not in the moderator's areas.
    """
    about = queries.find_challenge(session, submission_id)
    group, version = read_group(session, organisation_id)
    if about is None or not moderation.is_record_in_scope(session, organisation_id, areas):
        raise NotFoundError("There is no such entry here.", "It may be in another area.")
    submission = get_submission(session, submission_id)
    if submission.state in OPEN_STATES:
        submission.record_id = organisation_id
    document = with_theme(group, about.theme_key).model_dump(mode="json")
    return approve(session, submission_id, account_id, today, document, base_version=version, pages=pages)


def settle_nothing(
    session: Session,
    submission_id: UUID,
    account_id: UUID,
    reason: str,
    today: date,
    *,
    pages: Pages | None = None,
) -> Submission:
    """Somebody looked and there is nothing: refused, and kept as a look at that theme there today."""
    about = queries.find_challenge(session, submission_id)
    if about is None:
        raise NotFoundError("There is no such message here.", "It may have been cleared away.")
    submission = reject(session, submission_id, account_id, reason)
    queries.set_look(session, submission_id, today)
    bump_versions(session, [RECORDS])
    contact = contacts.find_contact(session, submission.contact_id) if submission.contact_id else None
    if contact and contact.email and pages:
        queue_mail(session, contact.email, "looked_nothing", theme=about.theme_name, area=about.area_name,
                   reason=submission.reason, delete_me=pages.delete_me)  # fmt: skip
    return submission


def with_theme(group: GroupDocument, theme: str) -> GroupDocument:
    """The group, with its first service under the theme where none is, or with one of its own name."""
    if any(theme in service.themes for service in group.services):
        return group
    first, *others = group.services or (ServiceDocument(name=group.name),)
    return group.model_copy(
        update={"services": (first.model_copy(update={"themes": (*first.themes, theme)}), *others)}
    )


def _document(session: Session, subject: Subject, typed: Something) -> GroupDocument:
    service = ServiceDocument(
        name=typed.name,
        description=typed.when,
        themes=(subject.theme.key,),
        places=place_in_words(session, typed.where),
    )
    return GroupDocument(name=typed.name, services=(service,))


def place_in_words(session: Session, where: str) -> tuple[Where, ...]:
    """The place in her words; on the map only where they hold a postcode that we know."""
    found = POSTCODE.search(where)
    if found is None:
        return (Where(address=where),) if where else ()
    rest = " ".join((where[: found.start()] + where[found.end() :]).split()).strip(" ,")
    try:
        spot = locate(session, found[0])
    except UnknownSpotError:
        return (Where(address=where),)
    return (Where(address=rest, postcode=spot.label, lon=spot.lon, lat=spot.lat),)
