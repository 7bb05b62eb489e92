"""What the gap map shows, found by asking it at many places, as a pointer would."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.conftest import settle

SCAN = """() => {
    const [map, found] = [window.map_gaps, {}];
    const size = map.getSize();
    for (let x = 3; x < size.x; x += 6) for (let y = 3; y < size.y; y += 6) {
        const hit = map.areas.areaAt(map.containerPointToLatLng([x, y]));
        if (!hit || hit.level) continue;
        (found[hit.code] ||= {code: hit.code, fill: hit.fill, places: []}).places.push([x, y]);
    }
    return Object.values(found); }"""
UNSCORED = ("checked_none", "unclear", "not_enough_data")


@dataclass(frozen=True)
class DrawnArea:
    """An area of the map; ``middle`` is in it, in pixels from the corner of the map."""

    code: str
    fill: str
    middle: tuple[float, float]

    @property
    def state(self) -> str:
        state = self.fill.partition("-")[0]
        return state if state in UNSCORED else "score"


def drawn_areas(page: Page) -> dict[str, DrawnArea]:
    settle(page)
    return {
        found["code"]: DrawnArea(found["code"], found["fill"], innermost(found["places"]))
        for found in page.evaluate(SCAN)
    }


def innermost(places: list[list[float]]) -> tuple[float, float]:
    """The place nearest to the mean of all."""
    x, y = (sum(place[axis] for place in places) / len(places) for axis in (0, 1))
    nearest = min(places, key=lambda place: (place[0] - x) ** 2 + (place[1] - y) ** 2)
    return nearest[0], nearest[1]


def on_page(page: Page, area: DrawnArea) -> tuple[float, float]:
    """Where the middle of an area is in the window; scrolls the map into it."""
    page.locator(".folium-map").scroll_into_view_if_needed()
    box = page.locator(".folium-map").bounding_box()
    assert box
    scale = page.evaluate("(width) => width / map_gaps.getContainer().offsetWidth", box["width"])  # not 1 on paper
    return box["x"] + scale * area.middle[0], box["y"] + scale * area.middle[1]


def expect_lit(page: Page, code: str) -> None:
    expect(page.locator(".folium-map")).to_have_attribute("data-lit", code)
