"""Plans of where to go, their places, and what came of each visit."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0016_plans"
down_revision = "0015_evidence"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("DROP TABLE visit, plan_stop, plan")
