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

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from math import asinh, atan, cos, degrees, pi, radians, sinh, tan
from typing import Any

from app.actions.remembered import Remembered
from app.actions.tile_cache import TileCache
from app.errors import NotFoundError
from app.queries import Session, map_points
from app.queries.map_points import MOST_COUNTED_ZOOM, CellCount, MapState, Pin
from app.queries.site import find_site_bounds
from app.vocabulary import AUDIENCES

WORLD = 2**32
EQUATOR_M, MOST_LATITUDE = 40_075_016.7, 85.05112
BRITAIN = (-8.0, 49.9, 1.8, 59.0)
LEAST_ZOOM, MOST_ZOOM = 0, 22
SINGLES_FROM_ZOOM = 13
NEAREST_ZOOM = 17
"""The last zoom with tiles of its own; deeper in the browser enlarges it."""

MOST_THEMES_WITH_A_BIT = 53
"""JavaScript keeps whole numbers exact up to 2 to the power of 53."""

MOST_PINS_IN_DETAIL = 1_000
MOST_ITEMS_PER_CELL = {False: 1, True: 4}
"""Far out, and from where single places show."""

MOST_ITEMS_PER_LAST_CELL = 200
BOUNDS: Remembered[tuple[int, int, int, int] | None] = Remembered(4)
Json = dict[str, Any]
NEVER_SAID = ("{}", "{}")
AUDIENCE_BITS = {audience: 1 << position for position, audience in enumerate(AUDIENCES)}


def make_tile(
    session: Session,
    themes: list[str],
    zoom: int,
    x: int,
    y: int,
    *,
    audience: str = "",
    minute: int | None = None,
    words: str = "",
) -> Json | None:
    """The pins of one tile, those for an audience, open at a minute of the week or with some words only; None when
    there are none. Open counts what is open then in term time only, too.

    ``themes`` are those of ``get_map_state``, in the order of their bits.

    Raises NotFoundError off the map.
    """
    check_tile(zoom, x, y)
    is_near = zoom >= SINGLES_FROM_ZOOM
    depth = min(3 if is_near else 2, map_points.FINEST_LEVEL - zoom)
    level, first = zoom + depth, morton(x, y) << (2 * depth)
    last = first + (1 << (2 * depth)) - 1
    bits = {key: 1 << position for position, key in enumerate(themes[:MOST_THEMES_WITH_A_BIT])}
    if audience or minute is not None:
        wanted = [audience, "anyone"] if audience else None
        counts = map_points.count_live(session, level, first, last, audiences=wanted, minute=minute, words=words)
        return _stacked_tile(session, counts, level, depth, bits, with_items=False) if counts else None
    counts = []
    if map_points.LEAST_COUNTED_ZOOM <= zoom <= MOST_COUNTED_ZOOM and not words:
        counts = map_points.list_counts(session, zoom, first, last)
        if not counts:
            return None
    if sum(count.pins for count in counts) <= MOST_PINS_IN_DETAIL:
        pins = map_points.list_pins(session, level, first, last, MOST_PINS_IN_DETAIL + 1, words=words)
        if len(pins) <= MOST_PINS_IN_DETAIL:
            return _detailed_tile(pins, zoom, level, depth, bits) if pins else None
        counts = []
    counts = counts or map_points.count_live(session, level, first, last, words=words)
    return _stacked_tile(session, counts, level, depth, bits, with_items=not words)


def keep_tile(session: Session, state: MapState, cache: TileCache, zoom: int, x: int, y: int) -> bytes:
    """One tile as compressed JSON, from disk when the map has not changed since; empty bytes when it is empty."""
    check_tile(zoom, x, y)
    address = ("points", state.version, zoom, x, y)
    kept = cache.find(*address)
    if kept is None:
        kept = pack(make_tile(session, state.themes, zoom, x, y))
        cache.keep(kept, *address)
    return kept


