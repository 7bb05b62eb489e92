"""Areas by keyboard: the map reads out what lies under its cross, a row of the table shows its sentence."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, SCREENS, OpenPage, address_of, axe_faults, settle
from tests.browser.drawn import drawn_areas, expect_lit
from tests.browser.test_every_page import press_until

TIP = ".leaflet-tooltip"
STATUS = "[data-map-status]"


def go_to(page: Page, code: str) -> None:
    """Look at the middle of an area, and go there by Tab."""
    area = drawn_areas(page)[code]
    page.evaluate(
        "(at) => { map_gaps.setView(map_gaps.containerPointToLatLng(at), 13, {animate: false}); }", area.middle
    )
    settle(page)
    page.locator("a.skip[href='#working'], a.skip[href='#sources-title']").first.focus()
    press_until(page, "Tab", ".folium-map", most=3)


def test_the_map_says_what_lies_under_its_cross_and_enter_opens_it(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    go_to(page, "S33")
    expect(page.locator(f"{TIP} b")).to_have_text("Square 3-3")
    expect(page.locator(STATUS)).to_contain_text("Square 3-3")
    name, sentence = page.locator(TIP).inner_text().splitlines()
    assert (name, sentence[0], len(sentence) > 20) == ("Square 3-3", sentence[0].upper(), True)
    expect_lit(page, "S33")
    expect(page.locator("tr.lit")).to_have_attribute("data-area", "S33")
    assert axe_faults(page) == []
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        settle(page)
    expect(page.locator(f"{TIP} b")).to_have_text(re.compile(r"Square [4-7]-3"))
    read = page.locator(".folium-map").get_attribute("data-lit")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: f"/areas/square/{read}?" in url)


def test_what_was_read_goes_with_the_focus(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    go_to(page, "S33")
    expect(page.locator(TIP)).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(TIP)).to_have_count(0)
    expect_lit(page, "")


def test_a_click_reads_nothing_but_what_is_under_the_pointer(open_page: OpenPage) -> None:
    page = open_page("/map")
    page.locator(".folium-map").click(position={"x": 20, "y": 300})
    expect(page.locator(".folium-map")).not_to_have_class(re.compile("reading"))


@pytest.mark.parametrize("screen", SCREENS)
def test_a_row_that_has_the_focus_shows_its_sentence_on_the_map(open_page: OpenPage, screen: str) -> None:
    page = open_page("/gaps?theme=food", SCREENS[screen])
    page.locator("[data-area='S33'] th a").focus()
    expect(page.locator(f"{TIP} b")).to_have_text("Square 3-3")
    page.locator("[data-area='S44'] th a").focus()
    expect(page.locator(f"{TIP} b")).to_have_text("Square 4-4")
    page.locator("footer a").first.focus()
    expect(page.locator(TIP)).to_have_count(0)


def test_an_embedded_map_is_read_by_keyboard_too(open_page: OpenPage) -> None:
    page = open_page("/embed/gaps?theme=food")
    press_until(page, "Tab", ".folium-map", most=3)
    expect(page.locator(f"{TIP} b")).to_have_text(re.compile("."))
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    opened.value.wait_for_url(lambda url: "/areas/square/" in url)


def test_on_a_touch_screen_a_card_opens_takes_the_focus_and_gives_it_back(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food", PHONE)
    go_to(page, "S33")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link", name="Open this area")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".folium-map")).to_be_focused()


def test_the_colours_can_be_hidden_and_the_address_says_so(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food", DESKTOP)
    page.get_by_role("button", name="What the map shows").click()
    page.get_by_label("Colours of the gap").uncheck()
    expect(page.locator(".folium-map canvas").first).to_be_hidden()
    page.get_by_label("Borders and names").uncheck()
    expect(page.locator(".outline").first).to_be_hidden()
    assert "hide=areas,borders" in address_of(page)
    again = open_page(address_of(page))
    expect(again.locator(".folium-map canvas").first).to_be_hidden()
    assert drawn_areas(again) == {}
