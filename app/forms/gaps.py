"""The gap question as it stands in an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.actions.gap_answers import AreaGap, GapQuestion
from app.actions.gap_scope import LEAST_REACH_M, LIST_YEARS, MOST_REACH_M
from app.forms.values import Values, read_choice, read_text, read_whole_number

QUESTION_FIELDS = ("theme", "layer", "within", "reach_m", "benchmark", "people_per_service", "list_years")
PAGE_FIELDS = (*QUESTION_FIELDS, "sort", "order", "page")
REACHES_M = (400, 800, 1200, 1600, 5000)
ROWS_PER_PAGE = 200


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
    return GapQuestion(
        theme=read_text(values, "theme", defaults.theme) or defaults.theme,
        layer=read_text(values, "layer", defaults.layer) or defaults.layer,
        within=read_text(values, "within", defaults.within),
        reach_m=read_whole_number(values, "reach_m", defaults.reach_m, least=LEAST_REACH_M, most=MOST_REACH_M)
        or 0,
        benchmark=read_text(values, "benchmark", defaults.benchmark) or defaults.benchmark,
        people_per_service=read_whole_number(values, "people_per_service", None),
        list_years=read_whole_number(values, "list_years", defaults.list_years) or 0,
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
    """The query of an address that asks exactly this."""
    values: dict[str, Any] = {
        "theme": question.theme,
        "layer": question.layer,
        "within": question.within,
        "reach_m": question.reach_m,
        "benchmark": question.benchmark,
    }
    if question.list_years != LIST_YEARS[0]:
        values["list_years"] = question.list_years
    if question.people_per_service is not None:
        values["people_per_service"] = question.people_per_service
    return values
