"""Packages of the operating system: install them where we may, else say exactly how."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from scripts.support.messages import SetupError, run_step

APT_OPTIONS = ("-o", "DPkg::Lock::Timeout=300")
POSTGRES_ADVICE = """\
PostGIS, the map part of the PostgreSQL database, is missing. Please install it, then run this again:
  Debian or Ubuntu:  sudo apt-get update && sudo apt-get install --yes postgresql-postgis
  Fedora:            sudo dnf install postgresql-server postgis
  macOS (Homebrew):  brew install postgis
Or use a database server you already have: set DATABASE_URL (docs/operator.md says how)."""
CHROMIUM_ADVICE = """\
The browser tests need the Chromium browser. Please install it, then run this again:
  Debian:         sudo apt-get update && sudo apt-get install --yes chromium
  Ubuntu:         sudo apt-get update && sudo apt-get install --yes libatomic1
                  .venv/bin/playwright install --with-deps chromium
  Fedora, macOS:  .venv/bin/playwright install chromium
Or run the other tests: scripts/test unit, scripts/test integration, scripts/test real, scripts/test house"""

PANGO_ADVICE = """\
The papers of evidence packs need the Pango library, which sets text. Please install it, then run this again:
  Debian or Ubuntu:  sudo apt-get update && sudo apt-get install --yes libpango-1.0-0 libpangoft2-1.0-0 \\
                       libharfbuzz-subset0
  Fedora:            sudo dnf install pango
  macOS (Homebrew):  brew install pango"""
PANGO_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


def is_debian_family() -> bool:
    """True where packages come from apt."""
    return shutil.which("apt-get") is not None


def is_debian() -> bool:
    """True on Debian itself; Ubuntu has apt too but ships Chromium only as a snap."""
    try:
        return "\nID=debian\n" in "\n" + Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return False


@cache
def root_prefix() -> tuple[str, ...] | None:
    """What to put before a command to run it as root without a question; None where we may not."""
    if os.geteuid() == 0:
        return ()
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return (sudo, "-n")
    return None


def may_install() -> bool:
    """True where we can install packages by ourselves."""
    return is_debian_family() and root_prefix() is not None


def install_postgis() -> None:
    """Install PostgreSQL with PostGIS, without the distribution's own ready-made database.

    Raises SetupError with the commands to type where we may not install.
    """
    if not may_install():
        raise SetupError(POSTGRES_ADVICE)
    _update()
    package = choose_postgis_package(_search(r"^postgresql-[0-9]+-postgis-3$"))
    if package is None:
        raise SetupError("This system's package list has no PostGIS.\n" + POSTGRES_ADVICE)
    with _NoMainCluster():
        _install(
            "Installing PostgreSQL and PostGIS", [package.removesuffix("-postgis-3"), package], POSTGRES_ADVICE
        )


def install_chromium() -> None:
    """Install Debian's Chromium. Raises SetupError with the commands to type where we may not."""
    if not may_install():
        raise SetupError(CHROMIUM_ADVICE)
    _update()
    _install("Installing Chromium for the browser tests", ["chromium", "fonts-liberation"], CHROMIUM_ADVICE)


def install_pango() -> None:
    """Install what sets the text of papers. Raises SetupError with the commands to type where we may not."""
    if not may_install():
        raise SetupError(PANGO_ADVICE)
    _update()
    _install("Installing Pango, which sets the text of papers", PANGO_PACKAGES, PANGO_ADVICE)


def install_playwright_libraries(playwright: Path) -> None:
    """Install what Playwright's own Chromium needs of the system, where we may. Raises SetupError."""
    prefix = root_prefix()
    if not is_debian_family() or prefix is None:
        return
    _update()
    _install("Installing a library for the test browser", ["libatomic1"], CHROMIUM_ADVICE)
    command: list[str | Path] = [*prefix, playwright, "install-deps", "chromium"]
    run_step("Installing the system libraries of the test browser", command, CHROMIUM_ADVICE)


def choose_postgis_package(names: Sequence[str]) -> str | None:
    """The PostGIS package of the newest PostgreSQL among package names."""
    return max(names, key=lambda name: int(name.split("-")[1]), default=None)


def _search(pattern: str) -> list[str]:
    found = subprocess.run(
        ["apt-cache", "search", "--names-only", pattern], capture_output=True, text=True, check=False
    )
    return [line.split(" ", 1)[0] for line in found.stdout.splitlines() if line]


@cache
def _update() -> None:
    command = [*_prefix(), "apt-get", *APT_OPTIONS, "update"]
    run_step("Reading the system's package list", command, "Check the internet connection, then run this again.")


def _install(title: str, packages: Sequence[str], advice: str) -> None:
    command = [*_prefix(), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *APT_OPTIONS]
    command += ["install", "--yes", "--no-install-recommends", *packages]
    run_step(title, command, advice)


def _prefix() -> tuple[str, ...]:
    prefix = root_prefix()
    if prefix is None:
        raise SetupError("This step needs root. Run it as root, or through sudo.")
    return prefix


class _NoMainCluster:
    """While open, installing PostgreSQL does not make and start the distribution's own `main` cluster."""

    file = Path("/etc/postgresql-common/createcluster.d/whos-doing-what.conf")

    def __enter__(self) -> None:
        self._as_root("mkdir", "-p", str(self.file.parent))
        write = [*_prefix(), "tee", str(self.file)]
        subprocess.run(write, input=b"create_main_cluster = false\n", stdout=subprocess.DEVNULL, check=True)

    def __exit__(self, *_: object) -> None:
        self._as_root("rm", "-f", str(self.file))

    @staticmethod
    def _as_root(*command: str) -> None:
        subprocess.run([*_prefix(), *command], check=True)
