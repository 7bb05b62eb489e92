"""The shared subjects, in the order screens show them."""

from __future__ import annotations

from app.queries import Session, themes
from app.queries.themes import ThemeRow


def list_themes(session: Session) -> list[ThemeRow]:
    return themes.list_themes(session)
