"""Takes the pictures of docs/screenshots from a running site.

    .venv/bin/python -m tests.browser.screenshots http://127.0.0.1:8000 demo --near Sennick --password PASSWORD
    .venv/bin/python -m tests.browser.screenshots http://127.0.0.1:8001 trafford --gaps "list_years=10"

Every page that anybody can open, on a desktop and a phone; the gaps in dark as well. With the password of the
demo log-ins, which scripts/run prints, it also puts two groups on the map (tests/browser/walk.py), asks an
officer's question, goes round with a convener, and takes what is seen on the way. With --only officer or
--only convener, nothing but that.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

from tests.browser.conftest import DESKTOP, PHONE, settle
from tests.browser.walk import OfficerWalk, Walk
from tests.browser.walk_convener import ConvenerWalk

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
MOST_BYTES = 150_000
COLOURS = 256
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--lang=en-GB"]
GROUPS = {
    "desktop": ("Lanterns of Sennick", "Paper lanterns for the winter walk. Bring a jam jar."),
    "phone": ("Kite Flyers of Sennick", "We make kites and fly them on the shore."),
}
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": DESKTOP,
    "phone": {**PHONE, "device_scale_factor": 1.5},
}
OFFICER_SCREEN: ViewportSize = {"width": 1280, "height": 1000}
DARK: dict[str, Any] = {**DESKTOP, "color_scheme": "dark"}


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the pictures of docs/screenshots.")
    parser.add_argument("site", help="address of a running site, such as http://127.0.0.1:8000")
    parser.add_argument("name", help="what is loaded there: demo, trafford …")
    parser.add_argument("--near", default="", help="the place to look for something near to")
    parser.add_argument("--gaps", default="", help="the question, as in the address of the gap page")
    parser.add_argument("--password", default="", help="of the demo log-ins: walks from adding to approving")
    parser.add_argument("--only", choices=["officer", "convener"], help="take these pictures and no others")
    wanted = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = os.environ.get("WDW_BROWSER") or shutil.which("chromium")
    with sync_playwright() as programs:
        browser = programs.chromium.launch(executable_path=program, args=ARGUMENTS)
        if wanted.only:
            take_one = {"officer": take_officer, "convener": take_convener}[wanted.only]
            take_one(browser, wanted.site.rstrip("/"), wanted.name, wanted.password)
        else:
            take_all(browser, wanted)
        browser.close()


def take_all(browser: Browser, wanted: argparse.Namespace) -> None:
    name, site = wanted.name, wanted.site.rstrip("/")
    gaps = f"/gaps?{wanted.gaps}" if wanted.gaps else "/gaps"
    for screen, settings in SCREENS.items():
        context = browser.new_context(base_url=site, locale="en-GB", **settings)
        page = context.new_page()
        take_maps(page, gaps, f"{name}-{screen}")
        if wanted.near:
            take_finding(page, wanted.near, f"{name}-{screen}")
            take_missing(page, f"{name}-{screen}")
        if wanted.password:
            Walk(page, *GROUPS[screen], partial(keep_as, page, f"{name}-{screen}")).go(wanted.password)
        context.close()
    if wanted.password:
        take_officer(browser, site, name, wanted.password)
        take_convener(browser, site, name, wanted.password)
    context = browser.new_context(base_url=site, locale="en-GB", **DARK)
    take(context.new_page(), gaps, f"gaps-{name}-dark")
    context.close()


def take_officer(browser: Browser, site: str, name: str, password: str) -> None:
    """An officer's question from asking to the pack, on a desktop."""
    context = browser.new_context(base_url=site, locale="en-GB", viewport=OFFICER_SCREEN)
    page = context.new_page()
    OfficerWalk(page, partial(keep_as, page, f"{name}-desktop")).go(password)
    context.close()


def take_convener(browser: Browser, site: str, name: str, password: str) -> None:
    """A hub's week on a desktop, and a visit with a phone."""
    context = browser.new_context(base_url=site, locale="en-GB", viewport=OFFICER_SCREEN)
    page = context.new_page()
    ConvenerWalk(page, partial(keep_as, page, f"{name}-desktop")).go(password)
    context.close()
    context = browser.new_context(base_url=site, locale="en-GB", **SCREENS["phone"])
    page = context.new_page()
    ConvenerWalk(page, partial(keep_as, page, f"{name}-phone")).visit(password)
    context.close()


def take_maps(page: Page, gaps: str, name: str) -> None:
    take(page, gaps, f"gaps-{name}")
    area = page.locator("tbody tr:has(.span) th a").first.get_attribute("href") or "/"
    take(page, area, f"area-{name}")
    take(page, "/map", f"map-{name}")
    if page.viewport_size == PHONE["viewport"]:
        take(page, f"{gaps}#map", f"gaps-{name}-map")
        take(page, "/map#map", f"map-{name}-map")
    take_file(page, gaps.replace("/gaps", "/gaps.html"), f"file-{name}")


def take_file(page: Page, path: str, name: str) -> None:
    """The map in one file, opened as such: from a disk, with no site behind it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "gaps.html"
        file.write_bytes(page.request.get(path).body())
        take(page, file.as_uri(), name)


def take_finding(page: Page, near: str, name: str) -> None:
    take(page, "/", f"home-{name}")
    take(page, f"/find?near={near}&free=1", f"find-{name}")
    service = page.locator("main a[href^='/services/']").first.get_attribute("href") or "/"
    take(page, service, f"service-{name}")
    if page.viewport_size == DESKTOP["viewport"]:
        take_paper(page, f"{service.split('?')[0]}/poster", f"poster-{name}")


def take_paper(page: Page, path: str, name: str) -> None:
    page.goto(path)
    keep(page.locator(".sheet"), name)


def take_missing(page: Page, name: str) -> None:
    take(page, "/needs", f"needs-{name}")
    need = page.locator("main li a[href^='/needs/']").first.get_attribute("href") or "/"
    take(page, need, f"need-{name}")
    take(page, "/needs/new", f"asking-{name}")


def take(page: Page, path: str, name: str) -> None:
    page.goto(path)
    settle(page)
    keep(page, name)


def keep_as(page: Page, ending: str, what: str) -> None:
    keep(page, f"{what}-{ending}")


def keep(shown: Page | Locator, name: str) -> None:
    """The first screen of what is open, in few colours."""
    file = FOLDER / f"{name}.png"
    shown.screenshot(path=file, animations="disabled")
    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(file, optimize=True)
    size = file.stat().st_size
    print(f"{file.name}: {size / 1000:.0f} kB")
    if size > MOST_BYTES:
        raise SystemExit(f"{file.name} is bigger than {MOST_BYTES / 1000:.0f} kB.")


if __name__ == "__main__":
    main()
