"""Who asks, as far as counting needs it."""

from __future__ import annotations

from flask import current_app, request

from app.actions.visitors import visitor_key


def sender_key() -> str:
    """The visitor_key of this request, for throttles and for what is sent in."""
    return visitor_key(str(current_app.config["SECRET_KEY"]), request.remote_addr or "")
