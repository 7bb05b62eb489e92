"""What a file seems to hold, for whoever gave it to the wrong command."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from geodata.encoding import decode

LOOKED_AT_BYTES = 65_536
AREA_CODE = re.compile(r"[ENSW]\d{8}|95\w\w\w\w\w\w")
_GRANTS = ("recipient org", "amount awarded")
_GROUPS = ("address", "telephone", "phone", "website", "email", "organisation", "charity name", "service")


def guess_command(path: Path) -> tuple[str, str] | None:
    """The data command that reads such a file and what it seems to hold; None when nothing speaks for any.

    Looks at the name and at the first bytes only, and never raises for what a file holds.
    """
    if not path.is_file():
        return None
    with path.open("rb") as file:
        start = file.read(LOOKED_AT_BYTES)
    if path.name.lower().endswith((".osm.pbf", ".osm")):
        return "load-walking", "streets and paths"
    is_zip = start.startswith(b"PK\x03\x04")
    if start.startswith(b"SQLite format 3\x00") or b"<kml" in start or (is_zip and b".shp" in start):
        return "load-areas", "areas"
    return None if is_zip or b"\x00" in start else _guess_text(decode(start).text.lstrip("\ufeff \t\r\n"), path)


def _guess_text(text: str, path: Path) -> tuple[str, str] | None:
    if text.startswith(("{", "[")):
        return _guess_json(text)
    if path.suffix.lower() in (".yaml", ".yml"):
        return ("load-case", "a case") if re.search(r"^base_layer:", text, re.MULTILINE) else None
    return _guess_table(text)


def _guess_json(text: str) -> tuple[str, str] | None:
    if '"recipientOrganization"' in text or re.match(r'\{\s*"grants"', text):
        return "load-grants", "grants"
    if '"FeatureCollection"' not in text:
        return None
    if re.search(r'"(Multi)?Polygon"', text):
        return "load-areas", "areas"
    return ("load-organisations", "places of groups") if '"Point"' in text else None


def _guess_table(text: str) -> tuple[str, str] | None:
    first, *rest = text.splitlines()[:3] or [""]
    delimiter = max(",;\t|", key=first.count)
    names = [" ".join(name.split()).casefold() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if any(name.startswith(word) for name in names for word in _GRANTS):
        return "load-grants", "grants"
    has_postcode = any(re.fullmatch(r"post ?code.*|pcds?", name) for name in names)
    is_named = has_postcode and any(name == "name" or name.endswith((" name", "_name")) for name in names)
    if is_named or (len(names) > 1 and any(word in name for name in names for word in _GROUPS)):
        return "load-organisations", "groups or places"
    if has_postcode:
        return "load-postcodes", "postcodes"
    cells = next(csv.reader(rest[:1], delimiter=delimiter), [])
    return ("load-indicators", "numbers for areas") if any(map(AREA_CODE.fullmatch, cells)) else None
