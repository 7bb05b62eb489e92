"""What is measured and what people ask for, side by side: never blended unless somebody says how much each counts.

Five columns for every area: the gap, official need, what residents say is missing, and who looked in vain (by a
wish, or by a search that found nothing). Small counts are not in here: they come from the public views.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from app.actions.completeness import KINDS_COMPARED, bigger_areas
from app.actions.gap_answers import AreaGap, GapAnswer, GapQuestion
from app.actions.gap_inputs import People, load_people, load_zones
from app.actions.gap_scope import GapScope, find_scope
from app.actions.gaps import answer_gap_question
from app.actions.remembered import Remembered
from app.analysis.inputs import FloatArray
from app.queries import Session, areas
from app.queries import demand as queries
from app.queries.versions import get_version
from app.vocabulary import WishKind

COLUMNS = ("gap", "official", "needs", "wishes", "misses")
MOST_WEIGHT = 100
COLUMN_OF_KIND = {WishKind.NOTHING_NEAR: "wishes", WishKind.SEARCH_MISS: "misses"}
Weights = Mapping[str, int]
"""How much each of COLUMNS counts in the blend, 0 to MOST_WEIGHT; all 0 means no blend."""


@dataclass(frozen=True)
class Bigger:
    """A bigger area where enough people looked in vain to tell of it."""

    name: str
    people_at_least: int


@dataclass(frozen=True, eq=False)
class DemandRow:
    """One area: each column's value (None = not known; of wishes 0 = fewer than five) and rank (1 = most)."""

    gap: AreaGap
    values: Mapping[str, float | None]
    ranks: Mapping[str, int | None]
    same: int  # people who say the same as residents' needs here, as far as that may be told
    bigger: Mapping[str, Bigger]  # for wishes and misses that are fewer than five here
    blend: float | None = None  # 0..1, by the weights
    blend_rank: int = 0


@dataclass(frozen=True, eq=False)
class DemandAnswer:
    """``rows`` by the blend where weights were given, else as the gap answer has them."""

    gaps: GapAnswer
    weights: Weights
    rows: tuple[DemandRow, ...]
    tells_wishes: bool  # only of areas that are the same for everybody

    @property
    def is_blended(self) -> bool:
        return any(self.weights.values())


def compare_demand(session: Session, question: GapQuestion, weights: Weights) -> DemandAnswer:
    """The gap beside what people ask for. Errors: BadQuestionError as answer_gap_question.

    Wishes are read afresh each time: recording one changes no data version.
    """
    answer = answer_gap_question(session, question)
    scope, version = find_scope(session, question), get_version(session)
    people = load_people(session, version, 1.0)
    columns, same = _columns(session, version, scope, answer, people)
    ranks = {name: _ranks(values) for name, values in columns.items()}
    ranks["gap"] = [row.rank or None for row in answer.rows]
    bigger = _bigger_wishes(session, version, scope, people)
    blend = blended(columns, weights)
    place = _ranks(blend)
    rows = [
        DemandRow(
            gap=row,
            values={name: columns[name][number] for name in COLUMNS},
            ranks={name: ranks[name][number] for name in COLUMNS},
            same=same.get(row.area.area_id, 0),
            bigger=bigger.get(row.area.area_id, {}),
            blend=blend[number],
            blend_rank=place[number] or 0,
        )
        for number, row in enumerate(answer.rows)
    ]
    if any(weights.values()):
        rows.sort(key=lambda row: (row.blend is None, row.blend_rank, row.gap.area.area_code))
    return DemandAnswer(answer, weights, tuple(rows), scope.layer.kind in KINDS_COMPARED)


Column = list[float | None]


def _columns(
    session: Session, version: str, scope: GapScope, answer: GapAnswer, people: People
) -> tuple[dict[str, Column], dict[int, int]]:
    theme, ids = scope.theme.key, [row.area.area_id for row in answer.rows]
    needs = queries.needs_by_area_table(session, theme, scope.layer.id)
    count = dict(zip(needs["area_id"], needs["needs"], strict=True))
    wishes = queries.wishes_by_area_table(session, theme)
    official = _official(session, version, scope, people)
    columns: dict[str, Column] = {
        "gap": [row.people_without if row.rank else None for row in answer.rows],
        "official": [official.get(area_id) for area_id in ids],
        "needs": [float(count.get(area_id, 0)) for area_id in ids],
    }
    for kind, name in COLUMN_OF_KIND.items():
        told = _told(wishes, scope.layer.id, kind)
        columns[name] = [
            float(told.get(area_id, 0)) if scope.layer.kind in KINDS_COMPARED else None for area_id in ids
        ]
    return columns, {int(row["area_id"]): int(row["same"]) for row in needs.to_dict("records")}


def _told(wishes: pd.DataFrame, layer_id: int, kind: WishKind) -> dict[int, int]:
    of_kind = wishes[(wishes["area_layer_id"] == layer_id) & (wishes["kind"] == kind.value)]
    return {int(row["area_id"]): int(row["people_at_least"]) for row in of_kind.to_dict("records")}


