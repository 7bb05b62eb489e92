"""How fast the gap maths is, against PySAL's ``access``, PostGIS and the machine itself.

python -m tests.benchmarks.gaps [--quick] [--rounds N] [--write FILE]

Each run is a process of its own; runs of different engines take turns, and only ratios between them are compared,
because other work on the machine slows all of them alike. Where numba is not installed its rows are left out
(scripts/bench gaps --fast installs it).
"""

from __future__ import annotations

import argparse
import datetime
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from app.analysis.gaps import benchmark_access, zone_gaps
from app.analysis.inputs import ReachSettings, Service
from app.analysis.provision import add_service, measure_provision, nearest_distance, remove_service
from tests.benchmarks._gaps_problem import NATIONAL_AREAS, NATIONAL_SERVICES, THEMES, make_problem, settings_for

REACHES_M = (1200, 5000)
LOAD_AT_START = os.getloadavg()[0]
ROOT = Path(__file__).resolve().parents[2]
Run = dict[str, object]  # what a child prints


@dataclass
class Result:
    """All runs of one engine on one problem."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peak_mb: float = 0.0
    check: list[float] = field(default_factory=list)

    def add(self, run: Run) -> None:
        self.seconds.append(seconds(run))
        self.processor.append(float(run["processor"]))  # type: ignore[arg-type]
        self.peak_mb = max(self.peak_mb, float(run["peak_mb"]))  # type: ignore[arg-type]
        self.check = list(run["check"])  # type: ignore[call-overload]


Results = dict[tuple[str, int], Result]  # by engine and reach


def run_child(engine: str, areas: int, services: int, reach_m: float, parts: int = 1) -> Run:
    command = [sys.executable, "-m", "tests.benchmarks._gaps_engines", engine]
    command += [str(areas), str(services), str(reach_m), str(parts)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"{engine} failed:\n{done.stderr}")
    answer: Run = json.loads(done.stdout.splitlines()[-1])
    print(f"  {engine:<10} {reach_m:>6.0f} m  {answer['wall']:8.3f} s", file=sys.stderr, flush=True)
    return answer


def seconds(run: Run) -> float:
    return float(run["wall"])  # type: ignore[arg-type]


def has(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def contestants() -> list[str]:
    engines = ["numpy", "numpy+why"]
    engines += ["numba", "numba+why", "limit"] if has("numba") else []
    engines += ["access"] if has("access") else []
    engines += ["postgis"] if os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL") else []
    return engines


def race(engines: list[str], areas: int, services: int, rounds: int) -> Results:
    """All engines on the same country, taking turns; each round starts with another engine."""
    results: Results = {(engine, reach): Result() for engine in engines for reach in REACHES_M}
    for reach in REACHES_M:
        for turn in range(rounds):
            shift = turn % len(engines)
            for engine in engines[shift:] + engines[:shift]:
                run = run_child(engine, areas, services, reach)
                results[engine, reach].add(run)
                for part, taken in run["given"].items():  # type: ignore[attr-defined]
                    results.setdefault((part, reach), Result()).add({**run, **taken})
    return results


def disagreements(results: Results) -> list[str]:
    """Engines whose access differs from numpy's; the limit has no answer to compare."""
    return [
        f"{engine} at {reach} m"
        for (engine, reach), result in results.items()
        if engine != "limit" and not np.allclose(result.check, results["numpy", reach].check, rtol=1e-9)
    ]


def ratio(results: Results, slow: str, fast: str, reach: int) -> float | None:
    """Median over rounds of slow / fast, each pair of runs from the same round."""
    pair = results.get((slow, reach)), results.get((fast, reach))
    if pair[0] is None or pair[1] is None:
        return None
    return statistics.median(s / f for s, f in zip(pair[0].seconds, pair[1].seconds, strict=True))


