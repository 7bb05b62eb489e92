"""Tiles per second: ours against tipg on the same rows and against the SQL alone; and z6 against z12.

python -m tests.benchmarks.tiles [--quick] [--only areas|points] [--rounds N] [--seconds S] [--write FILE]

All take turns on this machine, and other work slows all of them alike: compare ratios, not rates. Needs
TEST_DATABASE_URL, the Debian packages wrk and postgresql-contrib's pgbench, and for tipg the network once.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.actions.map_cells import morton, place_in_tile
from app.actions.map_points import make_tiles
from app.actions.pin_tiles import MOST_PINS_IN_DETAIL, TileShape
from app.actions.tile_blocks import Block, Tile
from app.queries import area_tiles, map_points
from app.queries.area_tiles import TILES, DrawingRow
from tests.benchmarks import _tiles_servers as servers
from tests.benchmarks._tiles_world import TIPG_AREAS, TIPG_POINTS, fill
from tests.databases import migrate_to_head, scratch_database, settings_for

SIZES = {"full": (500_000, 35_000), "quick": (20_000, 3_000)}
ZOOMS = (6, 8, 10, 12, 14)
CONNECTIONS = (2, 16)
FULLEST = 20
VIEWS, COLUMNS, ROWS = 10, 4, 3
"""pgbench takes at most 128 statements."""
TIPG = "/collections/public.{}/tiles/WebMercatorQuad/{}/{}/{}"
Address = tuple[int, int, int]
Run = tuple[float, float]  # tiles per second, 95th percentile in ms
Results = dict[tuple[str, int, str, int], list[Run]]  # by layer, zoom, program and connections
PROGRAMS = ("ours", "ours kept", "tipg", "sql")


@dataclass(frozen=True)
class Case:
    """The same tiles of one layer at one zoom, as each of the three is asked for them: ours also by the view."""

    layer: str
    zoom: int
    ours: list[str]
    tipg: list[str]
    sql: list[str]
    tiles_at_once: int = 1


def fullest_tiles(session: Session, zoom: int) -> list[Address]:
    rows = session.execute(
        text("SELECT cell >> :shift AS tile FROM map_point GROUP BY 1 ORDER BY count(*) DESC LIMIT :most"),
        {"shift": 2 * (map_points.FINEST_LEVEL - zoom), "most": FULLEST},
    )
    return [(zoom, *place_in_tile(row.tile, zoom)) for row in rows]


def view_of(tile: Tile) -> Block:
    """A screen of tiles with this one in it."""
    most = 2**tile.zoom
    west, north = min(max(0, tile.x - 1), most - COLUMNS), min(max(0, tile.y - 1), most - ROWS)
    return Block(tile.zoom, west, north, COLUMNS, ROWS)


def literal(statement: str, **values: int | str | list[int]) -> str:
    """A statement of ours for pgbench, which knows no parameters of ours."""
    for name, value in sorted(values.items(), key=lambda item: -len(item[0])):
        shown = (
            f"ARRAY{value}" if isinstance(value, list) else f"'{value}'" if isinstance(value, str) else str(value)
        )
        statement = statement.replace(f":{name}", shown)
    return " ".join(statement.split())


def point_sql(session: Session, tile: Address) -> str:
    """What the app asks the database for this tile, when it is neither empty nor small."""
    zoom, x, y = tile
    shape = TileShape.at(zoom, [])
    [(first, last)] = shape.ranges([morton(x, y)])
    counts = map_points.list_counts(session, zoom, [(first, last)]) if zoom <= map_points.MOST_COUNTED_ZOOM else []
    if sum(count.pins for count in counts) > MOST_PINS_IN_DETAIL:
        return literal(str(map_points.COUNTS), zoom=zoom, firsts=[first], lasts=[last])
    shift = 2 * (map_points.FINEST_LEVEL - shape.level)
    cells = {"firsts": [first << shift], "lasts": [((last + 1) << shift) - 1]}
    return literal(map_points.PINS, **cells, shift=shift, limit=MOST_PINS_IN_DETAIL + 1)


def area_sql(drawn: DrawingRow, band: int, tile: Address) -> str:
    zoom, x, y = tile
    level = drawn.bands[band][2]
    name = f"groups-{level}" if level else "areas"
    which: dict[str, int | str] = {"layer": drawn.layer_id, "version": drawn.version, "band": band, "name": name}
    return literal(str(TILES), **which, zoom=zoom, xs=[x], ys=[y])


def make_cases(engine: Engine) -> list[Case]:
    cases = []
    with Session(engine) as session:
        drawn = area_tiles.find_drawing(session, "bench")
        assert drawn is not None
        session.execute(text(TIPG_POINTS))
        for zoom in ZOOMS:
            band = next(number for number, (first, last, _) in enumerate(drawn.bands) if first <= zoom <= last)
            session.execute(text(TIPG_AREAS.format(zoom=zoom, band=band)))
            fullest = [Tile(*tile) for tile in fullest_tiles(session, zoom)]
            for of, wanted in (("", fullest), (", a view", [view_of(tile) for tile in fullest[:VIEWS]])):
                tiles = [(zoom, x, y) for each in wanted for x, y in each.tiles()]
                paths = ["/".join(map(str, each.address)) for each in wanted]
                ending = "mvts" if of else "mvt"
                cases += [
                    Case(
                        f"areas{of}", zoom,
                        [f"/tiles/areas/bench/{drawn.version}/{path}.{ending}" for path in paths],
                        [TIPG.format(f"bench_areas_z{zoom}", *tile) for tile in tiles],
                        [area_sql(drawn, band, tile) for tile in tiles],
                        len(tiles) // len(wanted),
                    ),
                    Case(
                        f"points{of}", zoom,
                        [f"/tiles/places/{drawn.version}/{path}.json" for path in paths],
                        [TIPG.format("bench_points", *tile) for tile in tiles],
                        [point_sql(session, tile) for tile in tiles],
                        len(tiles) // len(wanted),
                    ),
                ]  # fmt: skip
        session.commit()
    return cases


def time_tiles(engine: Engine) -> dict[int, float]:
    """Milliseconds to make a tile of pins, by zoom: the middle of the fullest tiles, zooms taking turns."""
    took: dict[int, list[float]] = {zoom: [] for zoom in (4, *ZOOMS)}
    with Session(engine) as session:
        tiles = {zoom: fullest_tiles(session, zoom) for zoom in took}
        themes = map_points.get_map_state(session).themes
        for turn in range(6):
            for zoom, addresses in tiles.items():
                for address in addresses:
                    began = time.perf_counter()
                    make_tiles(session, themes, Tile(*address))
                    if turn:
                        took[zoom].append((time.perf_counter() - began) * 1000)
    return {zoom: statistics.median(times) for zoom, times in took.items()}


def measure(url: str, cases: list[Case], rounds: int, seconds: float) -> Results:
    results: Results = {}
    with ExitStack() as running:
        scratch = Path(running.enter_context(tempfile.TemporaryDirectory()))
        addresses = {}
        for name, folder in (("ours", "/dev/null/nowhere"), ("ours kept", str(scratch / "tiles"))):
            command, port, environment = servers.ours(url, folder)
            addresses[name] = running.enter_context(servers.server(command, port, environment, "/livez"))
        if servers.has_tipg():
            command, port, environment = servers.tipg(url)
            addresses["tipg"] = running.enter_context(servers.server(command, port, environment, "/healthz"))
        for number in range(rounds):
            for case in cases:
                for connections in CONNECTIONS:
                    for name, address in addresses.items():
                        paths = case.tipg if name == "tipg" else case.ours
                        rate, p95 = servers.load(address, paths, connections, seconds, scratch)
                        found = (rate * (1 if name == "tipg" else case.tiles_at_once), p95)
                        results.setdefault((case.layer, case.zoom, name, connections), []).append(found)
                    found = servers.raw(url, case.sql, connections, seconds, scratch)
                    results.setdefault((case.layer, case.zoom, "sql", connections), []).append(found)
                print(f"round {number + 1} of {rounds}: {case.layer} z{case.zoom}", file=sys.stderr, flush=True)
    return results


def report(results: Results, times: dict[str, float], zooms: dict[int, float]) -> str:
    lines = [
        "| layer | zoom | connections | ours, tiles/s (p95 ms) | ours kept on disk | tipg | SQL alone "
        "| ours / tipg | kept / tipg | ours / SQL | kept / SQL |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for layer, zoom, connections in sorted({(key[0], key[1], key[3]) for key in results}):
        found = {name: results.get((layer, zoom, name, connections), []) for name in PROGRAMS}
        cells = [layer, zoom, connections, *map(_shown, found.values())]
        cells += [_ratio(found[one], found[other]) for other in ("tipg", "sql") for one in ("ours", "ours kept")]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    lines += ["", "Making one tile of pins, ms: " + ", ".join(f"z{z} {ms:.1f}" for z, ms in zooms.items())]
    lines += [f"z6 / z12: {zooms[6] / zooms[12]:.2f}", ""]
    lines += [f"{name}: {seconds:.1f} s" for name, seconds in times.items()]
    return "\n".join(lines) + "\n"


def _shown(runs: list[Run]) -> str:
    if not runs:
        return "-"
    return f"{statistics.median(rate for rate, _ in runs):,.0f} ({statistics.median(p95 for _, p95 in runs):.1f})"


def _ratio(one: list[Run], other: list[Run]) -> str:
    """The median over rounds of rate by rate: what ran in the same round met the same weather."""
    if not other:
        return "-"
    return f"{statistics.median(a / b for (a, _), (b, _) in zip(one, other, strict=True)):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a small country, one short round")
    parser.add_argument("--only", choices=("areas", "points"), default="", help="the tiles of one kind")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--write", type=Path, help="also write the table to this file")
    options = parser.parse_args()
    if missing := servers.missing_programs():
        raise SystemExit(f"Not here: {', '.join(missing)}. On Debian: apt-get install wrk postgresql-contrib")
    pins, areas = SIZES["quick" if options.quick else "full"]
    rounds, seconds = (1, 1.0) if options.quick else (options.rounds, options.seconds)
    with scratch_database(f"wdw_bench_tiles_{os.getpid()}") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url)
        times = fill(engine, pins, areas)
        cases = [case for case in make_cases(engine) if case.layer.startswith(options.only)]
        zooms = time_tiles(engine)
        engine.dispose()
        results = measure(url, cases, rounds, seconds)
    text_of = f"{pins:,} pins, {areas:,} areas; {os.cpu_count()} cores, {platform.machine()}; {rounds} rounds\n\n"
    text_of += report(results, times, zooms)
    print(text_of)
    if options.write:
        options.write.write_text(text_of)


if __name__ == "__main__":
    main()
