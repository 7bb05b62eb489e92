"""scripts/flask evidence …: packs and snapshots, worked out again or taken."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.actions.clock import today
from app.actions.evidence_check import Check, check_all, check_code
from app.actions.evidence_snapshots import list_due, list_questions, take_snapshot
from app.db import db
from app.errors import WhosDoingWhatError

evidence_group = AppGroup("evidence", help="Evidence packs and snapshots.")
SHOWN = 10


@evidence_group.command("snapshot")
@click.option("--all", "every", is_flag=True, help="Also of questions that have one of this week.")
def snapshot(every: bool) -> None:
    """Keep today's answers of each theme and of what packs were made of, to be compared with later."""
    wanted = list_questions(db.session) if every else list_due(db.session, today())
    for question in wanted:
        code = take_snapshot(db.session, question)
        db.session.commit()
        click.echo(f"{code}: {question.theme}, {question.layer}, {question.within or 'everywhere'}")
    click.echo(f"{len(wanted)} snapshots taken.")


@evidence_group.command("check")
@click.argument("code", required=False)
@click.option("--all", "every", is_flag=True, help="Check every pack and snapshot.")
def check(code: str | None, every: bool) -> None:
    """Work evidence out again from what it kept; exit code 1 when something else comes out."""
    if bool(code) == every:
        raise click.UsageError("Give the code of one pack, or --all.")
    try:
        found = check_all(db.session) if every else [check_code(db.session, code or "")]
    except WhosDoingWhatError as problem:
        raise click.ClickException(str(problem)) from problem
    for one in found:
        click.echo(describe(one))
    wrong = sum(not one.is_same for one in found)
    click.echo(f"{len(found) - wrong} of {len(found)} came out the same.")
    if wrong:
        raise SystemExit(1)


def describe(check: Check) -> str:
    method = "the code of the sums is the same" if check.is_same_method else "the code of the sums has changed"
    if check.problem:
        return f"{check.code}: cannot be worked out again. {check.problem}"
    if check.is_same:
        return f"{check.code}: {check.compared:,} numbers are the same; {method}."
    lines = [f"{check.code}: {len(check.differences):,} of {check.compared:,} numbers differ; {method}."]
    lines += [f"    {one.area}, {one.what}: {one.kept} then, {one.now} now" for one in check.differences[:SHOWN]]
    return "\n".join(lines)
