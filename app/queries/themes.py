"""Themes, and how many public services each has."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class ThemeRow:
    key: str
    name: str
    question: str
    description: str
    icon: str
    service_count: int


def list_themes(session: Session) -> list[ThemeRow]:
    """Every theme in the order screens show them."""
    rows = session.execute(
        text("""
        SELECT t.key, t.name, t.question, t.description, t.icon, count(st.service_id) AS service_count
        FROM theme t LEFT JOIN public_service_theme st ON st.theme_key = t.key
        GROUP BY t.key ORDER BY t.sort_order, t.key
        """)
    ).mappings()
    return [ThemeRow(**row) for row in rows]
