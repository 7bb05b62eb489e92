"""Grants that organisations received, and what hubs add to their reports."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0027_grants"
down_revision = "0026_offers"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("DROP TABLE grant_award")
