"""Accounts, their roles, and failed tries to sign in."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003_accounts"
down_revision = "0002_tiles"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    for table in ("sign_in_try", "account_role", "account"):
        op.execute(f"DROP TABLE {table}")
