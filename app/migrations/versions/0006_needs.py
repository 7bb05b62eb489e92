"""Who follows a need, and when its status last changed."""

from __future__ import annotations

from alembic import op

revision = "0006_needs"
down_revision = "0005_throttle"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE need_follower (
            need_id UUID NOT NULL,
            contact_id UUID NOT NULL,
            told_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
            CONSTRAINT pk_need_follower PRIMARY KEY (need_id, contact_id),
            CONSTRAINT fk_need_follower_need_id FOREIGN KEY(need_id) REFERENCES need (id) ON DELETE CASCADE,
            CONSTRAINT fk_need_follower_contact_id FOREIGN KEY(contact_id) REFERENCES contact (id)
                ON DELETE CASCADE
        );
        CREATE INDEX ix_need_follower_contact_id ON need_follower (contact_id);
        COMMENT ON COLUMN need_follower.told_at_utc IS 'Until when they know what became of it';
        ALTER TABLE need ADD COLUMN status_changed_at_utc TIMESTAMP WITH TIME ZONE;
        COMMENT ON COLUMN need.status_changed_at_utc IS 'Null: as it was first said';
        ALTER TABLE need_support DROP COLUMN contact_id;
    """)


def downgrade() -> None:
    op.execute("""
        DROP TABLE need_follower;
        ALTER TABLE need DROP COLUMN status_changed_at_utc;
        ALTER TABLE need_support ADD COLUMN contact_id UUID;
        ALTER TABLE need_support ADD CONSTRAINT fk_need_support_contact_id
            FOREIGN KEY(contact_id) REFERENCES contact (id) ON DELETE SET NULL;
        CREATE INDEX ix_need_support_contact_id ON need_support (contact_id);
        COMMENT ON COLUMN need_support.contact_id IS 'Who wants to hear what becomes of it';
    """)
