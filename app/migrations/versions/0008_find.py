"""What the finder searches: a row for each public service, kept up to date by triggers."""

from __future__ import annotations

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0008_find"
down_revision = "0007_trust"

WATCHED = ("organisation", "service", "service_theme", "schedule", "footprint", "place", "theme")
FUNCTIONS = (
    "on_findable_truncate", "on_findable_change", "rebuild_findable", "refresh_findable", "findable_of", "slot_of",
    "search_vector", "plain_words",
)  # fmt: skip


def upgrade() -> None:
    # The statements go as they stand: they hold colons and percent signs that are no parameters.
    statement = Path(__file__).with_suffix(".sql").read_text()
    op.execute(text(statement.replace(":", r"\:")))


def downgrade() -> None:
    for table in WATCHED:
        for event in ("insert", "update", "delete", "truncate"):
            op.execute(f"DROP TRIGGER IF EXISTS find_{event} ON {table}")
    for function in FUNCTIONS[:-3]:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP TABLE findable")
    for function in FUNCTIONS[-3:]:
        op.execute(f"DROP FUNCTION {function}")
