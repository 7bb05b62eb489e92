"""Every page on every kind of screen: whole, quiet, from this site only, and clean for axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, NARROW, PHONE, SCREENS, OpenPage, overflow_of
from tests.browser.drawn import expect_lit

PATHS = [
    "/",
    "/gaps",
    "/map",
    "/areas/square/S33",
    "/areas/square/S33/similar",
    "/areas/ward/W1",
    "/sources",
    "/method",
]


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_sound(open_page: OpenPage, path: str, screen: str) -> None:
    page = open_page(path, SCREENS[screen])
    expect(page.get_by_role("main")).to_be_visible()


@pytest.mark.parametrize("path", [*PATHS, "/gaps?theme=food&benchmark=standard&people_per_service=2000"])
def test_at_320_pixels_or_400_per_cent_nothing_is_cut_off(open_page: OpenPage, path: str) -> None:
    assert overflow_of(open_page(path, NARROW)) <= 0


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/", "#field-near"), ("/map", ".folium-map"), ("/find?near=south+west", ".found h3 a"),
        ("/find?near=south+west&theme=food", ".found h3 a"),
        ("/needs", ".records a"), ("/add", "#field-name"),
    ],
)  # fmt: skip
def test_on_a_phone_what_people_came_for_is_on_the_first_screen(
    open_page: OpenPage, path: str, wanted: str
) -> None:
    page = open_page(path, PHONE)
    box = page.locator(wanted).first.bounding_box()
    assert box
    assert box["y"] + min(box["height"], 200) <= PHONE["viewport"]["height"]


def test_on_a_phone_the_way_through_the_site_is_one_row_that_a_thumb_can_use(open_page: OpenPage) -> None:
    page = open_page("/", PHONE)
    boxes = [box for link in page.locator("header nav a:visible").all() if (box := link.bounding_box())]
    assert len(boxes) == 6
    assert len({box["y"] for box in boxes}) == 1
    assert min(box["height"] for box in boxes) >= 44


TOO_SMALL = """() => [...document.querySelectorAll(
    "header a, footer a, main button, .button, summary, .back, .tick, .chips a, .choice label, select, "
    + "input:not([type=hidden], [type=radio], [type=checkbox], [tabindex='-1'])")]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest(".leaflet-container"))
  .filter((one) => one.getBoundingClientRect().height < 43.5
    || (one.matches("input, select, textarea") && parseFloat(getComputedStyle(one).fontSize) < 16))
  .map((one) => one.outerHTML.slice(0, 120))"""
"""What a thumb cannot hit, and boxes with letters so small that a phone zooms in on them."""


@pytest.mark.parametrize(
    "path", ["/", "/map", "/find?near=south+west", "/needs", "/offers", "/add", "/needs/new", "/offers/new"]
)
def test_a_thumb_can_use_what_stands_alone(open_page: OpenPage, path: str) -> None:
    page = open_page(path, PHONE)
    for box in page.locator(".choices-box > summary").all():
        box.click()
    assert page.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize(("path", "status"), [("/nope", 404), ("/gaps?theme=xyz", 400), ("/map?kind=pub", 400)])
def test_an_error_page_is_sound(open_page: OpenPage, path: str, status: int) -> None:
    expect(open_page(path, status=status).locator("h1")).to_be_visible()


def test_records_have_pages_that_are_sound(open_page: OpenPage) -> None:
    page = open_page("/map?kind=organisation")
    open_page(page.locator(".records a").first.get_attribute("href") or "")
    page = open_page("/map?kind=need")
    open_page(page.locator(".records a").first.get_attribute("href") or "")


@pytest.mark.parametrize("path", ["/", "/gaps", "/map", "/areas/square/S33", "/sources", "/method"])
def test_without_scripts_a_page_says_as_much(open_page: OpenPage, path: str) -> None:
    plain = open_page(path, {**DESKTOP, "java_script_enabled": False})
    words = plain.locator("main").inner_text()
    assert len(words) > 200
    if plain.locator(".folium-map").count():
        assert "The map needs JavaScript" in words
        expect(plain.locator(".map-frame")).to_be_hidden()


def test_without_scripts_the_question_can_be_asked_and_sorted(open_page: OpenPage) -> None:
    page = open_page("/gaps", {**DESKTOP, "java_script_enabled": False})
    page.get_by_label("Within … minutes").fill("20")
    page.get_by_role("button", name="Show the gaps").click()
    page.wait_for_url("**minutes=20**")
    page.get_by_role("link", name="People", exact=True).click()
    page.wait_for_url("**sort=people**")
    expect(page.locator("tr[data-area]")).to_have_count(48)


def test_without_scripts_the_list_can_be_filtered(open_page: OpenPage) -> None:
    page = open_page("/map", {**DESKTOP, "java_script_enabled": False})
    page.get_by_label("Show", exact=True).select_option("need")
    page.get_by_label("With the words").fill("street 2")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("heading", name="1 found")).to_be_visible()


def test_paper_shows_the_answer_and_not_the_machinery(open_page: OpenPage) -> None:
    page = open_page("/gaps")
    page.emulate_media(media="print")
    expect(page.locator("#answer")).to_be_visible()
    expect(page.locator("tr[data-area]").first).to_be_visible()
    expect(page.locator(".folium-map canvas").first).to_be_visible()
    expect(page.locator(".leaflet-control-zoom")).to_be_hidden()
    expect(page.get_by_role("button", name="Show the gaps")).to_be_hidden()


def press_until(page: Page, key: str, wanted: str, *, most: int) -> int:
    """Press ``key`` until the focused element matches the CSS selector ``wanted``; how many presses it took."""
    for presses in range(1, most + 1):
        page.keyboard.press(key)
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return presses
    raise AssertionError(f"{wanted} was not reached by {most} presses of {key}")


def test_from_the_top_to_a_profile_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/gaps")
    assert press_until(page, "Tab", "a.skip[href='#main']", most=1) == 1
    page.keyboard.press("Enter")
    assert press_until(page, "Tab", "a.skip[href='#field-theme']", most=1) == 1
    page.keyboard.press("Enter")
    expect(page.locator("#field-theme")).to_be_focused()
    press_until(page, "Tab", "tbody th a", most=60)
    code = page.evaluate("document.activeElement.closest('tr').dataset.area")
    expect_lit(page, code)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: f"/areas/square/{code}?" in url)


def test_the_keyboard_is_never_trapped(open_page: OpenPage) -> None:
    for path in ("/map", "/areas/square/S33"):
        page = open_page(path)
        press_until(page, "Tab", ".folium-map", most=140)
        press_until(page, "Tab", "footer a", most=60)
