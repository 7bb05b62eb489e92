"""Tiles of pins against a slow oracle that reads the public views and asks of each record where it belongs."""

from __future__ import annotations

import gzip
import json
import math
import random
from collections import Counter
from itertools import product
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions import map_points
from app.actions.pin_tiles import SINGLES_FROM_ZOOM
from app.queries.map_points import list_differences
from app.vocabulary import AUDIENCES
from tests.integration.tiles.records import (
    THEMES,
    add_footprint,
    add_need,
    add_organisation,
    add_place,
    add_service,
    make_tile,
    run,
    set_value,
)

ORACLE = """
    SELECT DISTINCT 0 AS kind, o.id, f.place_id, ST_X(f.geom) AS lon, ST_Y(f.geom) AS lat, coalesce((
        SELECT array_agg(DISTINCT st.theme_key) FROM public_service s
        JOIN public_service_theme st ON st.service_id = s.id WHERE s.organisation_id = o.id), '{}') AS themes
    FROM public_organisation o JOIN public_footprint f ON f.organisation_id = o.id AND f.service_id IS NULL
    WHERE f.geom IS NOT NULL
    UNION ALL
    SELECT DISTINCT 1, s.id, f.place_id, ST_X(f.geom), ST_Y(f.geom), coalesce((
        SELECT array_agg(st.theme_key) FROM public_service_theme st WHERE st.service_id = s.id), '{}')
    FROM public_service s JOIN public_footprint f ON f.service_id = s.id WHERE f.geom IS NOT NULL
    UNION ALL
    SELECT 2, id, id, ST_X(geom), ST_Y(geom), ARRAY[theme_key] FROM public_need WHERE geom IS NOT NULL
"""
BITS = {key: 1 << position for position, key in enumerate(THEMES)}


def tile_of(lon: float, lat: float, zoom: int, cells: int) -> tuple[int, int, int, int]:
    """Tile and cell in it of a point, by the formula everyone uses for web maps."""
    side = 2**zoom * cells
    column = math.floor((lon + 180) / 360 * side)
    row = math.floor((0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)) * side)
    return column // cells, row // cells, column % cells, row % cells


