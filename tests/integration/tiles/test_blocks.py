"""Blocks of tiles: the tiles one by one, put together."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.queries.map_points import get_map_state
from tests.integration.tiles.records import add_need, add_square_layer
from tests.integration.tiles.test_point_tiles import scatter, tile_of

ZOOM = 11
COLUMNS, ROWS = 5, 4


@pytest.fixture
def corner(town: Session) -> tuple[int, int]:
    """The north-west tile of a block that is partly full."""
    scatter(town, 200, 4)
    x, y, _, _ = tile_of(-2.35, 53.45, ZOOM, 1)
    return x - 1, y - 1


def around(x: int, y: int) -> Iterator[tuple[int, int]]:
    for row in range(ROWS):
        for column in range(COLUMNS):
            yield x + column, y + row


def test_a_block_of_pins_is_its_tiles_row_by_row(
    client: FlaskClient, town: Session, corner: tuple[int, int]
) -> None:
    x, y = corner
    version = get_map_state(town).version
    single = [client.get(f"/tiles/places/{version}/{ZOOM}/{a}/{b}.json") for a, b in around(x, y)]
    expected = [answer.json if answer.status_code == 200 else None for answer in single]
    assert None in expected
    assert sum(tile is not None for tile in expected) > 1
    block = client.get(f"/tiles/places/{version}/{ZOOM}/{x}/{y}/{COLUMNS}x{ROWS}.json")
    assert block.json == expected
    assert block.cache_control.private
    assert block.cache_control.immutable
    assert "Set-Cookie" not in block.headers


def test_a_block_of_another_version_is_the_newest_and_not_kept(
    client: FlaskClient, town: Session, corner: tuple[int, int]
) -> None:
    x, y = corner
    version = get_map_state(town).version
    address = f"/tiles/places/{version}/{ZOOM}/{x}/{y}/{COLUMNS}x{ROWS}.json"
    before = client.get(address)
    add_need(town, -2.35, 53.45)
    after = client.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.cache_control.no_cache
    assert not after.cache_control.immutable

    def pins(block: object) -> int:
        return sum(group[2] for tile in block or [] if tile for cell in tile["cells"] for group in cell[4])  # type: ignore[attr-defined]

    assert pins(after.json) == pins(before.json) + 1
    assert client.get(address, headers={"If-None-Match": after.headers["ETag"]}).status_code == 304


def test_a_block_of_areas_is_its_tiles_with_their_lengths(client: FlaskClient, town: Session) -> None:
    add_square_layer(town, "squares", 10, 10)
    version = client.get("/tiles/areas/squares.json").json["data_version"]
    x, y, _, _ = tile_of(-2.4, 53.5, ZOOM, 1)
    x, y = x - 1, y - 1
    expected = [client.get(f"/tiles/areas/squares/{version}/{ZOOM}/{a}/{b}.mvt").data for a, b in around(x, y)]
    assert b"" in expected
    block = client.get(f"/tiles/areas/squares/{version}/{ZOOM}/{x}/{y}/{COLUMNS}x{ROWS}.mvts")
    assert block.cache_control.immutable
    count = COLUMNS * ROWS
    lengths = struct.unpack_from(f"<{count}I", block.data)
    found, at = [], 4 * count
    for length in lengths:
        found.append(block.data[at : at + length])
        at += length
    assert found == expected
    assert at == len(block.data)
    assert client.get(f"/tiles/areas/squares/{'0' * 16}/9/250/165/1x1.mvts").status_code == 404


@pytest.mark.parametrize(
    "block",
    ["11/0/0/0x1", "11/0/0/1x0", "11/0/0/65x1", "11/0/0/9x8", "11/2047/0/2x1", "11/0/2047/1x2", "23/0/0/1x1",
     "11/0/0/-1x1", "11/0/0/1", "11/0/0/axb", f"11/0/0/1x{10**40}", f"11/{10**40}/0/1x1", "11/0/0/1x1x1"],
)  # fmt: skip
def test_a_block_that_is_none_is_refused(client: FlaskClient, town: Session, block: str) -> None:
    add_square_layer(town, "squares", 2, 2)
    version = client.get("/tiles/areas/squares.json").json["data_version"]
    assert client.get(f"/tiles/places/{version}/{block}.json").status_code == 404
    assert client.get(f"/tiles/areas/squares/{version}/{block}.mvts").status_code == 404


def test_a_block_takes_no_questions(client: FlaskClient, town: Session) -> None:
    version = get_map_state(town).version
    assert client.get(f"/tiles/places/{version}/11/0/0/1x1.json?q=x").status_code == 400
