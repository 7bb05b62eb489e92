"""Letters: written from a template, queued in the transaction of what they tell of, sent later by a job.

A template is templates/mail/<name>.txt; its first line is the subject and holds nothing that a visitor typed.
A letter is claimed before it is sent, and claiming it already sets when it is tried again: whatever happens to the
worker in between, the letter is sent once or again, and never lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.actions.accounts import tidy_email
from app.models import Mail
from app.queries import Session, jobs
from app.queries import mail as queries
from app.queries.mail import LetterCounts
from app.vocabulary import MailState

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "mail"
MOST_PER_HOUR = 3
"""To one address; more are held back, so that nobody can have a stranger flooded."""

MOST_PER_DAY = 10
HELD_FOR = timedelta(days=1)
"""A letter held back goes when there is room; what is older than this is of no use any more."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
"""Between the tries to deliver a letter."""

MOST_TRIES = len(WAITS) + 1
KEPT_DAYS = 30
DELIVER_LETTER = "deliver_letter"


@dataclass(frozen=True)
class Letter:
    """What a mail server needs to know; plain, so that no transaction is open while it is talked to."""

    id: UUID
    to_address: str
    template: str
    subject: str
    body: str
    unsubscribe_address: str
    made_at: datetime
    tries: int
    is_one_click: bool = False
    reply_to: str = ""


def write_letter(template: str, **values: Any) -> tuple[str, str]:
    """Subject and words of a letter, as they go out."""
    subject, _, body = letters().get_template(f"{template}.txt").render(**values).partition("\n")
    return " ".join(subject.split()), body.strip() + "\n"


def queue_mail(
    session: Session,
    to_address: str,
    template: str,
    *,
    unsubscribe_address: str = "",
    is_one_click: bool = False,
    reply_to: str = "",
    **values: Any,
) -> Mail:
    """Write a letter from a template and put it in the queue; held back when the address got enough lately.

    ``unsubscribe_address``: where the reader can end letters of this kind; mail programs show it as a button.
    ``is_one_click``: a POST there ends them without a page. ``reply_to``: where answers go, if not to the site.
    Raises BadQuestionError when ``to_address`` is no e-mail address.
    """
    subject, body = write_letter(template, **values)
    to_address = tidy_email(to_address)
    queries.lock_address(session, to_address)
    mail = Mail(
        to_address=to_address, template=template, subject=subject, body=body,
        unsubscribe_address=unsubscribe_address, is_one_click=is_one_click, reply_to=reply_to,
        state=MailState.WAITING if _room_for(session, to_address) else MailState.HELD_BACK,
    )  # fmt: skip
    queries.add_mail(session, mail)
    if mail.state == MailState.WAITING:
        jobs.add_job(session, DELIVER_LETTER, {"letter_id": str(mail.id)})
    return mail


def claim_letter(session: Session, letter_id: UUID) -> Letter | None:
    """Take a letter whose time has come, for the caller alone once it has committed; None when there is none."""
    mail = queries.claim(session, letter_id, WAITS, MOST_TRIES)
    if mail is None:
        return None
    return Letter(
        mail.id, mail.to_address, mail.template, mail.subject, mail.body, mail.unsubscribe_address,
        mail.queued_at_utc, mail.tries, mail.is_one_click, mail.reply_to,
    )  # fmt: skip


def note_sent(session: Session, letter: Letter, *, keep_body: bool) -> None:
    """It went; what it said is not kept, because links in it open doors. (The demo keeps it, to show it.)"""
    queries.set_sent(session, letter.id, keep_body=keep_body)


def note_problem(session: Session, letter: Letter, words: str, *, is_final: bool) -> None:
    """It did not go: it is tried again later, unless another try cannot help or there were enough."""
    queries.set_problem(session, letter.id, words, has_failed=is_final or letter.tries >= MOST_TRIES)


def list_due(session: Session) -> Sequence[UUID]:
    return queries.list_due(session, MOST_TRIES)


def give_up_interrupted(session: Session) -> None:
    """A letter whose last try was cut off has failed."""
    queries.give_up_interrupted(session, MOST_TRIES)


def release_held_letters(session: Session) -> None:
    """Letters held back go, oldest first, as far as their address has room again."""
    for address in queries.list_held_addresses(session, HELD_FOR):
        queries.lock_address(session, address)
        for letter_id in queries.release(session, address, _room_for(session, address), HELD_FOR):
            jobs.add_job(session, DELIVER_LETTER, {"letter_id": str(letter_id)})


def try_failed_again(session: Session) -> int:
    """Letters that failed join the queue again, as new; how many. For an operator who mended the mail server."""
    found = queries.renew_failed(session)
    for letter_id in found:
        jobs.add_job(session, DELIVER_LETTER, {"letter_id": str(letter_id)})
    return len(found)


def drop_waiting(session: Session, to_address: str, template: str) -> int:
    """Remove letters of a kind that have not gone to an address yet; how many."""
    return queries.remove_waiting(session, to_address, template)


def forget_old_letters(session: Session) -> int:
    """Remove letters that were sent, failed or held back KEPT_DAYS ago; how many."""
    return queries.remove_old(session, KEPT_DAYS)


def list_letters(session: Session, most: int = 200) -> Sequence[Mail]:
    """The newest first."""
    return queries.list_letters(session, most)


def count_letters(session: Session) -> LetterCounts:
    return queries.count_letters(session)


def _room_for(session: Session, to_address: str) -> int:
    in_hour, in_day = queries.count_recent(session, to_address)
    return max(0, min(MOST_PER_HOUR - in_hour, MOST_PER_DAY - in_day))


@lru_cache
def letters() -> Environment:
    found = FileSystemLoader(TEMPLATES)
    return Environment(loader=found, undefined=StrictUndefined, autoescape=False)  # noqa: S701 - plain text
