"""scripts/flask tiles …: what the maps are drawn from."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.actions.area_tiles import draw_all_layers
from app.db import db
from app.queries.map_points import list_differences, rebuild_map

tiles_group = AppGroup("tiles", help="What the maps are drawn from: pins, their counts, and areas per zoom.")


@tiles_group.command("check")
def check() -> None:
    """Compare the pins and counts on the map with ones made anew; changes nothing."""
    differences = list_differences(db.session)
    for what, how_many in differences.items():
        click.echo(f"{what}: {how_many:,}")
    if differences:
        click.echo("Put it right with: scripts/flask tiles rebuild", err=True)
        raise SystemExit(1)
    click.echo("The map shows what the records say.")


@tiles_group.command("rebuild")
def rebuild() -> None:
    """Make pins and counts anew from the records, and draw areas that changed."""
    rebuild_map(db.session)
    db.session.commit()
    click.echo("Pins and counts are made anew.")
    for key, shapes in draw_all_layers(db.session):
        db.session.commit()
        click.echo(f"Drawn: {key} ({shapes:,} areas)")
