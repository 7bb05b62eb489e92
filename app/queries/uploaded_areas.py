"""Layers that somebody uploaded in the data room; their sources are called ``upload-…``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.tables import read_table


@dataclass(frozen=True)
class UploadedLayerRow:
    key: str
    name: str
    vintage: str
    area_count: int
    publisher: str
    licence: str
    loaded_at_utc: datetime | None


def list_uploaded(session: Session, prefix: str) -> list[UploadedLayerRow]:
    """Those whose source key starts with ``prefix``, by name."""
    rows = session.execute(
        text(
            """
            SELECT l.key, l.name, l.vintage, (SELECT count(*) FROM area WHERE area_layer_id = l.id) AS area_count,
                   s.publisher, s.licence, s.loaded_at_utc
            FROM area_layer l JOIN source s ON s.id = l.source_id
            WHERE starts_with(s.key, :prefix) ORDER BY l.name, l.vintage, l.key
            """
        ),
        {"prefix": prefix},
    )
    return [UploadedLayerRow(**row) for row in rows.mappings()]


def find_source_key(session: Session, layer_key: str) -> str | None:
    """The key of the source of a layer; None when there is no such layer."""
    found: str | None = session.scalar(
        text("SELECT s.key FROM area_layer l JOIN source s ON s.id = l.source_id WHERE l.key = :key"),
        {"key": layer_key},
    )
    return found


def people_table(session: Session) -> pd.DataFrame:
    """lon, lat, people of every population point."""
    return read_table(
        session, "SELECT ST_X(geom) AS lon, ST_Y(geom) AS lat, people FROM population_point ORDER BY id"
    )


def list_users_of_layer(session: Session, layer_id: int) -> list[str]:
    """What rests on a layer as a whole, in words; empty when nothing does."""
    return list(
        session.scalars(
            text(
                """
                SELECT 'numbers are published for it: ' || count(*) FROM indicator
                WHERE area_layer_id = :layer_id HAVING count(*) > 0
                UNION ALL SELECT 'people are counted by it' FROM site WHERE base_layer_id = :layer_id
                UNION ALL SELECT 'the sea is told from land by it' FROM site WHERE land_layer_id = :layer_id
                """
            ),
            {"layer_id": layer_id},
        )
    )


def delete_layer(session: Session, layer_id: int) -> None:
    """Delete a layer without areas, its source, and the record of its loads."""
    session.execute(
        text(
            """
            WITH gone AS (DELETE FROM area_layer WHERE id = :layer_id RETURNING source_id),
                 runs AS (DELETE FROM load_run WHERE source_id IN (SELECT source_id FROM gone))
            DELETE FROM source WHERE id IN (SELECT source_id FROM gone)
            """
        ),
        {"layer_id": layer_id},
    )
