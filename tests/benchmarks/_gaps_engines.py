"""The contestants of the gap benchmark. Each runs in a process of its own and prints one line of JSON.

python -m tests.benchmarks._gaps_engines ENGINE AREAS SERVICES REACH_M [PARTS]
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from app.analysis.catchments import find_pairs
from app.analysis.provision import measure_provision
from tests.benchmarks._gaps_problem import THEMES, Problem, make_problem, settings_for

Check = list[float]  # a weighted sum of access for each theme: what every engine must agree on
EDGE = math.exp(-0.5)


def peak_mb() -> float:
    """The most memory this process ever held, in MB (10^6 bytes)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024 / 1e6
    return math.nan


def marks(count: int) -> np.ndarray:
    """A weight per area that gives a mistake in any one area away."""
    return 1.0 + np.arange(count) % 7


@dataclass(frozen=True)
class Time:
    """Seconds on the wall, and seconds of processor time over all cores: the second does not mind other work."""

    wall: float
    processor: float

    @classmethod
    def now(cls) -> Time:
        return cls(time.perf_counter(), time.process_time())

    def since(self, start: Time) -> Time:
        return Time(self.wall - start.wall, self.processor - start.processor)


GIVEN: dict[str, Time] = {}  # the time of a part of the run, reported as a contestant of its own


def timed(work: Callable[[], Check]) -> tuple[Time, Check]:
    start = Time.now()
    check = work()
    return Time.now().since(start), check


def ours(problem: Problem, reach_m: float, engine: str, *, reasons: bool) -> tuple[Time, Check]:
    def work() -> Check:
        found = measure_provision(
            problem.points, problem.services, THEMES, settings_for(reach_m), engine=engine, reasons=reasons
        )
        return [float(total) for total in found.access @ marks(problem.points.count)]

    return timed(work)


def compiled(problem: Problem, reach_m: float, *, reasons: bool) -> tuple[Time, Check]:
    small = make_problem(50, 20)
    ours(small, reach_m, "numba", reasons=reasons)  # compile or load from cache before the clock starts
    return ours(problem, reach_m, "numba", reasons=reasons)


def pysal(problem: Problem, reach_m: float) -> tuple[Time, Check]:
    """PySAL's ``access``, looped over themes as it must be, on tables of distances made by our own search.

    The package's own search is far slower. GIVEN remembers the time without making the tables.
    """
    import pandas as pd
    from access import fca

    start = Time.now()
    points, services = problem.points, problem.services
    people = pd.DataFrame({"geoid": np.arange(points.count), "people": points.people})
    pairs = find_pairs(points, services, settings_for(reach_m))
    theme_of = services.theme[pairs.service]
    tables = []
    for theme in range(THEMES):
        rows = np.flatnonzero(theme_of == theme)
        costs = pd.DataFrame(
            {"origin": pairs.point[rows], "dest": pairs.service[rows], "cost": pairs.distance_m[rows]}
        )
        here = np.flatnonzero(services.theme == theme)
        tables.append((pd.DataFrame({"supply": services.supply[here]}, index=pd.Index(here, name="geoid")), costs))
    del pairs, theme_of

    def dai(metres: float) -> float:
        u = metres / reach_m
        return (math.exp(-u * u / 2) - EDGE) / (1 - EDGE)

    def work() -> Check:
        check = []
        for supply, costs in tables:
            access = fca.two_stage_fca(
                people,
                supply,
                costs,
                max_cost=reach_m,
                demand_index="geoid",
                demand_name="people",
                supply_name="supply",
                weight_fn=dai,
            )
            check.append(float(access.to_numpy() @ marks(points.count)[access.index]))
        return check

    summing, check = timed(work)
    GIVEN["access, distances given"] = summing
    return Time.now().since(start), check


