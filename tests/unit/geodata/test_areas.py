"""Polygons of every format come out as valid MultiPolygons in longitude and latitude, or are refused plainly."""

from __future__ import annotations

import json
import sqlite3
import time
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.frames import AREA_COLUMNS
from geodata.problems import InputProblem
from geodata.readers.areas import make_slug, read_areas
from geodata.readers.geopackage import check_wkb
from tests.unit.geodata.area_files import BOWTIE, TWO_SQUARES, feature, square, write_geojson


def two_squares(crs: str = "EPSG:4326") -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame.from_features(TWO_SQUARES, crs="EPSG:4326")
    return frame.to_crs(crs)


def zip_shapefile(folder: Path, frame: gpd.GeoDataFrame, name: str = "areas") -> Path:
    inside = folder / "inside"
    inside.mkdir()
    frame.to_file(inside / f"{name}.shp", engine="pyogrio")
    path = folder / "areas.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("__MACOSX/._areas.shp", "litter")
        for part in sorted(inside.iterdir()):
            archive.write(part, f"export/{part.name}")
    return path


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:27700"])
@pytest.mark.parametrize("kind", ["gpkg", "zip"])
def test_geopackage_and_shapefile_give_what_geojson_gives(tmp_path: Path, kind: str, crs: str) -> None:
    expected = read_areas(write_geojson(tmp_path / "a.geojson", TWO_SQUARES), "code", "name").areas
    if kind == "gpkg":
        path = tmp_path / "areas.gpkg"
        two_squares(crs).to_file(path, engine="pyogrio")
    else:
        path = zip_shapefile(tmp_path, two_squares(crs))
    found = read_areas(path, "code", "name")
    assert tuple(found.areas.columns) == AREA_COLUMNS
    assert found.areas.crs.to_epsg() == 4326
    assert list(found.areas["area_code"]) == list(expected["area_code"])
    assert set(found.areas.geom.geom_type) == {"MultiPolygon"}
    distance = shapely.hausdorff_distance(np.array(found.areas.geom), np.array(expected.geom))
    assert distance.max() < 1e-6
    assert found.problems == []


def test_kml_gives_its_placemarks(tmp_path: Path) -> None:
    ring = " ".join(f"{x},{y},0" for x, y in square(-2.3, 53.4)[0])
    path = tmp_path / "areas.kml"
    path.write_text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>West &amp; co</name>'
        "<Polygon><outerBoundaryIs>"
        f"<LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"
    )
    areas = read_areas(path, None, "name").areas
    assert list(areas["area_code"]) == ["west-co"]
    assert areas.geom.iloc[0].area == pytest.approx(1e-4)


def test_codes_made_from_names_are_stable() -> None:
    assert make_slug("Old Trafford") == "old-trafford"
    assert make_slug("St John’s & Hâle") == "st-johns-hale"


def test_old_crs_member_and_assume_crs(tmp_path: Path) -> None:
    grid = json.loads(two_squares("EPSG:27700").to_json(drop_id=True))["features"]
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    a = read_areas(write_geojson(tmp_path / "a.geojson", grid, crs=named), "code", "name").areas
    b = read_areas(write_geojson(tmp_path / "b.geojson", grid), "code", "name", assume_crs="EPSG:27700").areas
    assert a.geom.iloc[0].bounds == pytest.approx((-2.3, 53.4, -2.29, 53.41), abs=1e-4)
    assert a.geom.iloc[0].equals(b.geom.iloc[0])
    with pytest.raises(InputProblem, match="look like British National Grid"):
        read_areas(write_geojson(tmp_path / "c.geojson", grid), "code", "name")
    other = {"type": "name", "properties": {"name": "mars"}}
    with pytest.raises(InputProblem, match="is not known"):
        read_areas(write_geojson(tmp_path / "d.geojson", grid, crs=other), "code", "name")


def test_a_crossing_outline_is_mended_and_reported(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [*TWO_SQUARES, feature("E01000003", "Bowtie", BOWTIE)])
    found = read_areas(path, "code", "name")
    assert bool(found.areas.is_valid.all())
    assert [(p.row, p.skipped) for p in found.problems] == [(3, False)]
    assert "E01000003 crosses itself (self-intersection) and was mended" in str(found.problems[0])


def test_a_hopeless_tangle_is_left_out_within_its_limits(tmp_path: Path) -> None:
    tangle = np.random.default_rng(7).uniform((-2.3, 53.4), (-2.2, 53.5), (150, 2)).tolist()
    path = write_geojson(tmp_path / "a.geojson", [*TWO_SQUARES, feature("X1", "Tangle", [[*tangle, tangle[0]]])])
    started = time.perf_counter()
    found = read_areas(path, "code", "name")
    assert time.perf_counter() - started < 70
    assert bool(found.areas.is_valid.all())
    assert [p.row for p in found.problems] == [3]


def test_missing_shapes_and_codes_are_left_out_with_their_row(tmp_path: Path) -> None:
    odd = [
        feature("E01000003", "None", None),
        feature("E01000004", "Point", [0, 0], "Point"),
        feature("E01000005", "Empty", []),
        feature("E01000006", "Words", [[["a", "b"]]]),
        feature("", "No code", square(-2.2, 53.4)),
    ]
    found = read_areas(write_geojson(tmp_path / "a.geojson", [*TWO_SQUARES, *odd]), "code", "name")
    assert list(found.areas["area_code"]) == ["E01000001", "E01000002"]
    assert [p.row for p in found.problems] == [3, 4, 5, 6, 7]
    assert all(p.skipped for p in found.problems)


