"""Pages and files travel compressed; what is made for one person does not."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.integration.accounts.people import add_person, sign_in


@pytest.mark.parametrize("path", ["/gaps", "/gaps.geojson", "/gaps.csv", "/map"])
def test_public_answers_are_compressed_for_who_can_read_it(town_client: FlaskClient, path: str) -> None:
    plain = town_client.get(path)
    packed = town_client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
    assert len(gzip.decompress(packed.data)) == pytest.approx(len(plain.data), abs=200)
    assert "Content-Encoding" not in plain.headers


def test_a_signed_in_page_stays_plain(client: FlaskClient, session: Session) -> None:
    account = add_person(session)
    sign_in(client, account)
    page = client.get("/data", headers={"Accept-Encoding": "gzip, br"})
    assert page.status_code == 200
    assert "Content-Encoding" not in page.headers
