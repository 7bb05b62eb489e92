"""Is it still right? Groups are asked by letter and answer by one press; those that do not sink, and stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.actions.links import find_link, make_link, use_link
from app.actions.mail import queue_mail
from app.actions.record_ways import read_record
from app.errors import LinkOverError, NotFoundError
from app.models import Link
from app.queries import Session, audit, revisions
from app.queries import freshness as queries
from app.queries import links as link_queries
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import LinkPurpose, RecordKind, ReminderAnswer, Stage

ASK_AFTER_MONTHS = 6
MOST_ASKED = 3
MOST_A_DAY = 500
GROUP = RecordKind.ORGANISATION


@dataclass(frozen=True)
class StillRight:
    """What a letter asks about; ``facts`` is the document of the group as it stands."""

    organisation_id: UUID
    facts: dict[str, object]
    is_closed: bool


def send_reminders(session: Session, page_of: Callable[[str], str], delete_me: str) -> int:
    """Ask the groups whose turn it is, longest silence first; how many. ``page_of``: token to address."""
    due = queries.list_due(session, months=ASK_AFTER_MONTHS, most_asked=MOST_ASKED, limit=MOST_A_DAY)
    for row in due:
        token = make_link(
            session, LinkPurpose.STILL_RIGHT, record_id=row.organisation_id, contact_id=row.contact_id
        )
        queries.add_reminder(session, row.organisation_id, row.number)
        queue_mail(
            session, row.email, "still_right", name=row.contact_name, group=row.name, page=page_of(token),
            number=row.number, most=MOST_ASKED, delete_me=delete_me,
        )  # fmt: skip
    return len(due)


def let_sink(session: Session) -> int:
    """Groups that answered none of the letters are shown as not confirmed, below others; how many."""
    sunk = queries.let_sink(session, MOST_ASKED)
    if sunk:
        bump_versions(session, [RECORDS])
    return len(sunk)


def find_still_right(session: Session, token: str) -> StillRight:
    """What a link asks about. Raises NotFoundError, LinkOverError."""
    return _group_of(session, find_link(session, LinkPurpose.STILL_RIGHT, token))


def confirm(session: Session, token: str, today: date) -> None:
    """It is still right: the entry and all it offers are confirmed today."""
    group = _open_group(session, token)
    queries.confirm(session, group.organisation_id, today)
    _note(session, group, ReminderAnswer.STILL_RIGHT, "confirmed")


def begin_change(session: Session, token: str) -> str:
    """Something changed: the token of a link by which the group edits its entry."""
    link = use_link(session, LinkPurpose.STILL_RIGHT, token)
    group = _group_of(session, link)
    queries.answer_reminders(session, group.organisation_id, ReminderAnswer.CHANGED.value)
    return make_link(session, LinkPurpose.EDIT_GROUP, record_id=group.organisation_id, contact_id=link.contact_id)


def close(session: Session, token: str) -> None:
    """It has closed: the entry leaves the map. A moderator can put it back."""
    group = _open_group(session, token)
    if not revisions.has_revisions(session, GROUP, group.organisation_id):
        revisions.add_revision(session, GROUP, group.organisation_id, 0, group.facts)
    queries.close(session, group.organisation_id)
    link_queries.revoke_links(session, LinkPurpose.STILL_RIGHT, record_id=group.organisation_id)
    _note(session, group, ReminderAnswer.CLOSED, "closed")


def _open_group(session: Session, token: str) -> StillRight:
    group = _group_of(session, use_link(session, LinkPurpose.STILL_RIGHT, token))
    if group.is_closed:
        raise LinkOverError("You told us that it has closed.", "If it is open again, put it on the map anew.")
    return group


def _group_of(session: Session, link: Link) -> StillRight:
    if link.record_id is None:
        raise NotFoundError("This link leads to nothing.")
    facts, _version = read_record(session, GROUP, link.record_id)
    return StillRight(link.record_id, facts, facts["stage"] == Stage.CLOSED.value)


def _note(session: Session, group: StillRight, answer: ReminderAnswer, verb: str) -> None:
    queries.answer_reminders(session, group.organisation_id, answer.value)
    audit.add_entry(session, verb, GROUP, group.organisation_id)
    bump_versions(session, [RECORDS])