def pack(tile: Json | None) -> bytes:
    """A tile as JSON, compressed; empty bytes for None."""
    if tile is None:
        return b""
    return gzip.compress(json.dumps(tile, ensure_ascii=False, separators=(",", ":")).encode(), 5, mtime=0)


def check_tile(zoom: int, x: int, y: int) -> None:
    if not LEAST_ZOOM <= zoom <= MOST_ZOOM or not (0 <= x < 2**zoom and 0 <= y < 2**zoom):
        raise NotFoundError("There is no such map tile.")


def morton(x: int, y: int) -> int:
    """The bits of x and y in turn, x first: tiles and cells in the order of a quadtree."""
    code = 0
    for bit in range(max(x, y).bit_length()):
        code |= ((x >> bit) & 1) << (2 * bit) | ((y >> bit) & 1) << (2 * bit + 1)
    return code


def place_in_tile(cell: int, depth: int) -> tuple[int, int]:
    """Column and row of a cell in its tile, from the north-west."""
    column = row = 0
    for bit in range(depth):
        column |= ((cell >> (2 * bit)) & 1) << bit
        row |= ((cell >> (2 * bit + 1)) & 1) << bit
    return column, row


def lon_lat(x: float, y: float) -> tuple[float, float]:
    """WGS84 degrees of a position in the world of 2^32; the middle of the unit, to five decimals (1 m)."""
    return round((x + 0.5) / WORLD * 360 - 180, 5), round(degrees(atan(sinh(pi * (1 - 2 * (y + 0.5) / WORLD)))), 5)


def world_position(lon: float, lat: float) -> tuple[int, int]:
    """The other way round; beyond 85 degrees the edge of the map."""
    bounded = radians(max(-MOST_LATITUDE, min(MOST_LATITUDE, lat)))
    return int((lon + 180) / 360 * WORLD), int((0.5 - asinh(tan(bounded)) / (2 * pi)) * WORLD)


def metres_at(lat: float) -> float:
    """How long a part of the world of 2^32 is at a latitude."""
    return EQUATOR_M * cos(radians(lat)) / WORLD


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


def _stacked_tile(
    session: Session, counts: list[CellCount], level: int, depth: int, bits: dict[str, int], *, with_items: bool
) -> Json:
    by_cell = {cell: list(of_cell) for cell, of_cell in groupby(counts, key=lambda count: count.cell)}
    totals = {cell: sum(count.pins for count in of_cell) for cell, of_cell in by_cell.items()}
    alone = [cell for cell, total in totals.items() if total == 1] if with_items else []
    shift = 2 * (map_points.FINEST_LEVEL - level)
    single = {pin.cell >> shift: pin for pin in map_points.list_pins_of_cells(session, level, alone)}
    notes = Notes(bits)
    cells = []
    for cell in sorted(by_cell, key=lambda cell: place_in_tile(cell, depth)[::-1]):
        x, y = (
            sum(sums) / totals[cell] for sums in zip(*((c.x_sum, c.y_sum) for c in by_cell[cell]), strict=True)
        )
        groups = [
            [count.kind, theme_bits, pins]
            for count in by_cell[cell]
            for theme_bits, pins in stack(
                [(bits.get(key, 0), n) for key, n in zip(count.themes, count.theme_pins, strict=True)], count.pins
            )
        ]
        entry: list[Any] = [*place_in_tile(cell, depth), *lon_lat(x, y), groups]
        if cell in single:
            entry.append([notes.item(single[cell])])
        cells.append(entry)
    return {"n": 1 << depth, "stacked": True, "cells": cells, "hours": notes.hours()}


