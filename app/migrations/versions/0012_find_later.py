"""The finder's rows wait while a load is under way."""

from __future__ import annotations

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0012_find_later"
down_revision = "0011_freshness"


def upgrade() -> None:
    # The statement goes as it stands: it holds percent signs that are no parameters.
    statement = Path(__file__).with_suffix(".sql").read_text()
    op.execute(text(statement.replace(":", r"\:")))


def downgrade() -> None:
    """Nothing to undo: nobody asks it to wait, and the function goes with 0008."""
