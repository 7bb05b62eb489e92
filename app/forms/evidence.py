"""Days that somebody asks about or tells."""

from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext as _

from app.actions.clock import today
from app.errors import BadQuestionError
from app.forms.values import Values, read_text


def read_since(values: Values) -> date:
    """The day to compare with; a week ago when none is given. Raises BadQuestionError (field since)."""
    return _read_day(values, "since") or today() - timedelta(days=7)


def read_started_on(values: Values) -> date | None:
    """Since when something is there; None takes back what was said. Raises BadQuestionError (field started_on)."""
    return _read_day(values, "started_on")


def _read_day(values: Values, name: str) -> date | None:
    typed = read_text(values, name, longest=20)
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        raise BadQuestionError(
            _("“%(typed)s” is not a day.", typed=typed), _("Write it as 2026-03-31."), field=name
        ) from None
    if not date(1500, 1, 1) <= day <= today():
        raise BadQuestionError(
            _("%(typed)s is not a day that has been.", typed=typed), _("Give a day up to today."), field=name
        )
    return day
