"""The browser of the browser tests: the machine's Chromium, or Playwright's own where that is the better one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from scripts.support import paths, system_packages
from scripts.support.messages import SetupError, run_step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def ensure() -> dict[str, str]:
    """What tells the tests which browser to use, installing one if we may.

    WDW_BROWSER names the machine's own; without it they use Playwright's.
    Raises SetupError with the commands to type where we may not.
    """
    found = _find()
    if found is None and system_packages.is_debian():
        system_packages.install_chromium()
        found = _find()
    if found is not None:
        return {"WDW_BROWSER": found}
    _ensure_playwrights_own()
    return {}


def _find() -> str | None:
    given = os.environ.get("WDW_BROWSER")
    if given:
        if shutil.which(given) is None:
            raise SetupError(f"WDW_BROWSER says {given}, but no program is there.")
        return given
    paths_found = (shutil.which(name) for name in NAMES)
    return next((path for path in paths_found if path and not _is_snap(Path(path))), None)


def _is_snap(program: Path) -> bool:
    """Ubuntu's chromium is a stub that asks for a snap, which does not run in a container."""
    return "snap" in program.resolve().parts or b"/snap/bin/" in program.read_bytes()[:4096]


def _ensure_playwrights_own() -> None:
    playwright = paths.venv_program("playwright")
    value = paths.hash_of(paths.ROOT / "requirements-dev.txt")
    if paths.is_stamped("playwright-chromium", value):
        return
    system_packages.install_playwright_libraries(playwright)
    run_step("Fetching the test browser", [playwright, "install", "chromium"], system_packages.CHROMIUM_ADVICE)
    check: list[str | Path] = [paths.venv_program("python"), "-c", CHECK]
    answer = subprocess.run(check, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise SetupError(system_packages.CHROMIUM_ADVICE)
    paths.stamp("playwright-chromium", value)


CHECK = """
from playwright.sync_api import sync_playwright
with sync_playwright() as browsers:
    browsers.chromium.launch().close()
"""
