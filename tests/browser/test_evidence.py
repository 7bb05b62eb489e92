"""An evidence pack made and read in a browser, what changed since, and following an area."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from app import create_app
from app.actions.evidence_snapshots import list_questions, take_snapshot
from app.db import db
from app.jobs.evidence import make_pack
from tests.browser.conftest import DESKTOP, NARROW, SCREENS, OpenPage, check_page, let_go, overflow_of
from tests.browser.planners import EMAIL
from tests.browser.signing_in import sign_in
from tests.databases import settings_for

PLAIN = {**DESKTOP, "java_script_enabled": False}
PAGES = ("/gaps/change?theme=food", "/gaps/change?theme=food&since=2020-01-01", "/areas/square/S33/follow",
         "/areas/square/S33/mailed")  # fmt: skip


@contextmanager
def worker_of(url: str) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Runs things inside an app on the town, in a thread: Playwright keeps the event loop of this one."""
    app = create_app(settings_for(url))

    def inside(task: Callable[[], Any]) -> Any:
        with app.app_context():
            return task()

    with ThreadPoolExecutor(1) as thread:
        yield lambda task: thread.submit(inside, task).result()
        thread.submit(let_go, app).result()


@pytest.fixture(scope="module")
def snapshot(town_url: str) -> None:
    """The town as it was ten days ago."""

    def take() -> None:
        for question in list_questions(db.session):
            take_snapshot(db.session, question)
        db.session.execute(text("UPDATE evidence SET made_on = made_on - 10 WHERE kind = 'snapshot'"))
        db.session.commit()

    with worker_of(town_url) as work:
        work(take)


def ask_for_pack(open_page: OpenPage, screen: dict[str, Any], minutes: int) -> Page:
    """Sign in as an officer and press the button of the gap page."""
    page = open_page("/sign-in", screen, check=False)
    sign_in(page, EMAIL)
    page.goto(f"/gaps?theme=food&minutes={minutes}")
    page.get_by_role("button", name="Make an evidence pack").click()
    page.wait_for_url("**/evidence/*")
    return page


def make(town_url: str, page: Page) -> None:
    code = page.url.rsplit("/", 1)[1]
    with worker_of(town_url) as work:
        work(lambda: make_pack(code))


def test_a_pack_is_asked_for_shown_when_it_is_ready_and_worked_out_again(
    open_page: OpenPage, town_url: str
) -> None:
    page = ask_for_pack(open_page, DESKTOP, 16)
    expect(page.locator("h1")).to_have_text("Your evidence pack is being made")
    check_page(page)
    make(town_url, page)
    expect(page.get_by_role("link", name="evidence.pdf", exact=True)).to_be_visible()
    picture = page.locator("img.evidence-map")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 500
    assert "A map of 48 areas" in (picture.get_attribute("alt") or "")
    check_page(page)
    page.get_by_role("button", name="Work it out again").click()
    expect(page.get_by_text("Worked out again: the same.")).to_be_visible()
    check_page(page)


def test_without_scripts_a_pack_is_asked_for_and_looked_at_again(open_page: OpenPage, town_url: str) -> None:
    page = ask_for_pack(open_page, PLAIN, 17)
    make(town_url, page)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("link", name="evidence.zip", exact=True)).to_be_visible()
    page.get_by_role("button", name="Work it out again").click()
    expect(page.get_by_text("Worked out again: the same.")).to_be_visible()


@pytest.mark.parametrize("screen", [*SCREENS, "narrow"])
def test_a_pack_is_sound_on_every_screen(open_page: OpenPage, town_url: str, screen: str) -> None:
    page = ask_for_pack(open_page, {**SCREENS, "narrow": NARROW}[screen], 18)
    make(town_url, page)
    page.reload()
    expect(page.get_by_role("link", name="evidence.pdf", exact=True)).to_be_visible()
    check_page(page)
    page.goto("/evidence")
    check_page(page)
    page.goto("/gaps?theme=food")
    assert overflow_of(page) <= 0


@pytest.mark.parametrize("screen", [*SCREENS, "narrow"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_of_change_and_of_following_are_sound(
    open_page: OpenPage, snapshot: None, path: str, screen: str
) -> None:
    page = open_page(path, {**SCREENS, "narrow": NARROW}[screen])
    expect(page.locator("h1")).to_be_visible()


def test_the_change_since_a_day_is_shown_without_scripts(open_page: OpenPage, snapshot: None) -> None:
    page = open_page("/gaps/change?theme=food&since=2020-01-01", PLAIN)
    page.get_by_text("Kept days:").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Where the difference comes from")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Real change")).to_be_visible()
