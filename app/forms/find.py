"""The finder's question as it stands in an address."""

from __future__ import annotations

from typing import Any

from app.actions.find import SORTS, FindQuestion
from app.actions.find_times import NAMED_DAYS, PARTS_OF_DAY
from app.forms.values import Values, read_choice, read_text, read_whole_number
from app.queries.find import PARTS
from app.vocabulary import AUDIENCES

WITHIN_M = {"15min": 923, "30min": 1_846, "3mi": 4_828, "10mi": 16_093, "30mi": 48_280}
"""How far somebody would go; 15 minutes at 80 m a minute, with 1.3 for corners, are 923 m as a bird flies."""

USUAL_WITHIN = "3mi"
FIELDS = (
    "near", "q", "theme", "day", "time", "open", "free", "step_free", "online", "for", "age", "lang", "within",
    "sort", "part", "page",
)  # fmt: skip


def read_find_question(values: Values) -> FindQuestion:
    """Raises BadQuestionError that names the field."""
    return FindQuestion(
        near=read_text(values, "near"),
        words=read_text(values, "q"),
        theme=read_text(values, "theme"),
        day=read_choice(values, "day", ("", *NAMED_DAYS), ""),
        time=read_choice(values, "time", ("", *PARTS_OF_DAY), ""),
        is_open_now=_is_ticked(values, "open"),
        is_free=_is_ticked(values, "free"),
        is_step_free=_is_ticked(values, "step_free"),
        is_online=_is_ticked(values, "online"),
        audience=read_choice(values, "for", ("", *AUDIENCES), ""),
        age=read_whole_number(values, "age", None, most=120),
        language=read_text(values, "lang", longest=12),
        within_m=WITHIN_M[read_choice(values, "within", WITHIN_M, USUAL_WITHIN)],
        sort=read_choice(values, "sort", ("", *SORTS), ""),
        part=read_choice(values, "part", ("", *PARTS), ""),
        page=read_whole_number(values, "page", 1, least=1, most=10_000) or 1,
    )


def question_values(question: FindQuestion) -> dict[str, Any]:
    """The fields of an address that asks the same, without those that say nothing."""
    within = next(name for name, metres in WITHIN_M.items() if metres == question.within_m)
    fields = {
        "near": question.near,
        "q": question.words,
        "theme": question.theme,
        "day": question.day,
        "time": question.time,
        "open": "1" if question.is_open_now else "",
        "free": "1" if question.is_free else "",
        "step_free": "1" if question.is_step_free else "",
        "online": "1" if question.is_online else "",
        "for": question.audience,
        "age": "" if question.age is None else str(question.age),
        "lang": question.language,
        "within": "" if within == USUAL_WITHIN else within,
        "sort": question.sort,
        "part": question.part,
    }
    return {name: value for name, value in fields.items() if value}


def _is_ticked(values: Values, name: str) -> bool:
    return read_choice(values, name, ("", "0", "1"), "") == "1"
