"""What it costs to do something with a map that is there: other places, other colours, another zoom."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from tests.benchmarks import _maps_browser as chromium

FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
FILTER = """async () => {
    const began = performance.now();
    document.querySelector('.folium-map').dispatchEvent(new CustomEvent('filter-places',
        {detail: {kind: 2, theme: 3, audience: null, minute: null, words: ''}}));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - began; }"""
REPAINT = """async () => {
    const began = performance.now();
    map_gaps.areas.paintAll();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - began; }"""
ZOOMS = (6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)
LONDON = "51.5074/-0.1278"


@dataclass(frozen=True)
class Done:
    """One act: milliseconds until it is on the screen, requests, kilobytes."""

    ms: float
    requests: int
    kb: float


def measure(running: Browser, site: str) -> str:
    """A table of acts by screen, and the weight of a phone screen of areas at every zoom."""
    lines = ["| act | screen | ms | requests | kB |", "|---|---|---|---|---|"]
    for screen in chromium.SCREENS:
        for name, path, act in (
            ("other kind and theme of places", "/embed/map", lambda page: page.evaluate(FILTER)),
            ("paint all areas again", "/embed/gaps?layer=bench", lambda page: page.evaluate(REPAINT)),
            ("light to dark colours", "/embed/gaps?layer=bench", go_dark),
            ("another theme: page words and values", "/gaps?layer=bench", other_theme),
        ):
            done = _do(running, screen, f"{site}{path}", act)
            lines.append(f"| {name} | {screen} | {done.ms:,.0f} | {done.requests} | {done.kb:,.0f} |")
    weights = phone_screens(running, site)
    lines += ["", "A phone screen of areas over London, kB of tiles by zoom: "]
    lines[-1] += ", ".join(f"z{zoom} {kb:.0f}" for zoom, kb in weights.items())
    return "\n".join(lines) + "\n"


def _do(running: Browser, screen: str, address: str, act: Callable[[Page], float]) -> Done:
    with chromium.window(running, screen) as (page, _tool, wire):
        page.goto(address, wait_until="commit", timeout=120_000)
        chromium.wait_until_quiet(page, wire, 120)
        asked, size = len(wire.addresses), wire.size
        took = act(page)
        chromium.wait_until_quiet(page, wire, 120)
        new = wire.addresses[asked:]
        if tiles := [each for each in new if "/tiles/" in each]:
            raise SystemExit(f"{address} fetched tiles again: {tiles[:3]}")
        return Done(took, len(new), (wire.size - size) / 1000)


def go_dark(page: Page) -> float:
    began = time.perf_counter()
    page.emulate_media(color_scheme="dark")
    page.evaluate(FRAMES)
    return (time.perf_counter() - began) * 1000


def other_theme(page: Page) -> float:
    began = time.perf_counter()
    page.evaluate("document.querySelector('.folium-map').dataset.drawn = 0")
    page.select_option("#field-theme", "theme-7")
    page.click("form.question .button")
    page.wait_for_function(
        "() => Number(document.querySelector('.folium-map').dataset.drawn) > 0", timeout=120_000
    )
    return (time.perf_counter() - began) * 1000


def phone_screens(running: Browser, site: str) -> dict[int, float]:
    """Kilobytes of area tiles that a phone fetches when it opens the map of everything at a zoom, over London."""
    weights = {}
    for zoom in ZOOMS:
        with chromium.window(running, "phone") as (page, _tool, wire):
            page.goto(f"{site}/embed/gaps?layer=bench&at={zoom}/{LONDON}", timeout=120_000)
            chromium.wait_until_quiet(page, wire, 120)
            weights[zoom] = weight_of_tiles(page)
            if not weights[zoom]:
                raise SystemExit(f"No tile of areas was fetched at zoom {zoom}, so that nothing was measured.")
    return weights


def weight_of_tiles(page: Page) -> float:
    found = page.evaluate(
        "performance.getEntriesByType('resource').filter((each) => /\\.mvts?$/.test(each.name))"
        ".reduce((sum, each) => sum + each.transferSize, 0)"
    )
    return float(found) / 1000
