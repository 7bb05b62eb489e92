"""A link for answering a moderator; where a merged organisation went; names compared by their letters."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0007_trust"
down_revision = "0006_needs"

PURPOSES_BEFORE = (
    "resume_draft", "confirm_email", "edit_group", "still_right", "follow_need", "introduction", "sign_in",
    "invitation", "delete_me",
)  # fmt: skip


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("DELETE FROM link WHERE purpose = 'answer'")
    op.execute("ALTER TABLE link DROP CONSTRAINT ck_link_linkpurpose")
    op.execute(f"ALTER TABLE link ADD CONSTRAINT ck_link_linkpurpose CHECK (purpose IN {PURPOSES_BEFORE!r})")
    op.execute("DROP INDEX ix_submission_sent_at_utc")
    op.execute("DROP INDEX ix_submission_sender_key")
    op.execute("DROP INDEX ix_organisation_name_alike")
    op.execute("ALTER TABLE organisation DROP COLUMN merged_into_id")
