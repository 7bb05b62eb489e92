"""The filters of the places map as they stand in an address."""

from __future__ import annotations

from app.actions.places import KINDS, PlacesQuestion
from app.forms.values import Values, read_choice, read_text, read_whole_number

FIELDS = ("kind", "theme", "q", "page")


def read_places_question(values: Values) -> PlacesQuestion:
    """Raises BadQuestionError that names the field."""
    return PlacesQuestion(
        kind=read_choice(values, "kind", ("", *KINDS), ""),
        theme=read_text(values, "theme"),
        words=read_text(values, "q"),
        page=read_whole_number(values, "page", 1, least=1, most=1_000_000) or 1,
    )
