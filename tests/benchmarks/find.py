"""How long the finder takes: 95th percentile of GET /find over questions people ask, on a made-up country.

python -m tests.benchmarks.find [--services N] [--rounds N] [--write FILE]

Also how long records take to load with and without the table that the finder searches. Needs TEST_DATABASE_URL.
"""

from __future__ import annotations

import argparse
import statistics
import time
from contextlib import nullcontext
from itertools import product
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.queries.findable import later
from tests.benchmarks._tiles_world import add_pins, begin, scatter
from tests.databases import migrate_to_head, running_app, scratch_database, settings_for

WORDS = (
    "lunch", "club", "warm", "space", "football", "walking", "choir", "debt", "advice", "carers", "cafe", "group",
    "bereavement", "toddler", "gardening", "repair", "chess", "yoga", "dementia", "memory", "singing", "homework",
    "boxing", "youth", "food", "bank", "pantry", "prayer", "dance", "library", "computer", "coding",
)  # fmt: skip
QUESTIONS = {
    "near a town": "/find?near={town}",
    "near a village": "/find?near={village}",
    "near, with words": "/find?near={town}&q=lunch+club",
    "near, with filters": "/find?near={town}&theme=theme-3&free=1&day=tuesday&for=carers",
    "near, soonest": "/find?near={town}&sort=soonest",
    "near, 30 miles": "/find?near={town}&within=30mi",
    "open now": "/find?near={town}&open=1",
    "words alone": "/find?q=bereavement+cafe",
    "a slip of spelling": "/find?near={town}&q=berevement",
    "nothing near": "/find?near={village}&q=dementia+boxing+choir&within=15min",
    "everything": "/find",
}
DESCRIBE = """
    UPDATE service SET
        name = initcap(word(source_ref) || ' ' || word(source_ref || 'b')),
        description = (SELECT string_agg(word(source_ref || n), ' and ') FROM generate_series(1, 30) AS n),
        cost = (ARRAY['free', 'paid', 'donation', 'unknown'])[1 + abs(hashtext(source_ref || 'c')) % 4],
        step_free = abs(hashtext(source_ref || 's')) % 3 = 0,
        confirmed_on = current_date - abs(hashtext(source_ref || 'd')) % 1000
"""
WORD = f"""
    CREATE FUNCTION pg_temp.word(seed text) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT (string_to_array('{" ".join(WORDS)}', ' '))[1 + abs(hashtext(seed)) % {len(WORDS)}] $$
"""
TABLES = ("organisation", "service", "service_theme", "schedule", "footprint", "place")


def fill(engine: Engine, services: int, *, with_finder: bool = True) -> float:
    """Put ``services`` services into a migrated database; returns how long the records took, in seconds."""
    with Session(engine) as session:
        begin(session)
        if not with_finder:
            for table, event in product(TABLES, ("insert", "update", "delete")):
                session.execute(text(f"DROP TRIGGER IF EXISTS find_{event} ON {table}"))
        began = time.perf_counter()
        with later(session) if with_finder else nullcontext():  # as the loaders do
            add_pins(session, scatter(services * 5 // 3, 7))
        took = time.perf_counter() - began
        if with_finder:
            session.execute(text(WORD))
            session.execute(text(DESCRIBE.replace("word(", "pg_temp.word(")))
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return took


def busiest(engine: Engine) -> dict[str, str]:
    """A position in the thick of it, and one with few around."""
    with engine.connect() as connection:
        rows = connection.execute(
            text("""
            SELECT count(*) AS n, avg(ST_Y(geom)) AS lat, avg(ST_X(geom)) AS lon FROM place
            GROUP BY round(ST_X(geom)::numeric, 1), round(ST_Y(geom)::numeric, 1) ORDER BY 1 DESC
            """)
        ).all()
    at = {"town": rows[0], "village": rows[len(rows) // 2]}
    return {name: f"{row.lat:.3f}%2C{row.lon:.3f}" for name, row in at.items()}


def measure(url: str, places: dict[str, str], rounds: int) -> list[tuple[str, float, float, int]]:
    """(question, median, 95th percentile, answer's status) in milliseconds, the questions taking turns."""
    times: dict[str, list[float]] = {name: [] for name in QUESTIONS}
    statuses: dict[str, int] = {}
    with running_app(url) as app:
        client = app.test_client()
        for number in range(rounds + 1):
            for name, address in QUESTIONS.items():
                began = time.perf_counter()
                statuses[name] = client.get(address.format(**places)).status_code
                if number:
                    times[name].append((time.perf_counter() - began) * 1000)
    return [
        (name, statistics.median(took), sorted(took)[int(len(took) * 0.95) - 1], statuses[name])
        for name, took in times.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--services", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--write", type=Path, help="also write the table to this file")
    options = parser.parse_args()
    lines = []
    for name, with_finder in (("without", False), ("with", True)):
        with scratch_database(f"wdw_bench_find_{name}") as url:
            migrate_to_head(url)
            engine = create_engine(settings_for(url).sqlalchemy_url)
            took = fill(engine, options.services, with_finder=with_finder)
            lines.append(f"Loading {options.services:,} services {name} the finder's table: {took:.1f} s")
            if with_finder:
                rows = measure(url, busiest(engine), options.rounds)
                lines += ["", "| question | median ms | 95 % ms | answer |", "|---|---|---|---|"]
                lines += [f"| {row[0]} | {row[1]:.0f} | {row[2]:.0f} | {row[3]} |" for row in rows]
            engine.dispose()
    print("\n".join(lines))
    if options.write:
        options.write.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
