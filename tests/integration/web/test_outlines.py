"""The borders that nearly every map shows are worked out once per change of areas, and sent for by the page."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.actions import outlines
from app.queries.versions import AREAS, bump_versions
from tests.integration.web import web_town

BORDERS = "/tiles/outlines.json"


def test_borders_are_worked_out_once_per_change_of_the_areas(
    town: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    find = outlines._find_site_outlines

    def count(session: Session) -> dict[str, object]:
        asked.append(session)
        return find(session)

    monkeypatch.setattr(outlines, "_find_site_outlines", count)
    bump_versions(town, [AREAS])
    first, again = client.get(BORDERS), client.get(BORDERS)
    assert first.json["features"]
    assert (first.json, len(asked)) == (again.json, 1)
    bump_versions(town, [AREAS])
    assert (client.get(BORDERS).json, len(asked)) == (first.json, 2)


def test_borders_come_compressed_to_who_can_read_that(town_client: FlaskClient) -> None:
    plain = town_client.get(BORDERS)
    packed = town_client.get(BORDERS, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data)
    assert "Content-Encoding" not in plain.headers


def test_where_one_need_is_stays_out_of_the_borders_of_all(town: Session, client: FlaskClient) -> None:
    need = web_town.add_need(town, "No place to sit with a baby", (3.5, 3.5))
    before = client.get(BORDERS).json
    where = client.get(f"/needs/{need}/where.json").json
    assert [shape["id"] for shape in where["features"] if shape["properties"]["here"]] == ["here"]
    assert client.get(BORDERS).json == before


@pytest.mark.parametrize("path", ["/gaps", "/map", "/embed/gaps", "/embed/map"])
def test_a_page_sends_at_once_for_the_files_its_map_will_ask_for(town_client: FlaskClient, path: str) -> None:
    html = town_client.get(path).text
    sent_for = re.findall(r'sentFor\[("[^"]+")\] = fetch\(\1,', html)
    layers = re.findall(r'L\.(?:areaTiles|outlines)\("([^"]+)"', html)
    assert f'"{BORDERS}"' in sent_for
    assert sent_for == [f'"{each}"' for each in layers]
