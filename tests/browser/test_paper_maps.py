"""Maps on paper, and maps that change their size: what was seen is what is printed, with scale and key."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, address_of, settle


def seen(page: Page, name: str) -> list[float]:
    return [
        round(edge, 3) for edge in page.evaluate(f"map_{name}.getBounds().toBBoxString().split(',').map(Number)")
    ]


def print_begins(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    settle(page)


def print_ends(page: Page) -> None:
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    settle(page)


@pytest.mark.parametrize(
    ("path", "name"),
    [("/gaps?theme=food&at=13/53.48/-2.25", "gaps"), ("/map?at=14/53.48/-2.25", "places"), ("/gaps", "gaps")],
)
def test_what_was_seen_is_printed_and_the_screen_is_as_before(open_page: OpenPage, path: str, name: str) -> None:
    page = open_page(path)
    before, address = seen(page, name), address_of(page)
    print_begins(page)
    assert seen(page, name) == before
    box = page.locator(".folium-map").bounding_box()
    assert box
    assert box["width"] == pytest.approx(640, abs=3)
    print_ends(page)
    assert seen(page, name) == before
    assert address_of(page) == address


@pytest.mark.parametrize("path", ["/gaps?theme=food", "/map"])
def test_paper_has_scale_and_key_and_no_buttons(open_page: OpenPage, path: str) -> None:
    page = open_page(path)
    print_begins(page)
    expect(page.locator(".leaflet-control-scale-line").first).to_be_visible()
    expect(page.locator(".legend, .key").first).to_be_visible()
    expect(page.locator(".leaflet-bar").first).to_be_hidden()


def test_a_window_of_another_size_still_shows_everything_and_writes_no_address(open_page: OpenPage) -> None:
    page = open_page("/map")
    page.set_viewport_size({"width": 500, "height": 700})
    page.wait_for_function("() => map_places.getSize().x < 500")
    settle(page)
    everything = page.evaluate("map_places.everything.toBBoxString().split(',').map(Number)")
    page.wait_for_function(
        "(all) => map_places.getBounds().contains([[all[1], all[0]], [all[3], all[2]]])", arg=everything
    )
    assert "at=" not in address_of(page)


def test_the_key_comes_along_when_the_map_fills_the_screen(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    legend = page.locator("[data-legend]")
    page.get_by_role("button", name="Fill the screen").click()
    expect(page.get_by_role("button", name="Leave the full screen")).to_be_visible()
    expect(page.locator(".map-frame [data-legend]")).to_be_in_viewport()
    page.get_by_label("Who lacks").evaluate("(field) => { field.value = 'sport'; field.form.requestSubmit(); }")
    page.get_by_role("button", name="Leave the full screen").click()
    expect(page.locator(".map-frame [data-legend]")).to_have_count(0)
    expect(legend).to_have_count(1)
    expect(legend).to_be_visible()
