"""Several style sheets, or several scripts, sent as one file: a page asks for all of them at once.

The files in static/ stay as they are written; a bundle is their texts one after the other, made when it is first
asked for and again when one of them changes. Its stamp is in its address, so that a browser keeps it for ever.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2s
from pathlib import Path
from posixpath import dirname

import brotli

from app.config import ROOT

STATIC = ROOT / "static"
FONT = "vendor/atkinson-hyperlegible"

BUNDLES: dict[str, tuple[str, ...]] = {
    "site.css": (
        f"{FONT}/400.css", f"{FONT}/700.css", "css/tokens.css", "css/base.css", "css/parts.css", "css/gaps.css",
        "css/map.css", "css/accounts.css", "css/print.css",
    ),
    "map.css": ("vendor/leaflet/leaflet.css",),
    "map.js": (
        "vendor/leaflet/leaflet.js", "js/settled.js", "js/map_controls.js", "js/map_cards.js", "js/tile_blocks.js",
        "js/calm_map.js", "js/outlines.js", "js/place_keys.js", "js/area_tip.js", "js/area_keys.js",
    ),
    "area_tiles.js": ("js/mvt.js", "js/fills.js", "js/area_tiles.js"),
    "place_tiles.js": (
        "js/place_filter.js", "js/place_marks.js", "js/place_cards.js", "js/place_fan.js",
        "js/place_tiles.js",
    ),
    "gaps.js": ("js/patch.js", "js/gap_pins.js", "js/gap_page.js", "js/gap_question.js"),
    "area_shapes.js": ("js/area_shapes.js",),
    "area_counts.js": ("js/area_counts.js",),
    "outside_tiles.js": ("js/outside_tiles.js",),
    "spots.js": ("js/spots.js",),
    "corners.js": ("js/corners.js",),
    "pin.js": ("js/add_pin.js",),
    "found.js": ("js/find_map.js",),
    "plan.js": ("js/plan_stars.js",),
}  # fmt: skip
"""Every bundle by its name; its files, in order, by their paths in static/."""

TYPES = {".css": "text/css", ".js": "text/javascript"}
RELATIVE_URL = re.compile(r"url\(([\"']?)(?:\./)?(?![\"']?(?:data:|#|/|https?:))")


@dataclass(frozen=True)
class Bundle:
    """``stamp`` changes whenever the text does."""

    name: str
    text: str
    stamp: str

    @property
    def mimetype(self) -> str:
        return TYPES[Path(self.name).suffix]

    @cached_property
    def as_brotli(self) -> bytes:
        return bytes(brotli.compress(self.text.encode(), quality=9))

    @cached_property
    def as_gzip(self) -> bytes:
        return gzip.compress(self.text.encode(), 9, mtime=0)


_made: dict[str, tuple[tuple[int, ...], Bundle]] = {}


def get_bundle(name: str) -> Bundle:
    """The bundle as its files are now. Raises KeyError for a name that is not one."""
    files = [STATIC / path for path in BUNDLES[name]]
    times = tuple(file.stat().st_mtime_ns for file in files)
    kept = _made.get(name)
    if kept is None or kept[0] != times:
        between = "\n;\n" if name.endswith(".js") else "\n"
        text = between.join(_text_of(path) for path in BUNDLES[name])
        kept = times, Bundle(name, text, blake2s(text.encode(), digest_size=8).hexdigest())
        _made[name] = kept
    return kept[1]


def _text_of(path: str) -> str:
    """A file's text; what a style sheet fetches is looked for where it was, from /bundles/<stamp>/."""
    text = (STATIC / path).read_text(encoding="utf-8").replace("\r\n", "\n")
    if path.endswith(".css"):
        return RELATIVE_URL.sub(lambda found: f"url({found[1]}../../static/{dirname(path)}/", text)
    return text
