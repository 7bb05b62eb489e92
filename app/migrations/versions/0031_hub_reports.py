"""What a hub adds to its report for funders."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0031_hub_reports"
down_revision = "0030_plan_runs"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("DROP TABLE hub_report")
