"""The week, all kinds of help at once, and the standards: on every screen, by keyboard, without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.vocabulary import Role
from tests.browser.conftest import DESKTOP, NARROW, PHONE, SCREENS, OpenPage, axe_faults, overflow_of
from tests.browser.test_every_page import press_until
from tests.databases import settings_for
from tests.integration.accounts.people import PASSWORD, add_person

WEEK = "/gaps/week?theme=food"
ALL = "/gaps/all"


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("path", [WEEK, ALL, "/standards", "/standards/food"])
def test_a_page_is_sound(open_page: OpenPage, path: str, screen: str) -> None:
    expect(open_page(path, SCREENS[screen]).get_by_role("main")).to_be_visible()


@pytest.mark.parametrize("path", [WEEK, ALL, f"{ALL}?count-food=0&sort=theme-food", "/standards"])
def test_at_320_pixels_or_400_per_cent_nothing_is_cut_off(open_page: OpenPage, path: str) -> None:
    assert overflow_of(open_page(path, NARROW)) <= 0


@pytest.mark.parametrize("path", ["/gaps/week?theme=nope", "/gaps/all?page=99"])
def test_an_error_is_said_on_a_sound_page(open_page: OpenPage, path: str) -> None:
    expect(open_page(path, status=400).get_by_role("alert")).to_be_visible()


def test_the_week_is_a_table_with_headings_and_each_cell_leads_to_its_gap(open_page: OpenPage) -> None:
    page = open_page(WEEK)
    table = page.locator("table[data-week]")
    expect(table.get_by_role("columnheader")).to_have_text(["Day", "Morning", "Afternoon", "Evening", "Any time"])
    expect(table.get_by_role("rowheader", name="Sunday")).to_be_visible()
    link = table.get_by_role("link", name=re.compile("^Sunday, evening:"))
    expect(link).to_have_count(1)
    link.click()
    page.wait_for_url("**/gaps?*day=sunday&part=evening*")


def test_the_week_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page(WEEK)
    press_until(page, "Tab", "[data-week] td a", most=40)
    page.keyboard.press("Enter")
    page.wait_for_url("**day=monday&part=morning**")


def test_the_hours_scroll_by_themselves_and_can_be_reached(open_page: OpenPage) -> None:
    page = open_page(WEEK, PHONE)
    region = page.get_by_role("region", name="Table by the hour")
    region.focus()
    expect(region).to_be_focused()
    assert region.evaluate("(it) => it.scrollWidth > it.clientWidth")


def test_without_scripts_the_week_is_asked_about_another_kind(open_page: OpenPage) -> None:
    page = open_page(WEEK, {**DESKTOP, "java_script_enabled": False})
    page.get_by_label("Within … minutes").fill("25")
    page.get_by_role("button", name="Show the week").click()
    page.wait_for_url("**minutes=25**")
    expect(page.locator("table[data-week]")).to_be_visible()


def test_without_scripts_all_kinds_are_weighed_and_sorted(open_page: OpenPage) -> None:
    page = open_page(ALL, {**DESKTOP, "java_script_enabled": False})
    page.locator("summary", has_text="How much each kind counts").click()
    page.locator("[name='count-food']").select_option("0")
    page.get_by_role("button", name="Show all kinds").click()
    page.wait_for_url("**count-food=0**")
    page.locator("table[data-matrix] thead").get_by_role("link", name="Area", exact=True).click()
    page.wait_for_url("**sort=area**")
    assert "count-food=0" in page.url
    names = page.locator("table[data-matrix] tbody th").all_inner_texts()
    assert names == sorted(names, key=str.casefold)


def test_on_a_phone_all_kinds_are_a_list_of_areas_with_their_worst(open_page: OpenPage) -> None:
    page = open_page(ALL, PHONE)
    expect(page.locator("table[data-matrix]")).to_be_hidden()
    expect(page.locator(".matrix-list > li").first).to_be_visible()


@pytest.mark.parametrize("screen", [DESKTOP, NARROW])
def test_an_officer_fills_in_a_standard_and_is_told_what_is_wrong(
    open_page: OpenPage, town_url: str, screen: dict[str, object]
) -> None:
    email = "narrow@example.org" if screen is NARROW else "wide@example.org"
    engine = create_engine(settings_for(town_url).sqlalchemy_url)
    with Session(engine) as session:
        add_person(session, Role.OFFICER, email)
    engine.dispose()
    page = open_page("/sign-in?next=/standards/food/set", screen, later=422)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/standards/food/set")
    assert axe_faults(page) == []
    assert overflow_of(page) <= 0
    page.get_by_label("One service for every … people").fill("2,000")
    page.get_by_role("button", name="Save").click()
    problem = page.get_by_role("alert")
    expect(problem).to_be_visible()
    expect(page.get_by_label("One service for every … people")).to_have_value("2,000")
    assert axe_faults(page) == []
