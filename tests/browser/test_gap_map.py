"""The gap map draws what the table says, in every state, and the two point at each other."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, SCREENS, OpenPage

STATE_OF_WORDS = {"none here": "checked_none", "unclear": "unclear", "not enough data": "not_enough_data"}


def states_in_the_table(page: Page) -> Counter[str]:
    words = page.locator("tr[data-area] .short").all_inner_texts()
    return Counter(STATE_OF_WORDS.get(word.strip(), "score") for word in words)


def painted(page: Page) -> list[dict[str, str]]:
    """Every area as it is painted: state and fill; only those with a shape of some size."""
    return page.eval_on_selector_all(
        "path.area",
        """(shapes) => shapes.filter((s) => s.getBBox().width > 1).map((s) => (
            {state: s.getAttribute("class").match(/state-(\\w+)/)[1], fill: s.getAttribute("fill")}))""",
    )


@pytest.mark.parametrize("screen", SCREENS)
def test_as_many_areas_are_painted_in_each_state_as_the_table_has(open_page: OpenPage, screen: str) -> None:
    page = open_page("/gaps", SCREENS[screen])
    drawn = Counter(area["state"] for area in painted(page))
    assert drawn == states_in_the_table(page)
    assert set(drawn) == {"score", "checked_none", "unclear", "not_enough_data"}


def test_the_legend_counts_what_is_painted(open_page: OpenPage) -> None:
    page = open_page("/gaps")
    counts = page.eval_on_selector_all(
        "[data-legend] li",
        "(lines) => Object.fromEntries(lines.map((l) => [l.dataset.entry, +l.querySelector('b').textContent]))",
    )
    fills = Counter(
        area["fill"].removeprefix("url(#fill-").removesuffix(")").split("-")[0] for area in painted(page)
    )
    assert {name: count for name, count in counts.items() if count} == dict(fills)


def test_every_fill_is_a_pattern_that_is_in_the_page_and_states_never_share_one(open_page: OpenPage) -> None:
    page = open_page("/gaps")
    shown = painted(page)
    for fill in {area["fill"] for area in shown}:
        assert page.locator(fill.removeprefix("url(").removesuffix(")")).count() == 1
    by_state: dict[str, set[str]] = {}
    for area in shown:
        by_state.setdefault(area["state"], set()).add(area["fill"])
    fills = [fill for fills in by_state.values() for fill in fills]
    assert len(fills) == len(set(fills))


def colours_in_area(page: Page, code: str) -> list[str]:
    """The colours in the middle of an area as they are on the screen, coarsened to steps of 32."""
    page.locator(f"[data-area='{code}'] th a").hover()
    picture = page.locator("path.area.lit").screenshot(animations="disabled")
    return page.evaluate(
        """async (bytes) => {
            const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)], {type: "image/png"}));
            const [w, h] = [picture.width, picture.height];
            const brush = new OffscreenCanvas(w, h).getContext("2d");
            brush.drawImage(picture, 0, 0);
            const middle = brush.getImageData(w * .35, h * .35, w * .3, h * .3).data;
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
        page.emulate_media(media="print")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    rows = page.locator("tr[data-area]")
    first = {}
    for number in range(rows.count()):
        word = rows.nth(number).locator(".short").inner_text().strip()
        first.setdefault(STATE_OF_WORDS.get(word, "score"), rows.nth(number).get_attribute("data-area") or "")
    page.evaluate("document.querySelectorAll('.place-name, .outline').forEach((over) => over.remove())")
    colours = {state: colours_in_area(page, code) for state, code in first.items()}
    assert all(len(colours[state]) > 1 for state in ("checked_none", "unclear", "not_enough_data"))
    assert len(colours["score"]) == 1


def test_pointing_at_a_row_lights_its_area_and_back(open_page: OpenPage) -> None:
    page = open_page("/gaps")
    page.locator("[data-area='S33'] th a").hover()
    expect(page.locator("path.area.lit")).to_have_count(1)
    expect(page.locator("tr.lit")).to_have_count(0)
    lit = page.locator("path.area.lit").bounding_box()
    assert lit
    page.mouse.move(lit["x"] + lit["width"] / 2, lit["y"] + lit["height"] / 2)
    expect(page.locator("tr.lit")).to_have_attribute("data-area", "S33")
    tip = page.locator(".leaflet-tooltip").inner_text()
    assert tip.startswith("Square 3-3")
    page.mouse.click(lit["x"] + lit["width"] / 2, lit["y"] + lit["height"] / 2)
    page.wait_for_url("**/areas/square/S33")


def test_a_link_of_the_table_leads_to_the_profile_of_its_row(open_page: OpenPage) -> None:
    page = open_page("/gaps")
    link = page.locator("tr[data-area] th a").nth(4)
    name = link.inner_text()
    link.click()
    assert page.locator("h1").inner_text() == name


def test_the_wheel_scrolls_the_page_unless_ctrl_is_held(open_page: OpenPage) -> None:
    page = open_page("/gaps")
    page.locator(".folium-map").hover(position={"x": 250, "y": 250})
    before = page.evaluate("document.querySelector('path.area').getAttribute('d')")
    page.mouse.wheel(0, 300)
    page.wait_for_function("window.scrollY > 0")
    assert page.evaluate("document.querySelector('path.area').getAttribute('d')") == before
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
    before = page.evaluate("document.querySelector('path.area').getBoundingClientRect().x")
    page.locator(".folium-map [aria-label='Move right']").click()
    page.wait_for_function(
        "(x) => document.querySelector('path.area').getBoundingClientRect().x < x - 50", arg=before
    )


def test_when_the_areas_cannot_be_fetched_the_table_stays_and_the_map_says_so(
    open_page: OpenPage, server: str
) -> None:
    page = open_page("/method")
    page.route("**/gaps.geojson*", lambda route: route.fulfill(status=204, body=""))
    page.goto("/gaps")
    expect(page.locator("[data-map-status]")).to_contain_text("could not be fetched")
    assert page.locator("tr[data-area]").count() == 48
