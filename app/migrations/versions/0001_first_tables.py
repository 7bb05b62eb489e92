"""The first tables, as SQL: sources, areas, indicators, postcodes, organisations, services, needs, hubs."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001_first_tables"
down_revision = None

TABLES = (
    "service_theme", "schedule", "footprint", "service", "organisation_identifier", "organisation", "place",
    "need", "patch", "hub", "site", "survey", "indicator_value", "indicator", "point_area",
    "population_point", "area", "area_layer", "postcode", "load_run", "source", "theme", "data_version",
)  # fmt: skip


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP SEQUENCE data_version_number")
