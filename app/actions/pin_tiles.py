"""Tiles of pins: clusters far out, single records near, in the shape the places map draws.

A tile is ``{"n": cells along a side, "cells": [[column, row, lon, lat, groups, items], …], "hours": […]}``.
A group is ``[kind, theme bits, count, audience bits, hours]``,
an item ``[kind, theme bits, id, name, lon, lat, audience bits, hours]``.

- Up to ``MOST_PINS_IN_DETAIL`` pins, groups are what they say: the browser can filter by kind, themes, audience
  and opening hours without asking again. ``hours`` is a position in the tile's list, or -1 where nobody has said;
  an entry is ``[[from, to, …], [from, to, …]]`` in minutes since Monday 00:00: all year, and in term time only.
- A tile with more pins is ``"stacked"``: its groups have three fields and are an encoding of the counts per theme.
  For any kinds and any one theme (or all) adding them up gives the exact count. For who and when the browser asks
  for the same tile with ``audience`` or ``open``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, TypeVar

from app.actions.map_cells import lon_lat, place_in_tile
from app.actions.tile_blocks import Json
from app.queries.map_points import FINEST_LEVEL, CellCount, Pin, Range
from app.vocabulary import AUDIENCES

SINGLES_FROM_ZOOM = 13
NEAREST_ZOOM = 17
"""The last zoom with tiles of its own; deeper in the browser enlarges it."""

MOST_THEMES_WITH_A_BIT = 53
"""JavaScript keeps whole numbers exact up to 2 to the power of 53."""

MOST_PINS_IN_DETAIL = 1_000
MOST_ITEMS_PER_CELL = {False: 1, True: 4}
"""Far out, and from where single places show."""

MOST_ITEMS_PER_LAST_CELL = 200
NEVER_SAID = ("{}", "{}")
AUDIENCE_BITS = {audience: 1 << position for position, audience in enumerate(AUDIENCES)}
Row = TypeVar("Row", CellCount, Pin)


@dataclass(frozen=True)
class TileShape:
    """How tiles of a zoom are divided: into cells of ``level``, the tile halved ``depth`` times; bits by theme."""

    zoom: int
    depth: int
    bits: dict[str, int]

    @classmethod
    def at(cls, zoom: int, themes: Sequence[str]) -> TileShape:
        depth = min(3 if zoom >= SINGLES_FROM_ZOOM else 2, FINEST_LEVEL - zoom)
        return cls(zoom, depth, {key: 1 << at for at, key in enumerate(themes[:MOST_THEMES_WITH_A_BIT])})

    @property
    def level(self) -> int:
        return self.zoom + self.depth

    @property
    def is_near(self) -> bool:
        return self.zoom >= SINGLES_FROM_ZOOM

    def ranges(self, codes: Iterable[int]) -> list[Range]:
        """The first and the last cell of each tile with these codes (``morton`` of its column and row)."""
        bits = 2 * self.depth
        return [(code << bits, ((code + 1) << bits) - 1) for code in codes]

    def by_tile(self, rows: Iterable[Row]) -> dict[int, list[Row]]:
        """Rows in the order of their cells, by the code of their tile."""
        return {code: list(found) for code, found in groupby(rows, lambda row: row.cell >> (2 * self.depth))}


def stack(counts: Sequence[tuple[int, int]], total: int) -> list[tuple[int, int]]:
    """Theme counts ``(bit, count)`` of ``total`` records as groups ``(bits, count)``.

    The groups lie in each other like a stack, the commonest theme in most of them: there are never more groups
    than themes and one, they add up to ``total``, and those with a bit add up to its count.
    """
    groups = []
    bits, left = 0, total
    for bit, count in sorted(counts, key=lambda item: (-item[1], item[0])):
        if left > count:
            groups.append((bits, left - count))
        bits, left = bits | bit, count
    if left:
        groups.append((bits, left))
    return groups


def lonely_cells(counts: Sequence[CellCount]) -> list[int]:
    """Cells with one pin."""
    pins: Counter[int] = Counter()
    for count in counts:
        pins[count.cell] += count.pins
    return [cell for cell, total in pins.items() if total == 1]


def stacked_tile(shape: TileShape, counts: Sequence[CellCount], single: Mapping[int, Pin]) -> Json:
    """A tile of more pins than it can bring; ``single`` are the pins of cells that have but one."""
    by_cell = {cell: list(of_cell) for cell, of_cell in groupby(counts, key=lambda count: count.cell)}
    notes = Notes(shape.bits)
    cells = []
    for cell in sorted(by_cell, key=lambda cell: place_in_tile(cell, shape.depth)[::-1]):
        total = sum(count.pins for count in by_cell[cell])
        x, y = (sum(sums) / total for sums in zip(*((c.x_sum, c.y_sum) for c in by_cell[cell]), strict=True))
        groups = [
            [count.kind, theme_bits, pins]
            for count in by_cell[cell]
            for theme_bits, pins in stack(
                [(shape.bits.get(key, 0), n) for key, n in zip(count.themes, count.theme_pins, strict=True)],
                count.pins,
            )
        ]
        entry: list[Any] = [*place_in_tile(cell, shape.depth), *lon_lat(x, y), groups]
        if cell in single:
            entry.append([notes.item(single[cell])])
        cells.append(entry)
    return {"n": 1 << shape.depth, "stacked": True, "cells": cells, "hours": notes.hours()}


def detailed_tile(shape: TileShape, pins: Iterable[Pin]) -> Json:
    """A tile of these pins, in the order of their cells."""
    by_cell: dict[int, list[Pin]] = defaultdict(list)
    for pin in pins:
        by_cell[pin.cell].append(pin)
    notes = Notes(shape.bits)
    cells = []
    for cell in sorted(by_cell, key=lambda cell: place_in_tile(cell, shape.depth)[::-1]):
        members = by_cell[cell]
        x, y = sum(pin.x for pin in members), sum(pin.y for pin in members)
        middle = lon_lat(x / len(members), y / len(members))
        entry: list[Any] = [*place_in_tile(cell, shape.depth), *middle, notes.groups(members)]
        if len(members) <= MOST_ITEMS_PER_CELL[shape.is_near] or _is_last(members, shape.zoom):
            by_name = sorted(members, key=lambda pin: (pin.name, pin.record_id))
            entry.append([notes.item(pin) for pin in by_name[:MOST_ITEMS_PER_LAST_CELL]])
        cells.append(entry)
    return {"n": 1 << shape.depth, "cells": cells, "hours": notes.hours()}


def _is_last(pins: list[Pin], zoom: int) -> bool:
    """No zoom takes apart what is at one spot, nor what the nearest tiles hold together: these bring items."""
    is_one_spot = zoom >= SINGLES_FROM_ZOOM and len({(pin.x, pin.y) for pin in pins}) == 1
    return zoom >= NEAREST_ZOOM or is_one_spot


class Notes:
    """What one tile writes for themes, audiences and hours. Each note is read once: many pins share it."""

    def __init__(self, bits: Mapping[str, int]) -> None:
        self._bits = bits
        self._read: dict[str, tuple[int, int, int, int]] = {}
        self._patterns: dict[tuple[str, str], int] = {}

    def of(self, pin: Pin) -> tuple[int, int, int, int]:
        """Kind, theme bits, audience bits, hours."""
        found = self._read.get(pin.note)
        if found is None:
            kind, themes, audiences, *hours = pin.note.split("|")
            usual, in_term = hours
            theme_bits = sum({self._bits.get(key, 0) for key in themes.split()})
            found = int(kind), theme_bits, audience_bits(audiences.split()), self._position(usual, in_term)
            self._read[pin.note] = found
        return found

    def _position(self, usual: str, in_term: str) -> int:
        hours = (usual, in_term)
        return -1 if hours == NEVER_SAID else self._patterns.setdefault(hours, len(self._patterns))

    def item(self, pin: Pin) -> list[Any]:
        kind, themes, *who_and_when = self.of(pin)
        return [kind, themes, pin.record_id, pin.name, *lon_lat(pin.x, pin.y), *who_and_when]

    def groups(self, pins: Iterable[Pin]) -> list[list[int]]:
        alike = sorted(Counter(map(self.of, pins)).items())
        return [[kind, themes, count, audiences, hours] for (kind, themes, audiences, hours), count in alike]

    def hours(self) -> list[list[list[int]]]:
        return [[minutes(usual), minutes(in_term)] for usual, in_term in self._patterns]


def audience_bits(audiences: Iterable[str]) -> int:
    """The audiences we have a word for, by their position in ``vocabulary.AUDIENCES``."""
    return sum({AUDIENCE_BITS.get(audience, 0) for audience in audiences})


@lru_cache(maxsize=4096)
def minutes(multirange: str) -> list[int]:
    """{[600,720),[2040,2160)} as [600, 720, 2040, 2160]."""
    return [int(part.strip("[]() ")) for part in multirange.strip("{}").split(",") if part]
