"""What the form of the gap question offers, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from app.actions.gap_answers import TRAVEL_M_PER_MINUTE
from app.actions.gap_fit import ASKED_DAYS
from app.actions.gap_scope import MOST_MINUTES, MOST_REACH_M, GapChoices
from app.forms.gaps import COUNTING_FIELDS, DECAYS, USUAL
from app.routes.find_words import NAMED_DAYS
from app.routes.question_words import DECAY_WORDS, IN_PART
from app.routes.words import audience_options, language
from app.vocabulary import AUDIENCES

Options = list[tuple[str, str]]


def question_options(choices: GapChoices) -> dict[str, Any]:
    """By the name of the field: what may be chosen, as (value, words); and what the form has to know besides.

    ``usual`` is what a field stands at when the address leaves it out, ``most_minutes`` the furthest by each way
    of travelling, ``counts_otherwise`` says of typed values whether any is not as always.
    """
    return {
        **_choices(choices),
        "usual": USUAL,
        "most_minutes": {way: min(MOST_REACH_M // m, MOST_MINUTES) for way, m in TRAVEL_M_PER_MINUTE.items()},
        "counting_fields": COUNTING_FIELDS,
        "counts_otherwise": counts_otherwise,
    }


def counts_otherwise(typed: Mapping[str, Any]) -> bool:
    return any(str(typed.get(name) or "") not in ("", str(USUAL.get(name, ""))) for name in COUNTING_FIELDS)


def _choices(choices: GapChoices) -> dict[str, Options]:
    days = {**NAMED_DAYS, "weekday": _("Monday to Friday"), "weekend": _("at the weekend")}
    return {
        "travel": [("foot", _("on foot")), ("bus", _("by bus")), ("car", _("by car"))],
        "audience": [("", _("anyone")), *audience_options(AUDIENCES[1:])],
        "day": [("", _("any day")), *((day, str(days[day])) for day in ASKED_DAYS)],
        "part": [("", _("any time")), *((part, str(words)) for part, words in IN_PART.items())],
        "language": [("", _("any language")), *((code, language(code)) for code in choices.languages)],
        "benchmark": [
            ("within", _("the average there")),
            ("everywhere", _("the average on this map")),
            ("similar", _("areas like each one")),
            ("standard", _("a standard you type")),
            ("ours", _("our standard")),
        ],
        "decay": [(decay, str(DECAY_WORDS[decay])) for decay in DECAYS],
        "distance": [("paths", _("along streets and paths")), ("line", _("straight, times 1.3"))]
        if choices.has_walking
        else [],
        "list_years": [(str(n), _("up to %(n)s years old", n=n)) for n in (2, 5, 10, 20)],
    }
