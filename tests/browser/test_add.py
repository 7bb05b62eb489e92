"""A resident puts her group on the map: on a phone, by keyboard, without scripts, with the pin and the line."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE, SCREENS, OpenPage, check_page
from tests.browser.test_every_page import press_until
from tests.integration.add.filling import POSTCODE

PLAIN: dict[str, Any] = {**PHONE, "java_script_enabled": False}
QUESTIONS = ("place", "what", "when", "who", "getting-in", "people-from", "privacy", "room", "contact")
MOST_TAPS = 12


def begin(page: Page, name: str) -> None:
    """From the first page to the first question."""
    page.get_by_label("Name of the group").fill(name)
    page.get_by_label("Postcode or place where it meets").fill(POSTCODE)
    go_on(page, "place")


def go_on(page: Page, leads_to: str, button: str = "Save and continue") -> None:
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_url(f"**/add/{leads_to}*")


@pytest.mark.parametrize("screen", [*SCREENS, "narrow"])
def test_every_question_is_sound(open_page: OpenPage, screen: str) -> None:
    page = open_page("/add", {**SCREENS, "narrow": NARROW}[screen])
    begin(page, "Bell Ringers of Web Town")
    for question, following in zip(QUESTIONS, (*QUESTIONS[1:], "check"), strict=True):
        expect(page.get_by_text(f"Question {QUESTIONS.index(question) + 1} of 9")).to_be_visible()
        page.wait_for_load_state("networkidle")
        check_page(page)
        go_on(page, following, "Skip")
    check_page(page)
    go_on(page, "sent", "Send in your group")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bell Ringers of Web Town")
    check_page(page)


@pytest.mark.parametrize("screen", [PHONE, PLAIN], ids=["phone", "without scripts"])
def test_from_the_start_to_checking_takes_twelve_taps_or_fewer(
    open_page: OpenPage, screen: dict[str, Any]
) -> None:
    page = open_page("/add", screen)
    taps = 3  # a name, a postcode, going on
    begin(page, "Chess by the Canal")
    for following in (*QUESTIONS[1:], "check"):
        go_on(page, following, "Skip")
        taps += 1
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    assert taps <= MOST_TAPS


def test_two_taps_more_lead_straight_to_the_end(open_page: OpenPage) -> None:
    page = open_page("/add", PHONE)
    begin(page, "Poets in the Park")
    page.get_by_role("link", name="Go straight to the end").click()
    page.wait_for_url("**/add/check")
    expect(page.get_by_text("Poets in the Park").first).to_be_visible()


def test_without_scripts_everything_can_be_answered_and_sent(open_page: OpenPage) -> None:
    page = open_page("/add", PLAIN)
    begin(page, "Quilters of Web Town")
    page.get_by_label("Building or hall").fill("Scout hut")
    go_on(page, "what")
    page.get_by_label("Food", exact=False).first.check()
    page.get_by_label("In your own words").fill("We sew & talk.")
    go_on(page, "when")
    page.get_by_label("Tuesday").first.check(force=True)
    page.get_by_label("From").first.fill("19:00")
    page.get_by_label("To", exact=True).first.fill("21:00")
    page.get_by_role("button", name="Add another time").click()
    expect(page.get_by_text("Time 2")).to_be_visible()
    expect(page.get_by_label("From").first).to_have_value("19:00")
    go_on(page, "who")
    page.get_by_label("Carers").check()
    go_on(page, "getting-in")
    page.get_by_label("Just turn up").check()
    go_on(page, "people-from")
    page.get_by_label("South West").first.check()
    go_on(page, "privacy")
    page.get_by_label("Roughly where").check()
    go_on(page, "room")
    page.get_by_label("Yes, new people are welcome").check()
    go_on(page, "contact")
    page.get_by_label("E-mail address").fill("quilt@example.org")
    go_on(page, "check")
    for words in (
        "Scout hut",
        "We sew & talk.",
        "Every Tuesday, 7pm to 9pm",
        "Roughly where",
        "quilt@example.org",
    ):
        expect(page.locator("main")).to_contain_text(words)
    page.get_by_role("link", name="Change Cost").click()
    page.wait_for_url("**/add/who?then=check")
    page.get_by_label("Free", exact=True).check()
    go_on(page, "check")
    go_on(page, "sent", "Send in your group")
    expect(page.get_by_text("Check your e-mail")).to_be_visible()


def test_what_is_wrong_is_said_at_the_top_and_beside_the_box_and_the_rest_is_kept(open_page: OpenPage) -> None:
    page = open_page("/add", PHONE, later=422)
    page.get_by_label("Name of the group").fill("Lost Group")
    page.get_by_label("Postcode or place where it meets").fill("Nowhere-on-Sea")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator("#problem")).to_contain_text("We do not know a place called")
    expect(page.locator("#wrong-near")).to_be_visible()
    expect(page).to_have_title("Error: Put your group on the map – Who’s Doing What – Web Town")
    expect(page.get_by_label("Name of the group")).to_have_value("Lost Group")
    check_page(page)
    page.locator("#problem a").click()
    expect(page.get_by_label("Postcode or place where it meets")).to_be_focused()


def test_a_group_that_looks_known_is_offered(open_page: OpenPage) -> None:
    page = open_page("/add", PHONE)
    page.get_by_label("Name of the group").fill("Kitchen 8")
    page.get_by_label("Postcode or place where it meets").fill(POSTCODE)
    go_on(page, "similar")
    check_page(page)
    page.get_by_role("button", name="This is us Kitchen 8").click()
    page.wait_for_url("**/add/place")
    expect(page.get_by_label("Building or hall")).to_have_value("Kitchen 8 hall")


def test_likely_ones_show_while_the_name_is_typed(open_page: OpenPage) -> None:
    page = open_page("/add", PHONE)
    page.get_by_label("Name of the group").press_sequentially("Kitchen 8")
    expect(page.get_by_role("status").get_by_role("link", name="Kitchen 8")).to_be_visible()
    check_page(page)
    page.get_by_label("Name of the group").fill("Zither orchestra")
    expect(page.locator("[data-similar]")).to_be_hidden()


def test_by_keyboard_alone_from_the_start_to_the_end(open_page: OpenPage) -> None:
    page = open_page("/add")
    press_until(page, "Tab", "#field-name", most=20)
    page.keyboard.type("Night Walkers")
    press_until(page, "Tab", "#field-near", most=1)
    page.keyboard.type(POSTCODE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/add/place")
    expect(page.locator(".add-pin")).to_be_visible()
    before = page.locator("#field-lat").input_value()
    press_until(page, "Tab", ".add-pin", most=40)
    page.keyboard.press("ArrowUp")
    expect(page.locator("#field-lat")).not_to_have_value(before)
    press_until(page, "Tab", "[data-pin-buttons] button", most=20)
    moved = page.locator("#field-lon").input_value()
    page.keyboard.press("Space")
    expect(page.locator("#field-lon")).not_to_have_value(moved)
    press_until(page, "Tab", "form .go .button", most=10)
    page.keyboard.press("Enter")
    page.wait_for_url("**/add/what")
    press_until(page, "Tab", "[name=themes]", most=20)
    page.keyboard.press("Space")
    expect(page.locator("#field-themes")).to_be_checked()
    press_until(page, "Tab", "form .go .button", most=40)
    page.keyboard.press("Enter")
    page.wait_for_url("**/add/when")
    press_until(page, "Tab", "[name=days-0]", most=20)
    page.keyboard.press("Space")
    expect(page.locator("#field-days-0")).to_be_checked()
    press_until(page, "Tab", "a[href='/add/check']", most=40)
    page.keyboard.press("Enter")
    page.wait_for_url("**/add/check")
    press_until(page, "Tab", "form[action='/add/check'] .go .button", most=60)
    page.keyboard.press("Enter")
    page.wait_for_url("**/add/sent")


def test_the_pin_is_dragged_and_kept(open_page: OpenPage) -> None:
    page = open_page("/add", DESKTOP)
    begin(page, "Pin Movers")
    pin = page.locator(".add-pin")
    expect(pin).to_be_visible()
    pin.scroll_into_view_if_needed()
    lon = page.locator("#field-lon").input_value()
    pin.drag_to(page.locator(".folium-map"), target_position={"x": 120, "y": 160})
    expect(page.locator("#field-lon")).not_to_have_value(lon)
    moved = page.locator("#field-lon").input_value()
    go_on(page, "what")
    page.get_by_role("link", name="Back", exact=True).click()
    page.wait_for_url("**/add/place")
    expect(page.locator("#field-lon")).to_have_value(moved)


def test_a_line_is_drawn_without_dragging_and_becomes_areas(open_page: OpenPage) -> None:
    page = open_page("/add", DESKTOP)
    begin(page, "Line Drawers")
    page.goto("/add/people-from")
    page.get_by_text("A map to draw on").click()
    frame = page.locator(".folium-map")
    expect(frame).to_be_visible()
    page.get_by_role("button", name="Put one in the middle of the map").click()
    expect(page.locator("path.corner")).to_have_count(1)
    page.get_by_role("button", name="Start again").click()
    expect(page.locator("#field-shape")).to_have_value("")
    for number, (x, y) in enumerate(((110, 30), (540, 30), (540, 240), (110, 240)), 1):
        frame.click(position={"x": x, "y": y})
        expect(page.locator("path.corner")).to_have_count(number)
    expect(page.get_by_label("Inside a line I draw on the map")).to_be_checked()
    check_page(page)
    go_on(page, "privacy")
    page.goto("/add/check")
    expect(page.locator(".answers")).to_contain_text(["Square 2-2"])
