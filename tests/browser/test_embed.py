"""The maps alone are sound, filtered by their address, and lead to the full site in a tab of its own."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SCREENS, OpenPage
from tests.browser.drawn import drawn_areas, on_page


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("path", ["/embed/gaps", "/embed/map"])
def test_a_map_alone_is_sound(open_page: OpenPage, path: str, screen: str) -> None:
    page = open_page(path, SCREENS[screen])
    expect(page.locator(".folium-map")).to_be_visible()
    assert page.context.cookies() == []


def test_an_area_opens_its_profile_in_a_tab_of_its_own(open_page: OpenPage) -> None:
    page = open_page("/embed/gaps")
    areas = drawn_areas(page)
    assert len(areas) == 48
    with page.context.expect_page() as opened:
        page.mouse.click(*on_page(page, areas["S33"]))
    opened.value.wait_for_url(lambda url: "/areas/square/S33?" in url)
    assert page.url.endswith("/embed/gaps")


def test_the_address_filters_the_places(open_page: OpenPage) -> None:
    page = open_page("/embed/map?kind=service&q=Kitchen+4")
    expect(page.locator(".leaflet-marker-icon.pin")).to_have_count(1)
    page.locator(".leaflet-marker-icon.pin").click()
    link = page.get_by_role("dialog").get_by_role("link", name="Details")
    expect(link).to_have_attribute("target", "_blank")
