"""Takes the pictures of docs/screenshots from a running site.

    .venv/bin/python -m tests.browser.screenshots http://127.0.0.1:8000 demo
    .venv/bin/python -m tests.browser.screenshots http://127.0.0.1:8001 trafford --gaps "list_years=10"

Pictures: gaps, area (the first row of the gap table with a score) and map, each on a desktop and a phone, where
the map further down has a picture of its own; gaps in dark as well.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import DESKTOP, PHONE, settle

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
MOST_BYTES = 250_000
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": DESKTOP,
    "phone": {**PHONE, "device_scale_factor": 1.5},
    "dark": {"viewport": {"width": 1280, "height": 720}, "color_scheme": "dark"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description="Take the pictures of docs/screenshots.")
    parser.add_argument("site", help="address of a running site, such as http://127.0.0.1:8000")
    parser.add_argument("name", help="what is loaded there: demo, trafford …")
    parser.add_argument("--gaps", default="", help="the question, as in the address of the gap page")
    wanted = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = os.environ.get("WDW_BROWSER") or shutil.which("chromium")
    with sync_playwright() as programs:
        browser = programs.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        take_all(browser, wanted.site.rstrip("/"), wanted.name, wanted.gaps)
        browser.close()


def take_all(browser: Browser, site: str, name: str, question: str) -> None:
    gaps = f"/gaps?{question}" if question else "/gaps"
    for screen, settings in SCREENS.items():
        context = browser.new_context(base_url=site, **settings)
        page = context.new_page()
        take(page, gaps, f"gaps-{name}-{screen}")
        if screen != "dark":
            area = page.locator("tbody tr:has(.span) th a").first.get_attribute("href") or "/"
            take(page, area, f"area-{name}-{screen}")
            take(page, "/map", f"map-{name}-{screen}")
        if screen == "phone":
            for path in (gaps, "/map"):
                kind = "gaps" if path == gaps else "map"
                take(page, f"{path}#map", f"{kind}-{name}-{screen}-map")
        context.close()


def take(page: Page, path: str, name: str) -> None:
    page.goto(path)
    settle(page)
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file, animations="disabled")
    size = file.stat().st_size
    print(f"{file.name}: {size / 1000:.0f} kB")
    if size > MOST_BYTES:
        raise SystemExit(f"{file.name} is bigger than {MOST_BYTES / 1000:.0f} kB.")


if __name__ == "__main__":
    main()
