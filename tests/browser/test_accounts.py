"""Signing in by letter, inviting somebody, reading the demo’s letters: by mouse, by keyboard, without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.vocabulary import Role
from tests.browser.conftest import DESKTOP, NARROW, PHONE, SCREENS, OpenPage, check_page
from tests.databases import settings_for
from tests.integration.accounts.people import PASSWORD, add_person

ADMIN, INVITED = "admin.of.web.town@example.org", "new.person@example.org"
NO_SCRIPTS: dict[str, Any] = {**PHONE, "java_script_enabled": False}


@pytest.fixture(autouse=True)
def people(server: str, town_url: str) -> None:
    """An administrator, and no letters or tries of tests before."""
    engine = create_engine(settings_for(town_url).sqlalchemy_url)
    with Session(engine) as session:
        for table in ("mail", "tried"):
            session.execute(text(f"DELETE FROM {table}"))
        session.execute(text("DELETE FROM account WHERE email = ANY (:mine)"), {"mine": [ADMIN, INVITED]})
        add_person(session, Role.ADMIN, ADMIN)
        session.commit()
    engine.dispose()


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text(f"Signed in as {ADMIN}")).to_be_visible()


@pytest.mark.parametrize("screen", [DESKTOP, PHONE, NO_SCRIPTS], ids=["desktop", "phone", "no scripts"])
def test_a_person_signs_in_by_letter(open_page: OpenPage, screen: dict[str, Any]) -> None:
    page = open_page("/sign-in", screen)
    has_scripts = screen is not NO_SCRIPTS
    page.get_by_label("E-mail address").fill(ADMIN)
    page.get_by_role("button", name="Send me a link instead").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your e-mail")
    check_page(page, has_scripts=has_scripts)
    page.get_by_role("link", name="Read the letter here").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Letters of this demo")
    check_page(page, has_scripts=has_scripts)
    page.get_by_role("article", name="Sign in to Who’s Doing What").get_by_role("link").click()
    expect(page.get_by_text("Press the button to sign in.")).to_be_visible()
    check_page(page, has_scripts=has_scripts)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(f"Signed in as {ADMIN}")).to_be_visible()


def test_a_link_used_before_offers_a_new_one(open_page: OpenPage) -> None:
    page = open_page("/sign-in", later=410)
    page.get_by_label("E-mail address").fill(ADMIN)
    page.get_by_role("button", name="Send me a link instead").click()
    page.get_by_role("link", name="Read the letter here").click()
    link = page.get_by_role("article").get_by_role("link")
    expect(link).to_be_visible()
    address = link.get_attribute("href")
    link.click()
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(f"Signed in as {ADMIN}")).to_be_visible()
    assert address
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link no longer works")
    check_page(page)


@pytest.mark.parametrize("screen", [*SCREENS.values(), NARROW], ids=[*SCREENS, "narrow"])
def test_an_administrator_invites_somebody_and_takes_it_back(open_page: OpenPage, screen: dict[str, Any]) -> None:
    page = open_page("/sign-in", screen, later=400)
    sign_in(page)
    page.get_by_role("link", name="People").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People who look after this map")
    check_page(page)
    page.get_by_label("E-mail address").fill("nobody")
    page.get_by_role("button", name="Send an invitation").click()
    expect(page.get_by_role("alert")).to_contain_text("is not an e-mail address")
    check_page(page)
    page.get_by_label("E-mail address").fill(INVITED)
    page.get_by_label("Role").select_option(label="Moderator")
    page.get_by_label("Where").select_option(label="Everywhere")
    page.get_by_role("button", name="Send an invitation").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(INVITED)
    expect(page.get_by_text("invited, has not accepted yet")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Take back the invitation").click()
    expect(page.get_by_role("button", name="Send the invitation again")).to_be_visible()


def test_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/sign-in")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(ADMIN)
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Send me a link instead")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your e-mail")
