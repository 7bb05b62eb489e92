"""The places map: pins, heaps, filters, keyboard; and that no name can ever run."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage, address_of, settle
from tests.browser.drawn import drawn_areas, on_page
from tests.browser.hostile import IN_BIG_HOUSE, PAYLOADS, SHARED_HALL
from tests.integration.tiles.test_point_tiles import tile_of
from tests.integration.web.web_town import FOOD_AT


def zoom_in(page: Page, times: int) -> None:
    for _ in range(times):
        page.get_by_role("button", name="Zoom in", exact=True).click()
        settle(page)


def pins(page: Page, kind: str = "") -> int:
    return page.locator(f".leaflet-marker-icon.pin{'.' + kind if kind else ''}").count()


def test_kinds_differ_by_shape(open_page: OpenPage) -> None:
    page = open_page("/map")
    zoom_in(page, 1)
    shapes = {
        kind: page.locator(f".pin.{kind} svg > *").first.evaluate("(shape) => shape.tagName")
        for kind in ("organisation", "service", "need")
    }
    assert len(set(shapes.values())) == 3


def test_choosing_a_kind_filters_map_and_list_without_asking_for_tiles_again(open_page: OpenPage) -> None:
    page = open_page("/map")
    tiles: list[str] = []
    page.on("request", lambda request: tiles.append(request.url) if "/tiles/places/" in request.url else None)
    page.get_by_label("Show", exact=True).select_option("need")
    expect(page.get_by_role("heading", name=f"{6 + len(PAYLOADS)} found")).to_be_visible()
    settle(page)
    assert "kind=need" in address_of(page)
    assert pins(page, "service") == 0
    assert pins(page, "organisation") == 0
    assert tiles == []


LONE = (-2.3, 53.45)


def answer_with_a_crowd(route: Route) -> None:
    """Tiles of one organisation and two services side by side; which they are is said from zoom 13 on."""
    zoom, x, y, columns, rows = map(
        int, re.findall(r"\d+", route.request.url.rpartition("/tiles/places/")[2][17:])
    )
    cells = 8 if zoom >= 13 else 4
    tile_x, tile_y, column, row = tile_of(*LONE, zoom, cells)
    cell: list[Any] = [column, row, *LONE, [[0, 1, 1, 1, -1], [1, 1, 2, 1, -1]]]
    if zoom >= 13:
        ids = ["00000000-0000-4000-8000-00000000000" + digit for digit in "123"]
        names = zip((0, 1, 1), ids, ("Lone Star", "Band 1", "Band 2"), strict=True)
        cell.append([[kind, 1, ident, name, *LONE, 1, -1] for kind, ident, name in names])
    tiles: list[Any] = [None] * (columns * rows)
    tiles[(tile_y - y) * columns + tile_x - x] = {"n": cells, "cells": [cell], "hours": []}
    route.fulfill(json=tiles)


def test_the_one_record_that_a_filter_leaves_is_shown_as_its_pin_far_out_too(open_page: OpenPage) -> None:
    page = open_page("/map?at=9/53.45/-2.3")
    page.route("**/tiles/places/**", answer_with_a_crowd)
    page.get_by_label("Zoom out", exact=True).click()
    expect(page.locator(".leaflet-marker-icon.heap")).to_have_text(["3"])
    asked = count_tiles(page)
    page.get_by_label("Show", exact=True).select_option("service")
    expect(page.locator(".leaflet-marker-icon.heap")).to_have_text(["2"])
    settle(page)
    assert asked == []
    page.get_by_label("Show", exact=True).select_option("organisation")
    page.get_by_role("button", name="Lone Star, organisation").press("Enter")
    expect(page.locator(".leaflet-popup")).to_contain_text("Lone Star")
    expect(page.locator(".pin, .heap")).to_have_count(1)
    settle(page)
    assert [re.findall(r"\d+", url)[-5] for url in asked] == ["10", "12", "14"]
    page.keyboard.press("Escape")
    page.get_by_label("Show", exact=True).select_option("")
    expect(page.locator(".leaflet-marker-icon.heap")).to_have_text(["3"])


TUESDAY_LUNCH = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
MINUTE = 1440 + 12 * 60 + 30


def count_tiles(page: Page) -> list[str]:
    """Every tile that is asked for from now on."""
    tiles: list[str] = []
    page.on("request", lambda request: tiles.append(request.url) if "/tiles/places/" in request.url else None)
    return tiles


def standing(page: Page) -> int:
    """How many records the marks stand for."""
    settle(page)
    heaps = page.locator(".leaflet-marker-icon.heap").all_inner_texts()
    return pins(page) + sum(int(words) for words in heaps)


def test_for_whom_and_open_now_filter_map_and_list_without_asking_for_tiles(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.actions.places.minute_of_week", lambda: MINUTE)
    page = open_page("/map?kind=service&at=12/53.47/-2.25")
    page.clock.set_fixed_time(TUESDAY_LUNCH)
    everything = standing(page)  # the list also holds a service that has no place of its own
    tiles = count_tiles(page)
    page.get_by_label("For", exact=True).select_option("men")
    expect(page.get_by_role("heading", name=f"{everything} found")).to_be_visible()
    assert standing(page) == everything - 1
    page.get_by_label("For", exact=True).select_option("women")
    expect(page.get_by_role("heading", name=f"{everything + 1} found")).to_be_visible()
    page.get_by_label("When").select_option("now")
    expect(page.get_by_role("heading", name=f"{everything} found")).to_be_visible()
    expect(page.locator("#list")).to_contain_text("1 more may be open: nobody has told us when.")
    assert standing(page) == everything - 1
    assert (tiles, "open=now" in address_of(page)) == ([], True)
    again = open_page(address_of(page), {**DESKTOP, "java_script_enabled": False})
    expect(again.get_by_role("heading", name=f"{everything} found")).to_be_visible()


@pytest.mark.parametrize(
    ("number", "when", "said"),
    [
        (3, TUESDAY_LUNCH, "Open now"),
        (3, TUESDAY_LUNCH + timedelta(hours=2), "Closed now"),
        (1, TUESDAY_LUNCH, "Open now in term time; may be closed in school holidays"),
        (2, TUESDAY_LUNCH, "Opening times: nobody has told us"),
        (3, datetime(2026, 7, 21, 11, 30, tzinfo=UTC), "Open now"),  # half past twelve, in summer
    ],
)
def test_a_card_says_whether_it_is_open_and_is_honest_about_school_holidays(
    open_page: OpenPage, number: int, when: datetime, said: str
) -> None:
    page = open_page(f"/map?kind=service&q={SHARED_HALL} {number}", check=False)
    page.clock.set_fixed_time(when)
    page.locator(".leaflet-marker-icon.pin").click()
    expect(page.get_by_role("dialog").get_by_text(said, exact=True)).to_be_visible()


def test_words_filter_the_map_too(open_page: OpenPage) -> None:
    page = open_page("/map")
    page.get_by_label("With the words").fill("Kitchen 7")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name="2 found")).to_be_visible()
    expect(page.locator(".leaflet-marker-icon.pin")).to_have_count(1)


def test_pins_are_one_tab_stop_and_arrows_go_between_them(open_page: OpenPage) -> None:
    page = open_page("/map?kind=service&theme=food&q=Kitchen")
    assert page.locator(".leaflet-marker-icon[tabindex='0']").count() == 1
    page.locator(".leaflet-marker-icon[tabindex='0']").focus()
    first = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowDown")
    second = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert first != second
    assert page.locator(".leaflet-marker-icon[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("link", name="Details")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == second


def test_a_pin_leads_to_its_page(open_page: OpenPage) -> None:
    page = open_page("/map?kind=service&q=Kitchen+4")
    page.locator(".leaflet-marker-icon.pin").click()
    settle(page)
    page.get_by_role("dialog").get_by_role("link", name="Details").click()
    page.wait_for_url("**/services/**")
    assert "Kitchen 4" in page.locator("h1").inner_text()


def test_on_a_phone_the_map_comes_first_the_list_is_one_press_away_and_pins_are_big_enough(
    open_page: OpenPage,
) -> None:
    page = open_page("/map?q=Kitchen", PHONE)
    size = page.locator(".leaflet-marker-icon").first.bounding_box()
    assert size
    assert min(size["width"], size["height"]) >= 24
    expect(page.locator(".records")).to_be_hidden()
    page.get_by_role("button", name="List", exact=True).click()
    expect(page.locator(".records a").first).to_be_visible()
    expect(page.locator(".folium-map")).to_be_hidden()
    page.locator("a.skip[href='#map']").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".folium-map")).to_be_visible()
    expect(page.get_by_role("button", name="Map", exact=True)).to_have_attribute("aria-pressed", "true")


def test_the_choices_are_folded_on_a_phone_until_something_is_chosen(open_page: OpenPage) -> None:
    page = open_page("/map", PHONE)
    expect(page.get_by_label("About", exact=True)).to_be_hidden()
    page.get_by_text("Choose what to show").click()
    page.get_by_label("Show", exact=True).select_option("need")
    expect(page.get_by_label("About", exact=True)).to_be_visible()
    again = open_page("/map?kind=need", PHONE)
    expect(again.get_by_label("Show", exact=True)).to_have_value("need")
    expect(again.get_by_label("Show", exact=True)).to_be_visible()
    wide = open_page("/map")
    expect(wide.get_by_label("About", exact=True)).to_be_visible()
    expect(wide.get_by_text("Choose what to show")).to_be_hidden()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_name_is_only_text_in_list_pin_and_pages(open_page: OpenPage, payload: str) -> None:
    page = open_page(f"/map?kind=service&q={quote(payload)}", check=False)
    name = f"{payload} service"
    assert name in page.locator(".records a").all_inner_texts()
    pin = page.locator(".leaflet-marker-icon.pin")
    shown = [pin.nth(i).get_attribute("aria-label") or "" for i in range(pin.count())]
    assert f"{name}, Service" in shown
    pin.nth(shown.index(f"{name}, Service")).click()
    expect(page.get_by_role("dialog").locator("strong")).to_have_text(name)
    settle(page)
    page.get_by_role("dialog").get_by_role("link", name="Details").click()
    page.wait_for_url("**/services/**")
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator(".by a")).to_have_text(f"{payload} group")
    assert page.evaluate("window.__pwn") is None


def test_hostile_area_names_are_only_text_on_gap_page_map_and_profile(open_page: OpenPage) -> None:
    page = open_page("/gaps", check=False)
    names = page.locator("tr[data-area] th a").all_inner_texts()
    assert {f"{payload} square" for payload in PAYLOADS} <= set(names)
    drawn = drawn_areas(page)
    assert len(drawn) == 48
    for code in ("S00", "S10", "S20", "S30"):
        page.mouse.move(*on_page(page, drawn[code]))
        name = page.locator(f"[data-area='{code}'] th a").inner_text()
        expect(page.locator(".leaflet-tooltip b")).to_have_text(name)
    page = open_page("/areas/square/S10", check=False)
    assert page.locator("h1").inner_text() == f"{PAYLOADS[1]} square"
    assert page.locator(".place-name").all_inner_texts()


def test_one_hostile_name_never_empties_the_map_of_others(open_page: OpenPage) -> None:
    page = open_page("/map")
    in_heaps = sum(int(words) for words in page.locator(".leaflet-marker-icon.heap").all_inner_texts())
    others = len(FOOD_AT) + len(["Paper Kitchen"]) + 6 + 5 + IN_BIG_HOUSE  # and needs, and groups under one roof
    assert in_heaps + pins(page) == others + 2 * len(PAYLOADS)


def rows(page: Page) -> list[str]:
    return page.locator(".records a").all_inner_texts()


def test_the_list_follows_the_map_nearest_first_and_keeps_the_filters(open_page: OpenPage) -> None:
    page = open_page("/map?kind=service&q=Kitchen")
    assert rows(page) == sorted(rows(page))
    here = page.evaluate("() => map_places.setView([53.48, -2.25], 14, {animate: false}) && location.search")
    assert "at=14/53.48" in here
    expect(page.locator("#list")).to_contain_text("nearest to the middle of the map")
    assert page.locator(".records .line", has_text="from the middle of the map").count() == len(rows(page)) > 8
    assert rows(page) != sorted(rows(page))
    again = open_page(address_of(page), {**DESKTOP, "java_script_enabled": False})
    assert rows(again) == rows(page)
    page.get_by_role("button", name="Show everything").click()
    expect(page.locator("#list")).not_to_contain_text("nearest")
    assert rows(page) == sorted(rows(page))
