"""The map in tiles, as SQL: pins and their counts per cell, kept up to date by triggers; areas drawn per zoom."""

from __future__ import annotations

from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0002_tiles"
down_revision = "0001_first_tables"

PARTS = ("0002_tiles.sql", "0002_tiles_triggers.sql", "0002_tiles_cells.sql")
TABLES = ("area_shape", "area_level", "area_drawing", "map_change", "map_cell", "map_point")
WATCHED = {
    "map": ("organisation", "service", "service_theme", "schedule", "footprint", "place", "need"),
    "drawing": ("area",),
}
FUNCTIONS = (
    "on_area_truncate", "on_area_change", "map_differences", "rebuild_map", "all_map_points",
    "on_map_source_truncate", "on_need_change", "on_place_change", "on_footprint_change",
    "on_service_part_change", "on_service_change", "on_organisation_change", "note_map_change",
    "on_map_point_change", "tidy_map_cell", "refresh_map_needs", "refresh_map_organisations", "map_needs_of",
    "map_points_of", "open_minutes_of", "quad_cell", "world_y", "world_x",
)  # fmt: skip


def upgrade() -> None:
    # The statements go as they stand: they hold colons and percent signs that are no parameters.
    op.execute("SET LOCAL check_function_bodies = off")
    for part in PARTS:
        statement = Path(__file__).with_name(part).read_text()
        op.execute(text(statement.replace(":", r"\:")))


def downgrade() -> None:
    for prefix, tables in WATCHED.items():
        for table in tables:
            for event in ("insert", "update", "delete", "truncate"):
                op.execute(f"DROP TRIGGER IF EXISTS {prefix}_{event} ON {table}")
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP EXTENSION btree_gist")
