"""Tiles kept on disk, compressed, under an address that names their version: never stale, and free to delete."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from random import random

MOST_BYTES = 256_000_000
CHANCE_OF_TIDYING = 1 / 500
"""Per tile written; workers share the folder and not a count."""


class TileCache:
    """Files under ``folder``, at most about ``most_bytes`` of them. Safe for several workers at once: a file is
    written under another name and then moved into place. A disk that is full or read-only is no error."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self.most_bytes = most_bytes

    def find(self, *parts: str | int) -> bytes | None:
        try:
            with open(self._name(parts), "rb") as file:  # noqa: PTH123 - a Path costs as much as the reading
                return file.read()
        except OSError:
            return None

    def keep(self, tile: bytes, *parts: str | int) -> None:
        path = Path(self._name(parts))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
            with os.fdopen(handle, "wb") as file:
                file.write(tile)
            Path(name).replace(path)
        except OSError:
            return
        if random() < CHANCE_OF_TIDYING:  # noqa: S311 - no secret
            self.tidy()

    def tidy(self) -> None:
        """Delete the tiles written longest ago, until the rest takes four fifths of what it may."""
        files = []
        for path in self.folder.rglob("*"):
            try:
                if path.is_file():
                    state = path.stat()
                    files.append((state.st_mtime_ns, state.st_size, path))
            except OSError:  # another worker was faster
                continue
        total = sum(size for _, size, _ in files)
        if total <= self.most_bytes:
            return
        for _, size, path in sorted(files):
            path.unlink(missing_ok=True)
            total -= size
            if total <= self.most_bytes * 4 // 5:
                return

    def _name(self, parts: tuple[str | int, ...]) -> str:
        return f"{self.folder}/{'/'.join(map(str, parts))}.gz"
