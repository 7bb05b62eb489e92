"""Map pictures of another site: only by setting, said to the reader, told only our name, and missed calmly."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from app import create_app
from tests.browser.conftest import DESKTOP, LISTEN_FOR_VIOLATIONS, axe_faults, let_go, settle
from tests.databases import settings_for

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mPMKPnfAAAFJQJjOa+vJAAAAABJRU5ErkJggg=="
)
OWNER = "© <b onclick=alert(1)>Example</b> Maps"


@dataclass
class Pictures:
    """A site of pictures on a port of its own: what it was asked, and what it answers."""

    port: int
    status: int = 200
    paths: list[str] = field(default_factory=list)
    referrers: set[str] = field(default_factory=set)


@pytest.fixture
def pictures() -> Iterator[Pictures]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.paths.append(self.path)
            site.referrers.add(self.headers.get("Referer", ""))
            self.send_response(site.status)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            if site.status == 200:
                self.wfile.write(PICTURE)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    served = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    site = Pictures(served.server_port)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield site
    served.shutdown()
    thread.join()
    served.server_close()


@pytest.fixture
def open_map(browser: Browser, town_url: str, pictures: Pictures) -> Iterator[Callable[[], Page]]:
    settings = settings_for(town_url).model_copy(
        update={
            "tile_server": f"http://127.0.0.1:{pictures.port}/{{z}}/{{x}}/{{y}}.png",
            "tile_attribution": OWNER,
        }
    )
    app = create_app(settings)
    served = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    context = browser.new_context(base_url=f"http://127.0.0.1:{served.port}", **DESKTOP)
    context.add_init_script(LISTEN_FOR_VIOLATIONS)

    def opened() -> Page:
        page = context.new_page()
        page.goto("/map?kind=need&q=private words")
        settle(page)
        return page

    yield opened
    context.close()
    served.shutdown()
    thread.join()
    served.server_close()
    elsewhere = threading.Thread(target=let_go, args=(app,))
    elsewhere.start()
    elsewhere.join()


def test_pictures_come_with_their_owner_named_and_hear_only_the_name_of_our_site(
    open_map: Callable[[], Page], pictures: Pictures
) -> None:
    page = open_map()
    expect(page.locator(".outside .leaflet-tile").first).to_be_visible()
    said = page.locator("[data-pictures]")
    expect(said).to_contain_text(f"127.0.0.1:{pictures.port}")
    expect(said).to_contain_text(OWNER)
    assert page.evaluate("window.violations") == []
    assert axe_faults(page) == []
    assert pictures.paths
    assert pictures.referrers == {page.evaluate("location.origin") + "/"}


def test_pictures_that_do_not_come_are_given_up_with_a_word(
    open_map: Callable[[], Page], pictures: Pictures
) -> None:
    pictures.status = 503
    page = open_map()
    expect(page.locator("[data-pictures]")).to_have_text(
        "The map pictures could not be fetched. Borders, names and marks are all here."
    )
    expect(page.locator(".outside .leaflet-tile")).to_have_count(0)
    expect(page.locator(".ground").first).to_be_visible()
    asked = len(pictures.paths)
    page.get_by_role("button", name="Zoom in", exact=True).click()
    settle(page)
    assert len(pictures.paths) == asked
