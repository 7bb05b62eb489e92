"""Words that a column may hold: a revision adds its own to those that stand, whichever came before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alembic import op
from sqlalchemy import text


def allow(table: str, column: str, enum: str, word: str) -> None:
    """Let ``column`` hold ``word``, too; ``enum`` is the name of its enum in small letters."""
    _set_words(table, column, enum, [*_list_words(table, enum), word])


def refuse(table: str, column: str, enum: str, word: str) -> None:
    """Take ``word`` away again; rows that hold it must be gone."""
    _set_words(table, column, enum, [one for one in _list_words(table, enum) if one != word])


def _list_words(table: str, enum: str) -> list[str]:
    found = op.get_bind().scalar(
        text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name"),
        {"name": f"ck_{table}_{enum}"},
    )
    return re.findall(r"'([a-z_]+)'", str(found))


def _set_words(table: str, column: str, enum: str, words: Sequence[str]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    name = f"ck_{table}_{enum}"
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({listed}))")
