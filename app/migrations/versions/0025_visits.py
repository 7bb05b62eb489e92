"""What a visit confirmed and looked at, so that it can be taken back."""

from __future__ import annotations

from alembic import op

revision = "0025_visits"
down_revision = "0024_hub_letters"
OUTCOMES = ("met", "closed", "call_back", "wants_to_start", "nobody_there", "looked")


def upgrade() -> None:
    op.execute("""
        ALTER TABLE visit ADD COLUMN area_id INTEGER, ADD COLUMN theme_keys TEXT[] NOT NULL DEFAULT '{}',
            ADD COLUMN before JSONB,
            ADD CONSTRAINT fk_visit_area_id FOREIGN KEY (area_id) REFERENCES area (id) ON DELETE SET NULL;
        CREATE INDEX ix_visit_area_id ON visit (area_id);
        COMMENT ON COLUMN visit.area_id IS 'What was looked at from end to end';
        COMMENT ON COLUMN visit.theme_keys IS 'What was looked for there';
        COMMENT ON COLUMN visit.before IS 'Days of the listing before it was confirmed, to take that back'
    """)
    _allow(OUTCOMES)


def downgrade() -> None:
    op.execute("""
        DELETE FROM visit WHERE outcome = 'looked';
        ALTER TABLE visit DROP COLUMN area_id, DROP COLUMN theme_keys, DROP COLUMN before
    """)
    _allow(OUTCOMES[:-1])


def _allow(outcomes: tuple[str, ...]) -> None:
    op.execute(f"""
        ALTER TABLE visit DROP CONSTRAINT ck_visit_visitoutcome,
            ADD CONSTRAINT ck_visit_visitoutcome CHECK (outcome IN {outcomes!r})
    """)
