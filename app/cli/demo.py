"""scripts/flask demo …: the invented borough to try everything on."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.actions.clock import today
from app.actions.find_demo import is_demo_loaded
from app.cli.accounts import print_demo_logins
from app.cli.reports import plain_refusals, progress_bar
from app.db import db

demo_group = AppGroup("demo", help="The invented borough.")


@demo_group.command("load")
@click.option("--if-empty", is_flag=True, help="Leave any map that is there alone.")
@plain_refusals
def load_command(if_empty: bool) -> None:
    """Load the invented borough; quick when it is there already."""
    if is_demo_loaded(db.session, if_empty=if_empty):
        click.echo("There is a map already." if if_empty else "The demo borough is loaded already.")
        return
    from app.actions.load_demo import load_demo  # noqa: PLC0415 - half a second that a second start need not wait
    from app.actions.load_demo_hubs import add_hub_work  # noqa: PLC0415 - as above
    from app.cli.drawing import draw_areas  # noqa: PLC0415 - as above
    from geodata.demo.hub_work import read_hub_work  # noqa: PLC0415 - as above

    with progress_bar() as bar:
        reports = load_demo(db.session, today=today(), progress=bar)
        add_hub_work(db.session, read_hub_work(), today=today())
        db.session.commit()
        draw_areas()
    rows = sum(tally.read for report in reports for tally in report.tallies.values())
    click.echo(f"The demo borough is loaded: {rows:,} rows. Everything in it is invented.")


@demo_group.command("logins")
def logins_command() -> None:
    """Make sure of the demo log-ins, and print them with their password."""
    print_demo_logins()
