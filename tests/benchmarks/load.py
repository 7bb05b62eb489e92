"""How fast the loaders are, against raw COPY of the same rows into tables of the same shape.

python -m tests.benchmarks.load [--quick] [--rounds N] [--write FILE]

Each run is a process of its own and each round a new database; runs take turns, and only ratios between them are
compared, because other work on the machine slows all of them alike. Needs TEST_DATABASE_URL.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from app.actions.clock import today
from tests.benchmarks._load_files import write_files
from tests.databases import migrate_to_head, scratch_database

KINDS = ("areas", "indicators", "postcodes", "organisations")
ENGINES = ("load", "copy", "again")
NATION = {"areas": 34_753, "postcodes": 2_700_000, "clubs": 100_000}
QUICK = {"areas": 2_000, "postcodes": 100_000, "clubs": 5_000}
ROOT = Path(__file__).resolve().parents[2]
Runs = dict[tuple[str, str], list[dict[str, float]]]


def run_child(kind: str, engine: str, folder: Path, url: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks._load_runs", kind, engine, str(folder)]
    environment = {**os.environ, "DATABASE_URL": url, "WDW_DEMO_MODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"{kind} {engine} failed:\n{done.stderr}")
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(f"  {kind:<14} {engine:<6} {answer['load_s']:8.2f} s", file=sys.stderr, flush=True)
    return answer


def measure(folder: Path, rounds: int) -> Runs:
    runs: Runs = {(kind, engine): [] for kind in KINDS for engine in ENGINES}
    name = f"wdw_bench_load_{os.getpid()}"
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
        with scratch_database(name) as url:
            migrate_to_head(url)
            for kind in KINDS:
                for engine in ENGINES:
                    runs[kind, engine].append(run_child(kind, engine, folder, url))
    return runs


def middle(runs: list[dict[str, float]], *names: str) -> float:
    return statistics.median(sum(run[name] for name in names) for run in runs)


def ratio(ours: list[dict[str, float]], theirs: list[dict[str, float]], *names: str) -> float:
    """Median over rounds of our time over theirs in the same round."""
    pairs = zip(ours, theirs, strict=True)
    return statistics.median(sum(a[name] for name in names) / b["load_s"] for a, b in pairs)


def report(runs: Runs, rounds: int) -> str:
    lines = [
        "# How fast loading is",
        "",
        f"Measured on {today()} with Python {platform.python_version()} on {os.cpu_count()} shared processors, "
        f"{rounds} rounds. Run it again with `scripts/bench load` (`--quick` for a small one).",
        "",
        "The files are made up and of national size. “Raw COPY” is PostgreSQL’s own bulk load of the same rows "
        "into new tables with the same columns, checks and indexes, of rows already clean, joined and measured. "
        "A loader does more: it reads the file, checks every row, joins it to what is there, measures areas, and "
        "changes only what differs. Compare the ratios; the seconds depend on the machine and what else it does. "
        "Loading organisations also keeps the pins of the map and their counts up to date, which COPY does not.",
        "",
        "| loader | rows | rows/s, file to commit | rows/s, database part | rows/s, raw COPY "
        "| whole ÷ COPY | database ÷ COPY | same file again ÷ first time | peak memory |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for kind in KINDS:
        ours, raw, again = (runs[kind, engine] for engine in ENGINES)
        if any(run["changed"] for run in again):
            raise SystemExit(f"loading {kind} again changed something")
        rows = ours[0]["rows"]
        seconds = [middle(ours, "read_s", "load_s"), middle(ours, "load_s"), middle(raw, "load_s")]
        speeds = " | ".join(f"{rows / s:,.0f}" for s in seconds)
        twice = middle(again, "read_s", "load_s") / seconds[0]
        lines.append(
            f"| {kind} | {rows:,.0f} | {speeds} | {ratio(ours, raw, 'read_s', 'load_s'):.1f} "
            f"| {ratio(ours, raw, 'load_s'):.1f} | {twice:.2f} | {max(run['peak_mb'] for run in ours):,.0f} MB |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small files")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", type=Path, help="write the table to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        write_files(Path(made), **(QUICK if options.quick else NATION))
        table = report(measure(Path(made), options.rounds), options.rounds)
    print(table)
    if options.write:
        options.write.write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
