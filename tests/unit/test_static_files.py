"""Files travel compressed, and never as they were before somebody changed them."""

from __future__ import annotations

import gzip
import os
from contextlib import closing
from pathlib import Path

import pytest
from werkzeug.test import Client

from app.static_files import StaticFiles


@pytest.mark.parametrize("autorefresh", [True, False])
def test_a_copy_older_than_its_file_is_left_alone(tmp_path: Path, autorefresh: bool) -> None:
    sheet, packed = tmp_path / "a.css", tmp_path / "a.css.gz"
    sheet.write_text("p { color: red }" * 50)
    packed.write_bytes(gzip.compress(sheet.read_bytes()))
    os.utime(packed, ns=(0, sheet.stat().st_mtime_ns))

    def fetch() -> tuple[bytes, str | None]:
        site = StaticFiles(None, root=str(tmp_path), prefix="static/", autorefresh=autorefresh)
        answer = Client(site).get("/static/a.css", headers={"Accept-Encoding": "gzip"}, buffered=True)
        with closing(answer):
            return answer.data, answer.headers.get("Content-Encoding")

    assert fetch() == (packed.read_bytes(), "gzip")
    sheet.write_text("p { color: blue }")
    os.utime(sheet, (2e9, 2e9))
    assert fetch() == (b"p { color: blue }", None)
