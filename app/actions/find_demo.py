"""Is the demo there already? Asked at every start, so it imports nothing of the code that makes the island."""

from __future__ import annotations

import hashlib
from pathlib import Path

import geodata
from app.errors import LoadRefusedError
from app.queries import Session, loading_site

SOURCE_KEY = "demo"
WALK_KEY = "demo-walk-round"
"""What was seen on the walk-round is a source of its own: a list made without the directory."""


def is_demo_loaded(session: Session, *, if_empty: bool = False) -> bool:
    """True when the demo is there, made by the same code; with ``if_empty`` also when any other map is.

    Raises LoadRefusedError on a database that holds a real place: invented groups must not stand among real ones.
    """
    loaded = loading_site.find_loaded(session, SOURCE_KEY)
    if loaded.checksum == demo_checksum() or (if_empty and loaded.site_name):
        return True
    if loaded.site_name and not loaded.is_invented:
        raise LoadRefusedError(
            f"This database holds the map of {loaded.site_name}; the demo must not be mixed with it.",
            "Load the demo into an empty database: scripts/run uses one of its own.",
        )
    return False


def demo_checksum() -> str:
    """SHA-256 of the code and words that make the island, so that a new version is loaded afresh."""
    hashed = hashlib.sha256()
    for path in sorted((Path(geodata.__file__).parent / "demo").iterdir()):
        if path.suffix in (".py", ".yaml"):
            hashed.update(path.name.encode() + path.read_bytes())
    return hashed.hexdigest()