def test_a_wrong_field_lists_those_there_are(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", TWO_SQUARES)
    with pytest.raises(InputProblem, match=r"There is no column “lsoa”\. The columns are: “code”, “name”"):
        read_areas(path, "lsoa", "name")
    assert list(read_areas(path, " CODE ", None).areas["name"]) == ["E01000001", "E01000002"]


def test_codes_given_twice_are_refused_with_their_rows(tmp_path: Path) -> None:
    twins = [*TWO_SQUARES, feature("E01000001", "Again", square(-2.2, 53.4))]
    with pytest.raises(InputProblem, match="“E01000001” stands on features 1, 3"):
        read_areas(write_geojson(tmp_path / "a.geojson", twins), "code", "name")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("not json", "does not start with"),
        ('{"type": "FeatureCollection", "features": [', "not sound JSON"),
        ('{"type": "FeatureCollection", "features": []}', "no features"),
        ('{"type": "Topology"}', "TopoJSON"),
        ('{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Polygon", '
         '"coordinates": [[[NaN, 1]]]}, "properties": {"code": "a"}}]}', "not sound JSON"),
        ('{"a":' + "[" * 100_000, "nested far too deeply"),
        ("<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", "GDAL VRT"),
    ],
)  # fmt: skip
def test_what_is_no_geojson_is_refused(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "areas.geojson"
    path.write_text(content)
    with pytest.raises(InputProblem, match=said):
        read_areas(path, "code", "name")


def test_lines_of_features_are_read_and_unclosed_rings_closed(tmp_path: Path) -> None:
    path = tmp_path / "areas.geojsonl"
    open_ring = feature("E01000003", "Open", [square(-2.2, 53.4)[0][:-1]])
    path.write_text("\n".join(json.dumps(item) for item in [*TWO_SQUARES, open_ring]))
    assert len(read_areas(path, "code", "name").areas) == 3


def test_hostile_geopackages_are_refused_and_never_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geodata.readers.geopackage.DEADLINE_S", 0.5)
    path = tmp_path / "areas.gpkg"
    two_squares().to_file(path, engine="pyogrio", layer="areas")
    with sqlite3.connect(path) as connection:
        connection.execute("alter table areas rename to hidden_areas")
        endless = (
            "with recursive r(x) as (select 1 union all select x + 1 from r) select x as fid, 'a' as code from r"
        )
        connection.execute(f"create view areas as {endless} where x < 0")
    connection.close()
    with pytest.raises(InputProblem):
        read_areas(path, "code", "name")
    plain = tmp_path / "plain.gpkg"
    with sqlite3.connect(plain) as connection:
        connection.execute("create table t (a)")
    connection.close()
    with pytest.raises(InputProblem, match="damaged"):
        read_areas(plain, "code", "name")


def test_nested_collections_never_reach_geos() -> None:
    bomb = b"\x01\x07\x00\x00\x00\x01\x00\x00\x00" * 100_000
    assert check_wkb(bomb) == "Its shape is not a polygon."
    inside = b"\x01\x06\x00\x00\x00\x01\x00\x00\x00" + bomb
    assert check_wkb(inside) == "Its shape is damaged."
    assert check_wkb(shapely.to_wkb(shapely.box(0, 0, 1, 1))) == ""
    assert check_wkb(shapely.to_wkb(shapely.box(0, 0, 1, 1), byte_order=0)) == ""
    assert check_wkb(shapely.to_wkb(shapely.force_3d(shapely.box(0, 0, 1, 1)))) == ""
    assert check_wkb(shapely.to_wkb(shapely.box(0, 0, 1, 1))[:-1]) != ""


def test_a_shapefile_without_its_parts_or_under_another_name_is_refused(tmp_path: Path) -> None:
    whole = zip_shapefile(tmp_path, two_squares())
    partial = tmp_path / "partial.zip"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(partial, "w") as target:
        for name in source.namelist():
            if not name.endswith(".dbf"):
                target.writestr(name, source.read(name))
    with pytest.raises(InputProblem, match=r"The \.dbf file is missing"):
        read_areas(partial, "code", "name")
    posing = tmp_path / "posing.zip"
    with zipfile.ZipFile(posing, "w") as target:
        target.writestr("areas.shp", "<OGRVRTDataSource/>")
    with pytest.raises(InputProblem, match="not a Shapefile"):
        read_areas(posing, "code", "name")
    with pytest.raises(InputProblem, match="A Shapefile is several files"):
        read_areas(tmp_path / "inside" / "areas.shp", "code", "name")


def test_a_zip_of_several_layers_asks_which(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a.geojson", "b.geojson"):
            archive.write(write_geojson(tmp_path / name, TWO_SQUARES), name)
    with pytest.raises(InputProblem, match=r"several layers.*a\.geojson, b\.geojson"):
        read_areas(path, "code", "name")
    assert len(read_areas(path, "code", "name", inner_file="b.geojson").areas) == 2
