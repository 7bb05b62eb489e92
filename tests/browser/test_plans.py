"""From a hub's page to a plan, its sheets and a visit, as a convener does it: phone, paper, no scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE, SCREENS, OpenPage, check_page, overflow_of, settle
from tests.browser.planners import EMAIL, HUB
from tests.browser.signing_in import sign_in

ASKED = "/plans/new?theme=food&candidates=areas&count=3&others=share"
PLAIN = {**DESKTOP, "java_script_enabled": False}
OpenPlan = Callable[..., Page]


@pytest.fixture
def open_plan(open_page: OpenPage) -> OpenPlan:
    """Sign in as somebody who plans, and open a page."""

    def open_plan(path: str, screen: dict[str, Any] = DESKTOP, *, later: int | str = 0) -> Page:
        page = open_page("/sign-in", screen, later=later)
        sign_in(page, EMAIL)
        page.goto(path)
        return page

    return open_plan


def keep(page: Page, name: str) -> str:
    """Keep the plan on the page; its path."""
    page.get_by_label("Name of the plan").fill(name)
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    return page.url


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_of_a_plan_is_sound(open_plan: OpenPlan, screen: str) -> None:
    page = open_plan(ASKED, SCREENS[screen])
    settle(page)
    check_page(page)
    address = keep(page, f"Food on {screen}")
    settle(page)
    check_page(page)
    for part in ("/sheets", "/stops/1/visit"):
        page.goto(address + part)
        check_page(page)
    page.goto("/hubs")
    page.get_by_role("link", name=HUB).click()
    expect(page.get_by_role("heading", name="Thin on the map")).to_be_visible()
    check_page(page)


def test_at_320_pixels_nothing_is_cut_off(open_plan: OpenPlan) -> None:
    page = open_plan(ASKED, NARROW)
    assert overflow_of(page) <= 0
    address = keep(page, "Narrow" * 12)
    assert overflow_of(page) <= 0
    for part in ("/sheets", "/stops/1/visit"):
        page.goto(address + part)
        assert overflow_of(page) <= 0, part


def test_the_map_numbers_the_places_as_the_list_does(open_plan: OpenPlan) -> None:
    page = open_plan(ASKED)
    settle(page)
    names = page.locator(".plan-sites h3").all_inner_texts()
    assert names
    expect(page.locator(".folium-map")).to_have_attribute("data-pins", str(len(names)))


def test_a_place_is_kept_and_another_ruled_out_without_scripts(open_plan: OpenPlan) -> None:
    page = open_plan(ASKED, PLAIN)
    first = page.locator(".plan-sites h3").first.inner_text()
    page.locator("#site-1").get_by_role("link", name=re.compile("^Not there")).click()
    page.wait_for_url("**barred=**")
    expect(page.locator(".plan-sites h3").filter(has_text=re.compile(f"^{re.escape(first)}$"))).to_have_count(0)
    kept = page.locator(".plan-sites h3").first.inner_text()
    page.get_by_role("link", name=f"Keep {kept} whatever else changes").click()
    page.wait_for_url("**pinned=**")
    expect(page.get_by_role("link", name=f"Unpin {kept}")).to_be_visible()


def test_a_visit_is_noted_on_a_phone_and_shared_pages_never_show_it(
    open_plan: OpenPlan, open_page: OpenPage
) -> None:
    page = open_plan(ASKED, PHONE)
    address = keep(page, "Visited")
    page.get_by_role("link", name=re.compile("^Note a visit")).first.click()
    page.get_by_label("Met somebody, it is running").check()
    page.get_by_label("Which group or person?").fill("Soup by the bridge")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("status").filter(has_text="Kept.")).to_be_visible()
    page.goto(address)
    expect(page.get_by_text("Soup by the bridge")).to_be_visible()
    page.get_by_role("button", name="Let whoever has the link read it").click()
    expect(page.get_by_role("button", name="Stop sharing")).to_be_visible()
    other = open_page(address.partition("/plans")[1] + address.partition("/plans")[2])
    expect(other.get_by_role("heading", level=1)).to_have_text("Visited")
    expect(other.get_by_text("Soup by the bridge")).to_have_count(0)
