"""Plain Folium pages of the same data, and a server that hands them out as well as it can be done.

They are helped: what they load from other hosts is served from here, compressed before anybody asks, and they get
no pictures of streets from the internet.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import brotli
import folium
import geopandas as gpd
import numpy as np
import pandas as pd
from folium.plugins import FastMarkerCluster, MarkerCluster
from whitenoise import WhiteNoise

ROOT = Path(__file__).resolve().parents[2]
NPM = ROOT / "var" / "bench" / "folium"
PACKAGES = (
    "leaflet@1.9.3", "jquery@3.7.1", "bootstrap@5.2.2", "@fortawesome/fontawesome-free@6.2.0",
    "leaflet.awesome-markers@2.0.5", "leaflet.markercluster@1.1.0", "d3@3.5.5", "topojson@1.6.27",
    "topojson-server@3.0.1",
)  # fmt: skip
FILES = {
    "leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "jquery-3.7.1.min.js": "jquery/dist/jquery.min.js",
    "bootstrap.bundle.min.js": "bootstrap/dist/js/bootstrap.bundle.min.js",
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "all.min.css": "@fortawesome/fontawesome-free/css/all.min.css",
    "leaflet.awesome-markers.js": "leaflet.awesome-markers/dist/leaflet.awesome-markers.min.js",
    "leaflet.awesome-markers.css": "leaflet.awesome-markers/dist/leaflet.awesome-markers.css",
    "leaflet.markercluster.js": "leaflet.markercluster/dist/leaflet.markercluster.js",
    "MarkerCluster.css": "leaflet.markercluster/dist/MarkerCluster.css",
    "MarkerCluster.Default.css": "leaflet.markercluster/dist/MarkerCluster.Default.css",
    "d3.min.js": "d3/d3.min.js",
    "topojson.min.js": "topojson/build/topojson.min.js",
}
STUBBED = ("bootstrap-glyphicons.css", "leaflet.awesome.rotate.min.css")
"""Not in npm: served empty, which is a help."""

Make = Callable[[], folium.Map]
MIDDLE, ZOOM = [53.0, -1.8], 6
MARKER_CLUSTER_MOST = 10_000
"""Folium writes several lines of script for each marker: of more, it takes minutes and a page of 76 MB and up."""


def install() -> bool:
    """The scripts that Folium's pages load from other hosts, from npm; False when they cannot be had."""
    if not (NPM / "node_modules" / ".bin" / "geo2topo").exists():
        NPM.mkdir(parents=True, exist_ok=True)
        (NPM / "package.json").write_text('{"private": true}')
        words = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", *PACKAGES]
        if subprocess.run(words, cwd=NPM, capture_output=True, check=False).returncode:
            return False
    return True


def marker_cluster(points: np.ndarray, names: list[str]) -> folium.Map:
    drawing = folium.Map(MIDDLE, zoom_start=ZOOM, max_zoom=18, tiles=None)
    heap = MarkerCluster().add_to(drawing)
    for (lon, lat), name in zip(points.tolist(), names, strict=True):
        folium.Marker([lat, lon], popup=folium.Popup(name, parse_html=True)).add_to(heap)
    drawing.options["maxZoom"] = 18  # without a tile layer nobody tells the cluster
    return drawing


def fast_marker_cluster(points: np.ndarray, _names: list[str]) -> folium.Map:
    drawing = folium.Map(MIDDLE, zoom_start=ZOOM, max_zoom=18, tiles=None)
    FastMarkerCluster(points[:, ::-1].tolist()).add_to(drawing)
    drawing.options["maxZoom"] = 18
    return drawing


def choropleth(shapes: np.ndarray, values: np.ndarray) -> folium.Map:
    drawing = folium.Map(MIDDLE, zoom_start=ZOOM, tiles=None)
    frame = gpd.GeoDataFrame({"code": [str(i) for i in range(len(shapes))]}, geometry=shapes, crs="EPSG:4326")
    data = pd.Series(values, index=frame["code"])
    folium.Choropleth(
        json.loads(frame.set_index("code").to_json(drop_id=False)), data=data, key_on="feature.id"
    ).add_to(drawing)
    return drawing


def topo_json(shapes: np.ndarray, values: np.ndarray) -> folium.Map:
    """Borders once for both sides, as mapmakers do it: topojson-server, quantised to 100,000."""
    frame = gpd.GeoDataFrame(
        {"shade": np.digitize(values, [0.2, 0.4, 0.6, 0.8])}, geometry=shapes, crs="EPSG:4326"
    )
    command = [str(NPM / "node_modules" / ".bin" / "geo2topo"), "-q", "1e5", "areas=-"]
    made = subprocess.run(command, input=frame.to_json(), capture_output=True, text=True, check=True)
    drawing = folium.Map(MIDDLE, zoom_start=ZOOM, tiles=None)
    shades = ("#f3ecd9", "#f0c97b", "#e08a4b", "#b94a3b", "#6e1f3a")

    def style(feature: dict[str, Any]) -> dict[str, Any]:
        return {"fillColor": shades[feature["properties"]["shade"]], "fillOpacity": 0.8, "weight": 0.5}

    folium.TopoJson(json.loads(made.stdout), "objects.areas", style_function=style).add_to(drawing)
    return drawing


class Site:
    """A folder of finished pages; everything is compressed once, not when asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name, path in FILES.items():
            self._keep(name, (NPM / "node_modules" / path).read_bytes())
        for name in STUBBED:
            self._keep(name, b"")
        fonts = NPM / "node_modules" / "@fortawesome" / "fontawesome-free" / "webfonts"
        (folder / "webfonts").symlink_to(fonts)

    def add(self, name: str, make: Make) -> str:
        """Write a page; returns its path."""
        page = make().get_root().render()
        for address in set(re.findall(r'(?:src|href)="(https://[^"]+)"', page)):
            file = address.rsplit("/", 1)[1]
            if file not in (*FILES, *STUBBED):
                raise SystemExit(f"Folium asks for {address}, which this benchmark has no copy of.")
            page = page.replace(address, f"/{file}")
        self._keep(f"{name}.html", page.encode())
        return f"/{name}.html"

    def _keep(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)
        (self.folder / f"{name}.gz").write_bytes(gzip.compress(content, 6))
        if len(content) < 5_000_000:
            (self.folder / f"{name}.br").write_bytes(brotli.compress(content, quality=9))

    def command(self, port: int) -> tuple[list[str], dict[str, str]]:
        words = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
        words += ["--threads", "8", "--workers", "2", "tests.benchmarks._maps_folium:serve()"]
        return words, {"BENCH_FOLIUM_FOLDER": str(self.folder)}


def serve() -> WhiteNoise:
    """For gunicorn."""
    import os

    def nothing(_environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b"no"]

    return WhiteNoise(nothing, root=os.environ["BENCH_FOLIUM_FOLDER"])
