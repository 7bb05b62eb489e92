"""Each filter of the list beside the places map has an index: words, theme, for whom, and what nobody has said."""

from __future__ import annotations

from alembic import op

revision = "0033_list_filters"
down_revision = "0032_layer_removals"

WORDS = {
    "organisation": "(name || ' ' || summary)",
    "service": "(name || ' ' || description)",
    "need": "statement",
}


def upgrade() -> None:
    for table, words in WORDS.items():
        op.execute(f"CREATE INDEX ix_{table}_words ON {table} USING gin ({words} gin_trgm_ops)")
    op.execute("""
        CREATE INDEX ix_service_audiences ON service USING gin (audiences);
        CREATE INDEX ix_findable_no_audience ON findable (organisation_id, id) WHERE audiences = '{}';
        CREATE INDEX ix_findable_no_times ON findable (isempty(slots + term_slots), organisation_id);
        CREATE INDEX ix_need_audience ON need (audience)
    """)


def downgrade() -> None:
    op.execute("""
        DROP INDEX ix_need_audience;
        DROP INDEX ix_findable_no_times;
        DROP INDEX ix_findable_no_audience;
        DROP INDEX ix_service_audiences
    """)
    for table in WORDS:
        op.execute(f"DROP INDEX ix_{table}_words")
