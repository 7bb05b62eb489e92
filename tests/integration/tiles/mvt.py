"""A small decoder of Mapbox Vector Tiles (version 2.1 of the specification), for polygons without attributes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import shapely


@dataclass
class TileLayer:
    name: str = ""
    extent: int = 4096
    shapes: dict[int, shapely.Geometry] = field(default_factory=dict)
    has_attributes: bool = False


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a protocol buffer: numbers, and bytes of what has a length."""
    position = 0
    while position < len(data):
        key, position = varint(data, position)
        value, position = varint(data, position)
        if key & 7 == 2:
            yield key >> 3, data[position : position + value]
            position += value
        else:
            yield key >> 3, value


def varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, position


def decode(tile: bytes) -> list[TileLayer]:
    return [_layer(value) for number, value in fields(tile) if number == 3 and isinstance(value, bytes)]


def _layer(data: bytes) -> TileLayer:
    layer = TileLayer()
    for number, value in fields(data):
        if number == 1 and isinstance(value, bytes):
            layer.name = value.decode()
        elif number == 5 and isinstance(value, int):
            layer.extent = value
        elif number in (3, 4):
            layer.has_attributes = True
        elif number == 2 and isinstance(value, bytes):
            parts = dict(fields(value))
            ident, commands = parts.get(1, 0), parts[4]
            assert isinstance(ident, int)
            assert isinstance(commands, bytes)
            assert ident not in layer.shapes, "each area or group once per tile"
            layer.shapes[ident] = shapely.multipolygons(list(_polygons(commands)))
    return layer


def _polygons(commands: bytes) -> Iterator[shapely.Geometry]:
    """Rings turning one way begin a polygon, those turning the other are its holes."""
    shell: list[tuple[int, int]] = []
    holes: list[list[tuple[int, int]]] = []
    for ring in _rings(commands):
        if signed_area(ring) > 0:
            if shell:
                yield shapely.Polygon(shell, holes)
            shell, holes = ring, []
        else:
            holes.append(ring)
    if shell:
        yield shapely.Polygon(shell, holes)


def _rings(commands: bytes) -> Iterator[list[tuple[int, int]]]:
    position = x = y = 0
    ring: list[tuple[int, int]] = []
    while position < len(commands):
        command, position = varint(commands, position)
        if command & 7 == 7:
            yield [*ring, ring[0]]
            ring = []
            continue
        for _ in range(command >> 3):
            dx, position = varint(commands, position)
            dy, position = varint(commands, position)
            x, y = x + ((dx >> 1) ^ -(dx & 1)), y + ((dy >> 1) ^ -(dy & 1))
            ring.append((x, y))


def signed_area(ring: list[tuple[int, int]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2
