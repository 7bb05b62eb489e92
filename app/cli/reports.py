"""How loads look on the command line: a bar while they run, a report at the end, refusals as plain text."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.actions.loading import LoadReport, counts_by_reason
from app.db import db
from app.errors import WhosDoingWhatError
from app.queries.failures import DATABASE_FAILURES, is_not_set_up, is_our_mistake
from geodata.guess import guess_command
from geodata.problems import InputProblem, RowProblem

SHOWN_ROWS = 3
SHOWN_REASONS = 12
ADDED_TO = {
    "load-areas": " --layer … --name … --vintage …", "load-indicators": " --dataset …",
    "load-organisations": " --profile …", "load-case": " --from …",
}  # fmt: skip
"""What a command cannot do without, besides the file."""

P = ParamSpec("P")


class Bar:
    """A progress bar with one line per step."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def start(self, title: str, total: int | None = None) -> None:
        self.finish()
        self._task = self._bar.add_task(title, total=total)

    def advance(self, amount: int = 1) -> None:
        if self._task is not None:
            self._bar.advance(self._task, amount)

    def finish(self) -> None:
        """Fill the line of the step that is over."""
        if self._task is not None:
            task = self._bar.tasks[self._task]
            total = task.total or max(task.completed, 1)
            self._bar.update(self._task, total=total, completed=total)


@contextmanager
def progress_bar() -> Iterator[Bar]:
    """A bar on standard error; draws nothing where nobody watches (a file, a pipe, a log)."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        watcher = Bar(bar)
        yield watcher
        watcher.finish()


def plain_refusals(command: Callable[P, None]) -> Callable[P, None]:
    """Undo everything, show what is wrong with a file as text, and leave with exit code 1, without a traceback."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (InputProblem, WhosDoingWhatError) as problem:
            db.session.rollback()
            hint = _other_command(kwargs) if isinstance(problem, InputProblem) else ""
            raise click.ClickException(f"{problem}{hint}\nNothing was loaded.") from problem
        except DATABASE_FAILURES as failure:
            db.session.rollback()
            if is_our_mistake(failure):
                raise
            said = (
                "The database has no tables yet: run scripts/flask db upgrade."
                if is_not_set_up(failure)
                else f"The database stopped the load: {str(failure).splitlines()[0]} Try again when it is back."
            )
            raise click.ClickException(f"{said}\nNothing was loaded.") from failure

    return wrapped


def _other_command(said: Mapping[str, Any]) -> str:
    """Which other command reads what the refused file seems to hold; nothing when it is this one, or not clear."""
    path = said.get("file") or said.get("case") or next(iter(said.get("paths") or ()), None)
    guessed = guess_command(path) if isinstance(path, Path) else None
    if guessed is None or guessed[0] == click.get_current_context().info_name:
        return ""
    command, holds = guessed
    more = ADDED_TO.get(command, "")
    return f"\nIt seems to hold {holds}: scripts/flask data {command} {path}{more} reads such a file."


def print_reports(reports: Sequence[LoadReport], csv_file: Path | None = None) -> None:
    """Print what each load did and what was wrong, grouped by reason; write every problem to ``csv_file``."""
    console = Console(soft_wrap=True)
    if not console.is_terminal:
        console = Console(soft_wrap=True, width=110)
    for report in reports:
        _print_report(console, report)
    if not any(report.changed for report in reports):
        console.print("Nothing changed: all of this was loaded already.")
    problems = [problem for report in reports for problem in report.problems]
    if csv_file is not None:
        write_problems(problems, csv_file)
        console.print(f"{len(problems):,} problems are listed in {csv_file}.", markup=False, highlight=False)
    elif problems:
        console.print("Add --report FILE.csv to list every problem with its row.", markup=False)


def _print_report(console: Console, report: LoadReport) -> None:
    console.print(f"\n{report.title} — {report.file}", style="bold", markup=False, highlight=False)
    table = Table("", *(name for name, _ in _COLUMNS), box=None, pad_edge=False, header_style="dim")
    for column in table.columns[1:]:
        column.justify = "right"
    for thing, tally in report.tallies.items():
        numbers = [getattr(tally, field) for _, field in _COLUMNS]
        table.add_row(thing, *(f"{number:,}" if number else "·" for number in numbers))
    console.print(table)
    for note in report.notes:
        console.print(f"  {note}", markup=False, highlight=False)
    reasons = list(counts_by_reason(report.problems).items())
    for reason, problems in reasons[:SHOWN_REASONS]:
        skipped = "left out" if problems[0].skipped else "kept"
        console.print(f"  {len(problems):,} {skipped}: {reason}", markup=False, highlight=False)
        for problem in problems[:SHOWN_ROWS]:
            console.print(f"      {_where(problem)}", style="dim", markup=False, highlight=False)
    if len(reasons) > SHOWN_REASONS:
        console.print(f"  and {len(reasons) - SHOWN_REASONS} other kinds of problem.", markup=False)


_COLUMNS = (
    ("read", "read"), ("added", "added"), ("changed", "changed"), ("unchanged", "unchanged"),
    ("skipped", "skipped"), ("removed", "removed"), ("gone", "missing"),
)  # fmt: skip


def _where(problem: RowProblem) -> str:
    place = f"row {problem.row}: " if problem.row is not None else ""
    return f"{place}{problem.problem} {problem.fix}".strip()


def write_problems(problems: Sequence[RowProblem], path: Path) -> None:
    """Write one line per problem: file, row, column, problem, fix, skipped."""
    rows = [(p.file, p.row, p.column, p.problem, p.fix, "yes" if p.skipped else "no") for p in problems]
    write_table(path, ("file", "row", "column", "problem", "fix", "skipped"), rows)


def write_table(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write a CSV that a spreadsheet opens with accents right; text that looks like a formula stays text."""
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([_harmless(value) for value in row] for row in rows)


def _harmless(value: Any) -> Any:
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else value
