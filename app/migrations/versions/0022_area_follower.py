"""Who follows an area."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0022_area_follower"
down_revision = "0021_gap_runs"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("""
        DELETE FROM link WHERE purpose = 'follow_area';
        DELETE FROM contact WHERE purpose = 'area_follower';
        DROP TABLE area_follower;
        ALTER TABLE contact DROP CONSTRAINT ck_contact_contactpurpose;
        ALTER TABLE contact ADD CONSTRAINT ck_contact_contactpurpose CHECK (purpose IN (
            'sender', 'group', 'need_follower', 'pledge'));
        ALTER TABLE link DROP CONSTRAINT ck_link_linkpurpose;
        ALTER TABLE link ADD CONSTRAINT ck_link_linkpurpose CHECK (purpose IN (
            'resume_draft', 'confirm_email', 'edit_group', 'still_right', 'follow_need', 'introduction', 'sign_in',
            'invitation', 'delete_me', 'answer'))
    """)
