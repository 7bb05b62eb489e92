"""Who has funded what, and a hub's report for funders: on every screen, without scripts, with hostile names."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE, SCREENS, OpenPage, check_page, overflow_of
from tests.browser.funders import FUNDER, LONG
from tests.browser.planners import EMAIL, HUB
from tests.browser.signing_in import sign_in

PLAIN = {**DESKTOP, "java_script_enabled": False}


@pytest.mark.parametrize("screen", SCREENS)
def test_the_list_of_grants_is_sound(open_page: OpenPage, screen: str) -> None:
    page = open_page("/grants", SCREENS[screen])
    expect(page.get_by_role("heading", level=1)).to_have_text("Who has funded what")
    expect(page.locator(".grants li")).to_have_count(50)


@pytest.mark.parametrize("path", ["/grants", "/grants?area=town:T1", "/areas/ward/W2"])
def test_at_320_pixels_a_long_name_pushes_nothing_wide(open_page: OpenPage, path: str) -> None:
    page = open_page(path, NARROW)
    assert overflow_of(page) <= 0


def test_what_funders_are_called_is_only_ever_text(open_page: OpenPage) -> None:
    page = open_page("/grants?area=town:T1")
    expect(page.locator(".grants").get_by_role("link", name=LONG).first).to_be_visible()
    assert page.evaluate("window.__pwn") is None


def test_without_scripts_the_list_is_narrowed_and_paged(open_page: OpenPage) -> None:
    page = open_page("/grants", PLAIN)
    page.get_by_label("For which place").select_option("ward:W2")
    page.get_by_role("button", name="Show the grants").click()
    page.wait_for_url(re.compile("area=ward"))
    expect(page.get_by_role("heading", name=re.compile("60 grants"))).to_be_visible()
    page.get_by_role("link", name="Next").click()
    page.wait_for_url(re.compile("page=2"))
    expect(page.locator(".grants li")).to_have_count(10)


def test_from_an_area_to_its_grants_to_a_group(open_page: OpenPage) -> None:
    page = open_page("/areas/ward/W2")
    here = page.get_by_role("region", name="Who has funded this here")
    expect(here.get_by_role("cell", name="60")).to_be_visible()
    here.get_by_role("link", name=FUNDER).click()
    page.wait_for_url(re.compile("funder=Harbour"))
    page.get_by_role("link", name="Tea for all").first.click()
    page.wait_for_url(re.compile("/organisations/"))
    received = page.get_by_role("region", name="Money it has received")
    expect(received.locator("li:visible")).to_have_count(5)
    received.get_by_text("2 grants more").click()
    expect(received.locator("li:visible")).to_have_count(7)
    check_page(page)


def open_report(open_page: OpenPage, screen: dict[str, Any]) -> Page:
    """Sign in as an officer and go from the hub's page to its report."""
    page = open_page("/sign-in", screen)
    sign_in(page, EMAIL)
    page.goto("/hubs")
    page.get_by_role("link", name=HUB, exact=True).click()
    page.get_by_role("link", name="Report for funders").click()
    page.wait_for_url(re.compile("/report"))
    expect(page.get_by_role("heading", level=1)).to_have_text(HUB)
    return page


@pytest.mark.parametrize("screen", [DESKTOP, PHONE, NARROW], ids=["desktop", "phone", "narrow"])
def test_a_report_is_sound(open_page: OpenPage, screen: dict[str, Any]) -> None:
    page = open_report(open_page, screen)
    check_page(page)
    assert overflow_of(page) <= 0


def test_words_of_ones_own_and_a_link_that_others_can_read(open_page: OpenPage) -> None:
    page = open_report(open_page, PLAIN)
    page.locator("#field-from").fill("2026-01-01")
    page.locator("#field-to").fill("2026-01-31")
    page.get_by_role("button", name="Write the report").click()
    page.wait_for_url(re.compile("from=2026-01-01"))
    page.get_by_label("What you want to say first").fill(f"Thank you {LONG}")
    page.get_by_label("Whoever has the link may read the report").check()
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url(re.compile("own-title"))
    expect(page.locator(".report-own")).to_contain_text("Thank you")
    link = page.locator("a[href^='/reports/']").get_attribute("href") or ""
    reader = open_page(link, NARROW)
    expect(reader.locator(".report-own")).to_contain_text("Thank you")
    expect(reader.get_by_role("button", name="Keep it")).to_have_count(0)
    assert overflow_of(reader) <= 0
