"""Everything the public can fetch: every public address of the app, asked about what is there and what is not."""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.security import PUBLIC, access_of

NOT_PUBLIC_OUTPUT = {"static", "outbox.index", "health.livez", "health.readyz"}
"""Files of ours, the letters of the demo (which no other site shows), and whether the server is up."""

QUERIES: dict[str, list[dict[str, str]]] = {
    "find.index": [
        {"q": "Qanary"}, {"near": "ZZ9 9ZZ"}, {"near": "{lat},{lon}"}, {"near": "{lat},{lon}", "theme": "food"},
    ],
    "places.show_map": [{"q": "Qanary"}, {"kind": "need"}, {"kind": "service"}, {"theme": "food"}],
    "places.show_list": [{"q": "Qanary"}, {"kind": "need"}, {"kind": "service"}, {"theme": "food"}],
    "needs.index": [{"near": "{lat},{lon}"}, {"theme": "food"}],
    "add.similar_json": [{"name": "Qanary"}, {"name": "Qanary", "near": "ZZ9 9ZZ"}],
    "gaps.show": [{"theme": "food"}],
    "gaps.csv": [{"theme": "food"}, {"theme": "food", "layer": "ward"}],
    "gaps.geojson": [{"theme": "food"}],
    "gap_kinds.show": [{"theme": "food", "free": "1"}],
    "gap_kinds.values": [{"theme": "food", "free": "1", "kind": "unsaid"}],
    "gap_kinds.overlap": [{"theme": "food", "share": "30"}],
    "what_if.show": [{"theme": "food"}, {"theme": "food", "area": "S33", "change": "add:{lat},{lon}"}],
    "what_if.values": [{"theme": "food", "change": "add:{lat},{lon}"}],
    "gap_matrix.show": [{"layer": "square"}],
    "gap_sure.show": [{"theme": "food"}],
    "gap_sure.demand": [{"theme": "food"}, {"theme": "food", "layer": "ward", "count_wishes": "9"}],
    "gap_sure.demand_file": [{"theme": "food"}],
    "gap_week.show": [{"theme": "food"}, {"theme": "food", "area": "square:S33"}],
    "embed.show_map": [{"q": "Qanary"}],
}  # fmt: skip
CHANGING = re.compile(
    r'\b[0-9a-f]{16}\b|nonce="[^"]*"|nonce-[\w+/=-]+|DTSTAMP:\w+|'
    r'name="(?:csrf_token|form_time|form_key|form_id)" value="[^"]*"'
)
"""What is another each time a page is made, or counts that something, public or not, was saved."""

Outputs = dict[str, tuple[int, str, str]]


def fetch_all(app: Flask, client: FlaskClient, at: tuple[float, float], ids: list[UUID]) -> Outputs:
    """Every answer by its address: status, words, ETag. ``at`` is longitude and latitude to look closely at."""
    found: Outputs = {}
    for address in sorted(set(addresses(app, at, ids))):
        answer = client.get(address)
        body = answer.data
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        words = CHANGING.sub("", body.decode("latin-1"))
        found[address] = (answer.status_code, words, answer.headers.get("ETag", ""))
    return found


def addresses(app: Flask, at: tuple[float, float], ids: list[UUID]) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in NOT_PUBLIC_OUTPUT or "GET" not in (rule.methods or ()):
            continue
        if access_of(app, rule.endpoint) == PUBLIC:
            for values in values_of(rule, at, ids):
                built = rule.build(values, append_unknown=False)
                assert built is not None
                for query in [{}, *QUERIES.get(rule.endpoint, [])]:
                    filled = {key: word.format(lon=at[0], lat=at[1]) for key, word in query.items()}
                    yield built[1] + ("?" + urlencode(filled) if filled else "")


def values_of(rule: Rule, at: tuple[float, float], ids: list[UUID]) -> Iterator[dict[str, Any]]:
    names = rule.arguments
    if "zoom" in names:
        for zoom in (8, 11, 14, 17):
            x, y = tile_at(*at, zoom)
            yield {"layer": "square", "version": "1", "zoom": zoom, "x": x, "y": y, "columns": 2, "rows": 1}
    elif "area_code" in names:
        for layer, code in (("square", "S33"), ("ward", "W1"), ("town", "T1")):
            yield {"layer": layer, "area_code": code}
    elif uuids := [name for name in names if name.endswith("_id")]:
        for record_id in ids:
            yield {uuids[0]: record_id}
    else:
        yield {name: {"layer": "square", "step": "what"}.get(name, "x") for name in names}


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Column and row of the map tile that holds a point."""
    size = 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon + 180) / 360 * size), int(y * size)


def public_ids(session: Session) -> list[UUID]:
    rows = session.scalars(
        text("""
        (SELECT id FROM public_organisation ORDER BY name LIMIT 1) UNION ALL
        (SELECT id FROM public_service ORDER BY name LIMIT 1) UNION ALL
        (SELECT id FROM public_need ORDER BY statement LIMIT 1)
        """)
    )
    return list(rows)
