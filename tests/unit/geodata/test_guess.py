"""What a file seems to hold, told to whoever gave it to the wrong command."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from geodata.guess import guess_command
from geodata.problems import InputProblem
from geodata.readers.postcodes import read_postcodes

FEATURE = '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "%s"}}]}'


@pytest.mark.parametrize(
    ("name", "text", "command"),
    [
        ("wards.geojson", FEATURE % "MultiPolygon", "load-areas"),
        ("wards.csv", FEATURE % "Polygon", "load-areas"),
        ("banks.geojson", FEATURE % "Point", "load-organisations"),
        ("given.json", '{"version": 1, "grants": [{"recipientOrganization": []}]}', "load-grants"),
        ("given.csv", "Identifier,Title,Amount Awarded,Recipient Org:Name\n1,2,3,4\n", "load-grants"),
        ("clubs.csv", "Name;Address;Postcode\nA;B;M33 2AA\n", "load-organisations"),
        ("named.csv", "Number,Name,Postcode\n1,A,M33 2AA\n", "load-organisations"),
        ("codes.csv", "Postcode,lat,long\nM33 2AA,53.4,-2.3\n", "load-postcodes"),
        ("onspd.csv", '"pcd","pcds","doterm"\n"M33 2AA","M33 2AA",""\n', "load-postcodes"),
        ("imd.csv", "lsoa21_code,score\nE01005143,12.5\n", "load-indicators"),
        ("mine.yaml", "name: Here\nbase_layer: lsoa-2021\n", "load-case"),
        ("streets.osm.pbf", "anything", "load-walking"),
        ("map.kml", "<?xml version='1.0'?><kml>", "load-areas"),
    ],
)
def test_what_a_file_holds_is_guessed_from_its_beginning(
    tmp_path: Path, name: str, text: str, command: str
) -> None:
    path = tmp_path / name
    path.write_text("\ufeff" + text if name.endswith("csv") else text, encoding="utf-8")
    found = guess_command(path)
    assert found is not None
    assert found[0] == command


@pytest.mark.parametrize("text", ["", "nothing at all", "{}", '{"a": "Point"}', "a,b\n1,2\n", "x: 1\n"])
def test_what_speaks_for_nothing_is_not_guessed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.txt"
    path.write_text(text)
    assert guess_command(path) is None
    assert guess_command(tmp_path) is None
    assert guess_command(tmp_path / "not there") is None


def test_any_bytes_are_looked_at_without_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    dice = random.Random(7)
    for start in (b"", b"PK\x03\x04", b"{", b"\xff\xfe", b'"', b"postcode,"):
        for _ in range(60):
            path.write_bytes(start + dice.randbytes(dice.randrange(200)))
            guess_command(path)


def test_a_shapefile_in_a_zip_is_areas(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "wards.zip", "w") as archive:
        archive.writestr("wards.shp", b"x")
    assert guess_command(tmp_path / "wards.zip") == ("load-areas", "areas")


def test_a_list_of_places_is_no_table_of_postcodes(tmp_path: Path) -> None:
    """Its postcodes would say where people live."""
    path = tmp_path / "dentists.csv"
    path.write_text("name,Address,postcode,lat,lon\nA,1 High Street,M33 2AA,53.4,-2.3\n")
    with pytest.raises(InputProblem, match=r"list of places.*“address”"):
        list(read_postcodes(path).chunks)
    good = tmp_path / "codes.csv"
    good.write_text("postcode,lat,lon\nM33 2AB,53.4,-2.3\n")
    read = read_postcodes(tmp_path)
    assert [code for chunk in read.chunks for code in chunk["postcode"]] == ["M332AB"]
    assert "passed over" in str(read.problems[0])
