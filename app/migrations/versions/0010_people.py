"""People are invited; one list of tries for everything."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0010_people"
down_revision = "0009_jobs"

OLD_TRIES = """
    CREATE TABLE sign_in_try (
        id INTEGER GENERATED ALWAYS AS IDENTITY,
        account_key TEXT NOT NULL,
        address_key TEXT NOT NULL,
        tried_at_utc TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
        CONSTRAINT pk_sign_in_try PRIMARY KEY (id)
    );
    CREATE INDEX ix_sign_in_try_address_key_account_key ON sign_in_try (address_key, account_key);
    CREATE INDEX ix_sign_in_try_tried_at_utc ON sign_in_try (tried_at_utc);
"""


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    op.execute("ALTER TABLE account DROP COLUMN joined_at_utc")
    op.execute(OLD_TRIES)
