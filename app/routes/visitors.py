"""Who asks, as far as counting needs it."""

from __future__ import annotations

from datetime import date

from flask import current_app, request

from app.actions.visitors import visitor_key


def sender_key(day: date | None = None) -> str:
    """The visitor_key of this request, for throttles and what is sent in; with ``day`` of that day only."""
    return visitor_key(str(current_app.config["SECRET_KEY"]), request.remote_addr or "", day)
