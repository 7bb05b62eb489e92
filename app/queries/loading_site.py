"""What an instance is about: the site row."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.loading import Changes, make_stage, merge


def upsert_site(
    session: Session,
    *,
    name: str,
    layer_key: str | None,
    area_code: str | None,
    base_layer_key: str,
    land_layer_key: str | None,
    population_key: str | None,
    deprivation_key: str | None,
    is_invented: bool,
) -> Changes:
    """Write the one row that says which place this instance is about; areas and indicators are found by key."""
    make_stage(
        session, "stage_site",
        {"id": "smallint", "name": "text", "area_id": "integer", "base_layer_id": "integer",
         "land_layer_id": "integer",
         "population_indicator_id": "integer", "deprivation_indicator_id": "integer", "is_invented": "boolean"},
    )  # fmt: skip
    session.execute(
        text(
            "INSERT INTO stage_site SELECT 1, :name,"
            " (SELECT a.id FROM area a JOIN area_layer l ON l.id = a.area_layer_id"
            "  WHERE l.key = :layer_key AND a.area_code = :area_code),"
            " (SELECT id FROM area_layer WHERE key = :base_layer_key),"
            " (SELECT id FROM area_layer WHERE key = :land_layer_key),"
            " (SELECT i.id FROM indicator i JOIN area_layer l ON l.id = i.area_layer_id"
            "  WHERE l.key = :base_layer_key AND i.key = :population_key),"
            " (SELECT i.id FROM indicator i JOIN area_layer l ON l.id = i.area_layer_id"
            "  WHERE i.key = :deprivation_key ORDER BY l.key <> :base_layer_key, l.sort_order, l.key LIMIT 1),"
            " :is_invented"
        ),
        {"name": name, "layer_key": layer_key, "area_code": area_code, "base_layer_key": base_layer_key,
         "land_layer_key": land_layer_key,
         "population_key": population_key, "deprivation_key": deprivation_key, "is_invented": is_invented},
    )  # fmt: skip
    columns = ["name", "area_id", "base_layer_id", "land_layer_id", "population_indicator_id"]
    columns += ["deprivation_indicator_id", "is_invented"]
    return merge(session, "site", "stage_site", key=["id"], columns=columns)


@dataclass(frozen=True)
class Loaded:
    """What is there: the site's name, whether it is invented, and the checksum a source was last loaded with."""

    site_name: str | None
    is_invented: bool
    checksum: str | None


def find_loaded(session: Session, source_key: str) -> Loaded:
    row = session.execute(
        text(
            "SELECT (SELECT name FROM site), coalesce((SELECT is_invented FROM site), false),"
            " (SELECT checksum FROM source WHERE key = :source_key)"
        ),
        {"source_key": source_key},
    ).one()
    return Loaded(*row)
