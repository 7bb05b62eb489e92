"""Compressed copies of what browsers fetch from static/, made before anybody asks for them."""

from __future__ import annotations

from pathlib import Path

from scripts.support import paths
from scripts.support.messages import run_step

STATIC = paths.ROOT / "static"
TEXTS = (".css", ".js", ".svg", ".webmanifest")
ADVICE = "Is the disk full, or static/ not ours to write to?"


def ensure() -> None:
    """Have a .gz and a .br beside every text file; quick when nothing changed. Raises SetupError."""
    files = sorted(path for path in STATIC.rglob("*") if path.suffix in TEXTS)
    value = paths.hash_of(*(f"{path} {path.stat().st_mtime_ns}" for path in files))
    if paths.is_stamped("static-files", value):
        return
    command: list[str | Path] = [paths.venv_program("python"), "-m", "whitenoise.compress", "--quiet", STATIC]
    run_step("Compressing what browsers fetch", command, ADVICE)
    paths.stamp("static-files", value)
