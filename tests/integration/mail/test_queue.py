"""Letters in the queue: with what they tell of, a few to one address, tried again, never lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.actions import mail
from app.actions.mail import DELIVER_LETTER, MOST_PER_DAY, MOST_PER_HOUR, MOST_TRIES, queue_mail
from app.errors import BadQuestionError
from app.jobs import letters
from app.jobs.worker import JOBS
from tests.databases import migrate_to_head, scratch_database, settings_for
from tests.integration.mail.mail_server import Postbox, mail_server

ADA = "ada@example.org"


@pytest.fixture
def postbox(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    """The app as a real site whose mail server is ours."""
    with mail_server() as (postbox, office):
        changes = {
            "demo_mode": False, "smtp_host": office.host, "smtp_port": office.port, "smtp_tls": "none",
            "mail_from": office.from_address,
        }  # fmt: skip
        monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update=changes))
        yield postbox


def deliver(app: Flask) -> None:
    with app.app_context():
        letters.deliver_due_letters()


def states(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT state FROM mail ORDER BY made_at_utc, id")))


def let_time_pass(session: Session, minutes: float) -> None:
    for column in ("made_at_utc", "queued_at_utc", "next_try_at_utc"):
        session.execute(
            text(f"UPDATE mail SET {column} = {column} - make_interval(secs => :s)"), {"s": minutes * 60}
        )
    session.commit()


def row(session: Session) -> Any:
    return session.execute(text("SELECT * FROM mail")).one()


def test_a_letter_goes_out_and_what_it_said_is_not_kept(app: Flask, session: Session, postbox: Postbox) -> None:
    queue_mail(session, " Ada@Example.org", "test_letter")
    session.commit()
    assert "set up right" in row(session).body
    deliver(app)
    deliver(app)
    (found,) = postbox.letters
    assert found["To"] == ADA
    assert found["Subject"] == "A test letter from Who’s Doing What"
    assert (row(session).state, row(session).body, row(session).tries) == ("sent", "", 1)


def test_a_letter_has_its_job_in_the_same_transaction(session: Session) -> None:
    queued = queue_mail(session, ADA, "test_letter")
    jobs = session.execute(text("SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo'")).all()
    assert [tuple(job) for job in jobs] == [(DELIVER_LETTER, {"letter_id": str(queued.id)})]
    assert DELIVER_LETTER in JOBS
    session.rollback()
    assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0
    assert session.scalar(text("SELECT count(*) FROM mail")) == 0


@pytest.mark.parametrize(
    "address", ["", "ada", "ada@example.org\nBcc: all@example.org", "a@b", "x" * 300 + "@example.org"]
)
def test_what_is_no_address_gets_no_letter(session: Session, address: str) -> None:
    with pytest.raises(BadQuestionError):
        queue_mail(session, address, "test_letter")
    assert states(session) == []


def test_a_letter_is_tried_again_later_and_later_and_then_has_failed(
    app: Flask, session: Session, postbox: Postbox
) -> None:
    postbox.answers = ["451 later"] * 20
    queue_mail(session, ADA, "test_letter")
    session.commit()
    for tries, wait_min in enumerate([1, 5, 30, 120, 720], start=1):
        deliver(app)
        deliver(app)
        assert (row(session).state, row(session).tries) == ("waiting", tries)
        assert "451 later" in row(session).last_problem
        let_time_pass(session, wait_min - 0.2)
        deliver(app)
        assert row(session).tries == tries
        let_time_pass(session, 0.3)
    deliver(app)
    assert (row(session).state, row(session).tries) == ("failed", MOST_TRIES)
    assert len(postbox.answers) == 20 - MOST_TRIES
    postbox.answers = []
    assert mail.try_failed_again(session) == 1
    session.commit()
    deliver(app)
    assert states(session) == ["sent"]


def test_a_final_refusal_is_not_tried_again(app: Flask, session: Session, postbox: Postbox) -> None:
    postbox.refuse_recipient = "550 nobody of that name"
    queue_mail(session, ADA, "test_letter")
    session.commit()
    deliver(app)
    assert (row(session).state, row(session).tries) == ("failed", 1)


def test_a_letter_whose_worker_died_is_sent_by_the_next(app: Flask, session: Session, postbox: Postbox) -> None:
    queued = queue_mail(session, ADA, "test_letter")
    session.commit()
    assert mail.claim_letter(session, queued.id) is not None  # and then the worker dies
    session.commit()
    deliver(app)
    assert not postbox.letters
    let_time_pass(session, 1.1)
    deliver(app)
    assert len(postbox.letters) == 1
    assert states(session) == ["sent"]


def test_a_letter_whose_last_try_was_cut_off_has_failed(app: Flask, session: Session, postbox: Postbox) -> None:
    queue_mail(session, ADA, "test_letter")
    session.execute(text("UPDATE mail SET tries = :most"), {"most": MOST_TRIES})
    session.commit()
    deliver(app)
    assert (row(session).state, postbox.letters) == ("failed", [])


def test_in_demo_mode_nothing_leaves_the_machine(app: Flask, session: Session, postbox: Postbox) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings.model_copy(update={"demo_mode": True})
    queue_mail(session, ADA, "test_letter")
    session.commit()
    deliver(app)
    app.config["SETTINGS"] = settings
    assert (row(session).state, postbox.letters) == ("sent", [])
    assert "set up right" in row(session).body


def test_without_a_mail_server_letters_wait(app: Flask, session: Session, postbox: Postbox) -> None:
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings.model_copy(update={"smtp_host": ""})
    queue_mail(session, ADA, "test_letter")
    session.commit()
    deliver(app)
    app.config["SETTINGS"] = settings
    assert (row(session).state, row(session).tries) == ("waiting", 0)
    deliver(app)
    assert states(session) == ["sent"]


def test_nobody_gets_more_than_a_few_letters_an_hour_or_a_day(
    app: Flask, session: Session, postbox: Postbox
) -> None:
    for _ in range(50):
        queue_mail(session, ADA, "test_letter")
    queue_mail(session, "somebody.else@example.org", "test_letter")
    session.commit()
    in_each_hour = []
    for _ in range(30):
        before = len(postbox.letters)
        deliver(app)
        in_each_hour.append(sum(found["To"] == ADA for found in postbox.letters[before:]))
        let_time_pass(session, 61)
    assert in_each_hour[:4] == [MOST_PER_HOUR, MOST_PER_HOUR, MOST_PER_HOUR, 1]
    assert sum(in_each_hour[:24]) == MOST_PER_DAY
    assert sum(in_each_hour) == MOST_PER_DAY  # the rest is too old to be of use
    assert mail.count_letters(session).by_state == {"held_back": 40, "sent": 11}


def test_old_letters_are_forgotten_and_waiting_ones_are_not(
    app: Flask, session: Session, postbox: Postbox
) -> None:
    queue_mail(session, ADA, "test_letter")
    session.commit()
    deliver(app)
    queue_mail(session, ADA, "test_letter")
    let_time_pass(session, 29 * 24 * 60)
    assert mail.forget_old_letters(session) == 0
    let_time_pass(session, 2 * 24 * 60)
    assert mail.forget_old_letters(session) == 1
    assert states(session) == ["waiting"]


@pytest.fixture(scope="module")
def engine(worker: str) -> Iterator[Engine]:
    """A database whose commits are real, so that several can work at once."""
    with scratch_database(f"wdw_letters_{worker}") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url, pool_size=20)
        yield engine
        engine.dispose()


def test_letters_written_at_the_same_moment_are_all_counted(engine: Engine) -> None:
    def write(_number: int) -> None:
        with Session(engine) as session:
            queue_mail(session, "grace@example.org", "test_letter")
            session.commit()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(40)))
    with Session(engine) as session:
        assert sorted(states(session)) == ["held_back"] * 37 + ["waiting"] * MOST_PER_HOUR
        session.execute(text("DELETE FROM mail"))
        session.commit()


def test_two_workers_never_claim_one_letter(engine: Engine) -> None:
    with Session(engine) as session:
        ids = [queue_mail(session, f"p{number}@example.org", "test_letter").id for number in range(20)]
        session.commit()
    claimed: list[UUID] = []
    start = threading.Barrier(8)

    def work(_number: int) -> None:
        start.wait()
        for letter_id in ids:
            with Session(engine) as session:
                if mail.claim_letter(session, letter_id):
                    claimed.append(letter_id)
                session.commit()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert sorted(claimed) == sorted(ids)
