"""A made-up country for the tile benchmark: pins around towns, and areas whose borders wobble and are shared."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

WEST, SOUTH, EAST, NORTH = -5.0, 50.2, 1.6, 55.6
TOWNS = 420


def scatter(how_many: int, seed: int) -> np.ndarray:
    """Longitudes and latitudes: most around towns of very different sizes, some anywhere."""
    dice = np.random.default_rng(seed)
    towns = dice.uniform((WEST, SOUTH), (EAST, NORTH), (TOWNS, 2))
    weight = dice.pareto(1.1, TOWNS) + 0.05
    town = dice.choice(TOWNS, how_many, p=weight / weight.sum())
    points = towns[town] + dice.normal(0, 1, (how_many, 2)) * (0.02 * np.sqrt(weight[town]).clip(0.5, 6))[:, None]
    rural = dice.random(how_many) < 0.12
    points[rural] = dice.uniform((WEST, SOUTH), (EAST, NORTH), (rural.sum(), 2))
    return np.clip(points, (WEST, SOUTH), (EAST, NORTH))


def areas(how_many: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Shapes that share every border, some 40 vertices each, and a point in each."""
    seeds = scatter(int(how_many * 1.6), seed)
    far_enough = cKDTree(seeds).query(seeds, k=2)[0][:, 1] > 0.0006
    seeds = seeds[far_enough][:how_many]
    frame = shapely.box(WEST, SOUTH, EAST, NORTH)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=frame))
    cells = shapely.get_parts(shapely.intersection(cells, frame))
    wavy = shapely.transform(shapely.segmentize(shapely.set_precision(cells, 1e-6), 0.004), _warp)
    wavy = wavy[shapely.is_valid(wavy) & (shapely.get_type_id(wavy) == shapely.GeometryType.POLYGON)]
    return wavy, shapely.get_coordinates(shapely.point_on_surface(wavy))


def _warp(points: np.ndarray) -> np.ndarray:
    """Move every vertex by where it is, so that both sides of a border move alike."""
    points = np.round(points, 7)
    x, y = points[:, 0], points[:, 1]
    waves = [np.sin(900 * x + 500 * y) * 1.2e-4, np.sin(700 * y - 600 * x) * 1.2e-4]
    return np.round(points + np.column_stack(waves), 7)


