"""The gap question as it stands in an address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.actions.find_times import PARTS_OF_DAY
from app.actions.gap_answers import TRAVEL_M_PER_MINUTE, AreaGap, GapQuestion
from app.actions.gap_fit import ASKED_DAYS
from app.actions.gap_scope import LIST_YEARS, MOST_MINUTES
from app.actions.patches import MOST_LETTERS
from app.forms.values import Values, read_choice, read_text, read_whole_number
from app.vocabulary import AUDIENCES

FLAGS = {"free": "is_free", "step_free": "is_step_free", "room": "has_room", "fresh": "is_fresh"}
"""What may be ticked, by its name in the address."""
FACET_FIELDS = ("audience", "day", "part", "language", *FLAGS)
COUNTING_FIELDS = ("benchmark", "people_per_service", "weight", "decay", "list_years", "distance")
"""How to count; the rest of the question says what and where."""
HOW_FIELDS = ("minutes", "travel", *COUNTING_FIELDS)
QUESTION_FIELDS = ("theme", "layer", "within", "patch", *FACET_FIELDS, *HOW_FIELDS)
PAGE_FIELDS = (*QUESTION_FIELDS, "sort", "order", "page")
DECAYS = ("dai", "linear", "step")
DISTANCES = ("paths", "line")
MOST_ROWS_ON_ONE_PAGE, ROWS_PER_PAGE = 200, 100
"""A borough is one page; a country has many, and each is light."""


@dataclass(frozen=True)
class TableView:
    """Which rows of the answer to show, and in which order."""

    sort: str
    descending: bool
    page: int


SORTS: dict[str, Callable[[AreaGap], Any]] = {
    "rank": lambda row: row.rank or None,
    "area": lambda row: row.area.name.casefold(),
    "people": lambda row: row.people,
    "provision": lambda row: row.provision,
    "nearest": lambda row: row.nearest_m if row.nearest_m is not None else float("inf"),
    "shortfall": lambda row: row.shortfall,
    "without": lambda row: row.people_without,
    "sure": lambda row: ("sure", "fairly_sure", "not_sure").index(row.sure.value),
}


def read_gap_question(values: Values, defaults: GapQuestion) -> GapQuestion:
    """What is asked; a field left out takes its default. Raises BadQuestionError that names the field."""
    travel = read_choice(values, "travel", tuple(TRAVEL_M_PER_MINUTE), defaults.travel)
    default_minutes = round(defaults.reach_m / TRAVEL_M_PER_MINUTE[defaults.travel])
    minutes = read_whole_number(values, "minutes", default_minutes, least=1, most=MOST_MINUTES) or 1
    weight = read_whole_number(values, "weight", round(defaults.need_strength * 100), least=0, most=100) or 0
    flags = {field: read_choice(values, name, ("", "1"), "") == "1" for name, field in FLAGS.items()}
    return GapQuestion(
        theme=read_text(values, "theme", defaults.theme) or defaults.theme,
        layer=read_text(values, "layer", defaults.layer) or defaults.layer,
        within=read_text(values, "within", defaults.within),
        reach_m=minutes * TRAVEL_M_PER_MINUTE[travel],
        travel=travel,
        benchmark=read_text(values, "benchmark", defaults.benchmark) or defaults.benchmark,
        people_per_service=read_whole_number(values, "people_per_service", None),
        need_strength=weight / 100,
        decay=read_choice(values, "decay", DECAYS, defaults.decay),
        list_years=read_whole_number(values, "list_years", defaults.list_years) or 0,
        audience=read_choice(values, "audience", ("", *AUDIENCES[1:]), ""),
        day=read_choice(values, "day", ("", *ASKED_DAYS), ""),
        part=read_choice(values, "part", ("", *PARTS_OF_DAY), ""),
        language=read_text(values, "language", longest=12),
        patch=read_text(values, "patch", longest=MOST_LETTERS),
        distance=read_choice(values, "distance", DISTANCES, defaults.distance),
        **flags,
    )


def read_table_view(values: Values) -> TableView:
    sort = read_choice(values, "sort", tuple(SORTS), "rank")
    order = read_choice(values, "order", ("up", "down"), "up")
    page = read_whole_number(values, "page", 1, least=1, most=100_000) or 1
    return TableView(sort, order == "down", page)


def sort_rows(rows: tuple[AreaGap, ...], view: TableView) -> list[AreaGap]:
    """In the order asked for; rows without the number come last either way, ties keep the answer's order."""
    if view == TableView("rank", False, view.page):
        return list(rows)  # as the answer has them
    key = SORTS[view.sort]
    known = [row for row in rows if key(row) is not None]
    unknown = [row for row in rows if key(row) is None]
    return sorted(known, key=key, reverse=view.descending) + unknown


def rows_per_page(how_many: int) -> int:
    return ROWS_PER_PAGE if how_many > MOST_ROWS_ON_ONE_PAGE else MOST_ROWS_ON_ONE_PAGE


def pages_around(page: int, last: int) -> list[int | None]:
    """The first, the last and the nearest pages; None where some are left out."""
    near = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    shown: list[int | None] = []
    for number in near:
        if shown and number - (shown[-1] or 0) > 1:
            shown.append(None)
        shown.append(number)
    return shown


def question_values(question: GapQuestion) -> dict[str, Any]:
    """The query of an address that asks exactly this; what is as always is left out."""
    return {
        "theme": question.theme,
        "layer": question.layer,
        "within": question.within,
        **({"patch": question.patch} if question.patch else {}),
        **how_values(question),
    }


def plain_values(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Only what and where it is asked about, everything else being as always."""
    return {name: asked[name] for name in ("theme", "layer", "within", "patch") if name in asked}


def how_values(question: GapQuestion) -> dict[str, Any]:
    """The part of it that says how to count, whatever the theme and wherever."""
    values: dict[str, Any] = {
        "minutes": question.minutes,
        "travel": question.travel,
        "benchmark": question.benchmark,
        "people_per_service": question.people_per_service,
        "weight": round(question.need_strength * 100),
        "decay": question.decay,
        "list_years": question.list_years,
        "distance": question.distance,
        "audience": question.audience,
        "day": question.day,
        "part": question.part,
        "language": question.language,
        **{name: "1" if getattr(question, field) else "" for name, field in FLAGS.items()},
    }
    return {name: value for name, value in values.items() if value != USUAL.get(name, "") and value is not None}


def typed_question(question: GapQuestion) -> dict[str, Any]:
    """Every field of the form with what it stands at."""
    return {**dict.fromkeys(QUESTION_FIELDS, ""), **USUAL, **question_values(question)}


USUAL = {"minutes": 15, "travel": "foot", "benchmark": "within", "weight": 50, "decay": "dai",
         "list_years": LIST_YEARS[0], "distance": "paths"}  # fmt: skip