def _detailed_tile(pins: list[Pin], zoom: int, level: int, depth: int, bits: dict[str, int]) -> Json:
    shift = 2 * (map_points.FINEST_LEVEL - level)
    by_cell: dict[int, list[Pin]] = defaultdict(list)
    for pin in pins:
        by_cell[pin.cell >> shift].append(pin)
    notes = Notes(bits)
    cells = []
    for cell in sorted(by_cell, key=lambda cell: place_in_tile(cell, depth)[::-1]):
        members = by_cell[cell]
        x, y = sum(pin.x for pin in members), sum(pin.y for pin in members)
        middle = lon_lat(x / len(members), y / len(members))
        entry: list[Any] = [*place_in_tile(cell, depth), *middle, notes.groups(members)]
        if len(members) <= MOST_ITEMS_PER_CELL[zoom >= SINGLES_FROM_ZOOM] or _is_last(members, zoom):
            entry.append([notes.item(pin) for pin in members[:MOST_ITEMS_PER_LAST_CELL]])
        cells.append(entry)
    return {"n": 1 << depth, "cells": cells, "hours": notes.hours()}


def _is_last(pins: list[Pin], zoom: int) -> bool:
    """No zoom takes apart what is at one spot, nor what the nearest tiles hold together: these bring items."""
    is_one_spot = zoom >= SINGLES_FROM_ZOOM and len({(pin.x, pin.y) for pin in pins}) == 1
    return zoom >= NEAREST_ZOOM or is_one_spot


class Notes:
    """What one tile writes for themes, audiences and hours. Each set is worked out once: many pins share it."""

    def __init__(self, bits: dict[str, int]) -> None:
        self._bits = bits
        self._themes: dict[tuple[str, ...], int] = {}
        self._audiences: dict[tuple[str, ...], int] = {}
        self._patterns: dict[tuple[str, str], int] = {}

    def of(self, pin: Pin) -> tuple[int, int, int, int]:
        """Kind, theme bits, audience bits, hours."""
        themes, audiences, hours = tuple(pin.themes), tuple(pin.audiences), (pin.open_minutes, pin.term_minutes)
        if themes not in self._themes:
            self._themes[themes] = sum({self._bits.get(key, 0) for key in themes})
        if audiences not in self._audiences:
            self._audiences[audiences] = audience_bits(audiences)
        position = -1 if hours == NEVER_SAID else self._patterns.setdefault(hours, len(self._patterns))
        return pin.kind, self._themes[themes], self._audiences[audiences], position

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


def plain(words: str) -> str:
    """``words`` for a place where some programs expect HTML: nothing in them is a tag, whoever reads them."""
    return words.replace("<", "‹").replace(">", "›")


def whole_map(session: Session) -> tuple[float, float, float, float]:
    """West, south, east, north of what there is to see: the site, else every pin, else Britain."""
    if found := find_site_bounds(session):
        return found
    box = _bounds(session, map_points.get_map_state(session))
    if box is None:
        return BRITAIN
    (west, north), (east, south) = lon_lat(box[0], box[1]), lon_lat(box[2], box[3])
    return (west, south, east, north)


def _bounds(session: Session, state: MapState) -> tuple[int, int, int, int] | None:
    return BOUNDS.get(state.version, lambda: map_points.find_bounds(session))


def describe_points(session: Session, address: str) -> Json:
    """TileJSON 3.0.0 of the pins; ``address`` is the template of a tile's address."""
    state = map_points.get_map_state(session)
    box = _bounds(session, state)
    west, north = lon_lat(box[0], box[1]) if box else (-180.0, 85.05112)
    east, south = lon_lat(box[2], box[3]) if box else (180.0, -85.05112)
    return {
        "tilejson": "3.0.0",
        "name": "Organisations, services and needs",
        "description": "Clusters far out, single records near; JSON, see docs/decisions/0010-tiles.md",
        "tiles": [address],
        "minzoom": map_points.LEAST_COUNTED_ZOOM,
        "maxzoom": NEAREST_ZOOM,
        "bounds": [west, south, east, north],
        "attribution": plain("; ".join(map_points.list_attributions(session))),
        "vector_layers": [],
        "version": "1.0.0",
        "data_version": state.version,
        "kinds": ["organisation", "service", "need"],
        "themes": state.themes,
        "audiences": list(AUDIENCES),
    }
