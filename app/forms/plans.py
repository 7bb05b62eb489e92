"""The question of a plan as it stands in an address."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from werkzeug.datastructures import MultiDict

from app.actions.gap_answers import GapQuestion
from app.actions.plan_answers import AIMS, CANDIDATES, PlanQuestion
from app.actions.plan_siting import MOST_SITES
from app.actions.plans import LONGEST_TITLE
from app.errors import BadQuestionError
from app.forms.gaps import how_values, read_gap_question
from app.forms.values import Values, read_choice, read_text, read_whole_number

MANY = ("theme", "pinned", "barred")
PLAN_FIELDS = (*MANY, "layer", "within", "minutes", "travel", "candidates", "aim", "count", "floor", "floor_layer",
               "others")  # fmt: skip
MOST_THEMES, MOST_KEYS, LONGEST_KEY = 20, 200, 120


def read_plan_question(values: Values, defaults: GapQuestion) -> PlanQuestion:
    """What is asked; raises BadQuestionError that names the field."""
    single = MultiDict(
        (name, value)
        for name in values.keys()  # noqa: SIM118 - Values is no mapping
        if name not in MANY
        for value in values.getlist(name)
    )
    gap = read_gap_question(single, defaults)
    return PlanQuestion(
        themes=_read_many(values, "theme", MOST_THEMES),
        gap=gap,
        candidates=read_choice(values, "candidates", CANDIDATES, "venues"),
        aim=read_choice(values, "aim", AIMS, "most"),
        count=read_whole_number(values, "count", 5, least=1, most=MOST_SITES) or 1,
        floor=read_whole_number(values, "floor", 0, least=0, most=100) or 0,
        floor_layer=read_text(values, "floor_layer"),
        spares_others=read_choice(values, "others", ("spare", "share"), "spare") == "spare",
        pinned=_read_many(values, "pinned", MOST_KEYS),
        barred=_read_many(values, "barred", MOST_KEYS),
    )


def _read_many(values: Values, name: str, most: int) -> tuple[str, ...]:
    given = tuple(dict.fromkeys(value.strip() for value in values.getlist(name) if value.strip()))
    if len(given) > most or any(len(value) > LONGEST_KEY or not value.isprintable() for value in given):
        raise BadQuestionError(f"“{name}” cannot be read.", f"Choose at most {most} from the page.", field=name)
    return given


def plan_values(question: PlanQuestion) -> dict[str, Any]:
    """The query of an address that asks exactly this."""
    return {
        "theme": list(question.themes),
        "layer": question.gap.layer,
        "within": question.gap.within,
        **how_values(question.gap),
        "candidates": question.candidates,
        "aim": question.aim,
        "count": question.count,
        "floor": question.floor or None,
        "floor_layer": question.floor_layer or None,
        "others": None if question.spares_others else "share",
        "pinned": list(question.pinned),
        "barred": list(question.barred),
    }


def read_title(values: Values) -> str:
    title = " ".join(read_text(values, "title", longest=LONGEST_TITLE).split())
    if not title:
        raise BadQuestionError("The plan has no name.", "Give it one, such as “Food, spring”.", field="title")
    return title


def read_day(values: Values, name: str) -> date | None:
    """A day as browsers send it; None when left empty."""
    typed = read_text(values, name, longest=20)
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise BadQuestionError(
            f"“{typed[:20]}” is not a day.", "Choose it, or type it as 2026-11-30.", field=name
        ) from None


def read_own_id(values: Values, name: str) -> UUID | None:
    """An id out of a hidden or chosen field; None when left empty."""
    typed = read_text(values, name, longest=40)
    try:
        return UUID(typed) if typed else None
    except ValueError:
        raise BadQuestionError("That is not in the list.", "Choose one from the list.", field=name) from None
