"""Offers and asks, and introductions about them."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from app.migrations.words import allow, refuse

revision = "0026_offers"
down_revision = "0025_visits"

NEW_WORDS = (
    ("revision", "record_kind", "recordkind", "offer"),
    ("audit_entry", "record_kind", "recordkind", "offer"),
    ("submission", "record_kind", "recordkind", "offer"),
    ("submission", "kind", "submissionkind", "new_offer"),
    ("draft", "kind", "draftkind", "offer"),
    ("contact", "purpose", "contactpurpose", "offer"),
    ("link", "purpose", "linkpurpose", "offer"),
)


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())
    for table, column, enum, word in NEW_WORDS:
        allow(table, column, enum, word)


def downgrade() -> None:
    op.execute("""
        DELETE FROM introduction WHERE need_id IS NULL;
        ALTER TABLE introduction_answer DROP COLUMN gives, DROP COLUMN asked_at_utc, DROP COLUMN outcome,
            DROP COLUMN outcome_at_utc, DROP COLUMN outcome_asks, DROP COLUMN outcome_asked_at_utc;
        ALTER TABLE introduction DROP COLUMN kind, DROP COLUMN offer_id, DROP COLUMN wanted_id,
            DROP COLUMN organisation_id, DROP COLUMN offered, DROP COLUMN wanted, DROP COLUMN geom,
            ALTER COLUMN need_id SET NOT NULL;
        DROP TABLE offer;
        ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_only_grows
    """)
    for table, column, enum, word in NEW_WORDS:
        op.execute(f"DELETE FROM {table} WHERE {column} = '{word}'")  # noqa: S608 - constants of this file
        refuse(table, column, enum, word)
    op.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_only_grows")
