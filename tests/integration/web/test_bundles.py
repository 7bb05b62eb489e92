"""Bundles over HTTP: packed, kept for ever under their own stamp, and the newest under any other."""

from __future__ import annotations

import gzip
import re

import brotli
import pytest
from flask.testing import FlaskClient

from app.bundles import get_bundle


def address(stamp: str = "", name: str = "site.css") -> str:
    return f"/bundles/{stamp or get_bundle(name).stamp}/{name}"


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [("br, gzip", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress), ("identity", None, bytes)],
)
def test_a_bundle_travels_packed(client: FlaskClient, accepted: str, encoding: str | None, unpack: object) -> None:
    answer = client.get(address(), headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert unpack(answer.data).decode() == get_bundle("site.css").text  # type: ignore[operator]
    assert answer.mimetype == "text/css"
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers


def test_it_is_kept_for_ever_under_its_own_stamp_only(client: FlaskClient) -> None:
    own, other = client.get(address()), client.get(address("0" * 16))
    assert own.cache_control.immutable
    assert other.cache_control.no_cache
    assert not other.cache_control.immutable
    assert other.data == own.data
    again = client.get(address("0" * 16), headers={"If-None-Match": other.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "name", ["nothing.js", "css/base.css", "..%2F..%2Frequirements.txt", "site.css%00", "%00"]
)
def test_nothing_else_is_a_bundle(client: FlaskClient, name: str) -> None:
    assert client.get(f"/bundles/0/{name}").status_code == 404


def test_a_map_page_asks_for_few_files(town_client: FlaskClient) -> None:
    for path, most in (("/map", 8), ("/gaps", 10), ("/embed/map", 7)):
        page = town_client.get(path).text
        files = re.findall(r"(?:src|href)=\"([^\"]+\.(?:js|css))\"", page)
        assert len(files) <= most, files
        assert all(town_client.get(file).status_code == 200 for file in files if file.startswith("/bundles/"))
