"""From an area to why it is short, to what if, and back: by mouse, by keyboard and without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, NARROW, SCREENS, OpenPage, address_of, overflow_of, settle
from tests.browser.drawn import drawn_areas

NO_SCRIPTS: dict[str, Any] = {**DESKTOP, "java_script_enabled": False}
WHAT_IF = "/what-if?theme=food&layer=square&area=S33"
PATHS = [
    "/areas/square/S33?theme=food&free=1",
    "/gaps/kinds?theme=food&free=1&step_free=1",
    "/gaps/overlap?share=30",
    WHAT_IF,
    f"{WHAT_IF}&change=add:53.45,-2.27",
]


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_sound(open_page: OpenPage, path: str, screen: str) -> None:
    expect(open_page(path, SCREENS[screen]).get_by_role("main")).to_be_visible()


@pytest.mark.parametrize("path", PATHS)
def test_at_320_pixels_nothing_is_cut_off(open_page: OpenPage, path: str) -> None:
    assert overflow_of(open_page(path, NARROW)) <= 0


def first_line(page: Page) -> Any:
    return page.locator(".changes li").first


def test_from_an_area_to_what_if_and_undo(open_page: OpenPage) -> None:
    page = open_page("/areas/square/S33?theme=food")
    page.get_by_role("link", name="What if it closed?").first.click()
    page.wait_for_url("**/what-if?**")
    expect(first_line(page)).to_contain_text("closes")
    expect(page.get_by_role("heading", name="What it would do")).to_be_visible()
    page.get_by_role("link", name="Undo").click()
    page.wait_for_url(lambda url: "change=" not in url)
    expect(page.get_by_text("Nothing yet.")).to_be_visible()
    expect(page.get_by_role("heading", name="What it would do")).to_have_count(0)


def test_the_pin_by_keyboard_adds_one_and_the_map_shows_before_and_after(open_page: OpenPage) -> None:
    table = open_page("/gaps?theme=food&layer=square", check=False)
    code = table.locator("tr[data-area]").filter(has_text="none here").first.get_attribute("data-area") or ""
    page = open_page(f"/what-if?theme=food&layer=square&area={code}")
    was = page.locator("#field-lat").input_value()
    page.get_by_role("button", name="Pin: where one more could be").focus()
    page.keyboard.press("ArrowUp")
    assert float(page.locator("#field-lat").input_value()) > float(was)
    page.get_by_role("button", name="Add one where the pin stands").press("Enter")
    page.wait_for_url("**change=add**")
    settle(page)
    expect(first_line(page)).to_contain_text("One more near")
    after = drawn_areas(page)[code].fill
    page.get_by_role("button", name="Before").press("Enter")
    expect(page.get_by_role("button", name="Before")).to_have_attribute("aria-pressed", "true")
    settle(page)
    assert (drawn_areas(page)[code].fill, after) == ("checked_none", "fair_share")
    expect(page.locator("[data-legend]:visible")).to_have_count(1)


def test_a_click_on_the_map_moves_the_pin_and_leaves_the_page_alone(open_page: OpenPage) -> None:
    page = open_page("/what-if?theme=food&layer=square")
    before = page.locator("#field-lon").input_value()
    page.locator(".folium-map").click(position={"x": 120, "y": 120})
    expect(page.locator("#field-lon")).not_to_have_value(before)
    assert address_of(page).startswith("/what-if")


def test_without_scripts_a_change_is_made_and_taken_back(open_page: OpenPage) -> None:
    page = open_page(WHAT_IF, NO_SCRIPTS)
    page.get_by_label("It", exact=True).select_option("free")
    page.get_by_role("button", name="Change it").click()
    page.wait_for_url("**change=free**")
    expect(first_line(page)).to_contain_text("This changes nothing in the answer")
    page.get_by_role("link", name="Start again").click()
    page.wait_for_url(lambda url: "change=" not in url)
    expect(page.get_by_role("button", name="Add one where the pin stands")).to_be_hidden()


def test_what_cannot_be_found_is_said_and_kept(open_page: OpenPage) -> None:
    page = open_page(WHAT_IF, later=400)
    page.get_by_label("Near a postcode or place").fill("Nowhere at all")
    page.get_by_role("button", name="Add it there").first.click()
    page.wait_for_url("**near=Nowhere**")
    expect(page.locator("#problem")).to_contain_text("We do not know a place called")
    expect(page.get_by_label("Near a postcode or place")).to_have_value("Nowhere at all")


def test_a_kind_of_gap_can_be_put_on_the_map(open_page: OpenPage) -> None:
    page = open_page("/gaps/kinds?theme=food&free=1")
    page.get_by_role("link", name="there, but nobody has said whether it fits").click()
    page.wait_for_url("**kind=unsaid**")
    settle(page)
    expect(page.get_by_text("Shown:")).to_contain_text("nobody has said")
    assert drawn_areas(page)
