"""The network of streets and paths that walks are measured along."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0018_walking"
down_revision = "0017_list_order"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("DROP TABLE walking")
    op.execute("DELETE FROM data_version WHERE name = 'walking'")
