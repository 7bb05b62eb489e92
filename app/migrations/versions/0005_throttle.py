"""What may be done only so often."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0005_throttle"
down_revision = "0004_residents"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("DROP TABLE tried")
