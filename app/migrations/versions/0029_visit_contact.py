"""Who wanted to start something, so that forgetting them forgets what was noted of them."""

from __future__ import annotations

from alembic import op

revision = "0029_visit_contact"
down_revision = "0028_land"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE visit ADD COLUMN contact_id UUID,
            ADD CONSTRAINT fk_visit_contact_id FOREIGN KEY (contact_id) REFERENCES contact (id) ON DELETE SET NULL;
        CREATE INDEX ix_visit_contact_id ON visit (contact_id);
        COMMENT ON COLUMN visit.contact_id IS 'Who wants to start something';
        COMMENT ON COLUMN visit.words IS 'Never public; forgotten after 24 months'
    """)


def downgrade() -> None:
    op.execute("""
        ALTER TABLE visit DROP COLUMN contact_id;
        COMMENT ON COLUMN visit.words IS 'Never public'
    """)
