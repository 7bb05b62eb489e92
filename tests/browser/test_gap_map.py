"""The gap map draws what the table says, in every state, and the two point at each other."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, SCREENS, OpenPage
from tests.browser.drawn import DrawnArea, drawn_areas, expect_lit, on_page

STATE_OF_WORDS = {"none here": "checked_none", "unclear": "unclear", "not enough data": "not_enough_data"}


def states_in_the_table(page: Page) -> Counter[str]:
    words = page.locator("tr[data-area] .short").all_inner_texts()
    return Counter(STATE_OF_WORDS.get(word.strip(), "score") for word in words)


@pytest.mark.parametrize("screen", SCREENS)
def test_as_many_areas_are_painted_in_each_state_as_the_table_has(open_page: OpenPage, screen: str) -> None:
    page = open_page("/gaps", SCREENS[screen])
    drawn = Counter(area.state for area in drawn_areas(page).values())
    assert drawn == states_in_the_table(page)
    assert set(drawn) == {"score", "checked_none", "unclear", "not_enough_data"}


def test_the_legend_counts_what_is_painted(open_page: OpenPage) -> None:
    page = open_page("/gaps")
    counts = page.eval_on_selector_all(
        "[data-legend] li",
        "(lines) => Object.fromEntries(lines.map((l) => [l.dataset.entry, +l.querySelector('b').textContent]))",
    )
    fills = Counter(area.fill.split("-")[0] for area in drawn_areas(page).values())
    assert counts.pop("at_edge") == len(hatched(page)) == page.get_by_text("edge of the map", exact=True).count()
    assert {name: count for name, count in counts.items() if count} == dict(fills)


def test_every_fill_is_a_pattern_that_is_in_the_page_and_states_never_share_one(open_page: OpenPage) -> None:
    page = open_page("/gaps")
    shown = drawn_areas(page).values()
    for fill in {area.fill for area in shown}:
        assert page.locator(f"pattern#fill-{fill}").count() == 1
    by_state: dict[str, set[str]] = {}
    for area in shown:
        by_state.setdefault(area.state, set()).add(area.fill)
    fills = [fill for fills in by_state.values() for fill in fills]
    assert len(fills) == len(set(fills))


def hatched(page: Page) -> set[str]:
    """The codes of the areas at an edge, as the map has them."""
    return set(page.evaluate("() => [...map_gaps.areas.edges].map((n) => map_gaps.areas.rows.get(n)[1])"))


def colours_in_area(page: Page, area: DrawnArea) -> list[str]:
    """The colours in the middle of an area as they are on the screen, coarsened to steps of 32."""
    x, y = on_page(page, area)
    clip: FloatRect = {"x": x - 10, "y": y - 10, "width": 20, "height": 20}
    picture = page.screenshot(animations="disabled", clip=clip)
    return page.evaluate(
        """async (bytes) => {
            const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], {type: "image/png"}));
            const [w, h] = [picture.width, picture.height];
            const brush = new OffscreenCanvas(w, h).getContext("2d");
            brush.drawImage(picture, 0, 0);
            const middle = brush.getImageData(0, 0, w, h).data;
            const seen = new Set();
            for (let i = 0; i < middle.length; i += 4) seen.add([0, 1, 2].map((c) => middle[i + c] >> 5).join());
            return [...seen]; }""",
        list(picture),
    )


@pytest.mark.parametrize("look", ["light", "dark", "print"])
def test_patterned_states_show_more_than_one_colour_and_scores_only_one(open_page: OpenPage, look: str) -> None:
    screen: dict[str, Any] = {**DESKTOP, "color_scheme": "dark" if look == "dark" else "light"}
    page = open_page("/gaps", screen)
    if look == "print":
        # browsers tell before they lay out the paper
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
    first: dict[str, DrawnArea] = {}
    drawn, at_edge = drawn_areas(page), hatched(page)
    for code, area in drawn.items():
        first.setdefault(f"{area.state} at edge" if code in at_edge else area.state, area)
    page.evaluate("document.querySelectorAll('.place-name, .outline').forEach((over) => over.remove())")
    colours = {state: colours_in_area(page, area) for state, area in first.items()}
    assert all(len(colours[state]) > 1 for state in colours if not state.startswith("score"))
    assert {"checked_none", "unclear", "not_enough_data"} <= {state.removesuffix(" at edge") for state in colours}
    assert len(colours["score"]) == 1
    assert len(colours["score at edge"]) > 1


def test_pointing_at_a_row_lights_its_area_and_back(open_page: OpenPage) -> None:
    page = open_page("/gaps")
    page.locator("[data-area='S33'] th a").hover()
    expect_lit(page, "S33")
    expect(page.locator("tr.lit")).to_have_count(0)
    place = on_page(page, drawn_areas(page)["S33"])
    page.mouse.move(*place)
    expect(page.locator("tr.lit")).to_have_attribute("data-area", "S33")
    expect(page.locator(".leaflet-tooltip")).to_contain_text("Square 3-3")
    page.mouse.click(*place)
    page.wait_for_url(lambda url: "/areas/square/S33?" in url)


def test_a_link_of_the_table_leads_to_the_profile_of_its_row(open_page: OpenPage) -> None:
    page = open_page("/gaps")
    link = page.locator("tr[data-area] th a").nth(4)
    name = link.inner_text()
    link.click()
    expect(page.locator("h1")).to_have_text(name)


def test_the_wheel_scrolls_the_page_unless_ctrl_is_held(open_page: OpenPage) -> None:
    page = open_page("/gaps")
    page.locator(".folium-map").hover(position={"x": 250, "y": 250})
    before = page.evaluate("map_gaps.getZoom()")
    page.mouse.wheel(0, 300)
    page.wait_for_function("() => window.scrollY > 0")
    assert page.evaluate("map_gaps.getZoom()") == before
    expect(page.locator(".map-hint")).to_be_visible()


def test_one_finger_scrolls_past_the_map_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("/gaps", PHONE)
    touch = page.evaluate("getComputedStyle(document.querySelector('.folium-map')).touchAction")
    assert "pan-y" in touch


def test_every_move_has_a_button_big_enough_to_touch(open_page: OpenPage) -> None:
    page = open_page("/gaps", PHONE)
    for name in ("Zoom in", "Zoom out", "Move up", "Move down", "Move left", "Move right", "Show everything"):
        box = page.locator(f".folium-map [aria-label='{name}']").bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
    before = page.evaluate("map_gaps.getCenter().lng")
    page.locator(".folium-map [aria-label='Move right']").click()
    page.wait_for_function("(before) => map_gaps.getCenter().lng > before + 0.005", arg=before)


DRAWN_AS_FROM_FARTHER = """() => {
    const areas = map_gaps.areas;
    const {el} = Object.values(areas._tiles).find(({el}) => el.tile && el.tile.features.length);
    const {left, right, top, bottom} = el.tile.features[0].box;
    const at = L.point(el.coords.x * 256 + (left + right) / 2, el.coords.y * 256 + (top + bottom) / 2);
    const level = () => areas.areaAt(map_gaps.unproject(at, el.coords.z)).level;
    const before = level();
    Object.values(areas._tiles).forEach(({el}) => { if (el.tile) el.tile.name = "groups-1"; });
    areas.values.levels[1] = areas.values.levels[0];
    return [before, level()]; }"""


def test_a_tile_that_holds_groups_at_a_zoom_of_areas_is_read_as_groups(open_page: OpenPage) -> None:
    """The server draws a tile that would be too big as from farther away, and its numbers then mean groups."""
    assert open_page("/gaps").evaluate(DRAWN_AS_FROM_FARTHER) == [0, 1]


def test_when_the_areas_cannot_be_fetched_the_table_stays_and_the_map_says_so(
    open_page: OpenPage, server: str
) -> None:
    page = open_page("/method")
    page.route("**/gaps.json*", lambda route: route.fulfill(status=204, body=""))
    page.goto("/gaps")
    expect(page.locator("[data-map-status]")).to_contain_text("could not be fetched")
    expect(page.locator("tr[data-area]")).to_have_count(48)
