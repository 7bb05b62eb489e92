"""Me too: one person counts once, and nobody is named."""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID

from app.actions.needs import get_need
from app.actions.throttle import note_try
from app.queries import Session
from app.queries import need_support as queries

MOST_FROM_ONE_ADDRESS = 40
WITHIN_S = 3600
"""A library or a hall full of people shares one network address; nobody else says "me too" forty times an hour."""


def support_need(session: Session, need_id: UUID, visitor: str, sender_key: str, secret: str) -> None:
    """Count somebody who says the same; a second time changes nothing. Raises NotFoundError, TooOftenError."""
    get_need(session, need_id)
    if queries.has_support(session, need_id, supporter_key(need_id, visitor, secret)):
        return
    note_try(session, "me_too", sender_key, most=MOST_FROM_ONE_ADDRESS, within_s=WITHIN_S)
    queries.add_support(session, need_id, supporter_key(need_id, visitor, secret))


def take_support_back(session: Session, need_id: UUID, visitor: str, secret: str) -> None:
    queries.remove_support(session, need_id, supporter_key(need_id, visitor, secret))


def has_supported(session: Session, need_id: UUID, visitor: str | None, secret: str) -> bool:
    """Did this visitor say the same before? ``visitor`` is what her cookie holds, None without one."""
    return visitor is not None and queries.has_support(session, need_id, supporter_key(need_id, visitor, secret))


def supporter_key(need_id: UUID, visitor: str, secret: str) -> str:
    """Another one for each need, so that nobody can see which needs one person supports."""
    words = f"supporter:{need_id}:{visitor}"
    return hmac.new(secret.encode(), words.encode(errors="replace"), hashlib.sha256).hexdigest()
