"""What every load shares: where it came from, what it did, how far it is, and how it starts and ends.

No load commits: the command that called it does, once, so that all of it is kept or nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from app.errors import LoadRefusedError
from app.queries import Session, loading
from app.queries.loading import Changes
from geodata.datasets import Source
from geodata.problems import InputProblem, RowProblem
from geodata.themes import list_themes

KEPT_PROBLEMS = 200
"""So many problems are kept with the record of a load; the report of the command lists them all."""


class Progress(Protocol):
    """Told how far a load is; the command line draws it."""

    def start(self, title: str, total: int | None = None) -> None: ...

    def advance(self, amount: int = 1) -> None: ...


class Silent:
    """Progress that nobody watches."""

    def start(self, title: str, total: int | None = None) -> None:
        pass

    def advance(self, amount: int = 1) -> None:
        pass


SILENT = Silent()


@dataclass(frozen=True)
class SourceCard:
    """Where a file came from; ``key`` names it for good, so that loading it again finds its own rows."""

    key: str
    title: str
    publisher: str = "Not stated"
    licence: str = "Not stated"
    attribution: str = ""
    published_on: date | None = None
    note: str = ""
    checksum: str = ""
    is_invented: bool = False


def make_card(key: str, source: Source, checksum: str = "") -> SourceCard:
    """The card of a source that the catalogue describes."""
    return SourceCard(
        key, source.title, source.publisher, source.licence, source.attribution, source.published, source.note,
        checksum,
    )  # fmt: skip


@dataclass
class Tally:
    """What happened to one kind of row: ``read`` = added + changed + unchanged + skipped."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0
    removed: int = 0
    missing: int = 0  # here, but no longer in the source

    @property
    def touched(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.missing)


@dataclass
class LoadReport:
    """What one load did, thing by thing ("areas", "services" …), and what was wrong with the file."""

    kind: str
    title: str
    file: str
    tallies: dict[str, Tally] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def add(self, thing: str, read: int, done: Changes, *, missing: int = 0) -> None:
        """Note what happened to ``read`` rows of ``thing`` that were fit to load."""
        self.tallies[thing] = Tally(
            read=read,
            added=done.added,
            changed=done.changed,
            unchanged=read - done.added - done.changed,
            removed=done.removed,
            missing=missing,
        )

    @property
    def changed(self) -> bool:
        return any(tally.touched for tally in self.tallies.values())


def begin_load(session: Session) -> None:
    """Take the one lock for loads; raises LoadRefusedError when another load holds it."""
    if not loading.try_begin_load(session):
        raise LoadRefusedError(
            "Another load is running on this database.", "Wait until it has finished, then try again."
        )
    _sync_themes(session)


def _sync_themes(session: Session) -> None:
    """Bring the theme table up to the catalogue's themes, so that every load can refer to them."""
    themes = pd.DataFrame([asdict(theme) for theme in list_themes()])
    themes["sort_order"] = range(len(themes))
    if loading.merge_themes(session, themes).any:
        loading.bump_versions(session, ["records"])


def save_source(session: Session, card: SourceCard) -> int:
    """Add or update the source; returns its id."""
    return loading.upsert_source(session, asdict(card))[0]


def finish_load(
    session: Session, report: LoadReport, source_id: int, *, versions: Iterable[str], tables: Iterable[str]
) -> LoadReport:
    """Write the record of a load; when it changed anything, tell the caches and the planner."""
    report.problems = list(dict.fromkeys(report.problems))
    loading.add_load_run(
        session, source_id, report.kind, report.file,
        {thing: asdict(tally) for thing, tally in report.tallies.items()},
        [asdict(problem) for problem in report.problems[:KEPT_PROBLEMS]],
    )  # fmt: skip
    if report.changed:
        loading.bump_versions(session, versions)
        loading.analyze(session, tables)
    return report


def checksum_of(paths: Iterable[Path]) -> str:
    """SHA-256 of the bytes of one file, or of the names and sums of several, in the order of their names."""
    files = sorted(inner for path in paths for inner in ([path] if path.is_file() else path.rglob("*")))
    sums = []
    for path in files:
        if path.is_file():
            with path.open("rb") as file:
                sums.append((path.name, hashlib.file_digest(file, "sha256").hexdigest()))
    if len(sums) == 1:
        return sums[0][1]
    return hashlib.sha256("\n".join(f"{name} {sum_}" for name, sum_ in sums).encode()).hexdigest()


def keep_first(
    frame: pd.DataFrame, key: list[str], file: str, thing: str, problems: list[RowProblem]
) -> pd.DataFrame:
    """Keep the first of rows with the same ``key``, and report the others."""
    twins = frame.duplicated(subset=key)
    for values in frame.loc[twins, key].head(KEPT_PROBLEMS).itertuples(index=False):
        named = ", ".join(str(value) for value in values)
        problems.append(
            RowProblem(file, None, key[-1], f"{thing} “{named}” is there more than once.",
                       "The first was kept; give each its own reference.")
        )  # fmt: skip
    return frame[~twins] if twins.any() else frame


def require_words(frame: pd.DataFrame, column: str, words: type[StrEnum], file: str) -> None:
    """Refuse a table whose ``column`` holds a value that is not one of ``words``."""
    unknown = sorted(set(frame[column].astype(str)) - {word.value for word in words})
    if unknown:
        raise InputProblem(
            file,
            f"“{unknown[0]}” is not a known {column.replace('_', ' ')}.",
            f"Use one of: {', '.join(word.value for word in words)}.",
            column=column,
        )


def refuse_unknown_themes(session: Session, themes: pd.Series, file: str) -> None:
    """Refuse a table that names a theme nobody knows; no theme at all is fine."""
    unknown = sorted(set(themes.dropna()) - loading.list_theme_keys(session))
    if unknown:
        raise InputProblem(
            file, f"There is no theme “{unknown[0]}”.", "Use a key of geodata/catalogue/themes.yaml.",
            column="theme",
        )  # fmt: skip


def counts_by_reason(problems: Iterable[RowProblem]) -> Mapping[str, list[RowProblem]]:
    """Problems grouped by what is wrong and how to mend it, most frequent first; names in quotes are left out."""
    groups: dict[str, list[RowProblem]] = {}
    for problem in problems:
        groups.setdefault(_reason(problem), []).append(problem)
    return dict(sorted(groups.items(), key=lambda item: -len(item[1])))


def _reason(problem: RowProblem) -> str:
    pieces: list[Any] = problem.problem.split("“")
    return "“…”".join([pieces[0], *(piece.partition("”")[2] for piece in pieces[1:])])
