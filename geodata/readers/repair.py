"""Mending invalid polygons in a child process with limits, because a tangled one can eat all memory and time.

Run as a program it reads WKB in hexadecimal, one shape per line, and writes the mended shapes the same way.
"""

from __future__ import annotations

import contextlib
import resource
import subprocess
import sys
from pathlib import Path

import shapely

MEMORY_BYTES = 2_000_000_000
CPU_S = 30


def repair_polygons(shapes: list[shapely.Geometry]) -> list[shapely.MultiPolygon | None]:
    """Mend polygons by shapely's "structure" method; None where that failed or left nothing.

    All are tried in one child process; when one of them breaks it, each is tried in a process of its own.
    """
    if not shapes:
        return []
    together = _run(shapes)
    if together is not None or len(shapes) == 1:
        return together if together is not None else [None]
    return [result for shape in shapes for result in repair_polygons([shape])]


def _run(shapes: list[shapely.Geometry]) -> list[shapely.MultiPolygon | None] | None:
    lines = "\n".join(shapely.to_wkb(shapes, hex=True)) + "\n"
    try:
        done = subprocess.run(
            [sys.executable, "-m", "geodata.readers.repair"],
            input=lines,
            capture_output=True,
            text=True,
            timeout=CPU_S * 2,
            cwd=Path(__file__).parents[2],
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    answers = done.stdout.split("\n")[: len(shapes)]
    if done.returncode != 0 or len(answers) < len(shapes):
        return None
    return [shapely.from_wkb(answer) if answer else None for answer in answers]


def _mend(shape: shapely.Geometry) -> str:
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = [part for part in shapely.get_parts(mended) if part.geom_type in ("Polygon", "MultiPolygon")]
    polygons = [polygon for part in parts for polygon in shapely.get_parts(part) if not polygon.is_empty]
    return str(shapely.to_wkb(shapely.multipolygons(polygons), hex=True)) if polygons else ""


def _main() -> None:
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    for line in sys.stdin:
        sys.stdout.write(_mend(shapely.from_wkb(line.strip())) + "\n")


if __name__ == "__main__":
    _main()