def _official(session: Session, version: str, scope: GapScope, people: People) -> dict[int, float]:
    """Of everybody on the map, the share who live somewhere less deprived than the people of each area, by id."""
    if not (people.points.need_weight != 1).any():
        return {}
    zones = load_zones(session, version, scope.layer.id, people)
    inside = zones.of_point >= 0
    heads = np.bincount(zones.of_point[inside], people.points.people[inside], len(zones.area_id))
    # With a strength of 1 a weight is 2 (1 - q), and q the share of people who live somewhere more deprived.
    weighed = np.bincount(zones.of_point[inside], people.points.weighted_people[inside], len(zones.area_id))
    share: FloatArray = np.divide(weighed / 2, heads, out=np.full(heads.size, np.nan), where=heads > 0)
    return {int(i): float(one) for i, one in zip(zones.area_id, share, strict=True) if np.isfinite(one)}


def _bigger_wishes(
    session: Session, version: str, scope: GapScope, people: People
) -> dict[int, dict[str, Bigger]]:
    """For each area the smallest bigger area where enough looked in vain to tell of it, by column."""
    wishes = queries.wishes_by_area_table(session, scope.theme.key)
    layers = [one for one in areas.list_layers(session) if one.kind in KINDS_COMPARED]
    zones_of = partial(load_zones, session, version, people=people)
    names = {area.id: area.name for area in areas.get_areas(session, [int(i) for i in wishes["area_id"].unique()])}
    found: dict[int, dict[str, Bigger]] = {}
    for layer in (one for one in layers if one.area_count < scope.layer.area_count):
        for kind, column in COLUMN_OF_KIND.items():
            if not (told := _told(wishes, layer.id, kind)):
                continue
            parents = bigger_areas(zones_of(scope.layer.id), zones_of(layer.id), people.points.people)
            for area_id, parent in parents.items():
                if parent in told:
                    found.setdefault(area_id, {}).setdefault(column, Bigger(names[parent], told[parent]))
    return found


def _ranks(values: Column) -> list[int | None]:
    """1 = most; equals share the better rank; what is not known, and none, has no rank."""
    ordered = np.sort([-value for value in values if value is not None])
    return [None if not value else int(np.searchsorted(ordered, -value, side="left")) + 1 for value in values]


def blended(columns: Mapping[str, Column], weights: Weights) -> Column:
    """The weighted mean of each area's place in every column, 0 (least) to 1 (most); None without weights.

    A place is the share of areas with less, and half of those with as much. An area that lacks a weighted column
    has no blend: what is not known is not none.
    """
    used = {name: weight for name, weight in weights.items() if weight > 0}
    count = len(next(iter(columns.values()), []))
    total = sum(used.values())
    if not total:
        return [None] * count
    places = {name: _places(columns[name]) for name in used}
    result: Column = []
    for number in range(count):
        here = [(weight, places[name][number]) for name, weight in used.items()]
        known = [(weight, place) for weight, place in here if place is not None]
        result.append(sum(w * p for w, p in known) / total if len(known) == len(here) else None)
    return result


def _places(values: Column) -> Column:
    known = np.sort([value for value in values if value is not None])

    def place(value: float) -> float:
        less, at_most = np.searchsorted(known, value, "left"), np.searchsorted(known, value, "right")
        return float((less + at_most) / 2 / known.size)

    return [None if value is None else place(value) for value in values]


@dataclass(frozen=True)
class DemandSum:
    """Of everything asked about: open needs, and how many looked in vain within a year, at least (0: too few to
    tell; None: not told of an area drawn at will)."""

    needs: int
    in_vain: int | None


_needs: Remembered[dict[int, int]] = Remembered(64)


def sum_demand(session: Session, answer: GapAnswer) -> DemandSum:
    """What people ask for in the areas of an answer, in two numbers; wishes are read afresh each time."""
    theme, scope = answer.question.theme, find_scope(session, answer.question)
    needs = _needs.get(
        (answer.data_version, theme, scope.layer.id),
        lambda: _count_needs(queries.needs_by_area_table(session, theme, scope.layer.id)),
    )
    counted = sum(needs.get(row.area.area_id, 0) for row in answer.rows)
    if answer.patch is not None or scope.layer.kind not in KINDS_COMPARED:
        return DemandSum(counted, None)
    wishes = queries.wishes_by_area_table(session, theme)
    if answer.within is not None:
        here = {row.area.area_id for row in answer.rows}
        wishes = wishes[wishes["area_id"].isin([*here, answer.within.area_id])]
    told = wishes.groupby(["kind", "area_layer_id"])["people_at_least"].sum().tolist()
    return DemandSum(counted, int(max(told, default=0)))


def _count_needs(table: pd.DataFrame) -> dict[int, int]:
    return {int(row["area_id"]): int(row["needs"]) for row in table.to_dict("records")}


@dataclass(frozen=True)
class Wished:
    """That people of an area looked for something in vain: at least so many, within a year."""

    theme: str
    theme_name: str
    kind: WishKind
    people_at_least: int


def list_wished(session: Session, area_id: int) -> tuple[Wished, ...]:
    """What people of one area looked for in vain, most first; nothing that fewer than five did."""
    return tuple(
        Wished(row["theme_key"], row["theme"], WishKind(row["kind"]), int(row["people_at_least"]))
        for row in queries.wishes_of_area_table(session, area_id).to_dict("records")
    )
