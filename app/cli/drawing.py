"""What every command does that loaded areas."""

from __future__ import annotations

from app.actions.area_tiles import draw_all_layers
from app.db import db
from app.errors import BusyError


def draw_areas() -> None:
    """Draw areas that changed, so that no visitor waits for it; the load is kept whatever happens here."""
    try:
        for _layer in draw_all_layers(db.session):
            db.session.commit()
    except BusyError:
        db.session.rollback()  # somebody else is drawing them
