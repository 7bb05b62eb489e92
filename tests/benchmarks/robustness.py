"""How long it takes to say how sure: forty ways of counting and 999 random placements, for the Trafford case.

python -m tests.benchmarks.robustness [--data FOLDER] [--rounds N] [--write FILE]

Beside them the single sum of the gap page, and the naive way to count in every way: find the pairs and sum anew
each time. Needs TEST_DATABASE_URL and the open data of the case.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.gap_chance import DRAWS, compare_with_chance, shortfall_if_fresh
from app.actions.gap_inputs import Sums, find_all_pairs, load_gap_inputs, load_people, sum_services
from app.actions.gap_measure import Measured, measure
from app.actions.gap_scope import find_scope, list_choices
from app.actions.gap_ways import METHODS, CountedWays, count_ways
from app.actions.load_case import load_case
from app.analysis.gaps import benchmark_access, equivalent_people
from app.analysis.inputs import PopulationPoints, ReachSettings
from app.analysis.provision import measure_provision
from app.config import ROOT
from app.queries.versions import get_version
from tests.databases import migrate_to_head, scratch_database, settings_for

THEMES = ("food", "sport", "health")
CASE = ROOT / "geodata" / "catalogue" / "cases" / "trafford.yaml"


def median_ms(work: Callable[[], object], rounds: int) -> float:
    took = []
    for number in range(rounds + 1):
        began = time.perf_counter()
        work()
        if number:
            took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def naive(sums: Sums, measured: Measured, counted: CountedWays, weighted: PopulationPoints) -> None:
    """Every way as a sum of its own; it must come to the same."""
    plain = replace(weighted, need_weight=np.ones(weighted.count))
    inside = measured.zone >= 0
    for number, way in enumerate(counted.ways):
        decay, demand, access = METHODS[way.method]
        people = weighted if way.is_weighted else plain
        settings = ReachSettings(reach_m=way.reach_m, decay=decay, demand_power=demand, access_power=access)
        got = measure_provision(people, sums.services, 1, settings, served=sums.served, reasons=False).access[0]
        fair = benchmark_access(got, people.weighted_people, measured.counted)
        short = equivalent_people(got, people.weighted_people, fair)
        by_zone = np.bincount(measured.zone[inside], short[inside], len(measured.area_id))
        np.testing.assert_allclose(by_zone, counted.people_without[number], rtol=1e-9, atol=1e-6)


def measure_theme(session: Session, theme: str, rounds: int) -> str:
    defaults = list_choices(session).defaults
    assert defaults is not None
    version = get_version(session)
    scope = find_scope(session, replace(defaults, theme=theme, list_years=20))
    inputs = load_gap_inputs(session, version, scope)
    weighted = load_people(session, version, 0.5).points
    pairs = find_all_pairs(inputs)
    sums = sum_services(inputs, pairs)
    measured = measure(inputs, sums, draws=0)
    counted = count_ways(inputs, sums.delivered, measured, weighted)
    single = median_ms(lambda: measure(inputs, sum_services(inputs, find_all_pairs(inputs)), draws=0), rounds)
    ways = median_ms(lambda: count_ways(inputs, sums.delivered, measured, weighted), rounds)
    slow = median_ms(lambda: naive(sums.delivered, measured, counted, weighted), rounds)
    chance = median_ms(lambda: compare_with_chance(inputs, sums.delivered, measured), rounds)
    fresh = median_ms(lambda: shortfall_if_fresh(inputs, pairs), rounds)
    return (
        f"| {theme} | {sums.delivered.services.count:,} | {single:.0f} | {ways:.0f} | {ways / single:.1f} | "
        f"{slow:.0f} | {slow / ways:.0f} | {chance:.0f} | {fresh:.0f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="the case's files")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--write", type=Path, help="also write the table to this file")
    options = parser.parse_args()
    with scratch_database("wdw_bench_robustness") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url)
        with Session(engine) as session:
            load_case(session, CASE, options.data, today=today())
            session.commit()
            lines = [
                f"| theme | services | one sum, ms | 40 ways, ms | ways / one | naive, ms | naive / ways | "
                f"{DRAWS} placements, ms | fresh only, ms |",
                "|---|---|---|---|---|---|---|---|---|",
                *(measure_theme(session, theme, options.rounds) for theme in THEMES),
            ]
        engine.dispose()
    print("\n".join(lines))
    if options.write:
        options.write.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
