"""Where am I, full screen, what the map shows, scale: real buttons that say what they do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, address_of, axe_faults, overflow_of, settle
from tests.browser.hostile import PAYLOADS

HERE: dict[str, Any] = {"geolocation": {"latitude": 53.48123, "longitude": -2.25456, "accuracy": 40}}
NAMES = ("Zoom in", "Zoom out", "Move up", "Move down", "Move left", "Move right", "Show everything",
         "Show where I am", "Fill the screen", "What the map shows")  # fmt: skip


def assert_apart(boxes: Sequence[FloatRect]) -> None:
    """No two of them lie over each other by more than a pixel."""
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert (
                one["x"] + one["width"] <= other["x"] + 1
                or other["x"] + other["width"] <= one["x"] + 1
                or one["y"] + one["height"] <= other["y"] + 1
                or other["y"] + other["height"] <= one["y"] + 1
            )


@pytest.mark.parametrize("screen", [DESKTOP, PHONE, NARROW], ids=["desktop", "phone", "narrow"])
def test_every_control_is_a_button_big_enough_that_covers_no_other(
    open_page: OpenPage, screen: dict[str, Any]
) -> None:
    page = open_page("/map", screen)
    boxes = []
    for name in NAMES:
        box = page.locator(".folium-map").get_by_role("button", name=name, exact=True).bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
        boxes.append(box)
    assert_apart(boxes)
    expect(page.locator(".leaflet-control-scale-line").first).to_be_visible()


def test_where_i_am_is_asked_on_a_click_only_and_never_exactly_in_the_address(open_page: OpenPage) -> None:
    page = open_page("/map", {**DESKTOP, **HERE, "permissions": ["geolocation"]})
    assert "at=" not in address_of(page)
    page.get_by_role("button", name="Show where I am").click()
    expect(page.locator("[data-map-status]")).to_contain_text("to about 40 metres")
    expect(page.locator("path.here")).to_be_visible()
    settle(page)
    assert "at=15/53.48100/-2.25500" in address_of(page)
    expect(page.locator("#list")).to_contain_text("nearest to the middle of the map")
    assert axe_faults(page) == []


def test_who_says_no_reads_that_nothing_happened(open_page: OpenPage) -> None:
    page = open_page("/map", {**DESKTOP, **HERE})
    page.get_by_role("button", name="Show where I am").click()
    expect(page.locator(".map-hint")).to_contain_text("You said no")
    expect(page.locator("path.here")).to_have_count(0)
    assert "at=" not in address_of(page)


def test_the_map_fills_the_screen_and_leaves_it(open_page: OpenPage) -> None:
    page = open_page("/map")
    page.get_by_role("button", name="Fill the screen").click()
    leave = page.get_by_role("button", name="Leave the full screen")
    expect(leave).to_be_visible()
    page.wait_for_function("() => document.querySelector('.folium-map').clientHeight > 0.8 * window.innerHeight")
    settle(page)
    leave.click()
    expect(page.get_by_role("button", name="Fill the screen")).to_be_visible()


def marks(page: Page, kind: str) -> int:
    settle(page)
    return page.locator(f".pin.{kind}").count()


def test_what_the_map_shows_can_be_chosen_and_is_part_of_the_address(open_page: OpenPage) -> None:
    page = open_page("/map?at=13/53.475/-2.25")
    assert marks(page, "service") > 0
    page.get_by_role("button", name="What the map shows").press("Enter")
    ticks = page.get_by_role("group", name="What the map shows")
    expect(ticks.get_by_label("Borders and names")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(".ground").first).to_be_hidden()
    ticks.get_by_label("Organisations and services").uncheck()
    assert marks(page, "service") == 0
    assert axe_faults(page) == []
    assert "hide=borders,groups" in address_of(page)
    page.keyboard.press("Escape")
    expect(ticks).to_be_hidden()
    expect(page.get_by_role("button", name="What the map shows")).to_be_focused()
    again = open_page(address_of(page), PHONE)
    assert marks(again, "service") == 0
    expect(again.locator(".ground").first).to_be_hidden()
    again.get_by_role("button", name="What the map shows").click()
    again.get_by_label("Organisations and services").check()
    assert marks(again, "service") > 0
    assert overflow_of(again) <= 0


def test_the_list_holds_what_the_map_shows_and_says_what_is_hidden(open_page: OpenPage) -> None:
    page = open_page("/map")
    page.get_by_role("button", name="What the map shows").click()
    page.get_by_label("Organisations and services").uncheck()
    expect(page.get_by_role("heading", name=f"{6 + len(PAYLOADS)} found")).to_be_visible()
    expect(page.locator("#list .note")).to_contain_text("Hidden, here and on the map: organisations and services.")
    plain = open_page(address_of(page), {**DESKTOP, "java_script_enabled": False})
    assert plain.locator(".records a").all_inner_texts() == page.locator(".records a").all_inner_texts()
    plain.get_by_role("link", name="Show everything").click()
    plain.wait_for_url(lambda url: "hide=" not in url)
    expect(plain.locator("#list .note")).to_have_count(0)


SMALL = ("/areas/square/S33", "/gaps/patch")


@pytest.mark.parametrize("screen", [DESKTOP, NARROW], ids=["desktop", "narrow"])
@pytest.mark.parametrize("path", SMALL)
def test_a_small_map_has_the_same_buttons_and_none_covers_another(
    open_page: OpenPage, path: str, screen: dict[str, Any]
) -> None:
    page = open_page(path, screen)
    buttons = page.locator(".folium-map .leaflet-bar :is(a, button)")
    expect(buttons).to_have_count(len(NAMES) - 1)  # nothing to choose from
    boxes = [box for button in buttons.all() if (box := button.bounding_box())]
    assert_apart(boxes)


def test_paper_shows_the_map_without_its_buttons(open_page: OpenPage) -> None:
    page = open_page("/map")
    page.emulate_media(media="print")
    for name in NAMES:
        expect(page.locator(f".folium-map [aria-label='{name}']")).to_be_hidden()
    expect(page.locator(".leaflet-marker-icon").first).to_be_visible()
    expect(page.locator(".records a").first).to_be_visible()
