"""The shared subjects, in the order screens show them."""

from __future__ import annotations

from app.queries import Session, themes
from app.queries.themes import ThemeRow
from geodata.themes import suggest_themes


def list_themes(session: Session) -> list[ThemeRow]:
    return themes.list_themes(session)


def guess_themes(name: str, description: str) -> list[str]:
    """The keys of the themes that the words point at, the likeliest first."""
    return [key for key, _reason in suggest_themes(name, description)]
