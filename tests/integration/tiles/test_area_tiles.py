"""Tiles of areas: whole, exact when near, numbers only, never stale, kept on disk; and their addresses."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions import area_tiles
from app.actions.area_tiles import refresh_area_shapes
from app.actions.tile_cache import TileCache
from app.analysis import drawing
from app.queries.area_tiles import find_drawing, list_area_codes, list_levels
from tests.integration.tiles.mvt import TileLayer, decode
from tests.integration.tiles.records import add_square_layer, run
from tests.integration.tiles.test_point_tiles import tile_of

MIDDLE = (-2.4 + 0.05, 53.4 + 0.05)


def get_layer(client: FlaskClient, key: str, zoom: int, lon: float, lat: float) -> TileLayer:
    x, y, _, _ = tile_of(lon, lat, zoom, 1)
    answer = client.get(f"/tiles/areas/{key}/{zoom}/{x}/{y}.mvt")
    assert answer.status_code == 200
    assert answer.mimetype == "application/vnd.mapbox-vector-tile"
    (layer,) = decode(answer.data)
    return layer


def test_a_tile_carries_the_numbers_of_areas_and_nothing_else(client: FlaskClient, town: Session) -> None:
    layer_id = add_square_layer(town, "squares", 10, 10)
    layer = get_layer(client, "squares", 9, *MIDDLE)
    assert (layer.name, layer.extent, layer.has_attributes) == ("areas", 1024, False)
    assert sorted(layer.shapes) == list(range(100))
    codes = client.get("/tiles/areas/squares/codes.json").json
    assert codes["codes"] == list_area_codes(town, layer_id) == [f"A{n:04}" for n in range(100)]
    # Number 0 is the south-west corner: least x, greatest y on a map that counts from the north.
    corner = layer.shapes[0].centroid
    assert all(corner.x <= s.centroid.x + 0.6 and corner.y >= s.centroid.y - 0.6 for s in layer.shapes.values())


@pytest.mark.parametrize("zoom", [8, 10, 12, 14, 16])
def test_neighbours_share_their_borders_at_every_zoom(client: FlaskClient, town: Session, zoom: int) -> None:
    add_square_layer(town, "squares", 10, 10)
    shapes = list(get_layer(client, "squares", zoom, *MIDDLE).shapes.values())
    whole = shapely.union_all(shapes)
    assert sum(shape.area for shape in shapes) == pytest.approx(whole.area)  # nothing lies over another
    assert not [
        ring for polygon in shapely.get_parts(whole) for ring in polygon.interiors
    ]  # and nothing is between


def test_near_the_outline_is_exact(client: FlaskClient, town: Session) -> None:
    add_square_layer(town, "squares", 10, 10)
    town.execute(
        text(
            "UPDATE area SET geom = ST_Multi(ST_Segmentize(ST_Buffer(geom, -0.001), 0.0001)) "
            "WHERE area_code = 'A0000'"
        )
    )
    refresh_area_shapes(town, town.execute(text("SELECT id FROM area_layer")).scalar_one())
    exact, kept = town.execute(
        text(
            "SELECT ST_AsBinary(ST_Transform(a.geom, 3857)), ST_AsBinary(s.geom) FROM area a, area_shape s "
            "WHERE area_code = 'A0000' AND number = 0 AND band = (SELECT max(band) FROM area_shape)"
        )
    ).one()
    assert shapely.from_wkb(kept).equals_exact(shapely.from_wkb(exact), 0.001, normalize=True)


def test_areas_that_change_are_drawn_anew_at_once_and_the_same_areas_are_the_same_version(
    client: FlaskClient, town: Session
) -> None:
    add_square_layer(town, "squares", 4, 4)
    first = client.get("/tiles/areas/squares.json").json["data_version"]
    run(town, "UPDATE area_drawing SET is_stale = true")
    assert client.get("/tiles/areas/squares.json").json["data_version"] == first
    run(town, "DELETE FROM area WHERE area_code = 'A0003'")
    second = client.get("/tiles/areas/squares.json").json
    assert second["data_version"] != first
    assert len(get_layer(client, "squares", 9, *MIDDLE).shapes) == 15


def test_addresses_name_a_version_and_are_kept_for_ever(
    client: FlaskClient, town: Session, tile_folder: Path
) -> None:
    add_square_layer(town, "squares", 10, 10)
    described = client.get("/tiles/areas/squares.json").json
    x, y, _, _ = tile_of(*MIDDLE, 10, 1)
    address = described["tiles"][0].removeprefix("http://localhost").format(z=10, x=x, y=y)
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Set-Cookie" not in answer.headers
    assert client.get(address).data == gzip.decompress(answer.data)
    assert [path.read_bytes() for path in tile_folder.rglob("*.gz")] == [answer.data]
    unversioned = f"/tiles/areas/squares/10/{x}/{y}.mvt"
    etag = client.get(unversioned).headers["ETag"]
    assert client.get(unversioned, headers={"If-None-Match": etag}).status_code == 304
    empty = client.get(f"/tiles/areas/squares/{described['data_version']}/10/0/0.mvt")
    assert (empty.status_code, empty.data) == (204, b"")

    run(town, "UPDATE area SET name = 'x', geom = ST_Multi(ST_Buffer(geom, -0.0001)) WHERE area_code = 'A0001'")
    assert client.get(f"/tiles/areas/squares/{described['data_version']}/10/{x + 1}/{y}.mvt").status_code == 404
    assert client.get(unversioned, headers={"If-None-Match": etag}).status_code == 200


def test_what_describes_a_layer_holds_what_tilejson_asks_and_names_the_layers_its_tiles_have(
    client: FlaskClient, town: Session
) -> None:
    add_square_layer(town, "squares", 10, 10)
    described = client.get("/tiles/areas/squares.json").json
    assert {"tilejson", "tiles", "vector_layers"} <= set(described)  # all that version 3.0.0 requires
    assert described["tilejson"] == "3.0.0"
    assert all(described["tiles"][0].count(part) == 1 for part in ("{z}", "{x}", "{y}"))
    west, south, east, north = described["bounds"]
    assert -180 <= west < east <= 180
    assert -90 <= south < north <= 90
    assert 0 <= described["minzoom"] <= described["maxzoom"] <= 30
    named = {
        zoom: layer["id"]
        for layer in described["vector_layers"]
        for zoom in range(layer["minzoom"], layer["maxzoom"] + 1)
    }
    assert all(isinstance(layer["fields"], dict) for layer in described["vector_layers"])
    assert sorted(named) == list(range(described["minzoom"], described["maxzoom"] + 1))
    for zoom in range(6, described["maxzoom"] + 1):  # farther out it is less than a dot
        assert get_layer(client, "squares", zoom, -2.347, 53.447).name == named[zoom]


def test_the_drawing_is_looked_up_once_for_a_version_and_checked_with_every_tile(
    client: FlaskClient, town: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_square_layer(town, "squares", 4, 4)
    version = client.get("/tiles/areas/squares.json").json["data_version"]
    asked = []
    look_up = area_tiles.find_drawing

    def count(session: Session, layer_key: str) -> object:
        asked.append(layer_key)
        return look_up(session, layer_key)

    monkeypatch.setattr(area_tiles, "find_drawing", count)
    for zoom in (8, 9, 10):
        x, y, _, _ = tile_of(*MIDDLE, zoom, 1)
        assert client.get(f"/tiles/areas/squares/{version}/{zoom}/{x}/{y}.mvt").status_code == 200
    assert asked == ["squares"]
    run(town, "UPDATE area_drawing SET version = 'fedcba9876543210'")
    x, y, _, _ = tile_of(*MIDDLE, 11, 1)
    assert client.get(f"/tiles/areas/squares/{version}/11/{x}/{y}.mvt").status_code == 404
    assert client.get(f"/tiles/areas/squares/fedcba9876543210/11/{x}/{y}.mvt").status_code == 200


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/tiles/areas/squares/-1/0/0.mvt", 404),
        ("/tiles/areas/squares/23/0/0.mvt", 404),
        ("/tiles/areas/squares/3/8/0.mvt", 404),
        (f"/tiles/areas/squares/3/0/{'9' * 4000}.mvt", 404),
        ("/tiles/areas/nothing/3/0/0.mvt", 404),
        ("/tiles/areas/nothing.json", 404),
        ("/tiles/areas/nothing/groups.json", 404),
        ("/tiles/areas/../3/0/0.mvt", 404),
        ("/tiles/areas/squares/../3/0/0.mvt", 404),
        ("/tiles/areas/squares/0123456789abcdef/3/0/0.mvt", 404),
        ("/tiles/areas/squares/0123456789ABCDEF/3/0/0.mvt", 404),
        ("/tiles/areas/squares/3/0/0.mvt?v=1", 400),
        ("/tiles/areas/squares.json?callback=x", 400),
        ("/tiles/areas/squares/22/0/0.mvt", 204),
    ],
)
def test_addresses_that_are_no_tile(client: FlaskClient, town: Session, address: str, status: int) -> None:
    add_square_layer(town, "squares", 2, 2)
    assert client.get(address).status_code == status


def test_a_fine_layer_is_drawn_in_groups_far_out_and_sums_add_up(
    client: FlaskClient, town: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for few bytes, 400 squares become the 16 wards they nest in, then squares made by code."""
    monkeypatch.setattr(drawing, "MOST_BYTES_PER_SCREEN", 2_000)
    wards = add_square_layer(town, "wards", 4, 4, side=0.05)
    fine = add_square_layer(town, "fine", 20, 20)
    described = client.get("/tiles/areas/fine/groups.json").json
    levels = {level["level"]: level for level in described["levels"]}
    assert "wards" in {level["name"] for level in levels.values()}
    ward = next(level for level in levels.values() if level["name"] == "wards")
    assert sorted(set(ward["groups"])) == list(range(16))
    assert [ward["groups"].count(group) for group in range(16)] == [25] * 16

    seen = set()
    for first, _, level in described["zooms"]:
        zoom = min(max(first, 4), 14)
        layer = get_layer(client, "fine", zoom, -2.3, 53.5)
        assert layer.name == (f"groups-{level}" if level else "areas")
        seen.add(level)
        if level:
            groups = levels[level]["groups"]
            assert len(groups) == described["areas"] == 400
            assert set(layer.shapes) <= set(range(levels[level]["count"]))
            assert set(groups) == set(range(levels[level]["count"]))
    assert seen == {0, *levels}
    assert {row.level for row in list_levels(town, fine)} == set(levels)
    assert find_drawing(town, "wards") is None or wards


