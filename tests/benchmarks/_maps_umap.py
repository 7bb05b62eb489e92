"""uMap with the same pins: its own environment, database and server; one public map for each number of pins.

It is helped: its scripts and style sheets are minified by its own means and compressed beforehand, pins are kept
compressed, its server is told to be ours, and it gets no pictures of streets.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from tests.benchmarks import _maps_browser as chromium
from tests.benchmarks import _maps_world as world
from tests.benchmarks import _tiles_servers as servers
from tests.databases import scratch_database

VENV = servers.ROOT / "var" / "bench" / "umap"
PINS = ("umap-project[deploy]==3.7.3", "gunicorn==27.0.1", "whitenoise==6.12.0", "brotli==1.2.1")
MOST = 100_000
MIDDLE, ZOOM = (-1.8, 53.0), 6
NO_STREETS = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
LONG_AGO = "2026-01-01T00:00:00Z"


def install() -> bool:
    """uMap in an environment of its own, made on first use and when the pins have changed."""
    note = VENV / "pins"
    if not note.exists() or note.read_text() != "\n".join(PINS):
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
        pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "-q", *PINS]
        if made.returncode or subprocess.run(pip, capture_output=True, check=False).returncode:
            return False
        note.write_text("\n".join(PINS))
    return True


@contextmanager
def site(urls: dict[int, str], folder: Path) -> Iterator[dict[int, str]]:
    """Addresses of maps by number of pins, up to ``MOST``; none, and a line of why, where uMap cannot be had."""
    if not install():
        print("uMap is left out: it cannot be installed here.", file=sys.stderr, flush=True)
        yield {}
        return
    counts = [count for count in urls if count <= MOST]
    port = servers.free_port()
    with scratch_database(f"wdw_bench_umap_{os.getpid()}") as database:
        environment = _environment(database, port, folder)
        _write_maps([urls[count] for count in counts], folder)
        if not _prepare(folder, environment):
            yield {}
            return
        settings = servers.ROOT / "scripts" / "support" / "gunicorn_settings.py"
        command = [str(VENV / "bin" / "gunicorn"), "--config", str(settings), "--bind", f"{servers.HOST}:{port}"]
        with servers.server([*command, "umap.wsgi"], port, environment, "/m/1/") as address:
            yield {count: f"{address}/en/map/pins_{number}" for number, count in enumerate(counts, 1)}


def _prepare(folder: Path, environment: dict[str, str]) -> bool:
    """Its files, their compressed copies, its tables, and the maps; False, and a line of why, if it cannot."""
    for program, *words in (
        ("umap", "collectstatic", "--no-input", "--verbosity=0"),
        ("python", "-m", "whitenoise.compress", "--quiet", str(folder / "static")),
        ("umap", "migrate", "--verbosity=0"),
        ("umap", "loaddata", "--verbosity=0", str(folder / "maps.json")),
    ):
        command = [str(VENV / "bin" / program), *words]
        done = subprocess.run(
            command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            why = (done.stderr or done.stdout).strip()[-300:]
            print(f"uMap is left out, as {program} {words[0]} failed: {why}", file=sys.stderr, flush=True)
            return False
    return True


def _environment(database: str, port: int, folder: Path) -> dict[str, str]:
    return {
        "PYTHONPATH": str(servers.ROOT),
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks._maps_umap_settings",
        "WEB_CONCURRENCY": "2",
        "BENCH_UMAP_DATABASE": database.replace("+", "%20"),  # PostgreSQL's own way does not read + as a space
        "BENCH_UMAP_SITE": f"http://{servers.HOST}:{port}",
        "BENCH_UMAP_STATIC": str(folder / "static"),
        "BENCH_UMAP_FILES": str(folder / "files"),
    }


def _write_maps(urls: list[str], folder: Path) -> None:
    """The pins of each map where uMap keeps its files, and what its database is to hold, as Django loads it."""
    (folder / "files").mkdir(parents=True)
    rows = [
        _row("auth.user", 1, username="bench", date_joined=LONG_AGO),
        _row("umap.licence", 1, name="None", details=""),
        _row("umap.tilelayer", 1, name="No streets", url_template=NO_STREETS, attribution="", rank=1),
    ]
    for number, url in enumerate(urls, 1):
        layer = str(uuid.UUID(int=number))
        file = f"{layer}_1.geojson"
        (folder / "files" / file).write_text(json.dumps(_collection(url), separators=(",", ":")))
        rows += [_map(number), _layer(number, layer, file)]
    (folder / "maps.json").write_text(json.dumps(rows))


def _row(model: str, key: int | str, **fields: Any) -> dict[str, Any]:
    return {"model": model, "pk": key, "fields": fields}


def _collection(url: str) -> dict[str, Any]:
    points, names = world.points_of(url)
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Point", "coordinates": point}}
        for point, name in zip(points.tolist(), names, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def _map(number: int) -> dict[str, Any]:
    middle = {"type": "Point", "coordinates": MIDDLE}
    return _row(
        "umap.map", number, name="Pins", slug="pins", zoom=ZOOM, owner=1, licence=1, share_status=1,
        center=f"SRID=4326;POINT({MIDDLE[0]} {MIDDLE[1]})", created_at=LONG_AGO, modified_at=LONG_AGO,
        settings={"type": "Feature", "geometry": middle, "properties": {"name": "Pins", "zoom": ZOOM}},
    )  # fmt: skip


def _layer(number: int, key: str, file: str) -> dict[str, Any]:
    shown = {"name": "Pins", "displayOnLoad": True, "type": "Cluster"}
    return _row("umap.datalayer", key, map=number, name="Pins", geojson=file, settings=shown, modified_at=LONG_AGO)


def fault(running: Browser, address: str, count: int, limit_s: float) -> str:
    """Why a map cannot be compared, or nothing: late, not every pin drawn, or another machine asked."""
    with chromium.window(running, "desktop") as (page, _tool, wire):
        page.goto(address, wait_until="commit", timeout=limit_s * 1000)
        try:
            chromium.wait_until_quiet(page, wire, limit_s)
        except TimeoutError as late:
            return str(late)
        own = address.partition("/en/")[0]
        if foreign := [each for each in wire.addresses if not each.startswith(own)]:
            return f"it asks another machine: {foreign[0]}"
        marks = page.locator(".leaflet-marker-pane > *").all_text_contents()
        drawn = sum(int(mark) if mark.strip().isdigit() else 1 for mark in marks)  # clusters say how many
        return "" if drawn == count else f"it draws {drawn:,}"
