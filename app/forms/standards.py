"""What an officer types about a standard."""

from __future__ import annotations

from flask_babel import gettext as _

from app.actions.gap_answers import TRAVEL_M_PER_MINUTE
from app.actions.gap_scope import MOST_MINUTES, MOST_PEOPLE_PER_SERVICE, MOST_REACH_M
from app.actions.standards import StandardWords
from app.errors import BadQuestionError
from app.forms.typed import typed_choice, typed_line, typed_words
from app.forms.values import Values, read_choice, read_whole_number
from app.vocabulary import AUDIENCES

FIELDS = ("audience", "people_per_service", "minutes", "travel", "set_by", "reason", "link", "version", "is_over")


def read_audience(values: Values, name: str = "for") -> str:
    """For whom a standard is; empty: anyone."""
    return read_choice(values, name, ("", *AUDIENCES[1:]), "")


def read_standard(values: Values) -> StandardWords:
    """Raises BadQuestionError that names the field."""
    travel = typed_choice(values, "travel", _("Travelling"), tuple(TRAVEL_M_PER_MINUTE), "foot")
    link = typed_line(values, "link", _("Where it is written down"), longest=300)
    if link and not link.startswith(("https://", "http://")):
        raise BadQuestionError(_("That is not a web address."), _("Begin it with https://."), field="link")
    return StandardWords(
        audience=read_audience(values, "audience"),
        people_per_service=_number(values, "people_per_service", MOST_PEOPLE_PER_SERVICE),
        minutes=_number(values, "minutes", min(MOST_MINUTES, MOST_REACH_M // TRAVEL_M_PER_MINUTE[travel])),
        travel=travel,
        set_by=typed_line(values, "set_by", _("Who sets it"), required=True),
        reason=typed_words(values, "reason", _("Why this much"), longest=1_000, required=True),
        link=link,
        version=read_whole_number(values, "version", 0, most=1_000_000) or 0,
        is_over=typed_choice(values, "is_over", _("No standard any more"), ("1",)) == "1",
    )


def _number(values: Values, name: str, most: int) -> int:
    number = read_whole_number(values, name, None, least=1, most=most)
    if number is None:
        raise BadQuestionError(
            _("A number is missing."), _("Give a whole number from 1 to %(most)s.", most=f"{most:,}"), field=name
        )
    return number
