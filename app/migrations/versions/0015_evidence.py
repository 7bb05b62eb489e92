"""Evidence packs and snapshots."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0015_evidence"
down_revision = "0014_standards"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("DROP TABLE evidence_file; DROP TABLE evidence; DROP TABLE evidence_part")
