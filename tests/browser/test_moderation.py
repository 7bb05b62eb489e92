"""Moderation in a real browser: by keyboard, on a phone, without scripts; and the pages about privacy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, check_page, overflow_of
from tests.browser.moderators import EMAIL, WAITING, WORDS
from tests.browser.signing_in import sign_in
from tests.browser.test_every_page import press_until

PLAIN = {**DESKTOP, "java_script_enabled": False}
SCREENS = {"desktop": DESKTOP, "phone": PHONE, "dark": {**DESKTOP, "color_scheme": "dark"}}


PAGES = {"queue": "/moderation", **WAITING}


@pytest.fixture
def open_desk(open_page: OpenPage) -> Callable[..., Page]:
    """Sign in as a moderator and open a page."""

    def open_desk(path: str, screen: dict[str, Any] = DESKTOP) -> Page:
        page = open_page(f"/sign-in?next={path}", screen)
        sign_in(page, EMAIL)
        return page

    return open_desk


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("which", ["queue", "new", "change", "/moderation/same", "/moderation/trail"])
def test_a_page_of_moderation_is_sound(open_desk: Callable[..., Page], which: str, screen: str) -> None:
    page = open_desk(PAGES.get(which, which), SCREENS[screen])
    page.wait_for_load_state("networkidle")
    check_page(page)


@pytest.mark.parametrize("which", ["queue", "new", "change"])
def test_at_320_pixels_nothing_is_cut_off(open_desk: Callable[..., Page], which: str) -> None:
    page = open_desk(PAGES[which], NARROW)
    assert overflow_of(page) <= 0


def test_from_the_queue_to_a_decision_and_back_by_keyboard_alone(open_desk: Callable[..., Page]) -> None:
    page = open_desk("/moderation")
    press_until(page, "Tab", f"a[href='{WAITING['keys']}']", most=60)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{WAITING['keys']}")
    press_until(page, "Tab", "textarea[name=reason]", most=80)
    page.keyboard.type(WORDS)
    press_until(page, "Tab", "button[value=reject]", most=5)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Refused")).to_be_visible()
    expect(page.get_by_text(WORDS)).to_be_visible()
    press_until(page, "Tab", "form[action$='/undo'] button", most=80)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Decide")).to_be_visible()


def test_without_scripts_one_is_put_right_and_approved(open_desk: Callable[..., Page]) -> None:
    page = open_desk(WAITING["plain"], PLAIN)
    page.get_by_text("Put something right first").click()
    page.get_by_label("Name").first.fill("Plain Singers")
    page.get_by_role("button", name="Approve: put it on the map").click()
    expect(page.get_by_text("Approved", exact=True)).to_be_visible()
    page.get_by_role("link", name="History of this entry").click()
    page.get_by_role("link", name="Its page on the map").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plain Singers")
    page.goto(WAITING["plain"])
    page.get_by_role("button", name="Take this decision back").click()
    expect(page.get_by_role("heading", name="Decide")).to_be_visible()


def test_without_scripts_several_are_refused_at_once(open_desk: Callable[..., Page]) -> None:
    page = open_desk("/moderation", PLAIN)
    page.get_by_label("Choose Spam 1").check()
    page.get_by_label("Choose Spam 2").check()
    page.get_by_label("Why, if you refuse them").fill(WORDS)
    page.get_by_role("button", name="Refuse those ticked").click()
    expect(page.get_by_role("status")).to_contain_text("2 decided.")
    expect(page.get_by_role("link", name="Spam 1")).to_have_count(0)


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("path", ["/privacy", "/privacy/delete-me"])
def test_a_page_about_privacy_is_sound(open_page: OpenPage, path: str, screen: str) -> None:
    expect(open_page(path, SCREENS[screen]).get_by_role("main")).to_be_visible()


def test_without_scripts_one_can_ask_to_be_forgotten(open_page: OpenPage) -> None:
    page = open_page("/privacy", PLAIN)
    page.get_by_role("link", name="Delete what you hold about me").click()
    page.get_by_label("Your e-mail address").fill("nobody@example.org")
    page.get_by_role("button", name="Send me the letter").click()
    expect(page.get_by_role("heading", name="Check your e-mail")).to_be_visible()
