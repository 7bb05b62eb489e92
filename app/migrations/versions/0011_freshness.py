"""Since when nobody of a group answers whether its entry is still right."""

from __future__ import annotations

from alembic import op

revision = "0011_freshness"
down_revision = "0010_people"


def upgrade() -> None:
    op.execute("ALTER TABLE organisation ADD COLUMN unanswered_since DATE")
    op.execute(
        "COMMENT ON COLUMN organisation.unanswered_since IS "
        "'Since when nobody of the group answers whether it is still right'"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE organisation DROP COLUMN unanswered_since")
