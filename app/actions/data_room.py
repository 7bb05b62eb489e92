"""What is loaded, what each load did, and what could not be placed: for whoever looks after the data."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from typing import Any

from app.actions.gap_files import safe_text
from app.actions.pages import Page, page_of
from app.actions.sources import LoadedSource, list_loaded_sources
from app.errors import BadQuestionError, NotFoundError
from app.queries import Session
from app.queries import data_room as queries
from app.queries.data_room import LoadRunRow, UnplacedRow

RUNS_PER_PAGE = 20
ROWS_PER_PAGE = 50
MOST_CSV_ROWS = 100_000
KINDS = ("organisation", "service", "need")
MISSING = ("theme", "point")
DONE = ("read", "added", "changed", "unchanged", "skipped", "removed", "missing")
"""What may happen to the rows of a load, as the loads count it; the last are no longer in the source."""
CSV_COLUMNS = (
    "missing", "kind", "name", "organisation", "source", "source_title", "reference", "why", "unknown_postcode",
)  # fmt: skip


@dataclass(frozen=True)
class DataRoom:
    sources: list[LoadedSource]
    runs: list[LoadRunRow]
    page: Page
    unplaced: dict[str, int]  # missing -> how many


@dataclass(frozen=True)
class LoadRun:
    run: LoadRunRow
    problems: list[dict[str, Any]]


@dataclass(frozen=True)
class UnplacedQuestion:
    """Which unplaced records to list; an empty text means all."""

    source: str = ""
    kind: str = ""
    missing: str = ""
    page: int = 1


@dataclass(frozen=True)
class UnplacedAnswer:
    question: UnplacedQuestion
    rows: list[UnplacedRow]
    total: int
    page: Page
    sources: list[tuple[str, str]]  # key and title of those that have any


def describe_data(session: Session, page: int = 1) -> DataRoom:
    """Sources, one page of loads, and how much is unplaced. Raises BadQuestionError past the last page."""
    shown = page_of(page, queries.count_load_runs(session), RUNS_PER_PAGE)
    unplaced = dict.fromkeys(MISSING, 0)
    for row in queries.count_unplaced(session):
        unplaced[row.missing] += row.count
    runs = queries.list_load_runs(session, limit=RUNS_PER_PAGE, skip=shown.skip)
    return DataRoom(list_loaded_sources(session), runs, shown, unplaced)


def sum_done(run: LoadRunRow) -> dict[str, int]:
    """What a load did to rows of every kind together; the things it did to none are left out."""
    sums = {what: sum(counts.get(what) or 0 for counts in run.counts.values()) for what in DONE}
    return {what: count for what, count in sums.items() if count}


def get_load_run(session: Session, run_id: int) -> LoadRun:
    """One load with what was wrong with its file. Raises NotFoundError."""
    run = queries.find_load_run(session, run_id)
    if run is None:
        raise NotFoundError("There is no such load.")
    return LoadRun(run, queries.list_load_problems(session, run_id))


def list_unplaced(session: Session, question: UnplacedQuestion) -> UnplacedAnswer:
    """One page of records without a theme or a point. Raises BadQuestionError for one there is not."""
    counts = queries.count_unplaced(session)
    sources = list(dict.fromkeys((row.source_key, row.source_title) for row in counts))
    total = sum(
        row.count
        for row in counts
        if question.source in ("", row.source_key)
        and question.kind in ("", row.kind)
        and question.missing in ("", row.missing)
    )
    if question.source and question.source not in dict(sources):
        raise BadQuestionError(
            f"There is no source “{question.source[:60]}” with anything unplaced.", "Choose one from the list.",
            field="source",
        )  # fmt: skip
    page = page_of(question.page, total, ROWS_PER_PAGE)
    rows = _list(session, question, limit=ROWS_PER_PAGE, skip=page.skip)
    return UnplacedAnswer(question, rows, total, page, sources)


def unplaced_csv(session: Session, question: UnplacedQuestion) -> str:
    """The same records as CSV, at most MOST_CSV_ROWS; text that a spreadsheet would run is made harmless."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(CSV_COLUMNS)
    for row in _list(session, question, limit=MOST_CSV_ROWS):
        values = (
            row.missing, row.kind, row.name, row.organisation, row.source_key, row.source_title, row.source_ref,
            row.why, row.postcode,
        )  # fmt: skip
        writer.writerow([safe_text(value) for value in values])
    return file.getvalue()


def _list(session: Session, question: UnplacedQuestion, *, limit: int, skip: int = 0) -> list[UnplacedRow]:
    return queries.list_unplaced(
        session, source=question.source, kind=question.kind, missing=question.missing, limit=limit, skip=skip
    )
