"""Bundles: everything in its order, nothing lost, and what a style sheet fetches still found."""

from __future__ import annotations

import re
from pathlib import Path
from posixpath import normpath

import pytest

from app.bundles import BUNDLES, STATIC, get_bundle
from app.config import ROOT


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_is_its_files_in_order(name: str) -> None:
    text = get_bundle(name).text
    assert len(set(BUNDLES[name])) == len(BUNDLES[name])
    places = []
    for path in BUNDLES[name]:
        lines = (STATIC / path).read_text().splitlines()
        line = next(line for line in lines if len(line) > 20 and "url(" not in line)
        assert line in text
        places.append(text.index(line))
    assert places == sorted(places)


def test_every_script_of_maps_is_in_one_bundle_only() -> None:
    paths = [path for files in BUNDLES.values() for path in files]
    assert sorted(paths) == sorted(set(paths))


@pytest.mark.parametrize("name", [name for name in BUNDLES if name.endswith(".css")])
def test_what_a_style_sheet_fetches_is_where_the_bundle_says(name: str) -> None:
    found = re.findall(r"url\([\"']?([^)\"']+)", get_bundle(name).text)
    files = [url for url in found if not url.startswith(("data:", "#"))]
    assert files
    for url in files:
        assert (ROOT / normpath(f"bundles/stamp/{url}")).is_file() or url.endswith("#default#VML"), url


def test_a_comment_or_an_open_end_does_not_reach_the_next_script(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a.js").write_text("window.a = 1 // first")
    (tmp_path / "b.js").write_text("(function () {})()\n//# sourceMappingURL=b.js.map")
    (tmp_path / "c.js").write_text("(function () {})();\n")
    monkeypatch.setattr("app.bundles.STATIC", tmp_path)
    monkeypatch.setitem(BUNDLES, "abc.js", ("a.js", "b.js", "c.js"))
    first = get_bundle("abc.js")
    assert first.text == (
        "window.a = 1 // first\n;\n(function () {})()\n//# sourceMappingURL=b.js.map\n;\n(function () {})();\n"
    )
    assert get_bundle("abc.js") is first
    (tmp_path / "c.js").write_text("changed;\n")
    assert get_bundle("abc.js").text.endswith("changed;\n")
    assert get_bundle("abc.js").stamp != first.stamp
