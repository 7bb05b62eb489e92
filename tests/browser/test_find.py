"""A resident looks for something: on a desktop, on a phone, by keyboard alone, and without JavaScript."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage

NO_SCRIPTS = {**DESKTOP, "java_script_enabled": False}


def test_from_the_first_page_to_a_record(open_page: OpenPage) -> None:
    page = open_page("/")
    page.get_by_label("Where are you?").fill("south west")
    page.get_by_label("What do you need?").fill("kitchen")
    page.get_by_role("button", name="Find", exact=True).click()
    page.wait_for_url(re.compile(r"/find\?"))
    expect(page.get_by_role("heading", level=1)).to_have_text("What there is near South West")
    expect(page.locator(".find-list .found").first).to_contain_text("walk")
    first = page.locator(".find-list .found h3 a").first
    name = first.inner_text()
    first.click()
    page.wait_for_url(re.compile(r"/services/"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_the_map_shows_the_numbers_of_the_list(open_page: OpenPage) -> None:
    page = open_page("/find?near=web+town&within=10mi")
    expect(page.locator(".found-pin").first).to_be_visible()
    expect(page.locator(".folium-map")).to_have_attribute("data-pins", re.compile(r"\d+"))
    on_map = int(page.locator(".folium-map").get_attribute("data-pins") or 0)
    expect(page.locator(".find-list .found .found-number:not(.none)")).to_have_count(on_map)
    pin = page.locator(".found-pin").first
    label = pin.get_attribute("aria-label") or ""
    pin.focus()
    page.keyboard.press("Enter")
    link = page.locator(".leaflet-popup-content a").first
    expect(link).to_have_text(label.split(";")[0].partition(". ")[2])


def test_a_choice_asks_at_once_and_counts_what_it_keeps(open_page: OpenPage) -> None:
    page = open_page("/find?near=south+west")
    label = page.locator(".tick:has(input[name=free])")
    promised = label.locator(".count").inner_text()
    label.click()
    page.wait_for_url(re.compile(r"free=1"))
    expect(page.locator(".tick.on .count")).to_have_text(promised)
    expect(page.locator("input[name=free]")).to_be_checked()


def test_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/find")
    page.get_by_label("Where are you?").focus()
    page.keyboard.type("north west")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"near=north"))
    save = page.locator(".found").first.get_by_role("button", name=re.compile("Save"))
    save.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".found").first.get_by_role("button", name=re.compile("Saved"))).to_be_visible()


def test_a_phone_shows_the_list_or_the_map(open_page: OpenPage) -> None:
    page = open_page("/find?near=south+west", PHONE)
    expect(page.locator(".find-list")).to_be_visible()
    expect(page.locator(".find-map")).to_be_hidden()
    page.get_by_role("button", name="Map", exact=True).click()
    expect(page.locator(".find-map .found-pin").first).to_be_visible()
    expect(page.locator(".find-list")).to_be_hidden()
    page.get_by_role("button", name="List", exact=True).click()
    expect(page.locator(".find-list .found").first).to_be_visible()


def test_without_javascript_everything_is_there(open_page: OpenPage) -> None:
    page = open_page("/", NO_SCRIPTS)
    page.get_by_label("Where are you?").fill("south west")
    page.get_by_role("button", name="Find", exact=True).click()
    page.wait_for_url(re.compile(r"/find\?"))
    page.get_by_text("More choices").click()
    page.get_by_label("Day", exact=True).select_option("tuesday")
    page.locator("input[name=free]").check()
    page.get_by_role("button", name="Find", exact=True).click()
    page.wait_for_url(re.compile(r"day=tuesday"))
    expect(page.locator(".found").first).to_contain_text("Tuesday")
    page.locator(".found").first.get_by_role("button", name=re.compile("Save")).click()
    expect(page.locator(".found").first.get_by_role("button", name=re.compile("Saved"))).to_be_visible()
    page.goto("/shortlist")
    expect(page.locator(".found")).to_have_count(1)
    page.get_by_label("E-mail address").fill("me@example.org")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status").first).to_contain_text("on its way")
    page.get_by_role("button", name="Clear the list").click()
    expect(page.locator("main")).to_contain_text("nothing on it yet")


def test_nothing_near_offers_the_nearest_and_takes_the_wish(open_page: OpenPage) -> None:
    page = open_page("/find?near=north+east&theme=food&within=15min", PHONE)
    expect(page.locator("#near-title")).to_contain_text("Nothing within")
    expect(page.get_by_role("heading", name="The nearest there is")).to_be_visible()
    page.get_by_role("button", name="Nothing near me: count me in").click()
    page.wait_for_url(re.compile(r"/find/thanks"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")


def test_near_me_asks_only_when_pressed_and_rounds(open_page: OpenPage) -> None:
    here = {"geolocation": {"latitude": 53.454912, "longitude": -2.294876}, "permissions": ["geolocation"]}
    page = open_page("/find", {**PHONE, **here})
    page.get_by_role("button", name="Use where I am now").click()
    page.wait_for_url(re.compile(r"near="))
    expect(page.get_by_label("Where are you?")).to_have_value("53.455, -2.295")
    expect(page.get_by_role("heading", level=1)).to_have_text("What there is near where you are")


def test_a_refused_position_says_what_to_do(open_page: OpenPage) -> None:
    page = open_page("/find", {**DESKTOP, "permissions": []})
    page.get_by_role("button", name="Use where I am now").click()
    expect(page.locator("[data-near-status]")).to_contain_text("Type a postcode")
    expect(page.get_by_label("Where are you?")).to_be_focused()


def test_an_unknown_place_keeps_what_was_typed(open_page: OpenPage) -> None:
    page = open_page("/find?near=suth+west&q=kitchen", status=400)
    expect(page.get_by_role("alert")).to_contain_text("We do not know a place")
    expect(page.get_by_label("What do you need?")).to_have_value("kitchen")
    page.get_by_role("link", name="South West", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What there is near South West")


def test_narrow_and_long(open_page: OpenPage) -> None:
    open_page("/find?near=south+west", NARROW)
    open_page("/shortlist", NARROW)
    open_page("/", NARROW)
