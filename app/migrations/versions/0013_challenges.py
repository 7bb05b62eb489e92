"""Gaps that somebody says are none, and what became of it."""

from __future__ import annotations

from alembic import op

revision = "0013_challenges"
down_revision = "0012_find_later"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE challenge (
            id INTEGER GENERATED ALWAYS AS IDENTITY,
            submission_id UUID,
            theme_key TEXT NOT NULL,
            area_id INTEGER NOT NULL,
            looked_on DATE,
            CONSTRAINT pk_challenge PRIMARY KEY (id),
            CONSTRAINT uq_challenge_submission_id UNIQUE (submission_id),
            CONSTRAINT fk_challenge_submission_id FOREIGN KEY (submission_id) REFERENCES submission (id)
                ON DELETE SET NULL,
            CONSTRAINT fk_challenge_theme_key FOREIGN KEY (theme_key) REFERENCES theme (key) ON DELETE CASCADE,
            CONSTRAINT fk_challenge_area_id FOREIGN KEY (area_id) REFERENCES area (id) ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX ix_challenge_theme_key ON challenge (theme_key)")
    op.execute("CREATE INDEX ix_challenge_area_id ON challenge (area_id)")
    op.execute(
        "COMMENT ON COLUMN challenge.looked_on IS "
        "'When a moderator noted that somebody looked and found nothing; null: nobody did'"
    )
    op.execute("COMMENT ON COLUMN challenge.submission_id IS 'Null: cleared away since'")


def downgrade() -> None:
    op.execute("DROP TABLE challenge")
