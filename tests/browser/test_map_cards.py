"""Cards of the numbered marks: by keyboard, part of the address, and Escape gives the focus back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage, address_of, axe_faults, settle
from tests.browser.test_plans import ASKED, OpenPlan, keep, open_plan

__all__ = ["open_plan"]
FIND = "/find?near=web+town&within=10mi"
OVERLAP = "/gaps/overlap?theme=food&layer=square&share=30&minutes=40"


def open_by_keyboard(page: Page, mark: str) -> None:
    """Open the card of a mark; Escape closes it and the focus is back at the mark."""
    page.locator(mark).first.focus()
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("a:focus")).to_have_count(1)
    assert axe_faults(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == name


@pytest.mark.parametrize("path", [FIND, OVERLAP])
def test_numbered_marks_open_cards_by_keyboard(open_page: OpenPage, path: str) -> None:
    page = open_page(path)
    assert page.locator(".found-pin[tabindex='0']").count() == 1
    open_by_keyboard(page, ".found-pin[tabindex='0']")
    page.keyboard.press("ArrowDown")
    assert page.locator(".found-pin[tabindex='0']").count() == 1


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_open_card_of_the_finder_is_part_of_the_address(
    open_page: OpenPage, screen: dict[str, object]
) -> None:
    page = open_page(FIND)
    page.locator(".found-pin").last.press("Enter")
    link = page.get_by_role("dialog").locator("li a").first
    name = link.inner_text()
    assert "&pin=" in address_of(page)
    again = open_page(address_of(page), screen)
    expect(again.get_by_role("dialog").locator("li a").first).to_have_text(name)
    again.get_by_role("dialog").get_by_role("button", name="Close").click()
    again.wait_for_function("() => !location.search.includes('pin=')")


def test_stars_of_a_plan_open_cards_by_keyboard_and_by_address(open_plan: OpenPlan) -> None:
    page = open_plan(ASKED)
    settle(page)
    open_by_keyboard(page, "[data-star='2']")
    page.locator("[data-star='2']").press("Enter")
    assert "pin=2" in address_of(page)
    page.goto(address_of(page))
    expect(page.get_by_role("dialog").locator("a").first).to_contain_text("2. ")
    page.keyboard.press("Escape")
    keep(page, "Cards")
    settle(page)
    open_by_keyboard(page, "[data-star='1']")


def test_a_plan_stands_on_the_colours_of_its_gap_with_their_key(open_plan: OpenPlan) -> None:
    page = open_plan(ASKED)
    settle(page)
    drawn = page.evaluate(
        "() => Object.values(map_plan.areas._tiles).flatMap(({el}) => el.tile ? el.tile.features : []).length"
    )
    assert drawn >= 48
    expect(page.locator("#map .legend li")).to_have_count(8)
    page.get_by_role("link", name="The numbers, where they are from and how sure they are").click()
    page.wait_for_url("**/gaps?**theme=food**")