def growth(engine: str, areas: int, services: int, rounds: int) -> list[float]:
    """Time at a quarter, half and the whole country, over the time at a quarter."""
    sizes = [(areas // part, services // part) for part in (4, 2, 1)]
    runs = [[seconds(run_child(engine, *size, 5000)) for size in sizes] for _ in range(rounds)]
    return [statistics.median(run[k] / run[0] for run in runs) for k in range(3)]


def median_ms(work: Callable[[], None], times: int) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def small_changes_ms(areas: int, services: int) -> tuple[float, float]:
    """One service added to and taken from the national map at 5 km: the time of one change, the worst error."""
    problem = make_problem(areas, services)
    provision = measure_provision(problem.points, problem.services, THEMES, settings_for(5000))
    before = provision.access.copy()
    new = Service(float(problem.points.x_m[7]), float(problem.points.y_m[7]), 1.0, 3)

    def both() -> None:
        add_service(provision, problem.points, new)
        remove_service(provision, problem.points, new, problem.services.count)

    taken = median_ms(both, 101) / 2
    return taken, float(np.abs(provision.access - before).max() / before.max())


def borough_ms() -> float:
    """A borough slider: 20 themes, 1,000 points with 3,000 around them, 2,000 services, gaps of 200 areas each."""
    problem = make_problem(4000, 2000)
    points, services, settings = problem.points, problem.services, ReachSettings()
    zones = np.where(np.arange(4000) < 1000, np.arange(4000) % 200, -1)

    def answer() -> None:
        found = measure_provision(points, services, THEMES, settings)
        nearest = nearest_distance(points, services, THEMES, settings.detour)
        for theme in range(THEMES):
            fair = benchmark_access(found.access[theme], points.weighted_people, zones >= 0)
            zone_gaps(
                points,
                zones,
                200,
                found.access[theme],
                fair,
                services_in_reach=found.services_in_reach[theme],
                closeness_sum=found.closeness_sum[theme],
                nearest_m=nearest[theme],
            )

    return median_ms(answer, 21)


def verdict(goal: str, value: float | None, limit: float, *, at_least: bool, unit: str = "") -> str:
    if value is None:
        return f"| {goal} | not run here | – |"
    met = value >= limit if at_least else value <= limit
    return f"| {goal} | {value:.3g}{unit} | {'met' if met else '**missed**'} |"


def goals(results: Results, areas: int, services: int, large: dict[str, Run]) -> Iterator[str]:
    """Each goal of the method, measured here."""
    change_ms, change_error = small_changes_ms(areas, services)
    peak = max(r.peak_mb for (engine, _), r in results.items() if engine in {"numpy", "numpy+why"})
    yield "| goal | here | |"
    yield "|---|---|---|"
    for engine, least in (("numpy", 20), ("numba", 200)):
        for rival in ("access", "access, distances given"):
            times = ratio(results, rival, engine, 5000)
            yield verdict(f"{engine} ≥ {least} × {rival} at 5 km", times, least, at_least=True)
    for reach in REACHES_M:
        there = ratio(results, "postgis", "numpy", reach)
        yield verdict(f"numpy ≥ 10 × PostGIS at {reach / 1000:g} km", there, 10, at_least=True)
    above = ratio(results, "numba", "limit", 5000)
    yield verdict("numba, whole call, within 10 × of the one-core limit at 5 km", above, 10, at_least=False)
    yield verdict("numpy peak, national, ≤ 500 MB (whole process)", peak, 500, at_least=False, unit=" MB")
    yield verdict("add or remove one service ≤ 1 ms", change_ms, 1, at_least=False, unit=" ms")
    yield verdict("… and equal to measuring again to 1e-12", change_error, 1e-12, at_least=False)
    yield verdict(
        "borough, 20 themes, with wards and nearest ≤ 100 ms", borough_ms(), 100, at_least=False, unit=" ms"
    )
    for engine, limit_s in (("numpy", 30.0), ("numba", 3.0)):
        run = large.get(engine)
        name = "250,000 points × 1 million services, 2.4 km"
        took = seconds(run) if run else None
        most = float(run["peak_mb"]) if run else None  # type: ignore[arg-type]
        yield verdict(f"{engine}, {name}, ≤ {limit_s:g} s", took, limit_s, at_least=False, unit=" s")
        yield verdict(f"{engine}, the same, ≤ 1 GB", most, 1000, at_least=False, unit=" MB")


def table(results: Results) -> Iterator[str]:
    yield "| engine | reach | time, numpy = 1 | spread over rounds | processor time, numpy = 1 | peak MB |"
    yield "|---|---|---|---|---|---|"
    for reach in REACHES_M:
        base = results["numpy", reach]
        for engine, result in ((name, one) for (name, at), one in results.items() if at == reach):
            wall = [a / b for a, b in zip(result.seconds, base.seconds, strict=True)]
            work = [a / b for a, b in zip(result.processor, base.processor, strict=True)]
            shown = "–" if engine == "postgis" else f"{statistics.median(work):.3g}"
            spread = f"{min(wall):.3g} – {max(wall):.3g}"
            middle = f"{statistics.median(wall):.3g}"
            yield f"| {engine} | {reach / 1000:g} km | {middle} | {spread} | {shown} | {result.peak_mb:.0f} |"


EXPLANATION = """\
The problem: {areas:,} areas, {services:,} services and 20 themes, in a seeded country of towns about as dense as
England and Wales; E2SFCA with Dai's decay, so that all engines do the same sum (and their answers agree to 1e-9).

- **numpy** is what everybody gets; **numpy+why** also adds up what explains a score. **numba** is
  `requirements-fast.txt`. Both find the pairs themselves, from coordinates.
- **access** is PySAL's package, called once per theme, on distances found by our own search (its own is slower);
  **access, distances given** leaves that search off its clock, though not off ours.
- **postgis** runs in a database of its own: clustered, indexed, analysed, parallel workers allowed, in the fastest
  of four ways to write it; loading is off the clock.
- **limit** is a bare compiled loop over as many pairs, already side by side in memory, on one core: no search and
  no answer, only the arithmetic. Nothing on one core can be faster.

Runs take turns in fresh processes; a number is the median over rounds of the ratio within a round. Processor time
is summed over cores and hardly minds other work on the machine. Peak is the whole process, imports included (for
PostGIS only the client).
"""


def report(arguments: argparse.Namespace) -> str:
    share = 8 if arguments.quick else 1
    areas, services = NATIONAL_AREAS // share, NATIONAL_SERVICES // share
    engines = contestants()
    results = race(engines, areas, services, arguments.rounds)
    wrong = disagreements(results)
    large = {}
    if not arguments.quick:
        large = {e: run_child(e, 35_715, 1_000_000, 2400, parts=7) for e in ("numpy", "numba") if e in engines}
    lines = [
        "# Benchmark: the gap maths",
        "",
        f"Re-run with `scripts/bench gaps --fast` (`--quick` for an eighth of the size). Run on "
        f"{datetime.datetime.now(tz=datetime.UTC).date()}, {os.cpu_count()} cores {platform.machine()}, "
        f"shared with other work (load {LOAD_AT_START:.1f}), {arguments.rounds} rounds.",
        "",
        EXPLANATION.format(areas=areas, services=services),
        *table(results),
        "",
        "## Goals",
        "",
        *goals(results, areas, services, large),
        "",
        "## Growth",
        "",
        "Time at a quarter, half and all of the country at 5 km, over the time at a quarter; 1, 2, 4 is linear.",
        "",
        *(
            f"- {engine}: {', '.join(f'{g:.2g}' for g in growth(engine, areas, services, arguments.rounds))}"
            for engine in engines
            if engine in {"numpy", "numba"}
        ),
        "",
        f"Answers: {'all engines agree' if not wrong else 'DISAGREE: ' + ', '.join(wrong)}.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Benchmark of the gap maths.")
    parser.add_argument("--quick", action="store_true", help="an eighth of the country")
    parser.add_argument(
        "--fast", action="store_true", help="accepted for scripts/bench, which installs numba for it"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", type=Path, help="also write the report to this file")
    arguments = parser.parse_args()
    text = report(arguments)
    print(text)
    if arguments.write:
        arguments.write.parent.mkdir(parents=True, exist_ok=True)
        arguments.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