@contextmanager
def timed(times: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    times[name] = time.perf_counter() - began


def fill(engine: Engine, pin_count: int, area_count: int) -> dict[str, float]:
    """Put the country into a migrated database, as a load would: one transaction, sets. Seconds for each part."""
    times: dict[str, float] = {}
    with Session(engine) as session:
        begin(session)
        with timed(times, "pins and their records"):
            add_pins(session, scatter(pin_count, 7))
        with timed(times, "drawing the areas"):
            add_areas(session, areas(area_count, 11)[0])
        session.commit()
    return times


def begin(session: Session) -> None:
    """A source, 23 themes and a layer called ``bench``, still without areas."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(text("SET LOCAL work_mem = '128MB'"))
    for statement in BASICS:
        session.execute(text(statement))


def add_pins(session: Session, where: np.ndarray) -> None:
    """Records at these longitudes and latitudes."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    _copy(session, "seed_point", "i int, lon float8, lat float8", enumerate(where.tolist()))
    for statement in RECORDS:
        session.execute(text(statement))
    session.execute(text("ANALYZE"))


def add_areas(session: Session, shapes: np.ndarray) -> None:
    """Fill the layer ``bench`` with shapes (WGS84) and draw it."""
    from app.actions.area_tiles import refresh_area_shapes

    rows = ((i, [w]) for i, w in enumerate(shapely.to_wkb(shapes, hex=True)))
    _copy(session, "seed_area", "i int, geom text", rows)
    session.execute(text(AREAS))
    refresh_area_shapes(
        session, session.execute(text("SELECT id FROM area_layer WHERE key = 'bench'")).scalar_one()
    )


def _copy(session: Session, table: str, columns: str, rows: Iterator[tuple[int, list[Any]]]) -> None:
    session.execute(text(f"CREATE TEMP TABLE {table} ({columns})"))
    driver = session.connection().connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for number, values in rows:
            copy.write_row((number, *values))
    session.execute(text(f"ANALYZE {table}"))


BASICS = (
    "INSERT INTO source (key, title, publisher, licence, attribution) VALUES ('b', 'b', 'b', 'b', 'invented')",
    "INSERT INTO theme SELECT 'theme-' || i, 'T', '?', '', 'dot', i FROM generate_series(1, 23) AS i",
    "INSERT INTO area_layer (key, name, singular, vintage, kind, sort_order, source_id) "
    "SELECT 'bench', 'Areas', 'Area', '2024', 'statistical', 1, id FROM source",
)

# Three of five are organisations with a service each, the others needs.
RECORDS = (
    "INSERT INTO organisation (id, name, kind, stage, review_status, source_id, source_ref) "
    "SELECT md5('o' || i)::uuid, 'Organisation ' || i, 'charity', 'established', 'approved', source.id, 'o' || i "
    "FROM seed_point, source WHERE i % 5 < 3",
    "INSERT INTO place (id, geom, privacy, source_id, source_ref) "
    "SELECT md5('p' || i)::uuid, ST_SetSRID(ST_MakePoint(lon, lat), 4326), 'exact', source.id, 'p' || i "
    "FROM seed_point, source WHERE i % 5 < 3",
    "INSERT INTO service (id, organisation_id, name, audiences, languages, cost, referral, is_online, "
    "review_status, source_id, source_ref) SELECT md5('s' || i)::uuid, md5('o' || i)::uuid, 'Service ' || i, "
    "ARRAY[(ARRAY['anyone', 'children', 'older_people', 'carers'])[1 + i % 4]], '{}', 'free', 'unknown', false, "
    "'approved', source.id, 's' || i FROM seed_point, source WHERE i % 5 < 3",
    "INSERT INTO service_theme SELECT DISTINCT md5('s' || i)::uuid, 'theme-' || (1 + (i * k) % 23) "
    "FROM seed_point, generate_series(1, 2) AS k WHERE i % 5 < 3 AND (k = 1 OR i % 2 = 0)",
    "INSERT INTO schedule (service_id, weekday, opens, closes) SELECT md5('s' || i)::uuid, 1 + i % 7, "
    "make_time(9 + i % 8, 0, 0), make_time(11 + i % 8, 30, 0) FROM seed_point WHERE i % 5 < 3 AND i % 3 = 0",
    "INSERT INTO footprint (organisation_id, role, place_id) SELECT md5('o' || i)::uuid, "
    "CASE WHEN i % 3 = 0 THEN 'registered_at' ELSE 'meets_at' END, md5('p' || i)::uuid "
    "FROM seed_point WHERE i % 5 < 3",
    "INSERT INTO need (theme_key, statement, audience, geom, privacy, support_count, status, raised_on, "
    "review_status, source_id, source_ref) SELECT 'theme-' || (1 + i % 23), 'Need ' || i, '', "
    "ST_SetSRID(ST_MakePoint(lon, lat), 4326), 'exact', 0, 'open', '2026-01-01', 'approved', source.id, 'n' || i "
    "FROM seed_point, source WHERE i % 5 >= 3",
)
AREAS = """
    INSERT INTO area (area_layer_id, area_code, name, geom, point_geom, size_m2)
    SELECT l.id, 'E' || lpad(i::text, 8, '0'), 'Area ' || i, ST_Multi(shape), ST_PointOnSurface(shape),
           ST_Area(ST_Transform(shape, 27700))
    FROM seed_area, area_layer l, ST_SetSRID(geom::geometry, 4326) AS shape
"""

# What tipg is given: the same rows in tables of its own, indexed. Points as they are; areas as drawn at a zoom.
TIPG_POINTS = """
    CREATE TABLE bench_points AS
    SELECT row_number() OVER () AS id, kind, name, themes[1] AS theme, ST_SetSRID(ST_MakePoint(
        (x / 4294967296.0 - 0.5) * 40075016.685578488, (0.5 - y / 4294967296.0) * 40075016.685578488
    ), 3857)::geometry(Point, 3857) AS geom
    FROM map_point ORDER BY cell;
    ALTER TABLE bench_points ADD PRIMARY KEY (id);
    CREATE INDEX ON bench_points USING gist (geom);
    ANALYZE bench_points;
"""
TIPG_AREAS = """
    CREATE TABLE bench_areas_z{zoom} AS SELECT number AS id, geom FROM area_shape WHERE band = {band};
    ALTER TABLE bench_areas_z{zoom} ADD PRIMARY KEY (id);
    CREATE INDEX ON bench_areas_z{zoom} USING gist (geom);
    ANALYZE bench_areas_z{zoom};
"""
