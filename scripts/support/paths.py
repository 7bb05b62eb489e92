"""Where things are. Everything a machine makes for itself is under var/ and may be deleted."""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = ROOT / "var"
VENV = ROOT / ".venv"
STAMPS = VAR / "stamps"


def venv_program(name: str) -> Path:
    """A program of the project's own Python environment."""
    return VENV / "bin" / name


def log_file(name: str) -> Path:
    """A file in var/log, whose folder exists."""
    folder = VAR / "log"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def checkout_hash() -> str:
    """A short name for this checkout, different for each place it may live."""
    return hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]


def is_stamped(name: str, value: str) -> bool:
    """True when the step called name was last finished with this value."""
    try:
        return (STAMPS / name).read_text(encoding="utf-8") == value
    except OSError:
        return False


def stamp(name: str, value: str) -> None:
    """Remember that the step called name is finished with this value."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(value, encoding="utf-8")


def unstamp(*names: str) -> None:
    """Forget finished steps, so that an interrupted one is done again."""
    for name in names:
        (STAMPS / name).unlink(missing_ok=True)


def hash_of(*parts: str | Path) -> str:
    """A fingerprint of texts and of the contents of files."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        digest.update(b"\0")
    return digest.hexdigest()
