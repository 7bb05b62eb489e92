"""How fast siting finds and proves the best choice, against PySAL's spopt: the same problems, taking turns.

python -m tests.benchmarks.siting [--quick] [--rounds N] [--write FILE]

A region of demand points in clumps, possible sites among them, p to choose so that the most weight is reached
(MCLP). "At once" is the answer with its bound; "proven" is the best there is. spopt builds and solves the same
model with CBC, the solver it brings. Everything runs in this process, one after the other; compare ratios.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from app.analysis.siting import SitingProblem, most_covered
from app.analysis.siting_exact import most_covered_proven

POINTS, SITES, CHOSEN = 5_000, 1_000, 20
REACHES = (0.03, 0.04, 0.05)
TIME_LIMIT_S = 120.0


@dataclass
class Case:
    name: str
    problem: SitingProblem
    costs: np.ndarray
    reach: float
    seconds: dict[str, list[float]] = field(default_factory=dict)
    value: dict[str, float] = field(default_factory=dict)
    at_least: float = 0.0
    proven: bool = False


def make_case(reach: float, seed: int, points: int, sites: int, chosen: int) -> Case:
    """Clumped points with log-normal weights in a unit square."""
    random = np.random.default_rng(seed)
    towns = random.random((40, 2))
    where = towns[random.integers(0, 40, points)] + random.normal(0, 0.05, (points, 2))
    at = towns[random.integers(0, 40, sites)] + random.normal(0, 0.06, (sites, 2))
    weight = random.lognormal(0, 1, points)
    near = cKDTree(where).query_ball_point(at, reach)
    rows = np.repeat(np.arange(sites), [len(found) for found in near])
    table = sparse.csr_array((np.ones(rows.size), (rows, np.concatenate(near).astype(int))), (sites, points))
    costs = np.hypot(*(where[:, None, :] - at[None, :, :]).transpose(2, 0, 1))
    return Case(f"reach {reach:g}, seed {seed}", SitingProblem(table, weight, chosen), costs, reach)


def solve_with_spopt(case: Case) -> float:
    import pulp
    from spopt.locate import MCLP

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = MCLP.from_cost_matrix(case.costs, case.problem.weight, case.reach, int(case.problem.budget))
        model = model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=TIME_LIMIT_S))
    chosen = [row for row, variable in enumerate(model.fac_vars) if variable.value() and variable.value() > 0.5]
    return case.problem.covered_weight(chosen)


def run(case: Case, rounds: int) -> None:
    def at_once() -> float:
        answer = most_covered(case.problem)
        case.at_least = answer.at_least
        return answer.value

    def proven() -> float:
        answer = most_covered_proven(case.problem, time_limit_s=TIME_LIMIT_S)
        case.proven = answer.is_proven
        return answer.value

    acts: dict[str, Callable[[], float]] = {
        "at once": at_once,
        "proven": proven,
        "spopt": lambda: solve_with_spopt(case),
    }
    for _ in range(rounds):
        for name, act in acts.items():
            began = time.perf_counter()
            case.value[name] = act()
            case.seconds.setdefault(name, []).append(time.perf_counter() - began)
    print(f"{case.name}: {case.value}", flush=True)


def ratio(case: Case, slow: str, fast: str) -> float:
    """The median over rounds of the ratio within a round."""
    pairs = zip(case.seconds[slow], case.seconds[fast], strict=True)
    return statistics.median(above / below for above, below in pairs)


def report(cases: list[Case], rounds: int) -> str:
    lines = [
        f"{POINTS:,} demand points, {SITES:,} possible sites, {CHOSEN} to choose; {rounds} rounds; "
        f"{os.cpu_count()} cores, {platform.machine()}; load {os.getloadavg()[0]:.1f}",
        "",
        "| problem | at once, s | is at least | proven, s | proved | spopt, s | same best | spopt / proven "
        "| spopt / at once |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for case in cases:
        middle = {name: statistics.median(times) for name, times in case.seconds.items()}
        same = abs(case.value["spopt"] - case.value["proven"]) <= 1e-6 * case.value["proven"]
        lines.append(
            f"| {case.name} | {middle['at once']:.2f} | {case.at_least:.2%} | {middle['proven']:.2f} | "
            f"{'yes' if case.proven else 'no'} | {middle['spopt']:.1f} | "
            f"{'yes' if same else f'''{case.value['spopt'] / case.value['proven']:.2%} of it'''} | "
            f"{ratio(case, 'spopt', 'proven'):.0f} | {ratio(case, 'spopt', 'at once'):.0f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", "--fast", action="store_true", help="one small problem, one round")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--write", type=Path, help="also write the table to this file")
    asked = parser.parse_args()
    sizes = (500, 100, 8) if asked.quick else (POINTS, SITES, CHOSEN)
    rounds = 1 if asked.quick else asked.rounds
    cases = [
        make_case(reach, seed, *sizes) for reach in (REACHES[:1] if asked.quick else REACHES) for seed in (0, 1)
    ]
    for case in cases:
        run(case, rounds)
    text = report(cases, rounds)
    print(text)
    if asked.write:
        asked.write.write_text(text)


if __name__ == "__main__":
    main()
