"""Listing what could not be put under a theme or on the map: kept and shown to the operator, never dropped."""

from __future__ import annotations

from app.queries import Session, unplaced


def list_unplaced(session: Session) -> list[tuple[str, str, str, str, str]]:
    """Services without a theme, and organisations with neither a point nor an area they serve."""
    return unplaced.list_unplaced(session)
