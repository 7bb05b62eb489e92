"""What is known of the people of areas, to find areas that are alike."""

from __future__ import annotations

from datetime import date

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.tables import read_table


def list_facts(session: Session) -> pd.DataFrame:
    """Published numbers of the base layer but how many people there are, by key.

    Columns: key, name, unit, measured_on, source_key.
    """
    return read_table(
        session,
        """
        SELECT i.key, i.name, i.unit, i.measured_on, s.key AS source_key
        FROM indicator i JOIN source s ON s.id = i.source_id JOIN site ON site.base_layer_id = i.area_layer_id
        WHERE i.role <> 'population' AND i.unit <> 'tenth'
          AND EXISTS (SELECT FROM indicator_value v WHERE v.indicator_id = i.id)
        ORDER BY i.key
        """,
    )


def find_population_count(session: Session) -> tuple[str, date | None] | None:
    """The key of the source of the people counted, and of which day they are."""
    row = session.execute(
        text("""
        SELECT s.key, i.measured_on FROM site JOIN indicator i ON i.id = site.population_indicator_id
        JOIN source s ON s.id = i.source_id
        """)
    ).one_or_none()
    return (row.key, row.measured_on) if row else None


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
