"""Letters of hubs to groups that agreed."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0024_hub_letters"
down_revision = "0023_members"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("""
        DELETE FROM link WHERE purpose = 'hub_letters';
        DROP TABLE hub_letter_copy;
        DROP TABLE hub_letter;
        ALTER TABLE mail DROP COLUMN reply_to, DROP COLUMN is_one_click;
        ALTER TABLE contact DROP CONSTRAINT ck_contact_hub_letters_with_words,
            DROP COLUMN hub_letters_at_utc, DROP COLUMN hub_letters_words, DROP COLUMN hub_letters_stopped_at_utc;
        ALTER TABLE link DROP CONSTRAINT ck_link_linkpurpose;
        ALTER TABLE link ADD CONSTRAINT ck_link_linkpurpose CHECK (purpose IN (
            'resume_draft', 'confirm_email', 'edit_group', 'still_right', 'follow_need', 'follow_area',
            'introduction', 'sign_in', 'invitation', 'delete_me', 'answer', 'member'))
    """)
