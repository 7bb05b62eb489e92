"""Letters waiting to be sent; time is the database's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app.models import Mail
from app.vocabulary import MailState


@dataclass(frozen=True)
class LetterCounts:
    """How many letters there are of each state, and what went wrong last."""

    by_state: dict[str, int]
    oldest_waiting_min: int
    last_problem: str


def add_mail(session: Session, mail: Mail) -> None:
    mail.made_at_utc = func.clock_timestamp()  # so that letters of one transaction keep their order
    session.add(mail)
    session.flush()


def lock_address(session: Session, to_address: str) -> None:
    """Letters to one address are counted one after the other, until the commit."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('mail:' || :address, 0))"), {"address": to_address}
    )


def count_recent(session: Session, to_address: str) -> tuple[int, int]:
    """Letters queued for an address in the last hour and in the last day, across all servers."""
    row = session.execute(
        text("""
        SELECT count(*) FILTER (WHERE queued_at_utc > now() - interval '1 hour'), count(*) FROM mail
        WHERE to_address = :address AND state != 'held_back' AND queued_at_utc > now() - interval '1 day'
        """),
        {"address": to_address},
    ).one()
    return int(row[0]), int(row[1])


def claim(session: Session, letter_id: UUID, waits: Sequence[timedelta], most_tries: int) -> Mail | None:
    """One more try of a letter that is due; its next try is set as if this one will fail."""
    claimed = text("""
        UPDATE mail SET tries = tries + 1,
            next_try_at_utc = now() + make_interval(secs => (CAST(:waits_s AS float[]))[least(tries + 1, :waits)])
        WHERE id = :id AND state = 'waiting' AND next_try_at_utc <= now() AND tries < :most_tries RETURNING *
    """).bindparams(
        id=letter_id, waits_s=[wait.total_seconds() for wait in waits], waits=len(waits), most_tries=most_tries
    )
    statement = select(Mail).from_statement(claimed).execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()


def list_due(session: Session, most_tries: int) -> Sequence[UUID]:
    return session.scalars(
        select(Mail.id)
        .where(Mail.state == MailState.WAITING, Mail.next_try_at_utc <= func.now(), Mail.tries < most_tries)
        .order_by(Mail.next_try_at_utc, Mail.id)
        .limit(500)
    ).all()


def set_sent(session: Session, letter_id: UUID, *, keep_body: bool) -> None:
    values: dict[str, object] = {"state": MailState.SENT, "sent_at_utc": func.now(), "last_problem": ""}
    session.execute(update(Mail).where(Mail.id == letter_id).values(values | ({} if keep_body else EMPTY)))


EMPTY: dict[str, object] = {"body": "", "unsubscribe_address": "", "reply_to": ""}


def set_problem(session: Session, letter_id: UUID, words: str, *, has_failed: bool) -> None:
    state = MailState.FAILED if has_failed else MailState.WAITING
    session.execute(
        update(Mail).where(Mail.id == letter_id).values(state=state, last_problem=words.replace("\0", ""))
    )


def give_up_interrupted(session: Session, most_tries: int) -> None:
    session.execute(
        update(Mail)
        .where(Mail.state == MailState.WAITING, Mail.tries >= most_tries, Mail.next_try_at_utc <= func.now())
        .values(state=MailState.FAILED, last_problem="The last try was cut off.")
    )


def list_held_addresses(session: Session, held_for: timedelta) -> Sequence[str]:
    return session.scalars(
        select(Mail.to_address)
        .where(Mail.state == MailState.HELD_BACK, Mail.made_at_utc > func.now() - held_for)
        .distinct()
        .order_by(Mail.to_address)
    ).all()


def release(session: Session, to_address: str, most: int, held_for: timedelta) -> Sequence[UUID]:
    """Let up to ``most`` letters of an address join the queue, oldest first; which."""
    oldest = (
        select(Mail.id)
        .where(
            Mail.to_address == to_address,
            Mail.state == MailState.HELD_BACK,
            Mail.made_at_utc > func.now() - held_for,
        )
        .order_by(Mail.made_at_utc, Mail.id)
        .limit(most)
    )
    return session.scalars(
        update(Mail)
        .where(Mail.id.in_(oldest))
        .values(state=MailState.WAITING, queued_at_utc=func.now(), next_try_at_utc=func.now())
        .returning(Mail.id)
    ).all()


def renew_failed(session: Session) -> Sequence[UUID]:
    return session.scalars(
        update(Mail)
        .where(Mail.state == MailState.FAILED, Mail.body != "")
        .values(state=MailState.WAITING, tries=0, next_try_at_utc=func.now())
        .returning(Mail.id)
    ).all()


def remove_waiting(session: Session, to_address: str, template: str) -> int:
    done = session.execute(
        text("""
        DELETE FROM mail WHERE to_address = :address AND template = :template AND state IN ('waiting', 'held_back')
        """),
        {"address": to_address, "template": template},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def remove_old(session: Session, days: int) -> int:
    done = session.execute(
        text("""
        DELETE FROM mail WHERE state != 'waiting' AND queued_at_utc < now() - make_interval(days => :days)
        """),
        {"days": days},
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def list_letters(session: Session, most: int) -> Sequence[Mail]:
    return session.scalars(select(Mail).order_by(Mail.made_at_utc.desc(), Mail.id).limit(most)).all()


def count_letters(session: Session) -> LetterCounts:
    rows = session.execute(text("SELECT state, count(*) FROM mail GROUP BY state ORDER BY state"))
    by_state = {str(state): int(count) for state, count in rows}
    oldest_min = session.scalar(
        text("SELECT floor(extract(epoch FROM now() - min(queued_at_utc)) / 60) FROM mail WHERE state = 'waiting'")
    )
    problem = session.scalar(
        text("SELECT last_problem FROM mail WHERE last_problem != '' ORDER BY next_try_at_utc DESC, id LIMIT 1")
    )
    return LetterCounts(by_state, int(oldest_min or 0), problem or "")
