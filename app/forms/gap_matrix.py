"""All themes at once as it stands in an address."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from app.actions.gap_matrix import SORTS, THEME_SORT, MatrixView
from app.forms.gaps import QUESTION_FIELDS
from app.forms.values import Values, read_choice, read_whole_number

WEIGHT = "count-"
"""In front of a theme's key: how many times it counts."""
MOST_WEIGHT = 5


def matrix_fields(theme_keys: Collection[str]) -> tuple[str, ...]:
    """Every name an address of the matrix may hold."""
    return (*QUESTION_FIELDS, "sort", "order", "page", *(WEIGHT + key for key in theme_keys))


def read_matrix_view(values: Values, theme_keys: Collection[str]) -> MatrixView:
    """Order, page and weights; raises BadQuestionError that names the field."""
    sort = read_choice(values, "sort", (*SORTS, *(THEME_SORT + key for key in theme_keys)), "kinds")
    order = read_choice(values, "order", ("up", "down"), "up" if sort == "area" else "down")
    weights = [
        (key, read_whole_number(values, WEIGHT + key, 1, least=0, most=MOST_WEIGHT) or 0) for key in theme_keys
    ]
    page = read_whole_number(values, "page", 1, least=1, most=100_000) or 1
    return MatrixView(sort, order == "down", page, tuple((key, weight) for key, weight in weights if weight != 1))


def weight_values(view: MatrixView) -> dict[str, Any]:
    """The query of an address that counts themes as this does; what counts once is left out."""
    return {WEIGHT + key: weight for key, weight in view.weights}
