"""The worker: takes jobs from the queue, does what is due by the clock, and loses nothing when it is killed."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.actions.clock import LOCAL_TIME
from app.actions.mail import queue_mail
from app.config import ROOT
from app.jobs import daily
from app.queries.jobs import add_job
from tests.databases import migrate_to_head, scratch_database, settings_for
from tests.integration.mail.mail_server import FROM, free_port, mail_server, silent_server

PATIENCE_S = 60
DELIVERIES = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'deliver_letter'"


@pytest.fixture(scope="module")
def url(worker: str) -> Iterator[str]:
    with scratch_database(f"wdw_worker_{worker}") as url:
        migrate_to_head(url)
        yield url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = create_engine(settings_for(url).sqlalchemy_url)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE mail, procrastinate_jobs, procrastinate_workers CASCADE"))
    yield engine
    engine.dispose()


def start_worker(url: str, smtp_port: int, *words: str) -> subprocess.Popen[bytes]:
    """`flask jobs work` as a real site, its mail server being ours."""
    settings = {
        "DATABASE_URL": url, "WDW_SECRET_KEY": "s" * 40, "WDW_BASE_URL": "https://map.example.org",
        "WDW_SMTP_HOST": "127.0.0.1", "WDW_SMTP_PORT": str(smtp_port), "WDW_SMTP_TLS": "none",
        "WDW_MAIL_FROM": FROM, "FLASK_SKIP_DOTENV": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "app"), "jobs", "work", *words]
    return subprocess.Popen(command, env=os.environ | settings, stderr=subprocess.PIPE)


def write_letter(engine: Engine) -> None:
    with Session(engine) as session:
        queue_mail(session, "ada@example.org", "test_letter")
        session.commit()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def value(engine: Engine, statement: str) -> object:
    with engine.connect() as connection:
        return connection.scalar(text(statement))


def end(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> str:
    process.send_signal(number)
    return process.communicate(timeout=PATIENCE_S)[1].decode()


def test_a_letter_goes_out_at_once_and_the_worker_ends_when_asked(url: str, engine: Engine) -> None:
    with mail_server() as (postbox, office):
        process = start_worker(url, office.port)
        wait_until(lambda: bool(value(engine, "SELECT count(*) FROM procrastinate_workers")))
        write_letter(engine)
        wait_until(lambda: value(engine, "SELECT state FROM mail") == "sent")
        wait_until(lambda: value(engine, DELIVERIES) == 0)  # the clock may have sent it before its own job came
        said = end(process)
    assert process.returncode == 0
    assert len(postbox.letters) == 1
    assert "ada@example.org" not in said


def test_a_worker_killed_in_the_middle_loses_no_letter(url: str, engine: Engine) -> None:
    write_letter(engine)
    with silent_server() as (office, called):
        process = start_worker(url, office.port)
        assert called.wait(PATIENCE_S)
        end(process, signal.SIGKILL)
    assert value(engine, "SELECT state || tries FROM mail") == "waiting1"
    with engine.begin() as connection:
        connection.execute(text("UPDATE mail SET next_try_at_utc = now()"))
    with mail_server() as (postbox, office):
        process = start_worker(url, office.port, "--until-done")
        process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert len(postbox.letters) == 1
    assert value(engine, "SELECT state FROM mail") == "sent"


def test_a_job_that_fails_is_said_without_telling_of_whom(url: str, engine: Engine) -> None:
    with Session(engine) as session:
        add_job(session, "deliver_letter", {"letter_id": "not an id"})
        session.commit()
    process = start_worker(url, free_port(), "--until-done")
    said = process.communicate(timeout=PATIENCE_S)[1].decode()
    assert "deliver_letter" in said
    assert (
        value(engine, "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'deliver_letter'") == "failed"
    )


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], None]:
    """Sets the clock of the daily tasks: day of November 2026, hour."""

    def set_to(day: int, hour: int) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:
                return datetime(2026, 11, day, hour, tzinfo=LOCAL_TIME)

        monkeypatch.setattr(daily, "datetime", Clock)

    return set_to


def test_what_is_due_daily_is_done_once_a_day_by_daylight(
    app: Flask,
    session: Session,
    set_clock: Callable[[int, int], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[tuple[str, date]] = []
    is_broken = [True]

    def fail_first(session: Session, today: date) -> None:
        if is_broken.pop() if is_broken else False:
            raise ValueError("broken")
        done.append(("second", today))

    tasks = {"first": lambda session, today: done.append(("first", today)), "second": fail_first}
    monkeypatch.setattr(daily, "DAILY", tasks)
    with app.app_context(), caplog.at_level(logging.ERROR):
        for day, hour in ((22, 7), (22, 8), (22, 9), (22, 10), (23, 7), (23, 12)):
            set_clock(day, hour)
            daily.run_daily()
    first, second = date(2026, 11, 22), date(2026, 11, 23)
    assert done == [("first", first), ("second", first), ("first", second), ("second", second)]
    assert "“second” failed" in caplog.text


def test_every_daily_task_runs_on_an_empty_site(app: Flask, session: Session) -> None:
    with app.app_context():
        for task in daily.DAILY.values():
            task(session, date(2026, 11, 22))


def test_an_operator_is_told_how_letters_fare(app: Flask, session: Session) -> None:
    def run(*words: str) -> str:
        done = app.test_cli_runner().invoke(args=["jobs", *words])
        assert done.exit_code == 0, done.output
        return done.output

    run("test-letter", "ada@example.org")
    assert "Letters: 1 waiting, 0 sent, 0 failed, 0 held back" in run("status")
    session.execute(text("UPDATE mail SET state = 'failed', last_problem = '550 nobody of that name'"))
    session.commit()
    said = run("status")
    assert "0 waiting, 0 sent, 1 failed" in said
    assert "What went wrong last: 550 nobody of that name" in said
    assert "Letters in the queue again: 1." in run("try-again")
    session.execute(text("UPDATE mail SET queued_at_utc = now() - interval '10 minutes'"))
    session.commit()
    assert "The oldest letter has waited 10 minutes." in run("status")
    refused = app.test_cli_runner().invoke(args=["jobs", "test-letter", "nobody"])
    assert (refused.exit_code, "is not an e-mail address" in refused.output) == (1, True)
