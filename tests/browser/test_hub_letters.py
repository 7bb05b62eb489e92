"""A convener writes to groups: chooses, counts, looks, sends; a group stops such letters, without scripts too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.browser.conftest import DESKTOP, NARROW, PHONE, SCREENS, OpenPage, check_page, overflow_of
from tests.browser.planners import EMAIL
from tests.browser.signing_in import sign_in
from tests.browser.test_needs import letter_path
from tests.databases import settings_for
from tests.integration.hub_letters.writing import agree
from tests.integration.test_hubs import add_hub

HUB = "Letters hub"
PLAIN = {**DESKTOP, "java_script_enabled": False}
WRITERS = {"Kitchen 1": "one@letters.example", "Kitchen 2": "two@letters.example"}
OpenHub = Callable[..., Page]


@pytest.fixture
def hub(town_url: str) -> Iterator[UUID]:
    """A hub in the south, where names are hostile, and two groups that agreed; gone again after the test."""
    engine = create_engine(settings_for(town_url).sqlalchemy_url)
    with Session(engine) as session:
        made = add_hub(session, HUB, "ward", ["W0", "W1"])
        for name, email in WRITERS.items():
            agree(session, session.scalar(text("SELECT id FROM organisation WHERE name = :n"), {"n": name}), email)
    yield made
    with Session(engine) as session:
        for statement in (
            "DELETE FROM mail WHERE template = 'hub_letter'",
            "DELETE FROM contact WHERE email LIKE '%@letters.example'",
        ):
            session.execute(text(statement))
        session.execute(text("DELETE FROM hub WHERE id = :id"), {"id": made})
        session.commit()
    engine.dispose()


@pytest.fixture
def open_hub(open_page: OpenPage, hub: UUID) -> OpenHub:
    """Sign in, and open the page to write on."""

    def open_hub(screen: dict[str, Any] = DESKTOP, *, later: int | str = 0) -> Page:
        page = open_page("/sign-in", screen, later=later)
        sign_in(page, EMAIL)
        page.goto(f"/hubs/{hub}/letters")
        return page

    return open_hub


def write(page: Page, subject: str = "A van", words: str = "Shall we share one?\nhttps://van.example.org") -> None:
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Your letter").fill(words)


def see(page: Page) -> None:
    page.get_by_role("button", name="See it before it goes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("See it before it goes")


def numbers(page: Page) -> list[int]:
    """The numbers of the table: who gets it, who does not by reason, and all."""
    return [int(number) for number in page.locator(".letter-tally td").all_inner_texts()]


@pytest.mark.parametrize("screen", SCREENS)
def test_the_pages_are_sound(open_hub: OpenHub, screen: str) -> None:
    page = open_hub(SCREENS[screen])
    check_page(page)
    page.locator("summary").click()
    expect(page.locator(".letter-ask li").first).to_be_visible()
    check_page(page)
    write(page)
    see(page)
    check_page(page)
    page.get_by_role("button", name="Send it to 2 groups").click()
    page.wait_for_url(re.compile(r"/letters/[0-9a-f-]{36}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("A van")
    check_page(page)
    page.goto(letter_path(page, "hub-letters"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Stop letters from hubs?")
    check_page(page)


def test_at_320_pixels_nothing_is_cut_off(open_hub: OpenHub) -> None:
    page = open_hub(NARROW)
    assert overflow_of(page) <= 0
    page.locator("summary").click()
    write(page, "Narrow" * 16, "w" * 400)
    assert overflow_of(page) <= 0
    see(page)
    assert overflow_of(page) <= 0
    page.get_by_role("button", name="Send it to 2 groups").click()
    page.wait_for_url(re.compile(r"/letters/[0-9a-f-]{36}$"))
    assert overflow_of(page) <= 0


def test_from_the_count_to_the_stop_without_scripts(open_hub: OpenHub, open_page: OpenPage) -> None:
    page = open_hub(PLAIN)
    write(page)
    page.get_by_label("South West").check()
    page.get_by_label("Food", exact=True).check()
    page.get_by_role("button", name="Count them").click()
    expect(page.get_by_label("South West")).to_be_checked()
    expect(page.get_by_label("Subject")).to_have_value("A van")
    counted = numbers(page)
    assert counted[0] == 2
    assert sum(counted[:-1]) == counted[-1] > 2
    see(page)
    assert numbers(page) == counted
    expect(page.locator(".letter-sheet a")).to_have_count(0)
    expect(page.locator(".letter-sheet").get_by_text(EMAIL).first).to_be_visible()
    page.get_by_role("button", name="Send a try to me").click()
    expect(page.get_by_role("status")).to_have_text(f"A try is on its way to {EMAIL}.")
    page.get_by_role("button", name="Send it to 2 groups").click()
    page.wait_for_url(re.compile(r"/letters/[0-9a-f-]{36}$"))
    assert numbers(page) == counted
    assert "@letters.example" not in page.content()
    shown = page.url
    reader = open_page("/outbox", PLAIN)
    reader.goto(letter_path(reader, "hub-letters"))
    reader.get_by_role("button", name="Stop these letters").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("No hub writes to you any more")
    page.goto(shown)
    stopped = page.locator(".figures div").filter(has_text="Asked to stop by the link in it")
    expect(stopped.locator("dd")).to_have_text("1")


def test_by_keyboard_enter_in_a_box_counts_and_sends_nothing(open_hub: OpenHub) -> None:
    page = open_hub()
    write(page)
    page.get_by_label("Subject").press("Enter")
    page.wait_for_url("**#count")
    expect(page.get_by_label("Your letter")).to_have_value(re.compile("Shall we share one?"))
    expect(page.get_by_role("heading", name="Letters sent")).to_have_count(0)


def test_what_is_wrong_is_said_and_what_was_typed_stays(open_hub: OpenHub) -> None:
    page = open_hub(PHONE, later=422)
    write(page, subject="")
    page.get_by_role("button", name="See it before it goes").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_label("Your letter")).to_have_value(re.compile("Shall we share one?"))
    check_page(page)
