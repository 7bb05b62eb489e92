"""A patch is drawn by pointer and by keyboard, or joined without scripts; its line is on the map of the answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, NARROW, SCREENS, OpenPage, check_page, overflow_of, settle

NO_SCRIPTS = {**DESKTOP, "java_script_enabled": False}


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_a_patch_drawn_on_the_map_is_asked_about(open_page: OpenPage, screen: str) -> None:
    page = open_page("/gaps?theme=food", SCREENS[screen])
    page.get_by_role("link", name="Ask about a patch").click()
    page.wait_for_url("**/gaps/patch?**")
    frame = page.locator(".folium-map")
    expect(page.locator("path.ground").first).to_be_attached()
    settle(page)
    box = frame.bounding_box()
    assert box is not None
    middle = (box["width"] / 2, box["height"] / 2)
    for number, (x, y) in enumerate(((-60, -60), (60, -60), (60, 60), (-60, 60)), 1):
        frame.click(position={"x": middle[0] + x, "y": middle[1] + y})
        expect(page.locator("path.corner")).to_have_count(number)
    check_page(page)
    page.get_by_role("button", name="Ask about what I drew").click()
    page.wait_for_url("**/gaps?**patch=**")
    expect(page.locator("#answer")).to_contain_text("the patch you drew")
    expect(page.locator(".whole")).to_contain_text("All of the patch you drew")
    expect(page.locator("path.patch-line")).to_have_count(1)
    check_page(page)
    if screen == "phone":
        page.get_by_text("Change the question").click()
    page.get_by_label("Within … minutes").fill("20")
    page.get_by_role("button", name="Show the gaps").click()
    page.wait_for_url("**minutes=20**")
    assert "patch=" in page.url
    expect(page.locator("path.patch-line")).to_have_count(1)
    page.get_by_role("link", name="Ask without it").click()
    page.wait_for_url(lambda address: "patch=" not in address)
    expect(page.locator(".whole")).to_have_count(0)


def test_a_patch_is_drawn_from_the_keyboard(open_page: OpenPage) -> None:
    page = open_page("/gaps/patch?theme=food")
    expect(page.locator("path.ground").first).to_be_attached()
    for number, move in enumerate(("ArrowLeft", "ArrowUp", "ArrowRight")):
        page.locator(".folium-map").focus()
        page.keyboard.press(move)
        settle(page)
        page.locator("[data-act=put]").focus()
        page.keyboard.press("Enter")
        expect(page.locator("path.corner")).to_have_count(number + 1)
    page.get_by_role("button", name="Ask about what I drew").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/gaps?**patch=**")
    expect(page.locator(".patch-of")).to_contain_text("Asked about the patch you drew")


def test_areas_are_joined_without_scripts_and_a_mistake_keeps_what_was_typed(open_page: OpenPage) -> None:
    page = open_page("/gaps/patch?theme=food", NO_SCRIPTS, later=400)
    expect(page.get_by_role("button", name="Ask about what I drew")).to_be_hidden()
    page.get_by_label("Their names, codes or postcodes").fill("Nowhere, Nowhere else")
    page.get_by_role("button", name="Ask about these areas together").click()
    expect(page.get_by_role("alert")).to_contain_text("“Nowhere” is not the name")
    expect(page.get_by_label("Their names, codes or postcodes")).to_have_value("Nowhere, Nowhere else")
    check_page(page, has_scripts=False)


def test_choosing_a_patch_fits_a_narrow_screen(open_page: OpenPage) -> None:
    page = open_page("/gaps/patch", NARROW)
    assert overflow_of(page) <= 0
