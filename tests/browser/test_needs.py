"""Saying what is missing, agreeing, following and offering, as visitors do it: touch, keyboard, no scripts."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE, SCREENS, OpenPage, check_page, overflow_of
from tests.browser.test_every_page import press_until

NO_SCRIPTS = {**DESKTOP, "java_script_enabled": False}


def carry_on(page: Page, to: str, button: str = "Continue") -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(to)


def choose_food(page: Page) -> None:
    page.get_by_label("Food", exact=True).check()
    carry_on(page, "**/needs/new/where")


def say_the_rest(page: Page, words: str, *, has_scripts: bool = True) -> None:
    """From the words to the page that says thank you; what others said is looked at on the way."""
    page.get_by_label("What is missing, and what would help?").fill(words)
    carry_on(page, "**/needs/new/similar")
    expect(page.get_by_role("button", name="Me too").first).to_be_visible()
    check_page(page, has_scripts=has_scripts)
    page.get_by_role("link", name="None of these: mine is another").click()
    page.wait_for_url("**/needs/new/check")
    expect(page.get_by_text(words)).to_be_visible()
    check_page(page, has_scripts=has_scripts)
    carry_on(page, "**/needs/new/sent", "Say it")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you: it has been sent")


def first_need(open_page: OpenPage, screen: dict[str, object] = DESKTOP) -> Page:
    page = open_page("/needs", screen)
    page.locator(".records a").first.click()
    page.wait_for_url(re.compile(r"/needs/[0-9a-f-]{36}$"))
    return page


def take_time(page: Page) -> None:
    """As long as the form wants to have been open."""
    page.wait_for_function("() => performance.now() > 4200")


def letter_path(page: Page, folder: str) -> str:
    """The path of the newest link of a kind in the letters of the demo."""
    page.goto("/outbox")
    address = page.get_by_text(re.compile(rf"/{folder}/[\w-]+")).first.inner_text()
    found = re.search(rf"https?://\S+/{folder}/[\w-]+", address)
    assert found
    return urlsplit(found[0]).path


@pytest.mark.parametrize("screen", SCREENS)
def test_the_list_the_form_and_a_need_are_sound(open_page: OpenPage, screen: str) -> None:
    open_page("/needs", SCREENS[screen])
    open_page("/needs/new", SCREENS[screen])
    page = first_need(open_page, SCREENS[screen])
    expect(page.locator(".folium-map path.this-area")).to_have_count(1)
    expect(page.locator(".folium-map .place-name").filter(has_not_text=re.compile(r"\w"))).to_have_count(0)
    check_page(page)


def test_at_320_pixels_nothing_is_cut_off(open_page: OpenPage) -> None:
    page = open_page("/needs", NARROW)
    for path in page.locator(".records a").evaluate_all("(links) => links.map((link) => link.pathname)"):
        page.goto(path)
        assert overflow_of(page) <= 0, path
    page.goto("/needs/new")
    choose_food(page)
    page.get_by_label("Show it on the map").check()
    expect(page.locator(".folium-map")).to_be_visible()
    assert overflow_of(page) <= 0


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_a_pin_on_the_map_says_where(open_page: OpenPage, screen: str) -> None:
    page = open_page("/needs/new", SCREENS[screen])
    choose_food(page)
    page.get_by_label("Show it on the map").check()
    expect(page.locator(".folium-map path.ground").first).to_be_attached()
    page.locator(".folium-map").click()
    expect(page.get_by_text("A pin is on the map.")).to_be_visible()
    check_page(page)
    carry_on(page, "**/needs/new/words")
    check_page(page)
    say_the_rest(page, f"Nowhere to eat warm with children ({screen})")


def test_a_shape_is_drawn_from_the_keyboard(open_page: OpenPage) -> None:
    page = open_page("/needs/new")
    page.locator("#field-theme").focus()
    page.keyboard.press("Space")
    press_until(page, "Tab", "main form .button", most=6)
    page.keyboard.press("Enter")
    page.wait_for_url("**/needs/new/where")
    page.locator("#field-how").focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Show it on the map")).to_be_checked()
    expect(page.locator(".folium-map path.ground").first).to_be_attached()
    for number, move in enumerate(("ArrowLeft", "ArrowUp", "ArrowRight")):
        page.locator(".folium-map").focus()
        page.keyboard.press(move)
        page.locator("[data-act=put]").focus()
        page.keyboard.press("Enter")
        expect(page.locator(".folium-map path.corner")).to_have_count(number + 1)
    expect(page.get_by_text("An area with 3 corners is on the map.")).to_be_visible()
    page.locator("[data-act=back]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Two corners are on the map.")).to_be_visible()


def test_without_scripts_a_place_or_an_area_says_where(open_page: OpenPage) -> None:
    page = open_page("/needs/new", NO_SCRIPTS)
    choose_food(page)
    expect(page.get_by_label("Show it on the map")).to_be_hidden()
    page.get_by_label("All over an area").check()
    page.get_by_label("Which area?").select_option(label="North East")
    carry_on(page, "**/needs/new/words")
    page.go_back()
    page.wait_for_url("**/needs/new/where")
    page.get_by_label("Near a postcode or a place").check()
    page.get_by_label("Postcode or name of a place").fill("North East")
    carry_on(page, "**/needs/new/words")
    say_the_rest(page, "Nowhere to eat warm, without scripts", has_scripts=False)


def test_a_wrong_place_is_said_beside_the_field_and_the_words_stay(open_page: OpenPage) -> None:
    page = open_page("/needs/new", PHONE, later=422)
    choose_food(page)
    page.get_by_label("Postcode or name of a place").fill("Nowhere at all")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page).to_have_title(re.compile("^Error:"))
    expect(page.get_by_label("Postcode or name of a place")).to_have_value("Nowhere at all")
    check_page(page)


def test_me_too_counts_once_and_can_be_taken_back(open_page: OpenPage) -> None:
    page = first_need(open_page)
    page.get_by_role("button", name="Me too").click()
    expect(page.get_by_text("You say so too.")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="I no longer say so").click()
    expect(page.get_by_role("button", name="Me too")).to_be_visible()


def test_a_need_is_followed_from_the_letter_and_stopped_there(open_page: OpenPage) -> None:
    page = first_need(open_page, PHONE)
    page.get_by_role("link", name="Follow by e-mail what becomes of it").click()
    page.wait_for_url("**/follow")
    check_page(page)
    page.get_by_label("Your e-mail address").fill("follower@example.org")
    take_time(page)
    carry_on(page, "**/mailed", "Follow it")
    page.goto(letter_path(page, "follows"))
    check_page(page)
    page.get_by_role("button", name="Yes, write to me").click()
    expect(page.get_by_role("heading", name="You follow this")).to_be_visible()
    page.get_by_role("button", name="Stop, and forget my address").click()
    expect(page.get_by_role("heading", name="You no longer follow this")).to_be_visible()


def test_an_offer_is_made_and_confirmed_from_the_letter(open_page: OpenPage) -> None:
    page = first_need(open_page)
    page.get_by_role("link", name="I would host one").click()
    page.wait_for_url("**/pledge**")
    expect(page.get_by_label("I would host one")).to_be_checked()
    page.get_by_label("Your first name").fill("Ann")
    page.get_by_label("Your e-mail address").fill("ann@example.org")
    take_time(page)
    carry_on(page, "**/mailed", "Count me in")
    page.goto(letter_path(page, "pledges"))
    page.get_by_role("button", name="Yes, count me in").click()
    expect(page.get_by_role("heading", name="You offered to do something")).to_be_visible()
