"""What the form of the gap question offers, in words."""

from __future__ import annotations

from flask_babel import gettext as _

from app.actions.gap_fit import ASKED_DAYS
from app.actions.gap_scope import GapChoices
from app.routes.find_words import NAMED_DAYS, PARTS_OF_DAY
from app.routes.words import audience_options, language
from app.vocabulary import AUDIENCES

Options = list[tuple[str, str]]


def question_options(choices: GapChoices) -> dict[str, Options]:
    """By the name of the field: what may be chosen, as (value, words)."""
    days = {**NAMED_DAYS, "weekday": _("Monday to Friday"), "weekend": _("At the weekend")}
    return {
        "travel": [("foot", _("on foot")), ("bus", _("by bus")), ("car", _("by car"))],
        "audience": [("", _("anyone")), *audience_options(AUDIENCES[1:])],
        "day": [("", _("any day")), *((day, str(days[day])) for day in ASKED_DAYS)],
        "part": [("", _("any time")), *((part, str(words)) for part, words in PARTS_OF_DAY.items())],
        "language": [("", _("any language")), *((code, language(code)) for code in choices.languages)],
        "benchmark": [
            ("within", _("the average there")),
            ("everywhere", _("the average on this map")),
            ("standard", _("a standard you type")),
        ],
        "list_years": [(str(n), _("up to %(n)s years old", n=n)) for n in (2, 5, 10, 20)],
    }
