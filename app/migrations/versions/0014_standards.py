"""Standards: what is said to be enough of a kind of help."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0014_standards"
down_revision = "0013_challenges"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("DROP TABLE standard")
    op.execute("DROP FUNCTION refuse_standard_change")
