"""One timed run in a process of its own: python -m tests.benchmarks._load_runs KIND ENGINE FOLDER

KIND is areas, indicators, postcodes or organisations. ENGINE is "load" (read the file and load it), "again" (the
same once more) or "copy" (raw COPY of the rows that were loaded into new tables of the same shape).
Prints {"rows", "read_s", "load_s", "peak_mb"} as JSON; the database is that of DATABASE_URL.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app import create_app
from app.actions.clock import today
from app.actions.load_areas import LayerCard, load_areas
from app.actions.load_indicators import load_indicators
from app.actions.load_postcodes import load_postcodes
from app.actions.load_records import load_records
from app.actions.loading import LoadReport, SourceCard
from app.db import db
from geodata.datasets import read_dataset
from geodata.frames import AreasFrame, IndicatorsFrame, PostcodesFrame, RecordsFrame
from geodata.profiles import read_profile
from geodata.readers.areas import read_areas
from geodata.readers.indicators import read_indicators
from geodata.readers.postcodes import read_postcodes
from geodata.readers.records import read_records

TABLES = {
    "areas": ["area"],
    "indicators": ["indicator_value"],
    "postcodes": ["postcode"],
    "organisations": [
        "organisation", "organisation_identifier", "place", "service", "service_theme", "schedule", "footprint",
    ],
}  # fmt: skip
LAYER = LayerCard("bench-1", "Bench areas", "Bench area", "1")
Frame = AreasFrame | IndicatorsFrame | PostcodesFrame | RecordsFrame


def read(kind: str, folder: Path) -> Frame:
    if kind == "areas":
        return read_areas(folder / "areas.geojson", "code", "name")
    if kind == "indicators":
        return read_indicators(folder / "numbers.csv", read_dataset(folder / "numbers.yaml"))
    if kind == "postcodes":
        return read_postcodes(folder / "postcodes.csv")
    return read_records(folder / "clubs.csv", read_profile(folder / "clubs.yaml"))


def load(session: Session, kind: str, frame: Frame, folder: Path) -> LoadReport:
    card = SourceCard(f"bench-{kind}", "Bench")
    if isinstance(frame, AreasFrame):
        return load_areas(session, frame, LAYER, card, file=kind)
    if isinstance(frame, IndicatorsFrame):
        indicators = read_dataset(folder / "numbers.yaml").indicators
        return load_indicators(session, frame, indicators, LAYER.key, card, file=kind)
    if isinstance(frame, PostcodesFrame):
        return load_postcodes(session, frame, card, file=kind)
    return load_records(session, frame, card, file=kind, today=today())


def time_load(kind: str, folder: Path) -> dict[str, float]:
    """Read and load; postcodes are read while they load, so reading them alone is timed first."""
    started = time.perf_counter()
    frame = read(kind, folder)
    if isinstance(frame, PostcodesFrame):
        for _ in frame.chunks:
            pass
    read_s = time.perf_counter() - started
    if isinstance(frame, PostcodesFrame):
        frame = read(kind, folder)
    started = time.perf_counter()
    report = load(db.session, kind, frame, folder)
    db.session.commit()
    whole = time.perf_counter() - started
    thing = {"areas": "areas", "indicators": "values"}.get(kind, kind)
    load_s = whole - read_s if isinstance(frame, PostcodesFrame) else whole
    return {"rows": report.tallies[thing].read, "read_s": read_s, "load_s": load_s, "changed": report.changed}


def time_copy(kind: str) -> dict[str, float]:
    """Raw COPY of the same rows into empty tables with the same columns, checks, generated columns and indexes."""
    driver = db.session.connection().connection.driver_connection
    assert driver is not None
    dumps = []
    for table in TABLES[kind]:
        columns = ", ".join(
            db.session.scalars(
                text(
                    "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' "
                    "AND table_name = :table AND is_generated = 'NEVER' ORDER BY ordinal_position"
                ),
                {"table": table},
            )
        )
        db.session.execute(text(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)"))
        kept = io.BytesIO()
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
            for block in copy:
                kept.write(block)
        dumps.append((table, columns, kept.getbuffer()))
    started = time.perf_counter()
    for table, columns, kept_rows in dumps:
        with driver.cursor() as cursor, cursor.copy(f"COPY raw_{table} ({columns}) FROM STDIN") as copy:
            for i in range(0, len(kept_rows), 1 << 17):
                copy.write(kept_rows[i : i + (1 << 17)])
    db.session.commit()
    return {"rows": 0, "read_s": 0.0, "load_s": time.perf_counter() - started, "changed": True}


def main(kind: str, engine: str, folder: str) -> None:
    app = create_app()
    with app.app_context():
        db.session.execute(text("SET statement_timeout = 0"))
        run = time_copy(kind) if engine == "copy" else time_load(kind, Path(folder))
        run["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(run))


if __name__ == "__main__":
    main(*sys.argv[1:])
