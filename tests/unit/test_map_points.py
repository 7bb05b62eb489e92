"""Cells, positions and stacks of pins, without a database."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from app.actions.map_cells import WORLD, lon_lat, morton, place_in_tile
from app.actions.pin_tiles import audience_bits, minutes, stack


@given(st.integers(0, 2**20), st.integers(0, 2**20))
def test_a_cell_is_found_again_in_its_tile(x: int, y: int) -> None:
    cell = morton(x, y)
    assert cell >> 4 == morton(x >> 2, y >> 2)
    assert place_in_tile(cell & 15, 2) == (x & 3, y & 3)


@given(st.integers(0, WORLD - 1), st.integers(0, WORLD - 1))
def test_a_position_in_degrees_is_within_a_metre_of_itself(x: int, y: int) -> None:
    lon, lat = lon_lat(x, y)
    back_x = (lon + 180) / 360 * WORLD
    back_y = (0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)) * WORLD
    units_per_m = WORLD / 40_075_017
    assert abs(back_x - x) <= units_per_m * 1.2
    assert abs(back_y - y) * math.cos(math.radians(lat)) <= units_per_m * 1.2


@given(st.lists(st.frozensets(st.integers(0, 22)), max_size=60))
def test_a_stack_gives_the_count_of_every_theme_and_of_all(records: list[frozenset[int]]) -> None:
    themes = {theme for record in records for theme in record}
    counts = [(1 << theme, sum(theme in record for record in records)) for theme in themes]
    groups = stack(counts, len(records))
    assert len(groups) <= len(themes) + 1
    assert sum(count for _, count in groups) == len(records)
    assert all(count > 0 for _, count in groups)
    for bit, count in counts:
        assert sum(n for bits, n in groups if bits & bit) == count


def test_words_we_do_not_know_have_no_bit() -> None:
    assert audience_bits(["anyone", "anyone", "martians"]) == 1


def test_minutes_are_read_as_postgresql_writes_them() -> None:
    assert minutes("{}") == []
    assert minutes("{[600,720),[2040,2160)}") == [600, 720, 2040, 2160]
