"""The world in cells: halved in both directions again and again, in the order of a quadtree."""

from __future__ import annotations

from math import asinh, atan, cos, degrees, pi, radians, sinh, tan

WORLD = 2**32
EQUATOR_M, MOST_LATITUDE = 40_075_016.7, 85.05112


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
