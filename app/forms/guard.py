"""What keeps robots out of public forms without a puzzle: a trap field, and the time a form was open.

The fields are made by templates/components/guard.html. A signed form key in the page also leads back to the
draft when the session of the visitor is gone.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer

from app.forms.values import Values

TRAP, TIME, KEY = "web_page", "form_time", "form_key"
LEAST_S = 3
MOST_S = 24 * 3600


@dataclass(frozen=True)
class Guard:
    """``took_s``: seconds the form was open; None when its time is missing, forged or more than a day old."""

    is_trap: bool
    took_s: float | None

    @property
    def is_hasty(self) -> bool:
        return self.took_s is None or self.took_s < LEAST_S


def read_guard(values: Values) -> Guard:
    """What the guard fields say; refuses nothing by itself.

    ``is_trap``: a robot filled the field that nobody sees: answer as if all were well, keep nothing, log it.
    ``is_hasty``: hold it: show the form again with everything in it, or flag it for the moderators.
    """
    trapped = any(value.strip() for value in values.getlist(TRAP))
    stamps = values.getlist(TIME)
    return Guard(trapped, _age_s(stamps[0]) if len(stamps) == 1 else None)


def make_form_time() -> str:
    return str(_times().dumps("open"))


def make_form_key(record_id: UUID) -> str:
    """A key for a hidden field, so that a page can find its draft without a session."""
    return str(_keys().dumps(record_id.hex))


def read_form_key(values: Values) -> UUID | None:
    """The id in the key of a form; None when there is none or it is not one of ours."""
    given = values.getlist(KEY)
    if len(given) != 1 or len(given[0]) > 200:
        return None
    try:
        return UUID(hex=_keys().loads(given[0]))
    except (BadData, ValueError):
        return None


def _age_s(stamp: str) -> float | None:
    try:
        _open, made = _times().loads(stamp[:200], max_age=MOST_S, return_timestamp=True)
    except BadData:
        return None
    return time.time() - float(made.timestamp())


def _times() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="form-time")


def _keys() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="form-key")
