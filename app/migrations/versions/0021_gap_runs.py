"""Gap questions worked out in the background."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0021_gap_runs"
down_revision = "0020_claims"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("DROP TABLE gap_run")
