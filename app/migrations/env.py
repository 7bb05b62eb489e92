"""Alembic's entry: always runs on the connection that ``migrate`` hands over."""

from __future__ import annotations

from alembic import context
from geoalchemy2 import alembic_helpers

from app.models import Base


def include_object(item: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    if kind == "table" and name and (name == "spatial_ref_sys" or name.startswith("procrastinate_")):
        return False  # PostGIS and the job queue look after their own
    return bool(alembic_helpers.include_object(item, name, kind, reflected, compare_to))  # type: ignore[no-untyped-call]


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_object=include_object,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
)
with context.begin_transaction():
    context.run_migrations()
