"""Layers that somebody uploaded in the data room; their sources are called ``upload-…``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

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


@dataclass(frozen=True)
class RemovalRow:
    """An uploaded layer that is gone; ``account_email`` None: the account is gone too."""

    name: str
    vintage: str
    publisher: str
    area_count: int
    load_count: int
    loaded_at_utc: datetime | None
    rested: dict[str, int]  # packs, snapshots, plans
    removed_at_utc: datetime
    account_email: str | None


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


def add_removal(session: Session, layer_id: int, account_id: UUID) -> None:
    """Note of a layer that it is about to go: what it was, and what had asked by it."""
    session.execute(
        text(
            """
            WITH gone AS (
                SELECT l.*, (SELECT count(*) FROM area WHERE area_layer_id = l.id) AS area_count,
                       ARRAY(SELECT area_code FROM area WHERE area_layer_id = l.id) AS codes
                FROM area_layer l WHERE l.id = :layer_id
            ), asked AS (
                SELECT kind::text || 's' AS kind, question FROM evidence
                UNION ALL SELECT 'plans', question FROM plan
            ), rested AS (
                SELECT asked.kind, count(*) AS number FROM asked, gone
                WHERE question ->> 'layer' = gone.key OR question ->> 'within' = ANY (codes)
                   OR starts_with(question ->> 'within', gone.key || ':')
                   OR starts_with(question ->> 'patch', gone.key || ':')
                GROUP BY asked.kind
            )
            INSERT INTO layer_removal (layer_key, name, vintage, publisher, area_count, load_count, loaded_at_utc,
                                       rested, account_id)
            SELECT g.key, g.name, g.vintage, s.publisher, g.area_count,
                   (SELECT count(*) FROM load_run WHERE source_id = s.id), s.loaded_at_utc,
                   coalesce((SELECT jsonb_object_agg(kind, number) FROM rested), '{}'), :account_id
            FROM gone g JOIN source s ON s.id = g.source_id
            """
        ),
        {"layer_id": layer_id, "account_id": account_id},
    )


def list_removals(session: Session, most: int) -> list[RemovalRow]:
    """The newest first."""
    rows = session.execute(
        text(
            """
            SELECT r.name, r.vintage, r.publisher, r.area_count, r.load_count, r.loaded_at_utc, r.rested,
                   r.removed_at_utc, a.email AS account_email
            FROM layer_removal r LEFT JOIN account a ON a.id = r.account_id
            ORDER BY r.removed_at_utc DESC, r.id DESC LIMIT :most
            """
        ),
        {"most": most},
    )
    return [RemovalRow(**row) for row in rows.mappings()]


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
