"""scripts/flask gaps …: big gap questions worked out in the background."""

from __future__ import annotations

from dataclasses import replace

import click
from flask.cli import AppGroup

from app.actions import gap_runs
from app.actions.gap_answers import TRAVEL_M_PER_MINUTE
from app.actions.gap_scope import list_choices
from app.db import db
from app.errors import WhosDoingWhatError
from app.jobs.runs import run_gap

gaps_group = AppGroup("gaps", help="Big gap questions, worked out in the background.")


@gaps_group.command("run")
@click.option("--theme", "themes", multiple=True, help="A theme by its key; again for more.")
@click.option("--layer", default="", help="The areas to show, by their key.")
@click.option("--within", default="", help="Only inside this area (layer:code); everything loaded if left out.")
@click.option("--minutes", type=click.IntRange(1, 120), default=15, help="Within so many minutes on foot.")
@click.option("--list-years", type=int, default=2, help="Trust lists up to so many years old.")
@click.option("--now", is_flag=True, help="Do it here and wait, instead of leaving it to the worker.")
def run(themes: tuple[str, ...], layer: str, within: str, minutes: int, list_years: int, now: bool) -> None:
    """Work the gaps of themes out and keep the answers; what was done with the same data is not done again."""
    choices = list_choices(db.session)
    if choices.defaults is None:
        raise click.ClickException("Nothing is loaded yet: load areas and groups first.")
    question = replace(
        choices.defaults,
        layer=layer or choices.defaults.layer,
        within=within,
        reach_m=minutes * TRAVEL_M_PER_MINUTE["foot"],
        list_years=list_years,
    )
    wanted = themes or tuple(theme.key for theme in choices.themes if theme.has_services)
    try:
        run_ids = gap_runs.ask_for_runs(db.session, question, wanted)
    except WhosDoingWhatError as problem:
        raise click.ClickException(str(problem)) from problem
    db.session.commit()
    for run_id in run_ids if now else []:
        run_gap(str(run_id))
    _show(run_ids)


@gaps_group.command("runs")
def runs() -> None:
    """List the runs: how far each is, and what went wrong."""
    _show(None)


def _show(run_ids: list[int] | None) -> None:
    for one in gap_runs.list_runs(db.session):
        if run_ids is None or one.id in run_ids:
            more = (
                one.problem
                or one.step
                or ("the data changed since" if one.done_at_utc and not one.is_current else "")
            )
            where = one.question.within or "everywhere"
            said = f"{one.id}: {one.question.theme} by {one.question.layer}, {where}: {one.state.value}"
            click.echo(f"{said}, {round(one.done_share * 100)} %{f' ({more})' if more else ''}")
