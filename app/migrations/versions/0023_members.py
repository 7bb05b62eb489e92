"""Who belongs to a hub."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0023_members"
down_revision = "0022_area_follower"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("""
        DELETE FROM link WHERE purpose = 'member';
        DROP TABLE member_theme, member;
        DELETE FROM contact WHERE purpose = 'member';
        ALTER TABLE contact DROP CONSTRAINT ck_contact_contactpurpose;
        ALTER TABLE contact ADD CONSTRAINT ck_contact_contactpurpose CHECK (purpose IN (
            'sender', 'group', 'need_follower', 'area_follower', 'pledge'));
        ALTER TABLE link DROP CONSTRAINT ck_link_linkpurpose;
        ALTER TABLE link ADD CONSTRAINT ck_link_linkpurpose CHECK (purpose IN (
            'resume_draft', 'confirm_email', 'edit_group', 'still_right', 'follow_need', 'follow_area',
            'introduction', 'sign_in', 'invitation', 'delete_me', 'answer'))
    """)
