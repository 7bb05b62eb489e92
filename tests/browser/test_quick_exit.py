"""Leaving a page at once: by the button, by Esc three times, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage

ELSEWHERE = "https://www.bbc.co.uk/weather"


@pytest.fixture
def context(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser in which the page that a quick exit leads to is played by us."""
    opened = browser.new_context(base_url=server, **getattr(request, "param", DESKTOP))
    opened.route(f"{ELSEWHERE}**", answer)
    yield opened
    opened.close()


def answer(route: Route) -> None:
    route.fulfill(body="<!doctype html><title>Weather</title><h1>Rain later</h1>", content_type="text/html")


def open_map(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/")
    page.goto("/map")
    return page


def expect_away(page: Page) -> None:
    expect(page.get_by_role("heading", name="Rain later")).to_be_visible()


@pytest.mark.parametrize("context", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])
def test_the_button_leads_away_and_going_back_does_not_show_the_page_again(context: BrowserContext) -> None:
    page = open_map(context)
    page.get_by_role("link", name="Leave this page").click()
    expect_away(page)
    page.go_back()
    page.wait_for_url(lambda address: not address.endswith("/map"))


def test_esc_three_times_leads_away_and_says_so_on_the_way(context: BrowserContext) -> None:
    page = open_map(context)
    said = page.locator("header [role=status]")
    page.keyboard.press("Escape")
    expect(said).to_have_text("Press Esc twice more to leave this page.")
    page.keyboard.press("Escape")
    expect(said).to_have_text("Press Esc once more to leave this page.")
    page.keyboard.press("Escape")
    expect_away(page)


def test_esc_twice_and_something_else_stays(context: BrowserContext) -> None:
    page = open_map(context)
    for key in ("Escape", "Escape", "Tab", "Escape", "Escape"):
        page.keyboard.press(key)
    expect(page.locator("header [role=status]")).to_have_text("Press Esc once more to leave this page.")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("context", [{**DESKTOP, "java_script_enabled": False}], indirect=True, ids=["no scripts"])
def test_without_scripts_it_is_a_plain_link(context: BrowserContext) -> None:
    page = open_map(context)
    page.get_by_role("link", name="Leave this page").click()
    expect_away(page)


def test_where_she_came_from_is_not_told(context: BrowserContext) -> None:
    page = open_map(context)
    with page.expect_request(f"{ELSEWHERE}**") as asked:
        page.get_by_role("link", name="Leave this page").click()
    request: Request = asked.value
    assert "referer" not in request.headers
    expect_away(page)


def test_pages_for_planners_have_none(open_page: OpenPage) -> None:
    expect(open_page("/gaps").get_by_role("link", name="Leave this page")).to_have_count(0)
    expect(open_page("/map").get_by_role("link", name="Leave this page")).to_have_count(1)
