"""scripts/flask demo …: the invented borough to try everything on."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.actions.clock import today
from app.actions.load_demo import load_demo
from app.cli.reports import plain_refusals, progress_bar
from app.db import db

demo_group = AppGroup("demo", help="The invented borough.")


@demo_group.command("load")
@click.option("--if-empty", is_flag=True, help="Leave any map that is there alone.")
@plain_refusals
def load_command(if_empty: bool) -> None:
    """Load the invented borough; quick when it is there already."""
    with progress_bar() as bar:
        reports = load_demo(db.session, today=today(), if_empty=if_empty, progress=bar)
        db.session.commit()
    if not reports:
        click.echo("There is a map already." if if_empty else "The demo borough is loaded already.")
        return
    rows = sum(tally.read for report in reports for tally in report.tallies.values())
    click.echo(f"The demo borough is loaded: {rows:,} rows. Everything in it is invented.")


@demo_group.command("logins")
def logins_command() -> None:
    """Say how to log in to the demo."""
    click.echo("No log-in is needed yet: every page is open to read.")
