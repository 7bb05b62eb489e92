"""The gap answer as one file: it opens from a disk without a network, and no name in it runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LISTEN_FOR_VIOLATIONS, SCREENS, axe_faults, overflow_of
from tests.browser.hostile import PAYLOADS
from tests.integration.web import web_town

SHAPES = ".folium-map path.leaflet-interactive"


@pytest.fixture
def kept(server: str, tmp_path: Path) -> str:
    """The address of the file on this disk."""
    file = tmp_path / "gaps.html"
    with urlopen(f"{server}/gaps.html?theme=food", timeout=30) as answer:
        assert answer.headers["Content-Disposition"] == 'attachment; filename="gaps.html"'
        file.write_bytes(answer.read())
    return file.as_uri()


@pytest.fixture(params=SCREENS)
def opened(browser: Browser, kept: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(offline=True, **SCREENS[request.param])
    context.add_init_script(LISTEN_FOR_VIOLATIONS)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda asked: said.append(asked.url) if asked.url.partition("?")[0] != kept else None)
    page.goto(kept)
    yield page
    assert said == []
    assert page.evaluate("window.violations") == []
    assert page.evaluate("window.__pwn") is None
    context.close()


def test_map_table_and_sources_are_there_without_a_network(opened: Page) -> None:
    expect(opened.locator(SHAPES)).to_have_count(48)
    expect(opened.locator("tr[data-area]")).to_have_count(48)
    expect(opened.locator("h1")).to_have_text("Who lacks enough good food?")
    expect(opened.locator(".sources li")).not_to_have_count(0)
    assert overflow_of(opened) <= 0
    assert axe_faults(opened) == []


def test_every_fill_is_in_the_file_and_hostile_names_are_only_text(opened: Page) -> None:
    expect(opened.locator(SHAPES)).to_have_count(48)
    fills = set(opened.locator(SHAPES).evaluate_all("(all) => all.map((each) => each.getAttribute('fill'))"))
    assert len(fills) > 4
    for fill in fills:
        expect(opened.locator(f"pattern{fill.removeprefix('url(').removesuffix(')')}")).to_have_count(1)
    for number, payload in enumerate(PAYLOADS):
        code = web_town.code_of(web_town.SQUARES[number])
        opened.evaluate("(code) => area_shapes_areas.read(code, true)", code)
        expect(opened.locator(".leaflet-tooltip b")).to_have_text(f"{payload} square")


def test_areas_at_an_edge_are_hatched_as_the_legend_says(opened: Page) -> None:
    listed = int(opened.locator("[data-entry='at_edge'] b").inner_text())
    hatched = opened.locator(".leaflet-edges-pane path[fill='url(#fill-edge)']")
    expect(hatched).to_have_count(listed)
    assert listed > 0


def test_the_map_is_read_out_by_keyboard(opened: Page) -> None:
    opened.evaluate(
        "() => { map_gaps.setView(area_shapes_areas.byCode.get('S44').getCenter(), 13, {animate: false}); }"
    )
    opened.locator("h1").evaluate("(heading) => { heading.tabIndex = -1; heading.focus(); }")
    while not opened.evaluate("document.activeElement.classList.contains('folium-map')"):
        opened.keyboard.press("Tab")
    expect(opened.locator(".leaflet-tooltip b")).to_have_text("Square 4-4")
    expect(opened.locator("[data-map-status]")).to_contain_text("Square 4-4")
    expect(opened.locator("tr.lit")).to_have_attribute("data-area", "S44")
    opened.keyboard.press("Tab")
    expect(opened.locator(".leaflet-tooltip")).to_have_count(0)


def test_table_and_map_point_at_each_other(opened: Page) -> None:
    opened.locator("[data-area='S33'] th a").hover()
    expect(opened.locator(".folium-map")).to_have_attribute("data-lit", "S33")
    opened.evaluate("area_shapes_areas.byCode.get('S44').fire('mouseover')")
    expect(opened.locator("tr.lit")).to_have_attribute("data-area", "S44")