def test_a_coarser_layer_that_comes_later_is_used(
    client: FlaskClient, town: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MOST_BYTES_PER_SCREEN", 2_000)
    add_square_layer(town, "fine", 20, 20)
    before = client.get("/tiles/areas/fine/groups.json").json["levels"]
    assert all(level["name"].startswith("squares") for level in before)
    add_square_layer(town, "wards", 4, 4, side=0.05)
    after = client.get("/tiles/areas/fine/groups.json").json["levels"]
    assert "wards" in {level["name"] for level in after}


def test_a_tile_never_grows_over_its_limit(
    client: FlaskClient, town: Session, tile_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MOST_BYTES_PER_SCREEN", 2_000)
    add_square_layer(town, "fine", 20, 20)
    bands = client.get("/tiles/areas/fine/groups.json").json["zooms"]
    zoom = next(first for first, _, level in bands if not level)
    x, y, _, _ = tile_of(-2.3, 53.5, zoom, 1)
    address, headers = f"/tiles/areas/fine/{zoom}/{x}/{y}.mvt", {"Accept-Encoding": "gzip"}
    usual = client.get(address, headers=headers).data
    assert [layer.name for layer in decode(gzip.decompress(usual))] == ["areas"]
    for kept in tile_folder.rglob("*.gz"):
        kept.unlink()
    monkeypatch.setattr(area_tiles, "MOST_TILE_BYTES", len(usual) - 1)
    smaller = client.get(address, headers=headers).data
    assert len(smaller) < len(usual)
    assert [layer.name for layer in decode(gzip.decompress(smaller))] == ["groups-1"]  # and it says so


def test_while_somebody_draws_others_are_told_to_wait(
    client: FlaskClient, town: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_square_layer(town, "squares", 2, 2)
    monkeypatch.setattr("app.queries.area_tiles.try_begin_drawing", lambda session, layer_id: False)
    answer = client.get("/tiles/areas/squares.json")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")


def test_the_folder_of_tiles_stays_within_its_size_and_a_broken_disk_is_no_error(tmp_path: Path) -> None:
    cache = TileCache(tmp_path / "tiles", most_bytes=1_000)
    for number in range(15):
        cache.keep(b"x" * 100, "layer", number)
        path = tmp_path / "tiles" / "layer" / f"{number}.gz"
        import os

        os.utime(path, (number, number))
    cache.tidy()
    assert [cache.find("layer", number) is not None for number in range(15)] == [False] * 7 + [True] * 8
    assert not [path for path in (tmp_path / "tiles").rglob(".*") if path.is_file()]
    (tmp_path / "file").write_text("not a folder")
    broken = TileCache(tmp_path / "file")
    broken.keep(b"x", "layer", 1)
    assert broken.find("layer", 1) is None
