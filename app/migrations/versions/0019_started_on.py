"""Since when a service is offered, to tell what opened from what was found."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0019_started_on"
down_revision = "0018_walking"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("ALTER TABLE service DROP COLUMN started_on")
