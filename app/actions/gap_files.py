"""A gap answer as a table anyone can open."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import StringIO

from app.actions.gap_answers import AreaGap, GapAnswer
from app.actions.gap_demand import DemandAnswer
from app.actions.gap_sure import Doubts, SureAnswer

COLUMNS = (
    "rank",
    "layer",
    "area_code",
    "area",
    "people",
    "services_per_10000",
    "services_in_reach",
    "nearest_m",
    "shortfall",
    "shortfall_low",
    "shortfall_high",
    "people_without",
    "short_people",
    "state",
    "band",
    "sure",
    "why_sure",
    "checked_on",
    "sentence",
    "disputed",
    "edge",
    "theme",
    "reach_m",
    "list_years",
    "compared_with",
    "data_version",
    "sources",
    "page",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def gap_csv(answer: GapAnswer, page: str) -> str:
    """The rows as CSV (UTF-8, one header row, RFC 4180), each with the question and the sources it came from.

    Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers.
    """
    attributions = "; ".join(
        dict.fromkeys(f"{s.title}, {s.publisher} ({s.licence}). {s.attribution}" for s in answer.sources)
    )
    about = (
        answer.question.theme,
        str(answer.question.reach_m),
        str(answer.question.list_years),
        answer.benchmark_name,
        answer.data_version,
        attributions,
        page,
    )
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in answer.rows:
        writer.writerow([*_numbers_and_words(row), *map(safe_text, about)])
    return file.getvalue()


WAYS_COLUMNS = (
    "rank", "layer", "area_code", "area", "is_worst_fifth", "stable_ways", "of_ways", "stable_zonings",
    "of_zonings", "services_inside", "services_inside_per_10000", "services_in_reach", "shortfall",
    "shortfall_if_fresh", "p_value", "is_beyond_chance", "near_edge_share",
)  # fmt: skip


def ways_csv(answer: SureAnswer, doubts: Doubts, methods: Mapping[str, str], page: str) -> str:
    """The rank of every ranked area in every way of counting, as CSV like gap_csv; a column for each way."""
    ways = [
        f"{round(line.way.reach_m)} m; {methods[line.way.method]}; need {'on' if line.way.is_weighted else 'off'}"
        for line in answer.ways
    ]
    about = (answer.question.theme, answer.data_version, page)
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow([*WAYS_COLUMNS, *ways, "theme", "data_version", "page"])
    for row in answer.rows:
        area = (row.area.layer, row.area.area_code, row.area.name)
        counts = (int(row.is_worst), row.stable, len(ways), row.shifted, answer.shifts)
        doubt = doubts.areas[row.area.area_code]
        doubted = (
            str(doubt.inside),
            _number(doubt.per_10000, 3),
            _number(doubt.in_reach, 3),
            _number(doubt.shortfall, 4),
            _number(doubt.if_fresh, 4),
            _number(doubt.p_value, 3),
            str(int(doubt.is_beyond)),
            _number(doubt.near_edge, 3),
        )
        writer.writerow([row.rank, *map(safe_text, area), *counts, *doubted, *row.ranks, *map(safe_text, about)])
    return file.getvalue()


DEMAND_COLUMNS = (
    "rank", "layer", "area_code", "area", "state", "people_without", "more_deprived_than", "needs",
    "same_need_from_5", "nothing_near_at_least", "searches_in_vain_at_least", "blend", "blend_rank", "theme",
    "weights", "page",
)  # fmt: skip


def demand_csv(answer: DemandAnswer, page: str) -> str:
    """What is measured beside what people ask for, as CSV like gap_csv; fewer than five in vain is left empty."""
    weights = " ".join(f"{name} {weight}" for name, weight in answer.weights.items() if weight)
    about = (answer.gaps.question.theme, weights, page)
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(DEMAND_COLUMNS)
    for row in answer.rows:
        area = (row.gap.area.layer, row.gap.area.area_code, row.gap.area.name)
        told = [_number(row.values[name] or None, 0) for name in ("wishes", "misses")]
        numbers = (
            _number(row.values["gap"], 1),
            _number(row.values["official"], 3),
            _number(row.values["needs"], 0),
            str(row.same or ""),
            *told,
            _number(row.blend, 4),
            str(row.blend_rank or ""),
        )
        words = (*map(safe_text, area), row.gap.state.value)
        writer.writerow([str(row.gap.rank or ""), *words, *numbers, *map(safe_text, about)])
    return file.getvalue()


def _numbers_and_words(row: AreaGap) -> list[str]:
    return [
        str(row.rank or ""),
        safe_text(row.area.layer),
        safe_text(row.area.area_code),
        safe_text(row.area.name),
        _number(row.people, 1),
        _number(row.provision, 4),
        _number(row.services_in_reach, 3),
        _number(row.nearest_m, 0),
        _number(row.shortfall, 4),
        _number(row.shortfall_low, 4),
        _number(row.shortfall_high, 4),
        _number(row.people_without, 1),
        _number(row.short_people, 1),
        row.state.value,
        row.band.value if row.band else "",
        row.sure.value,
        safe_text(row.why_sure),
        row.checked_on.isoformat() if row.checked_on else "",
        safe_text(row.sentence),
        str(row.disputed),
        row.edge,
    ]


def safe_text(value: str) -> str:
    """``value`` so that no spreadsheet runs it; plain numbers keep their sign."""
    start = value.lstrip(" \u00a0\ufeff\u200b")[:1]
    if start not in FORMULA_STARTS or not start or _is_number(value):
        return value
    return f"'{value}"


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return value.strip() == value


def _number(value: float | None, places: int) -> str:
    return "" if value is None else f"{value:.{places}f}"
