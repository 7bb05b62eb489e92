"""Numbers published for other areas, put onto these by where people live; every one says so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from app.actions.gap_inputs import Zones, load_people, load_zones
from app.actions.remembered import Remembered
from app.analysis.inputs import BoolArray, FloatArray
from app.analysis.overlay import Overlay, overlay
from app.queries import Session, areas
from app.queries import vintages as queries
from app.queries.vintages import IndicatorRow
from app.vocabulary import IndicatorDirection, IndicatorRole
from geodata.codes import FAMILIES

COUNTED_UNITS = frozenset(("people", "residents", "persons", "households", "children", "homes", "dwellings"))
"""Numbers of these are shared out and added up; every other number is averaged."""
MUCH_BIGGER = 2.5
"""What is known of areas this much bigger says nothing of the small ones inside them."""


@dataclass(frozen=True, eq=False)
class Converted:
    """A number of another layer for every area of this one; ``value`` (z,) is NaN where too few are covered."""

    indicator: IndicatorRow
    area_id: np.ndarray
    value: FloatArray
    laid: Overlay
    is_same: BoolArray  # (z,) areas that were not redrawn: their number is their own

    def of_area(self, area_id: int) -> float | None:
        row = self._row(area_id)
        return None if row is None or not np.isfinite(self.value[row]) else float(self.value[row])

    def rank(self, area_id: int, compared: list[int]) -> tuple[int | None, int]:
        """1 is the greatest need among the areas compared, and how many those are; none for a neutral number."""
        among = self.value[np.isin(self.area_id, compared) & np.isfinite(self.value)]
        mine = self.of_area(area_id)
        if mine is None or self.indicator.direction == IndicatorDirection.NEUTRAL:
            return None, among.size
        worse = among > mine if self.indicator.direction == IndicatorDirection.HIGHER else among < mine
        return 1 + int(worse.sum()), among.size

    def about(self, area_id: int) -> str:
        """How it was made: "average of its people, from Small areas, 2011; 2 of those are cut by this border"."""
        row = self._row(area_id)
        cut = 0 if row is None else int(np.isin(self.laid.of_target(row), self._cut).sum())
        if row is not None and self.is_same[row]:
            return f"the same area in {self.indicator.layer_name}, {self.indicator.vintage}"
        how = "shared out by where people live" if is_count(self.indicator) else "average of its people"
        said = f"{how}, from {self.indicator.layer_name}, {self.indicator.vintage}"
        if not cut:
            return said
        return f"{said}; {cut} of those {'is' if cut == 1 else 'are'} cut by this border"

    @cached_property
    def _cut(self) -> np.ndarray:
        return self.laid.cut_sources()

    def _row(self, area_id: int) -> int | None:
        row = np.flatnonzero(self.area_id == area_id)
        return int(row[0]) if row.size else None


_converted: Remembered[tuple[Converted, ...]] = Remembered(8)


def is_count(indicator: IndicatorRow) -> bool:
    return indicator.role == IndicatorRole.POPULATION or indicator.unit.strip().lower() in COUNTED_UNITS


def list_converted(session: Session, version: str, layer_id: int) -> tuple[Converted, ...]:
    """Every number that the areas of a layer have not of their own, from the finest other layer that has it."""
    return _converted.get((version, layer_id), lambda: _convert_all(session, version, layer_id))


def _convert_all(session: Session, version: str, layer_id: int) -> tuple[Converted, ...]:
    people = load_people(session, version, 0)
    target = load_zones(session, version, layer_id, people)
    rows = queries.list_indicators(session)
    taken = {row.key for row in rows if row.layer_id == layer_id}
    found = []
    for row in rows:
        if row.key in taken:
            continue
        source = load_zones(session, version, row.layer_id, people)
        if not source.area_id.size or _size(source) > MUCH_BIGGER * _size(target):
            continue
        taken.add(row.key)
        laid = overlay(
            source.of_point, target.of_point, people.points.people,
            sources=source.area_id.size, targets=target.area_id.size,
        )  # fmt: skip
        table = queries.values_table(session, row.id)
        value = table.set_index("area_id")["value"].reindex(source.area_id).to_numpy(np.float64)
        convert = laid.convert_counts if is_count(row) else laid.convert_rates
        own = _own_values(session, row, target, table)
        is_same = np.isfinite(own)
        found.append(Converted(row, target.area_id, np.where(is_same, own, convert(value)), laid, is_same))
    return tuple(found)


def _own_values(session: Session, row: IndicatorRow, target: Zones, table: pd.DataFrame) -> FloatArray:
    """The number of areas whose national code both layers have, (z,), else NaN: a redrawn area has a new one."""
    code_of = {area.id: area.area_code for area in areas.list_layer_areas(session, row.layer_id)}
    values = zip(table["area_id"], table["value"], strict=True)
    numbers = {code_of.get(area_id): value for area_id, value in values}
    codes = {area.id: area.area_code for area in areas.get_areas(session, target.area_id.tolist())}
    kept = (codes[area_id] for area_id in target.area_id.tolist())
    return np.array([numbers.get(code, np.nan) if code[:3] in FAMILIES else np.nan for code in kept], dtype=float)


def _size(zones: Zones) -> float:
    """Population points per area, which is how big areas are to people."""
    return float((zones.of_point >= 0).sum()) / max(1, zones.area_id.size)


def deprivation_note(session: Session) -> tuple[str, ...]:
    """A note when need is weighted by a number of other areas than people are counted by."""
    row = queries.find_other_deprivation(session)
    if row is None:
        return ()
    return (
        f"“{row.name}” is published for {row.layer_name} of {row.vintage}, not for the areas people are counted "
        "by: each person counts as their place in those areas says.",
    )
