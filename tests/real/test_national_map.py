"""Every LSOA of England and Wales on the gap map of a real browser: whole from far, itself from near."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from app import create_app
from geodata.readers.areas import read_areas
from tests.benchmarks import _maps_world as world
from tests.browser.conftest import browser, browser_type_launch_args, let_go  # noqa: F401 - fixtures
from tests.databases import settings_for

pytestmark = pytest.mark.real

PINS = 20_000
INLAND = {
    "national": "6/52.9/-1.5",
    "regional": "9/52.9/-1.5",
    "town": "12/52.95/-1.15",
    "street": "15/52.95/-1.15",
}
SETTLED = "() => document.querySelector('.folium-map').dataset.settled === 'true'"
SCAN = """() => {
    const [map, found] = [map_gaps, {places: 0, bare: 0, levels: new Set()}];
    const size = map.getSize();
    const [width, height] = map.getZoom() < 8 ? [60, 40] : [size.x, size.y];  // from far, only what is inland
    for (let x = (size.x - width) / 2 + 1; x < (size.x + width) / 2; x += 4)
        for (let y = (size.y - height) / 2 + 1; y < (size.y + height) / 2; y += 4) {
            const hit = map.areas.areaAt(map.containerPointToLatLng([x, y]));
            found.places += 1;
            if (hit) found.levels.add(hit.level); else found.bare += 1;
        }
    return {...found, levels: [...found.levels]}; }"""


@pytest.fixture(scope="module")
def site(shared_data: Path) -> Iterator[str]:
    """The address of a site about the whole country."""
    file = shared_data / "areas" / "lsoa11_england_wales.gpkg"
    shapes = read_areas(file, code_field="lsoa11_code", name_field="lsoa11_name").areas.geometry.to_numpy()
    with world.worlds((PINS,), shapes) as urls:
        app = create_app(settings_for(urls[PINS]))
        served = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{served.port}"
        served.shutdown()
        thread.join()
        served.server_close()
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(let_go, app).result()


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:  # noqa: F811 - as pytest has it
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    yield opened
    context.close()


@pytest.mark.parametrize("view", INLAND)
def test_no_sliver_shows_between_areas_at_any_zoom(page: Page, view: str) -> None:
    page.goto(f"/gaps?layer=bench&at={INLAND[view]}")
    page.wait_for_function(SETTLED)
    found = page.evaluate(SCAN)
    assert found["places"] > 100
    assert found["bare"] <= found["places"] / 1000
    assert found["levels"] == [0] or (view in ("national", "regional") and 0 not in found["levels"])


def test_another_question_fetches_no_tile_at_national_zoom(page: Page) -> None:
    page.goto("/gaps?layer=bench&theme=theme-1")
    page.wait_for_function(SETTLED)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.get_by_label("Who lacks").select_option("theme-2")
    with page.expect_response("**/gaps/live?*"):
        page.get_by_role("button", name="Show the gaps").click()
    page.wait_for_function(SETTLED)
    assert "/gaps/live" in asked
    assert [path for path in asked if path.startswith("/tiles/")] == []


def test_near_an_area_says_its_sentence_and_from_far_how_many_are_drawn_together(page: Page) -> None:
    page.goto(f"/gaps?layer=bench&at={INLAND['street']}")
    page.wait_for_function(SETTLED)
    page.locator(".folium-map").hover(position={"x": 200, "y": 200})
    expect(page.locator(".leaflet-tooltip b")).to_contain_text("Area ")
    page.goto(f"/gaps?layer=bench&at={INLAND['national']}")
    page.wait_for_function(SETTLED)
    page.locator(".folium-map").hover(position={"x": 250, "y": 200})
    expect(page.locator(".leaflet-tooltip")).to_contain_text("areas drawn together")
