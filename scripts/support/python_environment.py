"""The project's own Python environment in .venv, rebuilt or refreshed only when the pins change."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from scripts.support import paths
from scripts.support.messages import SetupError, run_step

RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
BENCHMARKS = "requirements-bench.txt"
FAST = "requirements-fast.txt"
WALK = "requirements-walk.txt"
ADVICE = "Check the internet connection, then run this again: it goes on where it stopped."


def ensure(requirements: str) -> None:
    """Make .venv hold what one requirements file pins; quick when it already does. Raises SetupError."""
    _ensure_venv()
    wanted = paths.ROOT / requirements
    if not wanted.exists():
        raise SetupError(
            f"{requirements} is missing from this checkout. Get it back with: git checkout {requirements}"
        )
    value = paths.hash_of(_venv_identity(), *pinned_files(wanted))
    if paths.is_stamped(requirements, value):
        return
    paths.unstamp(requirements)
    # Not --upgrade: a pin that is already met stays, so several files can share one environment.
    command: list[str | Path] = [paths.venv_program("python"), "-m", "pip", "install", "-r", wanted]
    run_step(f"Installing the Python packages of {requirements}", command, ADVICE, cwd=paths.ROOT)
    paths.stamp(requirements, value)


def pinned_files(requirements: Path) -> list[Path]:
    """The file and every file it includes with -r, in order."""
    found = [requirements]
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            found += pinned_files(requirements.parent / line.removeprefix("-r ").strip())
    return found


def _ensure_venv() -> None:
    if paths.is_stamped("venv", _venv_identity()) and paths.venv_program("python").exists():
        return
    if not _is_usable():
        paths.unstamp("venv", RUNTIME, DEVELOPMENT, BENCHMARKS, FAST, WALK)
        command: list[str | Path] = [sys.executable, "-m", "venv", "--clear", paths.VENV]
        run_step("Making the Python environment in .venv", command, "Is the disk full, or the folder read-only?")
    paths.stamp("venv", _venv_identity())


def _is_usable() -> bool:
    """True for a .venv that somebody made here, with a new enough Python that still runs and has pip."""
    if not paths.venv_program("python").exists() or (paths.STAMPS / "venv").exists():
        return False
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11) or sys.prefix != sys.argv[1])"
    command = [str(paths.venv_program("python")), "-c", check, str(paths.VENV)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _venv_identity() -> str:
    """Changes when the folder was moved or the system's Python was replaced: then .venv is made anew."""
    return f"{paths.VENV} {paths.venv_program('python').resolve()}"
