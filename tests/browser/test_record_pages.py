"""Pages of groups and services: on a desktop and a phone, by keyboard, without scripts, and on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.forms import guard
from tests.browser.conftest import DESKTOP, NARROW, PHONE, SCREENS, OpenPage, overflow_of
from tests.browser.hostile import PAYLOADS
from tests.browser.test_every_page import press_until

WITHOUT_SCRIPTS = {**DESKTOP, "java_script_enabled": False}


@pytest.fixture
def service(open_page: OpenPage) -> str:
    """The address of a service of Web Town."""
    return address_of(open_page, "Kitchen 1 lunch")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server, which runs in this process, does not mind how fast a form is filled in."""
    monkeypatch.setattr(guard, "LEAST_S", 0)


def address_of(open_page: OpenPage, name: str) -> str:
    page = open_page("/map?kind=service&q=" + name.replace(" ", "+"), WITHOUT_SCRIPTS, check=False)
    return page.get_by_role("main").get_by_role("link", name=name, exact=True).first.get_attribute("href") or ""


@pytest.mark.parametrize("screen", SCREENS)
def test_a_service_and_its_poster_are_sound(open_page: OpenPage, service: str, screen: str) -> None:
    page = open_page(service, SCREENS[screen])
    expect(page.get_by_role("heading", name="Kitchen 1 lunch", level=1)).to_be_visible()
    expect(page.get_by_text("Every Tuesday, midday to 2pm")).to_be_visible()
    expect(page.locator(".folium-map .pin.service")).to_be_visible()
    expect(open_page(f"{service}/poster", SCREENS[screen]).locator("svg.qr")).to_be_visible()


def test_at_320_pixels_or_400_per_cent_nothing_is_cut_off(open_page: OpenPage, service: str) -> None:
    for path in (service, f"{service}/poster"):
        assert overflow_of(open_page(path, NARROW)) <= 0


@pytest.mark.parametrize("number", [0, 1, 2, 4, 7])
def test_no_name_runs_on_a_page_or_a_poster(open_page: OpenPage, number: int) -> None:
    path = address_of(open_page, f"{PAYLOADS[number]} service")
    expect(open_page(path).get_by_role("heading", level=1)).to_have_text(f"{PAYLOADS[number]} service")
    expect(open_page(f"{path}/poster", PHONE).get_by_role("heading", level=1)).to_be_visible()


def test_without_scripts_everything_but_the_map_is_there(open_page: OpenPage, service: str) -> None:
    page = open_page(service, WITHOUT_SCRIPTS)
    expect(page.locator(".no-map")).to_be_visible()
    page.get_by_text("Share this page").click()
    expect(page.get_by_label("Copy this address")).to_have_value(re.compile(rf"{service}$"))
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    page.get_by_role("link", name="Print a poster").click()
    page.wait_for_url(f"**{service}/poster")


def test_sharing_copies_the_address_and_says_so(open_page: OpenPage, service: str) -> None:
    page = open_page(service)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text("Share this page").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    expect(page.get_by_label("Copy this address")).to_have_value(page.evaluate("navigator.clipboard.readText()"))


def test_the_calendar_file_is_handed_over(open_page: OpenPage, service: str) -> None:
    page = open_page(service)
    with page.expect_download() as handed:
        page.get_by_role("link", name="Put it in my calendar").click()
    assert handed.value.path().read_text().startswith("BEGIN:VCALENDAR")


def pages_on_paper(page: Page) -> int:
    printed = page.pdf(prefer_css_page_size=True)
    return len(re.findall(rb"/Type\s*/Page\b", printed))


def test_a_poster_is_one_sheet_of_a4_without_machinery(open_page: OpenPage, service: str) -> None:
    page = open_page(f"{service}/poster")
    assert pages_on_paper(page) == 1
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("svg.qr")).to_be_visible()
    for machinery in ("header.top", "footer.foot", ".poster-tools", ".leave"):
        expect(page.locator(machinery)).to_be_hidden()


def test_the_page_itself_prints_on_one_sheet_with_its_code(open_page: OpenPage, service: str) -> None:
    page = open_page(service)
    assert pages_on_paper(page) == 1
    page.emulate_media(media="print")
    expect(page.locator(".on-paper svg.qr")).to_be_visible()
    for machinery in ("header.top", "footer.foot", ".folium-map", ".ways-on"):
        expect(page.locator(machinery)).to_be_hidden()


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_what_is_wrong_can_be_told_by_keyboard(
    open_page: OpenPage, service: str, patient: None, screen: dict[str, object]
) -> None:
    page = open_page(service, screen)
    page.get_by_role("link", name="Something wrong? Tell us").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/wrong?service=*")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    press_until(page, "Tab", "#field-wrong", most=14)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("The days or times are wrong")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("It is on Fridays now")
    press_until(page, "Tab", "button", most=2)
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks?about=wrong")
    expect(page.get_by_role("heading", name="What happens next")).to_be_visible()


def test_a_claim_without_scripts_says_what_is_missing_and_then_takes_it(
    open_page: OpenPage, service: str, patient: None
) -> None:
    page = open_page(service, WITHOUT_SCRIPTS, later=422)
    page.get_by_role("link", name="This is my group").click()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("I run it, or help to run it").check()
    page.get_by_role("button", name="Ask to look after it").click()
    expect(page.get_by_role("alert")).to_contain_text("There is no e-mail address yet.")
    expect(page.get_by_label("Your name")).to_have_value("Ada")
    expect(page.get_by_label("I run it, or help to run it")).to_be_checked()
    page.get_by_label("Your e-mail address").fill("ada@example.org")
    page.get_by_role("button", name="Ask to look after it").click()
    page.wait_for_url("**/thanks?about=claim")
    expect(page.get_by_text("a link comes by e-mail")).to_be_visible()
