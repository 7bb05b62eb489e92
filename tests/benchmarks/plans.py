"""How long a plan's page waits in a borough: the first answer, another question, a place that is moved.

python -m tests.benchmarks.plans [--rounds N] [--write FILE]

The Trafford case where its open data lies in ../shared/data, else the invented borough; ten places among all there
are, at most a thousand. Each round asks what nobody asked before, so only who lives where is remembered.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.actions.gap_scope import list_choices
from app.actions.plan_answers import AIMS, PlanAnswer, PlanQuestion
from app.actions.plan_moves import move_site
from app.actions.plan_placed import write_placed
from app.actions.plan_siting import answer_plan
from app.db import db
from tests.benchmarks.borough import LIST_YEARS, load
from tests.databases import migrate_to_head, running_app, scratch_database

GOAL_S, MOVE_GOAL_S = 0.5, 0.3
COUNT = 10


def ask(question: PlanQuestion) -> tuple[float, float, PlanAnswer]:
    """Seconds by the clock and of the processor, and the answer."""
    began, worked = time.perf_counter(), time.process_time()
    answer = answer_plan(db.session, question)
    return time.perf_counter() - began, time.process_time() - worked, answer


def race(rounds: int) -> list[str]:
    choices = list_choices(db.session)
    assert choices.defaults is not None
    gap = replace(choices.defaults, list_years=LIST_YEARS)
    theme = next(
        key for key in ("sport", "food") if key in {row.key for row in choices.themes if row.has_services}
    )
    asked = PlanQuestion((theme,), gap, candidates="anywhere", count=COUNT, spares_others=False)
    first_s, _, answer = ask(asked)
    lines = [
        f"| the very first answer, nothing remembered | {answer.candidates_total:,} | {first_s:.2f} | – | "
        f"{answer.at_least:.1%} | – |"
    ]

    def again(name: str, make: Callable[[int], PlanQuestion], goal_s: float) -> None:
        found = [ask(make(turn)) for turn in range(rounds)]
        wall, work = statistics.median(one[0] for one in found), statistics.median(one[1] for one in found)
        worst = min(one[2].at_least for one in found)
        share = "–" if found[0][2].is_all_chosen else f"{worst:.1%}"
        lines.append(
            f"| {name} | {found[0][2].candidates_total:,} | {wall:.2f} | {work:.2f} | {share} | "
            f"≤ {goal_s:g} s: {'met' if wall <= goal_s else '**missed**'} |"
        )

    for candidates in ("venues", "anywhere"):
        for aim in AIMS:
            plain = replace(asked, candidates=candidates, aim=aim)
            ask(replace(plain, count=COUNT + 9))
            again(f"{candidates}, {aim}", lambda turn, plain=plain: replace(plain, count=COUNT + turn), GOAL_S)  # type: ignore[misc]
    again("anywhere, most, £200 each, within a budget",
          lambda turn: replace(asked, price=200, budget=2_000 + 200 * turn), GOAL_S)  # fmt: skip
    sites = answer.sites

    def moved(turn: int) -> PlanQuestion:
        site = sites[turn % len(sites)]
        return move_site(asked, answer, site.number, write_placed(site.lat + 0.001 * (turn + 1), site.lon))

    again("a place moved, the rest as they are", moved, MOVE_GOAL_S)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", "--fast", action="store_true", help="one round")
    parser.add_argument("--write", type=Path, help="also write the table to this file")
    asked = parser.parse_args()
    with scratch_database("wdw_bench_plans") as url:
        migrate_to_head(url)
        with running_app(url) as app, app.app_context():
            what, load_before = load(), os.getloadavg()[0]
            lines = race(1 if asked.quick else asked.rounds)
    head = [
        f"{what}; {os.cpu_count()} cores; load {load_before:.1f} at first, {os.getloadavg()[0]:.1f} at last",
        "",
        "| ten places or a few more | chosen among | s | of the processor | is at least | goal |",
        "|---|---|---|---|---|---|",
    ]
    text = "\n".join([*head, *lines]) + "\n"
    print(text)
    if asked.write:
        asked.write.write_text(text)


if __name__ == "__main__":
    main()
