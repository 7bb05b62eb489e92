"""Areas whose people are alike: by how closely they live and by every published number loaded for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from app.actions.remembered import Remembered
from app.analysis.inputs import FloatArray, IntArray
from app.analysis.similar import nearest_alike, standard_scores
from app.errors import BadQuestionError
from app.queries import Session, provision, similar

MOST_ALIKE = 10
MOST_COMPARISONS = 200_000_000
"""Pairs of areas; more takes longer than anybody waits."""
COUNTS = ("people", "households")
"""Units of numbers that grow with the area: they are divided by its people."""
DENSITY = "people per km², on a scale of tenfolds"


@dataclass(frozen=True)
class ZoneNumber:
    """One number that areas are held against each other by; ``unit`` as published."""

    name: str
    unit: str
    measured_on: date | None
    source_key: str  # "" while nobody has said where people live


@dataclass(frozen=True, eq=False)
class ZoneFacts:
    """What is known of the people of each zone: ``values`` (z, f), NaN for unknown; ``weights`` (f,)."""

    about: tuple[ZoneNumber, ...]
    values: FloatArray
    weights: FloatArray

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(number.name for number in self.about)

    @property
    def scores(self) -> FloatArray:
        return standard_scores(self.values)


_facts: Remembered[ZoneFacts] = Remembered(8)
_alike: Remembered[IntArray] = Remembered(32)


def load_zone_facts(
    session: Session, version: str, layer_id: int, area_id: IntArray, of_point: IntArray
) -> ZoneFacts:
    """Of the zones of a layer: ``area_id`` (z,) ascending, ``of_point`` (n,) the zone of each population point."""
    return _facts.get((version, layer_id), lambda: _read_facts(session, layer_id, area_id, of_point))


def load_alike(
    session: Session, version: str, layer_id: int, area_id: IntArray, of_point: IntArray, asked: IntArray
) -> IntArray:
    """The zones most like each zone, (z, MOST_ALIKE), nearest first, -1 for none and for zones not ``asked``.

    Errors: BadQuestionError when there are too many areas to compare.
    """
    if asked.size * area_id.size > MOST_COMPARISONS:
        raise BadQuestionError(
            "There are too many areas here to find those that are alike.",
            "Ask about a smaller place, or choose another comparison.",
            field="benchmark",
        )

    def find() -> IntArray:
        facts = load_zone_facts(session, version, layer_id, area_id, of_point)
        found, _ = nearest_alike(facts.values, facts.weights, asked, MOST_ALIKE)
        alike = np.full((area_id.size, MOST_ALIKE), -1, dtype=np.intp)
        alike[asked] = found
        return alike

    return _alike.get((version, layer_id, asked.tobytes()), find)


def _read_facts(session: Session, layer_id: int, area_id: IntArray, of_point: IntArray) -> ZoneFacts:
    """Each number as the mean over the people of a zone; each source counts once in all, and so does density."""
    facts = similar.list_facts(session)
    people = provision.people_table(session)
    heads = people["people"].to_numpy(np.float64)
    values = similar.facts_table(session).pivot(index="area_id", columns="key", values="value")
    columns = [_of_zones(values[fact["key"]], fact["unit"], people, heads, of_point, area_id.size)
               for fact in facts.to_dict("records")]  # fmt: skip
    sizes = similar.sizes_table(session, layer_id).set_index("area_id")["size_m2"].reindex(area_id)
    living = np.bincount(of_point[of_point >= 0], heads[of_point >= 0], area_id.size)
    density = np.log10(np.maximum(living, 1) / (sizes.to_numpy(np.float64) / 1e6))
    share = facts.groupby("source_key")["key"].transform("count").to_numpy(np.float64)
    counted_by, counted_on = similar.find_population_count(session) or ("", None)
    about = [ZoneNumber(DENSITY, "", counted_on, counted_by)]
    about += [ZoneNumber(fact["name"], fact["unit"], fact["measured_on"], fact["source_key"])
              for fact in facts.to_dict("records")]  # fmt: skip
    return ZoneFacts(tuple(about), np.column_stack([density, *columns]), np.concatenate([[1.0], 1 / share]))


def _of_zones(
    by_area: pd.Series[float], unit: str, people: pd.DataFrame, heads: FloatArray, of_point: IntArray, count: int
) -> FloatArray:
    value = people["area_id"].map(by_area).to_numpy(np.float64)
    if unit in COUNTS:
        in_area = people.groupby("area_id")["people"].transform("sum").to_numpy(np.float64)
        value = np.divide(value, in_area, out=np.full(value.shape, np.nan), where=in_area > 0)
    known = (of_point >= 0) & ~np.isnan(value)
    total = np.bincount(of_point[known], (value * heads)[known], count)
    weight = np.bincount(of_point[known], heads[known], count)
    mean: FloatArray = np.divide(total, weight, out=np.full(count, np.nan), where=weight > 0)
    return mean
