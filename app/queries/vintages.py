"""Published numbers of every layer, for putting those of one onto another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queries.tables import read_table
from app.vocabulary import IndicatorDirection, IndicatorRole


@dataclass(frozen=True)
class IndicatorRow:
    id: int
    key: str
    name: str
    unit: str
    role: IndicatorRole
    direction: IndicatorDirection
    measured_on: date | None
    source_key: str
    layer_id: int
    layer_name: str
    vintage: str


COLUMNS = """
    i.id, i.key, i.name, i.unit, i.role, i.direction, i.measured_on, s.key AS source_key, l.id AS layer_id,
    l.name AS layer_name, l.vintage
"""


def list_indicators(session: Session) -> list[IndicatorRow]:
    """Every number of every layer, those of the finest layer first."""
    rows = session.execute(
        text(f"""
        SELECT {COLUMNS} FROM indicator i JOIN area_layer l ON l.id = i.area_layer_id
        JOIN source s ON s.id = i.source_id ORDER BY l.sort_order, l.key, i.role, i.name, i.key
        """)  # noqa: S608 - a constant of ours, no input
    ).mappings()
    return [_row(row) for row in rows]


def find_other_deprivation(session: Session) -> IndicatorRow | None:
    """The site's deprivation number, when it is of another layer than the one people are counted by."""
    row = session.execute(
        text(f"""
        SELECT {COLUMNS} FROM site JOIN indicator i ON i.id = site.deprivation_indicator_id
        JOIN area_layer l ON l.id = i.area_layer_id JOIN source s ON s.id = i.source_id
        WHERE l.id IS DISTINCT FROM site.base_layer_id
        """)  # noqa: S608 - a constant of ours, no input
    ).mappings().one_or_none()  # fmt: skip
    return _row(row) if row else None


def values_table(session: Session, indicator_id: int) -> pd.DataFrame:
    """area_id, value of one number, by area."""
    return read_table(
        session,
        "SELECT area_id, value FROM indicator_value WHERE indicator_id = :id ORDER BY area_id",
        id=indicator_id,
    )


def _row(row: object) -> IndicatorRow:
    found = dict(row)  # type: ignore[call-overload]
    return IndicatorRow(
        **{**found, "role": IndicatorRole(found["role"]), "direction": IndicatorDirection(found["direction"])}
    )
