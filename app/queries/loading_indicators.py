"""Published numbers per area."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.loading import Changes, count_rows, merge, stage

_CARD_COLUMNS = {
    "key": "text",
    "name": "text",
    "unit": "text",
    "role": "text",
    "direction": "text",
    "measured_on": "date",
    "area_layer_id": "integer",
    "source_id": "integer",
}


def merge_indicators(session: Session, rows: list[dict[str, Any]]) -> Changes:
    """Add or update what each indicator is called and how it is to be read."""
    stage(session, "stage_indicator", _CARD_COLUMNS, pd.DataFrame(rows, columns=list(_CARD_COLUMNS), dtype=object))
    key = ["area_layer_id", "key"]
    columns = [name for name in _CARD_COLUMNS if name not in key]
    return merge(session, "indicator", "stage_indicator", key=key, columns=columns)


def merge_values(session: Session, values: pd.DataFrame, layer_id: int) -> tuple[int, Changes]:
    """Make the values of the staged indicators those of ``values`` (INDICATOR_COLUMNS).

    Returns how many fell on an area of the layer, and what changed; values elsewhere are off this map.
    """
    columns = {"area_code": "text", "indicator_key": "text", "value": "double precision"}
    stage(session, "stage_value", columns, values)
    session.execute(text("DROP TABLE IF EXISTS pg_temp.ready_value"))
    inside = count_rows(
        session,
        """
        CREATE TEMP TABLE ready_value ON COMMIT DROP AS
        SELECT i.id AS indicator_id, a.id AS area_id, s.value
        FROM stage_value s JOIN indicator i ON i.key = s.indicator_key AND i.area_layer_id = :layer_id
        JOIN area a ON a.area_layer_id = :layer_id AND a.area_code = s.area_code
        """,
        layer_id=layer_id,
    )
    session.execute(text("ANALYZE ready_value"))
    removed = count_rows(
        session,
        "DELETE FROM indicator_value v USING indicator i JOIN stage_indicator s USING (area_layer_id, key) "
        "WHERE v.indicator_id = i.id AND NOT EXISTS (SELECT 1 FROM ready_value r "
        "WHERE r.indicator_id = v.indicator_id AND r.area_id = v.area_id)",
    )
    done = merge(session, "indicator_value", "ready_value", key=["indicator_id", "area_id"], columns=["value"])
    return inside, Changes(done.added, done.changed, removed)
