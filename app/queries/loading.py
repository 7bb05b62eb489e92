"""What every load shares: one lock, patient time limits, COPY into staging tables, merging only what differs.

Table and column names in these statements are written in this package and never come from a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import psycopg
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import TextClause

from app.errors import LoadRefusedError

LOAD_LOCK = 7_304_117
"""Advisory lock: two loads never interleave; it falls with the transaction."""

VERSION_NAMES = ("areas", "indicators", "postcodes", "records")


@dataclass(frozen=True)
class Changes:
    """How many rows of one table a load touched."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: Changes) -> Changes:
        return Changes(self.added + other.added, self.changed + other.changed, self.removed + other.removed)

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def try_begin_load(session: Session) -> bool:
    """Make this transaction fit for a load; False when another load is running.

    The server looks every two seconds whether the program is still there, so that a killed load lets go at once.
    """
    for setting in (
        "statement_timeout = 0",
        "lock_timeout = '60s'",
        "idle_in_transaction_session_timeout = 0",
        "client_connection_check_interval = '2s'",
        "work_mem = '128MB'",
    ):
        session.execute(text(f"SET LOCAL {setting}"))
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": LOAD_LOCK}))


def count_rows(session: Session, statement: str | TextClause, **values: Any) -> int:
    """Run a statement that changes rows, and say how many."""
    clause = text(statement) if isinstance(statement, str) else statement
    return int(session.execute(clause, values).rowcount)  # type: ignore[attr-defined]


def make_stage(session: Session, name: str, columns: Mapping[str, str]) -> None:
    """Make an empty temporary table ``name`` with ``columns`` (name -> SQL type); it goes with the transaction."""
    body = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{name}"))
    session.execute(text(f"CREATE TEMP TABLE {name} ({body}) ON COMMIT DROP"))


def copy_rows(session: Session, table: str, columns: Iterable[str], rows: Iterable[Sequence[Any]]) -> None:
    """Stream rows into ``table`` by COPY; None is null, lists are arrays.

    Raises LoadRefusedError for a value that the column cannot hold, such as an invisible null character.
    """
    driver = session.connection().connection.driver_connection
    assert driver is not None
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.DataError as error:
        raise LoadRefusedError(
            f"A value cannot be kept: {str(error).splitlines()[0]}.", "Find it in the file and mend it."
        ) from error


def stage(session: Session, name: str, columns: Mapping[str, str], frame: pd.DataFrame) -> None:
    """Make the temporary table ``name`` and fill it from the columns of ``frame`` that have these names."""
    make_stage(session, name, columns)
    if len(frame):
        copy_rows(session, name, columns, plain_rows(frame, columns))
    session.execute(text(f"ANALYZE {name}"))


def plain_rows(frame: pd.DataFrame, columns: Mapping[str, str]) -> Iterable[tuple[Any, ...]]:
    """The rows of ``frame`` as tuples of plain values in the order of ``columns`` (name -> SQL type).

    Every kind of missing value becomes None; whole numbers that pandas keeps as floats become whole again.
    """
    return zip(*(_plain_column(frame[name], kind) for name, kind in columns.items()), strict=True)


def _plain_column(values: pd.Series[Any], kind: str) -> list[Any]:
    if not values.hasnans and values.dtype != object:
        return list(values.tolist())
    plain = [None if _is_missing(value) else value for value in values.astype(object)]
    if kind in ("integer", "smallint"):
        return [int(value) if isinstance(value, float) and value.is_integer() else value for value in plain]
    return plain


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or value != value  # noqa: PLR0124 - NaN alone differs


