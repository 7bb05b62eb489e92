"""How complete the lists of a theme are: two kinds of list made independently, compared by whom both name.

Published lists and registers stand against what people saw on a walk-round or told of themselves. Chapman's
estimate says how many there are in all (app.analysis.robustness). Where an area has too few, its next bigger area
that can be measured is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from app.actions.remembered import Remembered
from app.analysis.inputs import FloatArray, IntArray
from app.analysis.robustness import completeness
from app.analysis.states import KNOWN_COMPLETENESS
from app.queries import Session, areas
from app.queries import completeness as queries
from app.queries.areas import LayerRow
from app.vocabulary import AreaLayerKind

if TYPE_CHECKING:
    from app.actions.gap_inputs import Zones

LEAST_ON_LIST, LEAST_ON_BOTH = 5, 3
"""With fewer on either kind of list, or fewer that both name, the estimate would say nothing."""
KINDS_COMPARED = (AreaLayerKind.STATISTICAL, AreaLayerKind.ELECTORAL, AreaLayerKind.COUNCIL)
KINDS_KNOWN = (AreaLayerKind.STATISTICAL, AreaLayerKind.ELECTORAL)
"""A whole council is too big for one estimate to say that each of its corners is known."""


@dataclass(frozen=True)
class KnownOf:
    """How many groups of a theme are known in an area, of about how many; ``listed_on``: when a list last said."""

    area_id: int
    found: int
    estimated: float
    share: float
    listed_on: date | None
    low: float = 0.0  # 90 of 100 such estimates hold how many there are from low ...
    high: float = 0.0  # ... to high


@dataclass(frozen=True, eq=False)
class Completeness:
    """What two kinds of list say, by layer (finest first) and area; empty where there is only one kind."""

    layers: tuple[LayerRow, ...]
    known: Mapping[int, Mapping[int, KnownOf]]  # by layer id, then area id


NOTHING_COMPARED = Completeness((), {})
_two_kinds: Remembered[bool] = Remembered(8)
_completeness: Remembered[Completeness] = Remembered(64)


def load_completeness(session: Session, version: str, theme: str) -> Completeness:
    return _completeness.get((version, theme), lambda: _read(session, version, theme))


def _read(session: Session, version: str, theme: str) -> Completeness:
    if not _two_kinds.get(version, lambda: queries.has_two_kinds_of_list(session)):
        return NOTHING_COMPARED
    layers = tuple(layer for layer in areas.list_layers(session) if layer.kind in KINDS_COMPARED)
    known = {}
    for layer in layers:
        groups = queries.listed_groups_table(session, theme, layer.id)
        if not (groups["is_seen"].any() and groups["is_published"].any()):
            return NOTHING_COMPARED
        known[layer.id] = compare_lists(groups)
    return Completeness(layers, known)


def compare_lists(groups: pd.DataFrame) -> dict[int, KnownOf]:
    """What is known of each area that has enough on both kinds of list; columns as of listed_groups_table."""
    placed = groups.dropna(subset=["area_id"])
    found = {}
    for area_id in np.unique(placed["area_id"].to_numpy(np.intp)).tolist():
        here = placed[placed["area_id"] == area_id]
        published, seen = here["is_published"].to_numpy(bool), here["is_seen"].to_numpy(bool)
        both = int((published & seen).sum())
        if min(published.sum(), seen.sum()) < LEAST_ON_LIST or both < LEAST_ON_BOTH:
            continue
        measured = completeness(int(published.sum()), int(seen.sum()), both)
        listed = here["listed_on"].dropna()
        latest = max(listed) if len(listed) else None
        found[area_id] = KnownOf(
            area_id, measured.found, measured.estimated, measured.completeness, latest, measured.low, measured.high
        )
    return found


def days_complete(
    found: Completeness, zones_of: Callable[[int], Zones], since: date, point_count: int
) -> IntArray:
    """For each point the day of lists that are complete enough to know its area by, (n,); 0 = they are not.

    The finest area that can be measured decides, whatever areas a question is asked by.
    """
    day = np.zeros(point_count, dtype=np.intp)
    decided = np.zeros(point_count, dtype=bool)
    for layer in found.layers:
        if layer.kind not in KINDS_KNOWN or not found.known[layer.id]:
            continue
        zones = zones_of(layer.id)
        measured = [found.known[layer.id].get(area_id) for area_id in zones.area_id.tolist()]
        is_measured = np.array([*(known is not None for known in measured), False])  # -1, in no area, is the last
        day_of_zone = np.array([*(_day(known, since) for known in measured), 0], dtype=np.intp)
        here = is_measured[zones.of_point] & ~decided
        day[here] = day_of_zone[zones.of_point[here]]
        decided |= here
    return day


def _day(known: KnownOf | None, since: date) -> int:
    if known is None or known.share < KNOWN_COMPLETENESS or known.listed_on is None or known.listed_on < since:
        return 0
    return known.listed_on.toordinal()


def known_of_areas(
    found: Completeness, layer: LayerRow, zones_of: Callable[[int], Zones], people: FloatArray
) -> dict[int, KnownOf]:
    """For each area of a layer its own KnownOf, or that of the smallest bigger area most of its people live in."""
    own = zones_of(layer.id)
    result = dict(found.known.get(layer.id, {}))
    for bigger in (other for other in found.layers if other.area_count < layer.area_count):
        if not found.known[bigger.id]:
            continue
        parents = bigger_areas(own, zones_of(bigger.id), people)
        for area_id, parent in parents.items():
            if area_id not in result and parent in found.known[bigger.id]:
                result[area_id] = found.known[bigger.id][parent]
    return result


def bigger_areas(own: Zones, bigger: Zones, people: FloatArray) -> dict[int, int]:
    """The bigger area that most people of each own area live in, by ids."""
    inside = (own.of_point >= 0) & (bigger.of_point >= 0)
    pair = own.of_point[inside] * len(bigger.area_id) + bigger.of_point[inside]
    numbers, where = np.unique(pair, return_inverse=True)
    heads = np.bincount(where, people[inside], numbers.size)
    order = np.argsort(heads, kind="stable")
    child, parent = np.divmod(numbers[order], max(1, len(bigger.area_id)))
    return dict(zip(own.area_id[child].tolist(), bigger.area_id[parent].tolist(), strict=True))


def known_sentence(known: KnownOf, area_id: int, name: str) -> str:
    """Here we know of 12 of about 15, or of 13 to 21 in all (two lists compared).

    ``name`` is that of the area that was measured.
    """
    about, low, high = (max(known.found, round(number)) for number in (known.estimated, known.low, known.high))
    by_chance = f", which may be {low} to {high}" if high > low else ""
    said = f"we know of {known.found} of about {about}{by_chance} (two lists compared)"
    if known.area_id == area_id:
        return f"Here {said}."
    return f"In {name} {said}; there are too few here alone to say."
