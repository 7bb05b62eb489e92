"""Many at one spot: a few fan out around it, many are listed; by mouse, by keyboard alone, and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, OpenPage, axe_faults, settle
from tests.browser.hostile import BIG_HOUSE, IN_BIG_HOUSE, SHARED_HALL

FEW = f"/map?kind=service&q={SHARED_HALL}"
MANY = f"/map?kind=service&q={BIG_HOUSE}"
NAMES = {f"{SHARED_HALL} {number} lunch, Service" for number in range(5)}


def heap_of(page: Page) -> Locator:
    return page.locator(".leaflet-marker-icon.heap")


def zoom_until(page: Page, words: str, act: str) -> Locator:
    """Click the only heap, or press Enter on it, until it says ``words``."""
    heap = heap_of(page)
    for _ in range(6):
        expect(heap).to_have_count(1)
        if words in (heap.get_attribute("aria-label") or ""):
            return heap
        if act == "click":
            heap.click()
        else:
            heap.focus()
            page.keyboard.press("Enter")
        settle(page)
    raise AssertionError(f"no heap said “{words}”")


def fanned(page: Page) -> list[str]:
    pins = page.locator(".leaflet-marker-icon.pin")
    return [pins.nth(number).get_attribute("aria-label") or "" for number in range(pins.count())]


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_few_fan_out_and_none_covers_another(open_page: OpenPage, screen: dict[str, object]) -> None:
    page = open_page(FEW, screen)
    heap = zoom_until(page, "show each", "click")
    heap.click()
    expect(heap).to_have_attribute("aria-expanded", "true")
    settle(page)
    assert set(fanned(page)) == NAMES
    boxes = [box for pin in page.locator(".leaflet-marker-icon.pin").all() if (box := pin.bounding_box())]
    frame = page.locator(".folium-map").bounding_box()
    assert frame
    for number, box in enumerate(boxes):
        assert min(box["width"], box["height"]) >= 24
        assert frame["x"] <= box["x"] <= frame["x"] + frame["width"] - box["width"]
        for other in boxes[number + 1 :]:
            assert max(abs(box["x"] - other["x"]), abs(box["y"] - other["y"])) >= 24
    assert axe_faults(page) == []
    page.locator(".leaflet-marker-icon.pin").first.click()
    expect(page.get_by_role("dialog").locator("strong")).to_contain_text(SHARED_HALL)


def test_a_fan_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page(FEW)
    heap = zoom_until(page, "show each", "press")
    heap.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-marker-icon.pin:focus")).to_have_count(1)
    settle(page)
    seen = set()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp", "ArrowLeft"):
        seen.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
        page.keyboard.press(key)
    assert len(seen & NAMES) >= 4
    page.keyboard.press("Home")
    page.locator(".leaflet-marker-icon.pin").first.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("link", name="Details")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(".leaflet-marker-icon.pin:focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-marker-icon.pin")).to_have_count(0)
    expect(heap).to_be_focused()


@pytest.mark.parametrize("act", ["click", "press"])
def test_many_at_one_spot_are_a_list(open_page: OpenPage, act: str) -> None:
    page = open_page(MANY)
    heap = zoom_until(page, "open the list", act)
    heap.focus()
    page.keyboard.press("Enter")
    links = page.get_by_role("dialog").get_by_role("link")
    expect(links).to_have_count(IN_BIG_HOUSE)
    expect(links.first).to_be_focused()
    assert sorted(links.all_inner_texts()) == [f"{BIG_HOUSE} {number:02} lunch" for number in range(IN_BIG_HOUSE)]
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(heap).to_be_focused()


def test_what_is_open_stays_open_while_tiles_come_and_go(open_page: OpenPage) -> None:
    page = open_page("/map?kind=service&q=Kitchen 4")
    page.locator(".leaflet-marker-icon.pin").click()
    expect(page.get_by_role("dialog").locator("strong")).to_have_text("Kitchen 4 lunch")
    page.evaluate("() => { map_places.setZoom(10, {animate: false}); }")
    settle(page)
    page.evaluate("() => { map_places.setZoom(15, {animate: false}); }")
    settle(page)
    expect(page.get_by_role("dialog").locator("strong")).to_have_text("Kitchen 4 lunch")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
