"""What is known of the people of areas, to find areas that are alike."""

from __future__ import annotations

import pandas as pd
from sqlalchemy.orm import Session

from app.queries.tables import read_table


def list_facts(session: Session) -> pd.DataFrame:
    """Published numbers of the base layer but how many people there are: key, name, unit, source_key, by key."""
    return read_table(
        session,
        """
        SELECT i.key, i.name, i.unit, s.key AS source_key FROM indicator i JOIN source s ON s.id = i.source_id
        JOIN site ON site.base_layer_id = i.area_layer_id
        WHERE i.role <> 'population' AND i.unit <> 'tenth'
          AND EXISTS (SELECT FROM indicator_value v WHERE v.indicator_id = i.id)
        ORDER BY i.key
        """,
    )


def facts_table(session: Session) -> pd.DataFrame:
    """Their values: area_id (of the base layer), key, value, by area then key."""
    return read_table(
        session,
        """
        SELECT v.area_id, i.key, v.value FROM indicator_value v JOIN indicator i ON i.id = v.indicator_id
        JOIN site ON site.base_layer_id = i.area_layer_id
        WHERE i.role <> 'population' AND i.unit <> 'tenth' ORDER BY v.area_id, i.key
        """,
    )


def sizes_table(session: Session, layer_id: int) -> pd.DataFrame:
    """How big the areas of a layer are: area_id, size_m2, by area."""
    return read_table(
        session,
        "SELECT id AS area_id, size_m2 FROM area WHERE area_layer_id = :layer_id ORDER BY id",
        layer_id=layer_id,
    )
