"""Themes, and which of them have public services."""

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
    has_services: bool


def list_themes(session: Session) -> list[ThemeRow]:
    """Every theme in the order screens show them."""
    rows = session.execute(
        text("""
        SELECT t.key, t.name, t.question, t.description, t.icon,
               EXISTS (SELECT FROM public_service_theme st WHERE st.theme_key = t.key) AS has_services
        FROM theme t ORDER BY t.sort_order, t.key
        """)
    ).mappings()
    return [ThemeRow(**row) for row in rows]
