"""A real Chromium on a real server; every page that is opened is checked, whatever the test is about."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app import create_app
from app.config import ROOT
from app.db import db
from tests.browser import funders, hostile, moderators, planners
from tests.databases import hash_quickly, migrate_to_head, scratch_database, settings_for
from tests.integration.add.filling import add_postcode
from tests.integration.web import web_town

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
NARROW: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}
SCREENS = {"desktop": DESKTOP, "phone": PHONE, "dark": {**DESKTOP, "color_scheme": "dark"}}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

LISTEN_FOR_VIOLATIONS = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
        window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""

SETTLED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const maps = [...document.querySelectorAll(".folium-map")];
    const isSettled = () => maps.every((map) => map.dataset.settled === "true");
    const see = () => isSettled() ? done(true) : requestAnimationFrame(see);
    see(); })))"""
"""What was just asked of a map starts in the next frame; from then on the map itself says when it is done."""

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The browser that scripts/test names, else the machine's own, else Playwright's."""
    given = os.environ.get("WDW_BROWSER") or shutil.which("chromium")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
             "--disable-background-networking", "--disable-component-update"]  # fmt: skip
    return {"args": quiet, **({"executable_path": given} if given else {})}


@pytest.fixture(scope="module")
def browser(browser_type_launch_args: dict[str, Any]) -> Iterator[Browser]:
    """One browser for each file; its event loop must be gone before tests that end app contexts themselves."""
    with sync_playwright() as programs:
        running = programs.chromium.launch(**browser_type_launch_args)
        yield running
        running.close()


@pytest.fixture(scope="session")
def town_url(worker: str) -> Iterator[str]:
    """A database that holds Web Town with hostile records in it."""
    with scratch_database(f"wdw_browser_{worker}") as url:
        migrate_to_head(url)
        fill(url)
        yield url


@pytest.fixture(scope="session")
def server(town_url: str) -> Iterator[str]:
    """Web Town, served from a thread; yields its address."""
    with serving(town_url) as app:
        yield app.config["SETTINGS"].base_url


@contextmanager
def serving(database: str) -> Iterator[Flask]:
    """The app on a database, served from a thread at its ``base_url``."""
    app = create_app(settings_for(database))
    hash_quickly(app)
    served = make_server("127.0.0.1", 0, app, threaded=True)
    app.config["SETTINGS"] = app.config["SETTINGS"].model_copy(
        update={"base_url": f"http://127.0.0.1:{served.port}"}  # links in letters lead here
    )
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    try:
        yield app
    finally:
        served.shutdown()
        thread.join()
        served.server_close()
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(let_go, app).result()


def fill(url: str) -> None:
    engine = create_engine(settings_for(url).sqlalchemy_url)
    with Session(engine) as session:
        web_town.build(session)
        hostile.add_records(session)
        add_postcode(session)
        moderators.add_messages(session)
        planners.add_planner(session)
        funders.add_grants(session)
        session.commit()
    engine.dispose()


def let_go(app: Flask) -> None:
    """In a thread of its own: Playwright keeps an event loop in this one, which app contexts cannot end in."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@dataclass
class Visit:
    """One opened page and everything it said or asked for."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked_elsewhere: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(browser: Browser, server: str) -> Iterator[OpenPage]:
    """Open a path: ``open_page("/gaps", PHONE)``. Checked when opened and again when the test ends.

    ``status`` is what the page answers with; ``later`` an error that something on it is meant to run into: a
    status, or words of the browser.
    """
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def open_path(
        path: str, screen: dict[str, Any] = DESKTOP, *, status: int = 200, later: int | str = 0, check: bool = True
    ) -> Page:
        context = browser.new_context(base_url=server, **screen)
        contexts.append(context)
        context.add_init_script(LISTEN_FOR_VIOLATIONS)
        visit = Visit(context.new_page())
        visits.append(visit)
        listen(visit, server, later or status)
        answer = visit.page.goto(path)
        assert answer is not None
        assert answer.status == status
        has_scripts = screen.get("java_script_enabled", True)
        if has_scripts:
            settle(visit.page)
        if check:
            check_page(visit.page, has_scripts=has_scripts)
        return visit.page

    yield open_path
    try:
        for visit in visits:
            assert visit.said == []
            assert visit.asked_elsewhere == []
            if not visit.page.is_closed():
                assert visit.page.evaluate("window.violations || []") == []
                assert visit.page.evaluate("window.__pwn") is None
    finally:
        for context in contexts:
            context.close()


def listen(visit: Visit, server: str, status: int | str) -> None:
    expected = status if isinstance(status, str) else f"status of {status}" if status >= 400 else None

    def hear(text: str) -> None:
        if not (expected and expected in text):
            visit.said.append(text)

    def look(url: str) -> None:
        if urlsplit(url).netloc != urlsplit(server).netloc and urlsplit(url).scheme not in ("data", "blob"):
            visit.asked_elsewhere.append(url)

    visit.page.on("console", lambda m: hear(m.text) if m.type in ("error", "warning") else None)
    visit.page.on("pageerror", lambda error: visit.said.append(str(error)))
    visit.page.on("request", lambda request: look(request.url))


def settle(page: Page) -> None:
    """Wait until every map of the page has all it asked for, has drawn it, and stands still."""
    page.wait_for_function(SETTLED)


def address_of(page: Page) -> str:
    """Path and query as the page itself knows them: Playwright hears of a change of address only later."""
    return str(page.evaluate("() => location.pathname + location.search"))


def check_page(page: Page, *, has_scripts: bool = True) -> None:
    assert len(page.title()) > 8
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en-GB"
    if has_scripts:
        assert page.evaluate("window.violations") == []
        assert overflow_of(page) <= 0
        assert axe_faults(page) == []


def overflow_of(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def axe_faults(page: Page) -> list[str]:
    """What axe-core finds wrong, one line each."""
    if not AXE.is_file():
        pytest.fail("axe-core is not installed: run scripts/setup.")
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{fault['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]
