"""What is asked of the list of grants, as it stands in an address."""

from __future__ import annotations

from typing import Any

from app.actions.grants import MOST_PAGES, YEARS, GrantQuestion
from app.forms.plans import read_own_id
from app.forms.values import Values, read_choice, read_text, read_whole_number

GRANT_FIELDS = ("theme", "area", "funder", "group", "years", "page")
LONGEST_FUNDER = 200


def read_grant_question(values: Values) -> GrantQuestion:
    """What is asked; raises BadQuestionError that names the field."""
    return GrantQuestion(
        theme=read_text(values, "theme"),
        area=read_text(values, "area"),
        funder=read_text(values, "funder", longest=LONGEST_FUNDER),
        group=read_own_id(values, "group"),
        years=int(read_choice(values, "years", [str(years) for years in YEARS], "0")),
        page=read_whole_number(values, "page", 1, least=1, most=MOST_PAGES) or 1,
    )


def grant_values(question: GrantQuestion) -> dict[str, Any]:
    """The query of an address that asks this, from its first page on."""
    return {
        "theme": question.theme or None,
        "area": question.area or None,
        "funder": question.funder or None,
        "group": question.group,
        "years": question.years or None,
    }
