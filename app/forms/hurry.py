"""Holding up forms that came back faster than people type."""

from __future__ import annotations

from flask_babel import gettext as _

from app.errors import BadQuestionError
from app.forms.guard import Guard


def refuse_hasty(guard: Guard) -> None:
    """Raises BadQuestionError for a form that was open for less than three seconds, or for more than a day."""
    if guard.is_hasty:
        raise BadQuestionError(
            _("That was quicker than people type, or this page has been open for very long."),
            _("Nothing is lost: look at it again, then press the button once more."),
        )
