"""How sure an answer is and what people ask for, on every kind of screen, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import planners
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, check_page, overflow_of
from tests.integration.accounts.people import PASSWORD

PAGES = {"/gaps/sure?theme=food": "The worst fifth", "/gaps/demand?theme=food": "What the columns are"}


@pytest.mark.parametrize(
    "screen", [DESKTOP, PHONE, {**DESKTOP, "color_scheme": "dark"}], ids=["desktop", "phone", "dark"]
)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_sound(open_page: OpenPage, path: str, screen: dict[str, object]) -> None:
    page = open_page(path, screen)
    expect(page.get_by_role("heading", name=PAGES[path]).first).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
def test_at_320_pixels_nothing_is_cut_off_also_with_everything_open(open_page: OpenPage, path: str) -> None:
    page = open_page(path, NARROW)
    page.evaluate("document.querySelectorAll('main details').forEach((part) => { part.open = true; })")
    assert overflow_of(page) <= 0


def test_from_the_gaps_to_the_ways_and_to_weights_without_scripts(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food", {**DESKTOP, "java_script_enabled": False})
    page.get_by_role("link", name="How sure?").first.click()
    page.wait_for_url("**/gaps/sure?**")
    page.get_by_text("Its rank in each way").first.click()
    expect(page.locator("table.ranks").first).to_be_visible()
    page.get_by_role("link", name="What people ask for").first.click()
    page.wait_for_url("**/gaps/demand?**")
    expect(page.get_by_text("Nothing is mixed")).to_be_visible()
    page.get_by_text("Mix the columns").click()
    page.get_by_label("Official need").fill("30")
    page.get_by_role("button", name="Mix them").click()
    page.wait_for_url("**count_official=30**")
    expect(page.get_by_text("Mixed, because you gave weights")).to_be_visible()
    expect(page.get_by_label("Official need")).to_have_value("30")


@pytest.mark.parametrize("screen", [DESKTOP, NARROW], ids=["desktop", "narrow"])
def test_the_page_of_runs_is_sound(open_page: OpenPage, screen: dict[str, object]) -> None:
    page = open_page("/sign-in?next=/gaps/runs", screen)
    page.get_by_label("E-mail address").first.fill(planners.EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/gaps/runs")
    expect(page.get_by_role("button", name="Work them out")).to_be_visible()
    check_page(page)
