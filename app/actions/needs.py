"""One need, as somebody stated it."""

from __future__ import annotations

from uuid import UUID

from app.errors import NotFoundError
from app.queries import Session, needs
from app.queries.needs import NeedRow


def get_need(session: Session, need_id: UUID) -> NeedRow:
    need = needs.find_need(session, need_id)
    if need is None:
        raise NotFoundError("There is no such need on this map.", "It may have been met and closed.")
    return need
