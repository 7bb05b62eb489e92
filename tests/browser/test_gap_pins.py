"""Pins over the gap map: chosen by a list, of the theme in question, told apart by shape, part of the address."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage

KINDS = ("need", "service", "organisation")


def test_needs_come_and_go_and_follow_the_theme(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    marks = page.locator(".leaflet-marker-icon:is(.pin, .heap)")
    expect(marks).to_have_count(0)
    page.get_by_label("Also show").select_option("need")
    expect(marks).not_to_have_count(0)
    page.wait_for_url("**show=need**")
    page.get_by_label("Who lacks").select_option("sport")
    page.get_by_role("button", name="Show the gaps").click()
    expect(page.locator("h1")).to_have_text("Who lacks a way to be active, within a 15-minute walk?")
    expect(marks).to_have_count(0)
    page.get_by_label("Who lacks").select_option("food")
    page.get_by_role("button", name="Show the gaps").click()
    expect(marks).not_to_have_count(0)
    page.get_by_label("Also show").select_option("")
    expect(marks).to_have_count(0)
    page.wait_for_function("() => !location.search.includes('show=')")


def test_the_address_brings_back_which_pins_are_shown_with_their_key(open_page: OpenPage) -> None:
    for screen in (DESKTOP, PHONE):
        for kind in KINDS:
            page = open_page(f"/gaps?theme=food&show={kind}", screen, check=False)
            expect(page.locator("#pins")).to_have_value(kind)
            expect(page.locator(f".pins-key span:has-text('{kind}')")).to_be_visible()
            page.close()
