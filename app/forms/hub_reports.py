"""The days of a report, and what a hub adds to it."""

from __future__ import annotations

from app.actions.hub_reports import LONGEST_WORDS, usual_days
from app.errors import BadQuestionError
from app.forms.plans import read_day
from app.forms.values import Values
from app.queries.hub_reports import Days


def read_days(values: Values) -> Days:
    """From and to, the last three months where nothing is said. Raises BadQuestionError that names the field."""
    usual = usual_days()
    return Days(read_day(values, "from") or usual.since, read_day(values, "to") or usual.until)


def read_words(values: Values) -> str:
    """What a hub says in its own words; it may have lines."""
    words = (values.getlist("words") or [""])[0].strip().replace("\r\n", "\n")
    if len(words) > LONGEST_WORDS or not words.replace("\n", "").isprintable():
        fix = f"Use plain text of at most {LONGEST_WORDS:,} letters."
        raise BadQuestionError("The words cannot be kept as they are.", fix, field="words")
    return words
