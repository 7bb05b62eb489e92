"""Style sheets, scripts and fonts, from the folder static/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

CLOCK_S = 0.001


class StaticFiles(WhiteNoise):  # type: ignore[misc]  # the library says nothing of its types
    """WhiteNoise that leaves a compressed copy (scripts/setup makes them) alone when its file has changed since:
    whoever edits a style sheet sees it at once."""

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        found = super().get_static_file(path, url, stat_cache)
        changed = Path(path).stat().st_mtime - CLOCK_S
        found.alternatives = [each for each in found.alternatives if Path(each[1]).stat().st_mtime >= changed]
        return found
