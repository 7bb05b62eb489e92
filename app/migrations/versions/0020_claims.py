"""Patches are claimed by somebody until a day, so that no area is held for ever."""

from __future__ import annotations

from alembic import op

revision = "0020_claims"
down_revision = "0019_started_on"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE patch
            ADD COLUMN claimed_until DATE,
            ADD COLUMN account_id UUID,
            ADD CONSTRAINT fk_patch_account_id FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE SET NULL
    """)
    op.execute("CREATE INDEX ix_patch_account_id ON patch (account_id)")
    op.execute(
        "COMMENT ON COLUMN patch.claimed_until IS 'After this day others may go there; null: as loaded, no end'"
    )
    op.execute("COMMENT ON COLUMN patch.account_id IS 'Who claimed it last; null: it was loaded'")


def downgrade() -> None:
    op.execute("ALTER TABLE patch DROP COLUMN claimed_until, DROP COLUMN account_id")
