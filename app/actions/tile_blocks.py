"""What a map asks for: one tile, or a rectangle of them in one answer, row by row from the north-west.

A block of pins is a JSON list of tiles, null where one is empty. A block of areas is the length of each tile (32
bits, the low byte first; 0 where it is empty), then the tiles.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import NotFoundError

LEAST_ZOOM, MOST_ZOOM = 0, 22
MOST_TILES = 64
Json = dict[str, Any]


@dataclass(frozen=True)
class Tile:
    """One tile, which travels as it is."""

    zoom: int
    x: int
    y: int

    @property
    def address(self) -> tuple[str | int, ...]:
        """What a copy of the answer is kept under."""
        return (self.zoom, self.x, self.y)

    def tiles(self) -> list[tuple[int, int]]:
        """Column and row of each tile. Raises NotFoundError when one is off the map, or they are too many."""
        check_tile(self.zoom, self.x, self.y)
        return [(self.x, self.y)]

    def pack_areas(self, tiles: Sequence[bytes]) -> bytes:
        """Vector tiles as an answer, compressed with gzip; empty bytes when there is nothing in it."""
        return gzip.compress(tiles[0], 6, mtime=0) if tiles[0] else b""

    def pack_pins(self, tiles: Sequence[Json | None]) -> bytes:
        return pack_json(tiles[0])


@dataclass(frozen=True)
class Block(Tile):
    """A rectangle of tiles, ``x`` and ``y`` being those of the first; never empty bytes."""

    columns: int
    rows: int

    @property
    def address(self) -> tuple[str | int, ...]:
        return (*super().address, f"{self.columns}x{self.rows}")

    def tiles(self) -> list[tuple[int, int]]:
        if not 0 < self.columns * self.rows <= MOST_TILES:
            raise NotFoundError("There is no such block of map tiles.", f"It has from 1 to {MOST_TILES} tiles.")
        check_tile(self.zoom, self.x, self.y)
        check_tile(self.zoom, self.x + self.columns - 1, self.y + self.rows - 1)
        rows, columns = range(self.y, self.y + self.rows), range(self.x, self.x + self.columns)
        return [(x, y) for y in rows for x in columns]

    def pack_areas(self, tiles: Sequence[bytes]) -> bytes:
        lengths = struct.pack(f"<{len(tiles)}I", *map(len, tiles))
        return gzip.compress(lengths + b"".join(tiles), 6, mtime=0)

    def pack_pins(self, tiles: Sequence[Json | None]) -> bytes:
        return pack_json(tiles)


def pack_json(value: Any) -> bytes:
    """``value`` as JSON, compressed; empty bytes for None."""
    if value is None:
        return b""
    return gzip.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 5, mtime=0)


def check_tile(zoom: int, x: int, y: int) -> None:
    if not LEAST_ZOOM <= zoom <= MOST_ZOOM or not (0 <= x < 2**zoom and 0 <= y < 2**zoom):
        raise NotFoundError("There is no such map tile.")
