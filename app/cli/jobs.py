"""scripts/flask jobs …: what is done in the background, and letters."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from app.actions import mail
from app.actions.jobs import describe_jobs
from app.cli.accounts import one_change
from app.db import db
from app.jobs.worker import run_all
from app.jobs.worker import work as work_on

jobs_group = AppGroup("jobs", help="What is done in the background: letters, reminders, forgetting.")


@jobs_group.command("work")
@click.option("--until-done", is_flag=True, help="Do what is due now and stop, as from cron.")
def work(until_done: bool) -> None:
    """Do jobs until stopped; scripts/run does this beside the site."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if until_done:
        run_all(app)
    else:
        work_on(app)


@jobs_group.command("status")
def status() -> None:
    """Say how many letters and jobs wait, failed or were held back."""
    for line in describe_jobs(db.session, current_app.config["SETTINGS"].has_post):
        click.echo(line)


@jobs_group.command("try-again")
def try_again() -> None:
    """Send letters that failed once more, after the mail server was mended."""
    with one_change():
        count = mail.try_failed_again(db.session)
    click.echo(f"Letters in the queue again: {count}.")


@jobs_group.command("test-letter")
@click.argument("email")
def test_letter(email: str) -> None:
    """Send a letter to an address, to see whether mail is set up right."""
    with one_change():
        mail.queue_mail(db.session, email, "test_letter")
    click.echo("A letter is in the queue. See what became of it: jobs status")
