"""The filters of the unplaced records as they stand in an address."""

from __future__ import annotations

from app.actions.data_room import KINDS, MISSING, UnplacedQuestion
from app.forms.values import Values, read_choice, read_text, read_whole_number

FIELDS = ("source", "kind", "missing", "page")


def read_unplaced_question(values: Values) -> UnplacedQuestion:
    """Raises BadQuestionError that names the field."""
    return UnplacedQuestion(
        source=read_text(values, "source"),
        kind=read_choice(values, "kind", ("", *KINDS), ""),
        missing=read_choice(values, "missing", ("", *MISSING), ""),
        page=read_page(values),
    )


def read_page(values: Values) -> int:
    return read_whole_number(values, "page", 1, least=1, most=1_000_000) or 1
