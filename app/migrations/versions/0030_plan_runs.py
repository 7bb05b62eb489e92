"""Plans proven in the background, and what the numbers of a plan's day were worked out from."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0030_plan_runs"
down_revision = "0029_visit_contact"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("DROP TABLE plan_run")
    op.execute("ALTER TABLE plan DROP COLUMN kept")
