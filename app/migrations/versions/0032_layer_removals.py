"""What is left of an uploaded layer of areas that was removed: a line that says so."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0032_layer_removals"
down_revision = "0031_hub_reports"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("DROP TABLE layer_removal")
