"""The list beside the places map takes its first page from an index: by name, or the nearest pins."""

from __future__ import annotations

from alembic import op

revision = "0017_list_order"
down_revision = "0016_plans"

NAMES = {"organisation": "name", "service": "name", "need": "statement"}


def upgrade() -> None:
    for table, name in NAMES.items():
        op.execute(f"CREATE INDEX ix_{table}_by_name ON {table} (lower(left({name}, 100)), id)")
    op.execute("CREATE INDEX ix_map_point_spot ON map_point USING gist (point(x, y))")


def downgrade() -> None:
    op.execute("DROP INDEX ix_map_point_spot")
    for table in NAMES:
        op.execute(f"DROP INDEX ix_{table}_by_name")
