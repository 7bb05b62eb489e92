"""The same country with few or many pins, each in a database of its own: real outlines where they are at hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
import shapely
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.queries.versions import AREAS, INDICATORS, RECORDS, bump_versions
from geodata.readers.areas import read_areas
from tests.benchmarks import _tiles_world as country
from tests.databases import migrate_to_head, scratch_database, settings_for

OUTLINES = Path(__file__).resolve().parents[3] / "shared" / "data" / "areas" / "lsoa11_england_wales.gpkg"
AREA_COUNT = 34_753

# One point of people on each area; squares of half a degree in most of which somebody has looked.
PEOPLE = (
    "INSERT INTO population_point (area_id, x_m, y_m, share, people, geom) "
    "SELECT id, ST_X(metric), ST_Y(metric), 1, 1000 + (id * 7919) % 1800, point_geom "
    "FROM area, ST_Transform(point_geom, 27700) AS metric",
    "INSERT INTO area_layer (key, name, singular, vintage, kind, sort_order, source_id) "
    "SELECT 'squares', 'Squares', 'Square', '2024', 'grid', 2, id FROM source",
    "INSERT INTO area (area_layer_id, area_code, name, geom, point_geom, size_m2) "
    "SELECT l.id, 'Q' || i || '-' || j, 'Square ' || i || '-' || j, ST_Multi(shape), ST_PointOnSurface(shape), "
    "1e9 FROM area_layer l, generate_series(-14, 5) AS i, generate_series(98, 112) AS j, "
    "ST_MakeEnvelope(i / 2.0, j / 2.0, i / 2.0 + 0.5, j / 2.0 + 0.5, 4326) AS shape WHERE l.key = 'squares'",
    "INSERT INTO point_area (area_layer_id, population_point_id, area_id) "
    "SELECT a.area_layer_id, p.id, a.id FROM population_point p JOIN area a ON a.id = p.area_id",
    "INSERT INTO point_area (area_layer_id, population_point_id, area_id) "
    "SELECT a.area_layer_id, p.id, min(a.id) FROM population_point p JOIN area a ON ST_Intersects(a.geom, p.geom) "
    "JOIN area_layer l ON l.id = a.area_layer_id AND l.key = 'squares' GROUP BY 1, 2",
    "INSERT INTO site (id, name, base_layer_id, is_invented) SELECT 1, 'Benchmark', id, true FROM area_layer "
    "WHERE key = 'bench'",
)
SURVEYS = (  # in four squares of five
    "INSERT INTO survey (area_id, checked_on, completeness, kind, source_id) "
    "SELECT a.id, :day, 1, 'published_list', source.id FROM source, area a "
    "JOIN area_layer l ON l.id = a.area_layer_id WHERE l.key = 'squares' AND a.id % 5 > 0"
)


def outlines(how_many: int | None) -> tuple[str, np.ndarray]:
    """What they are, and the shapes: LSOAs of England and Wales, or made up when small or not at hand."""
    if how_many is None and OUTLINES.is_file():
        frame = read_areas(OUTLINES, code_field="lsoa11_code", name_field="lsoa11_name")
        return "LSOAs (2011) of England and Wales", frame.areas.geometry.to_numpy()
    return "made-up areas", country.areas(how_many or AREA_COUNT, 11)[0]


def near(shapes: np.ndarray, how_many: int) -> np.ndarray:
    """Longitudes and latitudes in and around random areas: dense where areas are small, as people are."""
    dice = np.random.default_rng(7)
    middles = shapely.get_coordinates(shapely.point_on_surface(shapes))
    return middles[dice.choice(len(middles), how_many)] + dice.normal(0, 0.004, (how_many, 2))


@contextmanager
def worlds(pin_counts: tuple[int, ...], shapes: np.ndarray) -> Iterator[dict[int, str]]:
    """Addresses of databases that differ in how many pins they hold, and in nothing else."""
    name = f"wdw_bench_maps_{os.getpid()}"
    with ExitStack() as kept:
        base = kept.enter_context(scratch_database(name))
        migrate_to_head(base)
        with _session(base) as session:
            country.begin(session)
            country.add_areas(session, shapes)
            for statement in PEOPLE:
                session.execute(text(statement))
        addresses = {}
        for count in pin_counts:
            url = kept.enter_context(scratch_database(f"{name}_{count}", make_url(base).database or ""))
            with _session(url) as session:
                country.add_pins(session, near(shapes, count))
                session.execute(text(SURVEYS), {"day": today() - timedelta(days=30)})
                bump_versions(session, [AREAS, INDICATORS, RECORDS])
            addresses[count] = url
        yield addresses


@contextmanager
def _session(url: str) -> Iterator[Session]:
    engine = create_engine(settings_for(url).sqlalchemy_url)
    with Session(engine) as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        yield session
        session.commit()
    engine.dispose()


def points_of(url: str) -> tuple[np.ndarray, list[str]]:
    """Every pin as [lon, lat] and its name, for maps that hold them in the page."""
    with _session(url) as session:
        rows = session.execute(
            text("SELECT x / 4294967296.0 * 360 - 180, y / 4294967296.0, name FROM map_point ORDER BY cell")
        ).all()
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * np.array([float(row[1]) for row in rows])))))
    return np.round(np.column_stack([[float(row[0]) for row in rows], lat]), 5), [row[2] for row in rows]


def in_degrees(shapes: np.ndarray) -> np.ndarray:
    """Shapes for a page: 5 decimals, as every careful author writes them."""
    return np.asarray(shapely.set_precision(shapes, 1e-5, mode="pointwise"))
