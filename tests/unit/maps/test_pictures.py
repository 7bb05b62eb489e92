"""Maps as pictures: what the map of the page hatches is hatched, and what is typed is only text."""

from __future__ import annotations

import re

import pytest
import shapely

from app.maps.pictures import Caption, DrawnArea, draw_map

CAPTION = Caption("A map", [("short", "Short: 1"), ("edge", "At an edge: 1")], "Made up.", "Two areas.")


def square(column: int) -> bytes:
    return shapely.to_wkb(shapely.box(column * 0.01 - 2.3, 53.4, column * 0.01 - 2.29, 53.41))


def fills_of(svg: str) -> list[str]:
    return re.findall(r'<path d="[^"]*Z" fill="([^"]+)"', svg)


@pytest.mark.parametrize("look", ["light", "print"])
def test_an_area_at_an_edge_is_hatched_over_its_own_fill(look: str) -> None:
    svg = draw_map(
        [DrawnArea("One", "short", square(0)), DrawnArea("Two", "short", square(1), True)], CAPTION, look
    )
    colour = fills_of(svg)[0]
    assert fills_of(svg) == [colour, colour, "url(#edge)"]
    assert svg.count('<pattern id="edge"') == 1
    assert svg.count("url(#edge)") == 2  # and in the legend


def test_an_edge_never_covers_the_pattern_of_a_state() -> None:
    svg = draw_map([DrawnArea("One", "not_enough_data", square(0), True)], CAPTION)
    assert fills_of(svg)[1:] == ["url(#dots)", "url(#edge)"]


@pytest.mark.parametrize("words", ["<script>x</script>", "</svg>", "&lt;b&gt;", "\"'>"])
def test_words_are_only_words(words: str) -> None:
    svg = draw_map([DrawnArea(words, "short", square(0))], Caption(words, [("short", words)], words, words))
    assert "<script" not in svg
    assert svg.count("</svg>") == 1
