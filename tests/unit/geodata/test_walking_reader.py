"""Streets and paths out of a small extract that the test writes: who may walk where, and how far it is."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import osmium
import pytest

from geodata.problems import InputProblem
from geodata.readers.walking import is_walked, read_walking
from tests.walking_town import Line, write_extract

STREET = Line((1, 2, 3), highway="residential")
PATH = Line((3, 4), highway="footway")
MOTORWAY = Line((1, 4), highway="motorway")
NODES = {1: (-2.300, 53.400), 2: (-2.299, 53.400), 3: (-2.298, 53.400), 4: (-2.298, 53.401)}


@pytest.mark.parametrize("ending", [".osm.pbf", ".osm"])
def test_streets_and_paths_become_a_network(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"town{ending}"
    write_extract(file, NODES, [STREET, PATH, MOTORWAY])
    frame = read_walking(file)
    assert (len(frame.x_m), len(frame.start), frame.lines, frame.missing_nodes) == (4, 3, 2, 0)
    one = 111_320 * math.cos(math.radians(53.4)) / 1000  # a thousandth of a degree east
    assert sorted(frame.length_m.tolist()) == pytest.approx([one, one, 111.27], rel=5e-3)
    assert 379_000 < frame.x_m.min() < frame.x_m.max() < 381_000  # British National Grid


def test_an_extract_that_was_cut_leaves_out_what_it_lost_and_counts_it(tmp_path: Path) -> None:
    file = tmp_path / "cut.osm.pbf"
    write_extract(file, {k: v for k, v in NODES.items() if k != 2}, [STREET, PATH])
    frame = read_walking(file)
    assert (len(frame.x_m), len(frame.start), frame.missing_nodes) == (2, 1, 1)


def test_the_day_of_the_extract_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "dated.osm.pbf"
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2026-03-01T20:21:02Z")
    write_extract(file, NODES, [STREET], header)
    assert read_walking(file).made_on == datetime(2026, 3, 1, 20, 21, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tags", "may"),
    [
        ({"highway": "footway"}, True),
        ({"highway": "residential"}, True),
        ({"highway": "residential", "foot": "no"}, False),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "yes"}, True),
        ({"highway": "trunk"}, True),
        ({"highway": "trunk", "motorroad": "yes"}, False),
        ({"highway": "motorway"}, False),
        ({"highway": "cycleway"}, True),
        ({"highway": "construction"}, False),
        ({"highway": "proposed", "foot": "yes"}, False),
        ({"highway": "primary", "foot": "use_sidepath"}, False),
        ({"building": "yes", "foot": "yes"}, False),
        ({}, False),
    ],
)
def test_who_may_walk_where(tags: dict[str, str], may: bool) -> None:
    assert is_walked(tags) is may


def test_files_that_are_no_extract_are_refused_in_words(tmp_path: Path) -> None:
    for name, content in (("a.osm.pbf", b"not a pbf"), ("b.osm", b"<osm"), ("c.csv", b"x"), ("d.osm.pbf", b"")):
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(InputProblem) as refused:
            read_walking(file)
        assert refused.value.detail.fix.endswith(("whole.", ".osm.", "nodes."))
    empty = tmp_path / "empty.osm.pbf"
    write_extract(empty, NODES, [MOTORWAY])
    with pytest.raises(InputProblem, match="Nobody may walk"):
        read_walking(empty)


def test_an_extract_of_elsewhere_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "far.osm.pbf"
    write_extract(file, {1: (179.0, -80.0), 2: (-179.0, -80.1)}, [Line((1, 2), highway="path")])
    with pytest.raises(InputProblem, match="not where this map can measure"):
        read_walking(file)


def test_without_the_reader_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("geodata.readers.walking.import_module", missing)
    with pytest.raises(InputProblem, match="scripts/setup --walk"):
        read_walking(tmp_path / "town.osm.pbf")