def merge(
    session: Session,
    table: str,
    ready: str,
    *,
    key: Sequence[str],
    columns: Sequence[str],
    nullable: Sequence[str] = (),
    on_insert: Mapping[str, str] | None = None,
    on_change: Mapping[str, str] | None = None,
) -> Changes:
    """Bring ``table`` up to date from the temporary table ``ready``: add what is new, change only what differs.

    ``nullable`` names the key columns in which null equals null. ``on_insert`` and ``on_change`` give SQL for
    columns set only when a row is added or changed. No row that is the same is touched, so that loading a file
    again changes nothing, not even a page on disk.
    """
    same_key = " AND ".join(f"t.{n} {'IS NOT DISTINCT FROM' if n in nullable else '='} r.{n}" for n in key)
    changed = 0
    if columns:
        sets = [f"{name} = r.{name}" for name in columns] + [
            f"{n} = {sql}" for n, sql in (on_change or {}).items()
        ]
        differs = " OR ".join(f"t.{name} IS DISTINCT FROM r.{name}" for name in columns)
        changed = count_rows(
            session,
            f"UPDATE {table} t SET {', '.join(sets)} FROM {ready} r WHERE {same_key} AND ({differs})",  # noqa: S608
        )
    extra = on_insert or {}
    names = ", ".join([*key, *columns, *extra])
    values = ", ".join([*(f"r.{name}" for name in (*key, *columns)), *extra.values()])
    added = count_rows(
        session,
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {ready} r "  # noqa: S608
        f"WHERE NOT EXISTS (SELECT 1 FROM {table} t WHERE {same_key})",
    )
    return Changes(added, changed)


def upsert_source(session: Session, card: Mapping[str, Any]) -> tuple[int, bool]:
    """Add or update the source with ``card["key"]``; returns its id and whether anything of it changed."""
    columns = [name for name in card if name != "key"]
    stage(
        session,
        "stage_source",
        {"key": "text", **{name: _SOURCE_TYPES.get(name, "text") for name in columns}},
        pd.DataFrame([dict(card)], dtype=object),
    )
    done = merge(
        session, "source", "stage_source", key=["key"], columns=columns,
        on_insert={"loaded_at_utc": "now()"}, on_change={"loaded_at_utc": "now()"},
    )  # fmt: skip
    found = session.scalar(text("SELECT id FROM source WHERE key = :key"), {"key": card["key"]})
    return int(found or 0), done.any


_SOURCE_TYPES = {"published_on": "date", "is_invented": "boolean"}


def add_load_run(
    session: Session, source_id: int, kind: str, file_name: str, counts: dict[str, Any], problems: list[Any]
) -> None:
    statement = text(
        "INSERT INTO load_run (source_id, kind, file_name, counts, problems) "
        "VALUES (:source_id, :kind, :file_name, :counts, :problems)"
    ).bindparams(bindparam("counts", type_=JSONB), bindparam("problems", type_=JSONB))
    session.execute(
        statement,
        {"source_id": source_id, "kind": kind, "file_name": file_name, "counts": counts, "problems": problems},
    )


def bump_versions(session: Session, names: Iterable[str]) -> None:
    """Give each kind of data in ``names`` a new version number; caches and ETags notice."""
    for name in sorted(set(names)):
        session.execute(
            text(
                "INSERT INTO data_version (name) VALUES (:name) ON CONFLICT (name) "
                "DO UPDATE SET version = nextval('data_version_number'), changed_at_utc = now()"
            ),
            {"name": name},
        )


def analyze(session: Session, tables: Iterable[str]) -> None:
    """Refresh the planner's picture of tables that a load filled, so that pages are fast at once."""
    for table in tables:
        session.execute(text(f"ANALYZE {table}"))


def merge_themes(session: Session, themes: pd.DataFrame) -> Changes:
    """Bring the themes up to date; columns key, name, question, description, icon, sort_order."""
    columns = {"key": "text", "name": "text", "question": "text", "description": "text", "icon": "text"}
    stage(session, "stage_theme_word", {**columns, "sort_order": "integer"}, themes)
    names = [name for name in (*columns, "sort_order") if name != "key"]
    return merge(session, "theme", "stage_theme_word", key=["key"], columns=names)


def list_theme_keys(session: Session) -> set[str]:
    return set(session.scalars(text("SELECT key FROM theme")))


def make_ready(session: Session, name: str, select: str, **values: Any) -> None:
    """Make a temporary table of what a query selects, ready to be merged."""
    session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{name}"))
    session.execute(text(f"CREATE TEMP TABLE {name} ON COMMIT DROP AS {select}"), values)
    session.execute(text(f"ANALYZE {name}"))