def scatter(session: Session, how_many: int, seed: int) -> None:
    """Records of every kind, state and privacy around Trafford, many of them at the same places."""
    dice = random.Random(seed)
    places = []
    for _ in range(how_many // 2):
        spread = dice.choice((0.001, 0.02, 0.3, 2.0))
        lon, lat = -2.3 + dice.gauss(0, spread), 53.4 + dice.gauss(0, spread)
        places.append(add_place(session, lon, lat, dice.choice(("exact",) * 6 + ("rough", "area", "hidden"))))
    for _ in range(how_many):
        status = dice.choice(("approved",) * 6 + ("pending", "rejected", "hidden"))
        stage = dice.choice(("established",) * 9 + ("closed",))
        organisation = add_organisation(
            session, f"Organisation {dice.random()}", review_status=status, stage=stage
        )
        for _ in range(dice.choice((0, 1, 1, 2))):
            add_footprint(session, organisation, dice.choice(places))
        for _ in range(dice.choice((0, 1, 2))):
            themes = tuple(dice.sample(THEMES, dice.choice((0, 1, 2))))
            service = add_service(
                session, organisation, f"Service {dice.random()}", themes,
                review_status=dice.choice(("approved",) * 6 + ("hidden",)), audiences=dice.sample(AUDIENCES, 2),
            )  # fmt: skip
            for _ in range(dice.choice((0, 0, 1, 2))):
                add_footprint(session, organisation, dice.choice(places), service)
        privacy = dice.choice(("exact", "rough", "area", "hidden"))
        add_need(
            session,
            -2.3 + dice.gauss(0, 0.2),
            53.4 + dice.gauss(0, 0.2),
            privacy=privacy,
            theme=dice.choice(THEMES),
        )


def counted(session: Session, zoom: int, x: int, y: int) -> Counter[tuple[int, int, int, str]]:
    """(column, row, kind, theme or "" for all) -> count, as a tile says it."""
    counts: Counter[tuple[int, int, int, str]] = Counter()
    tile: Any = make_tile(session, list(THEMES), zoom, x, y) or {"cells": []}
    for column, row, _, _, groups, *_ in tile["cells"]:
        for kind, bits, count, *_more in groups:
            counts[column, row, kind, ""] += count
            for key, bit in BITS.items():
                counts[column, row, kind, key] += count if bits & bit else 0
    return +counts


@pytest.mark.parametrize("most_in_detail", [1_000, 3], ids=["in detail", "stacked"])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_tile_says_what_the_oracle_says(
    town: Session, seed: int, most_in_detail: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_points, "MOST_PINS_IN_DETAIL", most_in_detail)
    scatter(town, 60, seed)
    records = town.execute(text(ORACLE)).all()
    assert len(records) > 60
    assert not list_differences(town)
    for zoom in (0, 3, 4, 6, 9, 11, 12, 13, 15, 17, 22):
        cells = 8 if SINGLES_FROM_ZOOM <= zoom < 22 else 4
        wanted: dict[tuple[int, int], Counter[tuple[int, int, int, str]]] = {}
        for record in records:
            x, y, column, row = tile_of(record.lon, record.lat, zoom, cells)
            tile = wanted.setdefault((x, y), Counter())
            for theme in ("", *record.themes):
                tile[column, row, record.kind, theme] += 1
        some = sorted(wanted)[:40]
        assert {address: counted(town, zoom, *address) for address in some} == {a: wanted[a] for a in some}
        x, y = some[0]
        empty = [
            (x + i, y + j) for i, j in product((0, 1), (0, 1)) if (x + i, y + j) not in wanted and x + i < 2**zoom
        ]
        assert all(
            make_tile(town, list(THEMES), zoom, *address) is None for address in empty if address[1] < 2**zoom
        )


def test_a_single_pin_brings_its_name_and_many_bring_counts(town: Session) -> None:
    one, place = add_organisation(town, "Pantry"), add_place(town, -2.32, 53.42)
    add_footprint(town, one, place)
    x, y, column, row = tile_of(-2.32, 53.42, 8, 4)
    tile = make_tile(town, list(THEMES), 8, x, y)
    item = [0, 0, str(one), "Pantry", -2.32, 53.42, 0, -1]
    assert tile == {"n": 4, "cells": [[column, row, -2.32, 53.42, [[0, 0, 1, 0, -1]], [item]]], "hours": []}
    add_footprint(town, add_organisation(town, "Larder"), place)
    tile = make_tile(town, list(THEMES), 8, x, y)
    assert tile is not None
    assert tile["cells"] == [[column, row, -2.32, 53.42, [[0, 0, 2, 0, -1]]]]
    x, y, _, _ = tile_of(-2.32, 53.42, 17, 8)
    tile = make_tile(town, list(THEMES), 17, x, y)
    assert tile is not None
    assert [item[3] for item in tile["cells"][0][5]] == ["Larder", "Pantry"]


def test_who_and_when_travel_with_the_tile_and_can_be_asked_for(town: Session) -> None:
    one = add_organisation(town)
    place = add_place(town, -2.32, 53.42)
    for name, audience in (("For men", "men"), ("For all", "anyone"), ("For women", "women")):
        add_footprint(town, one, place, add_service(town, one, name, ("food",), audiences=[audience]))
    run(
        town,
        "INSERT INTO schedule (service_id, weekday, opens, closes) SELECT id, 1, '10:00', '12:00' FROM service "
        "WHERE name <> 'For women'",
    )
    x, y, _, _ = tile_of(-2.32, 53.42, 6, 4)
    tile = make_tile(town, list(THEMES), 6, x, y)
    assert tile is not None
    men, anyone, women = (1 << AUDIENCES.index(word) for word in ("men", "anyone", "women"))
    assert tile["hours"] == [[[600, 720], []]]
    assert sorted(tile["cells"][0][4]) == sorted([[1, 1, 1, anyone, 0], [1, 1, 1, men, 0], [1, 1, 1, women, -1]])

    def total(**values: Any) -> int:
        asked = make_tile(town, list(THEMES), 6, x, y, **values)
        return 0 if asked is None else sum(group[2] for cell in asked["cells"] for group in cell[4])

    assert total(audience="men") == 2  # what is for anyone is for men too
    assert total(minute=600) == 2
    assert total(minute=720) == 0
    assert total(audience="women", minute=650) == 1


def test_http_answers(client: FlaskClient, town: Session) -> None:
    one = add_organisation(town, "Pantry")
    place = add_place(town, -2.32, 53.42)
    add_footprint(town, one, place)
    x, y, _, _ = tile_of(-2.32, 53.42, 8, 4)
    address = f"/tiles/places/8/{x}/{y}.json"
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.data))["cells"][0][5][0][3] == "Pantry"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in answer.headers
    etag = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(address, headers=etag).status_code == 304
    set_value(town, "organisation", one, review_status="hidden")
    gone = client.get(address, headers=etag)
    assert (gone.status_code, gone.data) == (204, b"")

    assert client.get(f"{address}?q=pantry").status_code == 204

    set_value(town, "organisation", one, review_status="approved")
    run(town, "UPDATE source SET attribution = '© <img src=x onerror=alert(1)>'")
    described = client.get("/tiles/places.json").json
    assert described["attribution"] == "© ‹img src=x onerror=alert(1)›"
    assert described["tilejson"] == "3.0.0"
    assert described["tiles"] == ["http://localhost/tiles/places/{z}/{x}/{y}.json"]
    assert described["themes"] == list(THEMES)
    assert described["vector_layers"] == []  # required, and these tiles are no vector tiles


