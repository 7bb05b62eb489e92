"""Several tiles in one answer: a rectangle of them, row by row from the north-west.

A block of pins is a JSON list of tiles, null where one is empty. A block of areas is the length of each tile (32
bits, the low byte first; 0 where it is empty), then the tiles.
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from app.actions.map_points import check_tile
from app.errors import NotFoundError

MOST_TILES = 64
Address = tuple[int, int, int]


@dataclass(frozen=True)
class Block:
    zoom: int
    x: int
    y: int
    columns: int
    rows: int

    def tiles(self) -> list[Address]:
        """Zoom, x and y of each tile. Raises NotFoundError when one is off the map, or they are too many."""
        if not 0 < self.columns * self.rows <= MOST_TILES:
            raise NotFoundError("There is no such block of map tiles.", f"It has from 1 to {MOST_TILES} tiles.")
        check_tile(self.zoom, self.x, self.y)
        check_tile(self.zoom, self.x + self.columns - 1, self.y + self.rows - 1)
        rows, columns = range(self.y, self.y + self.rows), range(self.x, self.x + self.columns)
        return [(self.zoom, x, y) for y in rows for x in columns]


def pack_pins(tiles: Iterable[bytes]) -> bytes:
    """Tiles as they are kept (compressed, empty when there is nothing in them) as one block, compressed."""
    texts = [gzip.decompress(tile) if tile else b"null" for tile in tiles]
    return gzip.compress(b"[" + b",".join(texts) + b"]", 5, mtime=0)


def pack_areas(tiles: Iterable[bytes]) -> bytes:
    """As pack_pins."""
    plain = [gzip.decompress(tile) if tile else b"" for tile in tiles]
    return gzip.compress(struct.pack(f"<{len(plain)}I", *map(len, plain)) + b"".join(plain), 5, mtime=0)
