"""Drafts, submissions, contacts, links, mail, pledges, wishes; more about services; roles in one area."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0004_residents"
down_revision = "0003_accounts"

NEW_TABLES = (
    "introduction_answer", "introduction", "pledge", "need_support", "wish", "reminder", "not_same", "ask",
    "audit_entry", "revision", "submission", "draft", "mail", "link", "contact",
)  # fmt: skip
NEW_COLUMNS = {
    "organisation": ("is_confidential", "version"),
    "service": ("room", "min_age", "max_age", "how_to_join", "toilet", "hearing_loop"),
    "schedule": ("week_of_month",),
    "need": ("area_id", "shape", "status_note"),
}

CHANGES_BEFORE = """
    CREATE OR REPLACE FUNCTION on_organisation_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM refresh_map_organisations(ARRAY(
            SELECT id FROM (SELECT id, name, review_status, stage FROM changed
                            EXCEPT SELECT id, name, review_status, stage FROM before) AS differing));
        RETURN NULL;
    END $$
"""
"""The map as it was before a refuge could be told from other groups."""


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    for table in NEW_TABLES:
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION refuse_audit_change")
    op.execute(CHANGES_BEFORE)
    for table, columns in NEW_COLUMNS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.execute("DELETE FROM account_role WHERE area_id IS NOT NULL OR hub_id IS NOT NULL")
    for column in ("id", "area_id", "hub_id"):
        op.execute(f"ALTER TABLE account_role DROP COLUMN {column}")
    op.execute("ALTER TABLE account_role ADD CONSTRAINT pk_account_role PRIMARY KEY (account_id, role)")
