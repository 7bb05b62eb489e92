"""Offering, asking and being introduced, as people do it; words that try to run code stay words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.queries.versions import RECORDS, bump_versions
from tests.browser.conftest import DESKTOP, NARROW, PHONE, SCREENS, OpenPage, check_page, overflow_of
from tests.browser.hostile import PAYLOADS
from tests.browser.planners import EMAIL, HUB
from tests.browser.signing_in import sign_in
from tests.browser.test_needs import carry_on, take_time
from tests.databases import settings_for
from tests.integration.offers.offering import add_offer

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
WANTED = f"{PAYLOADS[0]} wanted"
SQUARE = (3.5, 3.5)
"""In the middle of a square that the hub looks after."""


@pytest.fixture
def offers(town_url: str) -> Iterator[list[str]]:
    """Offers with hostile words and the ids of them, the newest first; gone again after the test."""
    engine = create_engine(settings_for(town_url).sqlalchemy_url)
    with Session(engine) as session:
        made = [
            add_offer(
                session, words, (2.1 + 0.4 * number, 3.1), f"giver{number}@example.org", "Pat",
                kind="equipment", said_on=date(2026, 11, 20) - timedelta(days=number),
            )
            for number, words in enumerate([*PAYLOADS, LONG])
        ]  # fmt: skip
        add_offer(
            session, WANTED, SQUARE, "asker@example.org", "Kim", kind="equipment", direction="ask",
            said_on=date(2026, 11, 21),
        )  # fmt: skip
    yield [str(one) for one in made]
    with Session(engine) as session:
        for table in ("introduction", "offer"):
            session.execute(text(f"DELETE FROM {table}"))
        bump_versions(session, [RECORDS])
        session.commit()
    engine.dispose()


def newest_letter(page: Page, to: str, folder: str) -> str:
    """The path of the link of a kind in the newest letter to an address."""
    page.goto("/outbox")
    letters = page.locator("article.letter").filter(has_text=to).filter(has_text=f"/{folder}/")
    found = re.search(rf"https?://\S+/{folder}/[\w-]+", letters.first.inner_text())
    assert found
    return urlsplit(found[0]).path


@pytest.mark.parametrize("screen", SCREENS)
def test_the_list_one_offer_and_forms_are_sound(open_page: OpenPage, offers: list[str], screen: str) -> None:
    for path in ("/offers", f"/offers/{offers[0]}", f"/offers/{offers[0]}/reply", "/offers/new"):
        open_page(path, SCREENS[screen])


def test_at_320_pixels_nothing_is_cut_off(open_page: OpenPage, offers: list[str]) -> None:
    page = open_page("/offers", NARROW)
    for path in ("/offers", f"/offers/{offers[-1]}", f"/offers/{offers[-1]}/reply", "/offers/new"):
        page.goto(path)
        assert overflow_of(page) <= 0, path


def test_hostile_words_are_only_words_in_list_map_and_popup(open_page: OpenPage, offers: list[str]) -> None:
    page = open_page("/offers?kind=equipment&direction=offer")
    for number, words in enumerate(PAYLOADS, 1):
        card = page.locator(f"[data-card='{offers[number - 1]}']")
        expect(card.locator(".offer-words")).to_have_text(words)
    expect(page.locator(".folium-map")).to_have_attribute("data-pins", str(len(offers)))
    pin = page.locator(".found-pin").first
    pin.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup a").first).to_have_text("Equipment")


def test_the_list_and_the_filters_work_without_scripts(open_page: OpenPage, offers: list[str]) -> None:
    page = open_page("/offers", {**DESKTOP, "java_script_enabled": False})
    page.get_by_label("Show", exact=True).select_option("ask")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**direction=ask**")
    expect(page.locator(".offer-card")).to_have_count(1)
    assert offers


def test_an_offer_is_made_by_touch_and_confirmed_from_its_letter(open_page: OpenPage) -> None:
    page = open_page("/offers/new?direction=offer", PHONE)
    expect(page.get_by_label("I can offer something")).to_be_checked()
    page.get_by_label("Equipment").check()
    page.get_by_label("In your words").fill("Two ladders and a drill")
    page.get_by_label("Postcode or name of a place").fill("North East")
    page.get_by_label("First name").fill("Ann")
    page.get_by_label("E-mail address").fill("ladders@example.org")
    take_time(page)
    carry_on(page, "**/offers/mailed", "Send it")
    check_page(page)
    page.goto(newest_letter(page, "ladders@example.org", "offers/confirm"))
    check_page(page)
    page.get_by_role("button", name="Yes, I offer it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you: it has been sent")
    check_page(page)


def test_a_wrong_form_says_what_and_keeps_the_words(open_page: OpenPage) -> None:
    page = open_page("/offers/new", later=422)
    page.get_by_label("In your words").fill("Two ladders")
    take_time(page)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_label("In your words")).to_have_value("Two ladders")
    check_page(page)


def test_two_are_introduced_and_say_what_came_of_it(open_page: OpenPage, offers: list[str]) -> None:
    page = open_page(f"/offers/{offers[10]}")
    page.get_by_role("link", name="I could use this").click()
    page.wait_for_url("**/reply")
    page.get_by_label("What would you use it for?").fill("To mend the roof of the hut")
    page.get_by_label("Your first name").fill("Bob")
    page.get_by_label("Your e-mail address").fill("roof@example.org")
    take_time(page)
    carry_on(page, "**/offers/mailed", "Send it")
    mine = newest_letter(page, "roof@example.org", "introduced")
    page.goto(mine)
    check_page(page)
    page.get_by_role("button", name="Yes, ask them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You said yes")
    page.goto(newest_letter(page, "giver10@example.org", "introduced"))
    expect(page.get_by_text("To mend the roof of the hut")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Yes, introduce me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What came of it?")
    check_page(page)
    page.get_by_role("button", name="We are still at it").click()
    expect(page.get_by_text("You said: We are still at it.")).to_be_visible()
    page.goto(mine)
    page.get_by_role("button", name="Leave it, and forget me").click()
    page.wait_for_url("**/introduced/left")
    check_page(page)


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_a_hub_asks_both_sides_of_a_match(open_page: OpenPage, offers: list[str], screen: str) -> None:
    page = open_page("/sign-in", SCREENS[screen])
    sign_in(page, EMAIL)
    page.goto("/hubs")
    page.get_by_role("link", name=HUB).click()
    page.get_by_role("link", name="Who should meet whom").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who should meet whom")
    check_page(page)
    expect(page.get_by_text(WANTED)).to_be_visible()
    page.get_by_role("button", name=re.compile("Ask both")).first.click()
    expect(page.get_by_text("Both have been asked by letter.")).to_be_visible()
    expect(page.get_by_text("They have been asked.")).to_have_count(1)
    check_page(page)
    assert offers
