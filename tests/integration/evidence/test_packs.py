"""A pack from the click to its files."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from tests.integration.evidence.conftest import MakePack


def test_a_pack_is_made_and_has_its_files(officer: FlaskClient, make: MakePack) -> None:
    code = make()
    page = officer.get(f"/evidence/{code}")
    assert page.status_code == 200
    assert "evidence.pdf" in page.text, page.text
    for name in ("evidence.pdf", "map.png", "map-print.png", "README.txt", "services.csv", "evidence.zip"):
        Path(f"/tmp/w/{name}").write_bytes(officer.get(f"/evidence/{code}/{name}").data)