def test_a_tile_of_the_version_on_the_page_is_kept_by_its_visitor_and_never_shows_what_was_hidden_since(
    client: FlaskClient, town: Session
) -> None:
    one = add_organisation(town, "Pantry")
    add_footprint(town, one, add_place(town, -2.32, 53.42))
    x, y, _, _ = tile_of(-2.32, 53.42, 8, 4)
    version = client.get("/tiles/places.json").json["data_version"]
    address = f"/tiles/places/{version}/8/{x}/{y}.json"
    assert f"/tiles/places/{version}/" in client.get("/map").text
    kept = client.get(address)
    assert kept.json["cells"][0][5][0][3] == "Pantry"
    assert kept.cache_control.immutable
    assert kept.cache_control.private
    assert not kept.cache_control.public
    assert not client.get(f"{address}?q=pantry").cache_control.immutable
    set_value(town, "organisation", one, review_status="hidden")
    gone = client.get(address)
    assert (gone.status_code, gone.data) == (204, b"")
    assert gone.cache_control.no_cache
    assert not gone.cache_control.immutable
    assert f"/tiles/places/{version}/" not in client.get("/map").text


def test_words_are_looked_for_in_names_and_descriptions_at_every_zoom(town: Session) -> None:
    place = add_place(town, -2.32, 53.42)
    one = add_organisation(town, "Pantry")
    set_value(town, "organisation", one, summary="Soup on Fridays")
    add_footprint(town, one, place)
    add_footprint(town, add_organisation(town, "Larder"), place)

    def names(words: str, zoom: int) -> list[str]:
        x, y, _, _ = tile_of(-2.32, 53.42, zoom, 4)
        tile = make_tile(town, list(THEMES), zoom, x, y, words=words)
        return [item[3] for cell in tile["cells"] for item in cell[5]] if tile else []

    for zoom in (0, 6, 12, 14, 17, 22):
        assert names("SOUP", zoom) == names("pant", zoom) == ["Pantry"]
        assert names("100%", zoom) == []


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/tiles/places/-1/0/0.json", 404),
        ("/tiles/places/23/0/0.json", 404),
        ("/tiles/places/99/0/0.json", 404),
        ("/tiles/places/2/4/0.json", 404),
        ("/tiles/places/2/0/4.json", 404),
        (f"/tiles/places/2/{'9' * 4000}/0.json", 404),
        ("/tiles/places/2/0/x.json", 404),
        ("/tiles/places/2/0/0.json?v=1", 400),
        ("/tiles/places/2/0/0.json?callback=x", 400),
        ("/tiles/places/2/0/0.json?audience=martians", 400),
        ("/tiles/places/2/0/0.json?open=10080", 400),
        ("/tiles/places/2/0/0.json?open=NaN", 400),
        ("/tiles/places/2/0/0.json?open=1&open=2", 400),
        ("/tiles/places/2/0/0.json", 204),
        ("/tiles/places/22/0/0.json", 204),
    ],
)
def test_addresses_that_are_no_tile(client: FlaskClient, town: Session, address: str, status: int) -> None:
    assert client.get(address).status_code == status


CANARY = "Kanarienvogel"


def test_no_hidden_record_leaves_a_trace_in_any_tile(client: FlaskClient, town: Session) -> None:
    """One record per hidden state, each at a spot of its own: no name, no id, no count, no cell anywhere."""
    idents = []
    for number, status in enumerate(("pending", "rejected", "hidden")):
        lon = -3.0 - number
        bad = add_organisation(town, CANARY, review_status=status)
        good = add_organisation(town, "Good")
        bad_service = add_service(town, good, CANARY, ("food",), review_status=status)
        idents += [bad, bad_service, add_need(town, lon, 54.0, CANARY, review_status=status)]
        add_footprint(town, bad, add_place(town, lon, 52.0))
        add_footprint(town, good, add_place(town, lon, 51.0), bad_service)
    for number, privacy in enumerate(("area", "hidden")):
        good = add_organisation(town, CANARY)
        idents += [good, add_need(town, -3.0 - number, 55.0, CANARY, privacy=privacy)]
        add_footprint(town, good, add_place(town, -3.0 - number, 50.0, privacy))
    closed = add_organisation(town, CANARY, stage="closed")
    add_footprint(town, closed, add_place(town, -4.0, 51.5))
    for zoom in range(8):
        for x, y in {tile_of(lon / 2, lat, zoom, 4)[:2] for lon in range(-12, 0) for lat in range(49, 57)}:
            answer = client.get(f"/tiles/places/{zoom}/{x}/{y}.json")
            assert (answer.status_code, answer.data) == (204, b"")
    rows = [
        str(tuple(row))
        for table in ("map_point", "map_cell")
        for row in town.execute(text(f"SELECT * FROM {table}"))
    ]
    assert not rows
    assert client.get("/tiles/places.json").json["bounds"] == [-180.0, -85.05112, 180.0, 85.05112]
