"""A view is a link: what is asked, where the map looks and what is selected are in the address and come back."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage, address_of, settle
from tests.browser.drawn import drawn_areas, expect_lit, on_page


def in_address(page: Page, name: str) -> str:
    return parse_qs(urlsplit(address_of(page)).query).get(name, [""])[0]


def view_of(page: Page, name: str) -> list[float]:
    """Zoom, latitude, longitude, to what an address holds."""
    at = page.evaluate(f"[map_{name}.getZoom(), map_{name}.getCenter().lat, map_{name}.getCenter().lng]")
    return [round(number, 3) for number in at]


@pytest.mark.parametrize(("path", "name"), [("/gaps?theme=food&minutes=20", "gaps"), ("/map?kind=need", "places")])
def test_where_the_map_looks_comes_back_with_the_address(open_page: OpenPage, path: str, name: str) -> None:
    page = open_page(path)
    assert in_address(page, "at") == ""
    page.get_by_role("button", name="Zoom in", exact=True).click()
    page.get_by_role("button", name="Move right").click()
    page.wait_for_function("() => location.search.includes('at=')")
    settle(page)
    seen = view_of(page, name)
    again = open_page(address_of(page))
    assert view_of(again, name) == pytest.approx(seen, abs=0.002)
    assert urlsplit(address_of(again)).query.startswith(path.partition("?")[2])
    again.get_by_role("button", name="Show everything").click()
    again.wait_for_function("() => !location.search.includes('at=')")


def test_another_question_paints_the_same_tiles_and_changes_page_table_and_address(open_page: OpenPage) -> None:
    page = open_page("/gaps?theme=food")
    before = drawn_areas(page)
    page.get_by_role("button", name="Zoom in", exact=True).click()
    settle(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    view = view_of(page, "gaps")
    page.get_by_label("Who lacks").select_option("sport")
    page.get_by_label("Within … minutes").fill("60")
    page.get_by_role("button", name="Show the gaps").click()
    expect(page.locator("h1")).to_have_text("Who lacks a way to be active, within a 60-minute walk?")
    settle(page)
    assert {path for path in asked if not path.startswith("/static/")} == {"/gaps/live"}
    assert (in_address(page, "theme"), in_address(page, "minutes")) == ("sport", "60")
    assert view_of(page, "gaps") == view
    page.get_by_role("button", name="Show everything").click()
    settle(page)
    after = drawn_areas(page)
    assert set(after) == set(before)
    assert {code: area.fill for code, area in after.items()} != {code: area.fill for code, area in before.items()}
    none_here = sum(area.state == "checked_none" for area in after.values())
    expect(page.locator("[data-legend] [data-entry='checked_none'] b")).to_have_text(str(none_here))
    page.go_back()
    expect(page.locator("h1")).to_have_text("Who lacks enough good food, within a 15-minute walk?")


def test_bigger_areas_come_without_loading_the_page_again(open_page: OpenPage) -> None:
    page = open_page("/gaps")
    page.evaluate("window.stayed = true")
    page.get_by_label("Area by area, by").select_option("ward")
    page.get_by_role("button", name="Show the gaps").click()
    expect(page.locator("tr[data-area]")).to_have_count(4)
    settle(page)
    assert set(drawn_areas(page)) == {"W0", "W1", "W2", "W3"}
    assert page.evaluate("window.stayed") is True
    page.locator("[data-area='W2'] th a").hover()
    expect_lit(page, "W2")


def test_a_question_that_is_wrong_is_asked_the_ordinary_way(open_page: OpenPage) -> None:
    page = open_page("/gaps", later=400)
    page.get_by_text("How to count").click()
    page.get_by_label("Compared with").select_option("standard")
    page.get_by_role("button", name="Show the gaps").click()
    expect(page.locator("main")).to_contain_text("needs a number of people")


def test_the_chosen_area_comes_back(open_page: OpenPage) -> None:
    page = open_page("/gaps", PHONE)
    page.touchscreen.tap(*on_page(page, drawn_areas(page)["S22"]))
    expect(page.locator(".leaflet-popup b")).to_have_text("Square 2-2")
    assert in_address(page, "area") == "S22"
    again = open_page(address_of(page))
    again.wait_for_function("() => document.querySelector('.folium-map').dataset.lit === 'S22'")
    expect(again.locator("tr.lit")).to_have_attribute("data-area", "S22")


def test_the_open_pin_comes_back(open_page: OpenPage) -> None:
    page = open_page("/map?kind=service&q=Kitchen+4")
    page.locator(".leaflet-marker-icon.pin").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert len(in_address(page, "pin")) == 36
    settle(page)
    again = open_page(address_of(page))
    expect(again.get_by_role("dialog").locator("strong")).to_have_text("Kitchen 4 lunch")


def test_filters_keep_the_view(open_page: OpenPage) -> None:
    page = open_page("/map")
    page.get_by_role("button", name="Zoom in", exact=True).click()
    page.wait_for_function("() => location.search.includes('at=')")
    settle(page)
    at = in_address(page, "at")
    page.get_by_label("Show", exact=True).select_option("need")
    expect(page.get_by_role("heading", name="18 found")).to_be_visible()
    assert (in_address(page, "kind"), in_address(page, "at")) == ("need", at)


@pytest.mark.parametrize("at", ["x", "99/0/0", "12/91/0", "12/1e9/0", "<script>", "12/53.4/-2.3/4", "%00"])
def test_an_address_that_looks_nowhere_shows_everything_or_the_edge(open_page: OpenPage, at: str) -> None:
    page = open_page(f"/gaps?at={at}", check=False)
    expect(page.locator("tr[data-area]")).to_have_count(48)


def test_once_round_the_world_the_same_marks_stand_and_the_address_is_of_this_world(open_page: OpenPage) -> None:
    here = open_page("/map?at=12/53.475/-2.25")
    there = open_page("/map?at=12/53.475/357.75")
    marks = [page.locator(".leaflet-marker-icon:is(.pin, .heap)").count() for page in (here, there)]
    assert marks[0] == marks[1] > 5
    there.get_by_role("button", name="Move right").click()
    there.wait_for_function("() => !location.search.includes('357.75')")
    settle(there)
    assert in_address(there, "at").split("/")[2].startswith("-2.2")