POSTGIS_LOAD = """
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE UNLOGGED TABLE area (id int PRIMARY KEY, people float8, x float8, y float8, geom geometry(Point, 27700));
CREATE UNLOGGED TABLE service (id int PRIMARY KEY, theme int, supply float8, x float8, y float8,
                               geom geometry(Point, 27700));
"""
POSTGIS_READY = """
UPDATE area SET geom = ST_SetSRID(ST_MakePoint(x, y), 27700);
UPDATE service SET geom = ST_SetSRID(ST_MakePoint(x, y), 27700);
CREATE INDEX ON area USING gist (geom);
CREATE INDEX ON service USING gist (geom);
CLUSTER area USING area_geom_idx;
CLUSTER service USING service_geom_idx;
"""
# Parallel workers, memory and no just-in-time compiling: the settings that ran fastest here. Pairs are kept once
# in an unlogged table, which beats finding them twice.
POSTGIS_SETTINGS = """
SET work_mem = '512MB';
SET max_parallel_workers_per_gather = 4;
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 10;
SET jit = off;
"""
POSTGIS_SUM = """
DROP TABLE IF EXISTS pair, ratio, access;
CREATE UNLOGGED TABLE pair AS
    SELECT service.id AS service, service.theme, area.id AS area, area.people,
           (exp(-((area.x - service.x) ^ 2 + (area.y - service.y) ^ 2) / (2 * {reach} * {reach})) - exp(-0.5))
           / (1 - exp(-0.5)) AS weight
    FROM service JOIN area ON ST_DWithin(area.geom, service.geom, {reach});
CREATE UNLOGGED TABLE ratio AS
    SELECT service, sum(people * weight) AS shared_by FROM pair GROUP BY service;
ANALYZE ratio;
CREATE UNLOGGED TABLE access AS
    SELECT pair.theme, pair.area, sum(service.supply / nullif(ratio.shared_by, 0) * pair.weight) AS access
    FROM pair JOIN ratio USING (service) JOIN service ON service.id = pair.service
    GROUP BY pair.theme, pair.area;
"""
POSTGIS_CHECK = """
SELECT theme, coalesce(sum(access * (1 + area % 7)), 0) FROM access GROUP BY theme ORDER BY theme
"""


def postgis(problem: Problem, reach_m: float) -> tuple[Time, Check]:
    """The same sum in SQL, in a scratch database of its own; loading and indexing are not on the clock."""
    import psycopg
    from psycopg.conninfo import make_conninfo

    server = os.environ.get("TEST_DATABASE_URL") or os.environ["DATABASE_URL"]
    name = f"wdw_bench_gaps_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    try:
        with psycopg.connect(make_conninfo(server, dbname=name), autocommit=True) as database:
            load_postgis(database, problem)

            def work() -> Check:
                database.execute(POSTGIS_SUM.format(reach=float(reach_m)))
                return [float(total) for _, total in database.execute(POSTGIS_CHECK).fetchall()]

            return timed(work)
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def load_postgis(database, problem: Problem) -> None:  # type: ignore[no-untyped-def]
    points, services = problem.points, problem.services
    database.execute(POSTGIS_LOAD)
    with database.cursor() as cursor:
        with cursor.copy("COPY area (id, people, x, y) FROM STDIN") as copy:
            rows = (
                np.arange(points.count).tolist(),
                *(a.tolist() for a in (points.people, points.x_m, points.y_m)),
            )
            for row in zip(*rows, strict=True):
                copy.write_row(row)
        with cursor.copy("COPY service (id, theme, supply, x, y) FROM STDIN") as copy:
            columns = (services.theme, services.supply, services.x_m, services.y_m)
            for row in zip(np.arange(services.count).tolist(), *(a.tolist() for a in columns), strict=True):
                copy.write_row(row)
    database.execute(POSTGIS_READY)
    database.execute(POSTGIS_SETTINGS)
    database.execute("VACUUM ANALYZE area")
    database.execute("VACUUM ANALYZE service")


def one_core_limit(problem: Problem, reach_m: float) -> tuple[Time, Check]:
    """A bare compiled loop over as many pairs, ready side by side in memory: no search, one core, no answer."""
    from tests.benchmarks._gaps_limit import stream

    pairs = find_pairs(problem.points, problem.services, settings_for(reach_m))
    per_service = np.bincount(pairs.service, minlength=problem.services.count)
    stream(problem.points.x_m, problem.points.y_m, problem.points.people, per_service[:10], reach_m)
    return timed(
        lambda: [stream(problem.points.x_m, problem.points.y_m, problem.points.people, per_service, reach_m)]
    )


ENGINES: dict[str, Callable[[Problem, float], tuple[Time, Check]]] = {
    "numpy": lambda problem, reach: ours(problem, reach, "grid", reasons=False),
    "numpy+why": lambda problem, reach: ours(problem, reach, "grid", reasons=True),
    "numba": lambda problem, reach: compiled(problem, reach, reasons=False),
    "numba+why": lambda problem, reach: compiled(problem, reach, reasons=True),
    "access": pysal,
    "postgis": postgis,
    "limit": one_core_limit,
}


def main(arguments: list[str]) -> None:
    engine, areas, services, reach_m, *parts = arguments
    problem = make_problem(int(areas), int(services), parts=int(parts[0]) if parts else 1)
    taken, check = ENGINES[engine](problem, float(reach_m))
    given = {name: asdict(part) for name, part in GIVEN.items()}
    print(json.dumps({**asdict(taken), "peak_mb": peak_mb(), "check": check, "given": given}))


if __name__ == "__main__":
    main(sys.argv[1:])
