"""Walks along a network of 100,000 nodes against straight lines: time, memory, and how much further people walk.

Run with ``scripts/bench walking``. The town is made from a seed: a grid of streets with a third of them missing, a
river with few bridges, people and services spread over it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from app.analysis.catchments import Pairs, find_pairs
from app.analysis.inputs import PopulationPoints, ReachSettings, ServicePoints
from app.analysis.walking import WalkingNetwork, find_walks, nearest_walk

DOC = Path(__file__).parents[2] / "docs" / "benchmarks" / "walking.md"
STREET_M = 60.0
BRIDGES_EVERY = 40
KEPT_STREETS = 0.67


def make_town(side: int, chance: np.random.Generator) -> WalkingNetwork:
    """``side`` x ``side`` corners; the streets that are there cross the river in the middle at bridges only."""
    corner = np.arange(side * side).reshape(side, side)
    x = (np.arange(side * side) % side) * STREET_M + chance.normal(0, 8, side * side)
    y = (np.arange(side * side) // side) * STREET_M + chance.normal(0, 8, side * side)
    across = np.column_stack([corner[:, :-1].ravel(), corner[:, 1:].ravel()])
    along = np.column_stack([corner[:-1].ravel(), corner[1:].ravel()])
    row, column = along[:, 0] // side, along[:, 0] % side
    is_river = (row == side // 2) & (column % BRIDGES_EVERY != 0)
    streets = np.concatenate([across, along[~is_river]])
    streets = streets[chance.random(len(streets)) < KEPT_STREETS + 0.33 * (streets[:, 0] % 7 == 0)]
    start, stop = streets.T
    return WalkingNetwork(x, y, start, stop, np.hypot(x[start] - x[stop], y[start] - y[stop]))


def scatter(count: int, size_m: float, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return chance.uniform(0, size_m, count), chance.uniform(0, size_m, count)


def timed(work: Callable[[], Any], rounds: int) -> tuple[Any, float]:
    """What it gives, and the median of the processor seconds of some rounds."""
    seconds = []
    for _ in range(rounds):
        began = time.process_time()
        found = work()
        seconds.append(time.process_time() - began)
    return found, statistics.median(seconds)


def detours(walks: Pairs, points: PopulationPoints, services: ServicePoints) -> dict[str, np.ndarray]:
    straight = np.hypot(
        points.x_m[walks.point] - services.x_m[walks.service],
        points.y_m[walks.point] - services.y_m[walks.service],
    )
    ratio = walks.distance_m / np.maximum(straight, 1)
    bands = {"200 to 400 m": (200, 400), "400 to 800 m": (400, 800), "800 to 1,200 m": (800, 1_200)}
    return {name: ratio[(straight >= low) & (straight < high)] for name, (low, high) in bands.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a sixteenth of the size, nothing written")
    options = parser.parse_args()
    chance = np.random.default_rng(20261122)
    side, people, places, rounds = (80, 300, 60, 1) if options.quick else (320, 4_000, 1_500, 3)
    network = make_town(side, chance)
    size_m = side * STREET_M
    points = PopulationPoints(*scatter(people, size_m, chance), np.full(people, 100.0), np.ones(people))
    services = ServicePoints(*scatter(places, size_m, chance), np.ones(places), np.zeros(places, dtype=np.intp))
    homes, ready = timed(lambda: _ready(network, points), 1)
    lines = [
        f"| putting it together, and joining {people:,} homes to it | {ready:.2f} s | once per data version |"
    ]
    for reach_m in (800.0, 1_200.0, 5_000.0):
        reach = ReachSettings(reach_m=reach_m)
        straight, straight_s = timed(lambda reach=reach: find_pairs(points, services, reach), rounds)
        walks, walking_s = timed(lambda reach=reach: find_walks(network, points, homes, services, reach), rounds)
        tracemalloc.start()  # by itself: being watched takes time
        find_walks(network, points, homes, services, reach)
        peak = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        lines.append(
            f"| {reach_m:,.0f} m: {walks.count:,} walks by the paths, {straight.count:,} straight | "
            f"{walking_s:.2f} s, {peak:.0f} MB | {walking_s / max(straight_s, 1e-6):,.0f} x straight |"
        )
    _, nearest_s = timed(lambda: nearest_walk(network, points, homes, services, 1.3), rounds)
    lines.append(f"| the nearest service of everybody, however far | {nearest_s:.2f} s | |")
    far = find_walks(network, points, homes, services, ReachSettings(reach_m=3_000))
    shares = [
        f"| {name} | {np.median(ratio):.2f} | {np.percentile(ratio, 90):.2f} |"
        for name, ratio in detours(far, points, services).items()
    ]
    text = report(network, people, places, lines, shares)
    if not options.quick:
        DOC.write_text(text)
    print(text)


def _ready(network: WalkingNetwork, points: PopulationPoints) -> Any:
    return network.snap(points.x_m, points.y_m)


def report(network: WalkingNetwork, people: int, places: int, lines: list[str], shares: list[str]) -> str:
    load = os.getloadavg()[0]
    ran = f"Run on {datetime.now(tz=UTC):%Y-%m-%d}, {os.cpu_count()} cores, shared (load {load:.1f})."
    about = f"{network.count:,} corners and {network.start.size:,} streets, a third of them missing"
    rows = [
        "# Benchmark: walks along streets and paths",
        f"Re-run with `scripts/bench walking`. {ran}",
        f"An invented town: {about}, with a river and few bridges;\n{people:,} places where people live and "
        f"{places:,} services. Times are processor seconds, the median of three\nrounds, beside "
        "the grid search for straight lines. What was found is remembered: a slider pays for it once.",
        "\n".join(["| what | costs | beside |", "|---|---|---|", *lines]),
        "How much further the walk is than the straight line, in this town, up to 3 km (without a network it is "
        "taken\nto be 1.3 times as far):",
        "\n".join(["| straight line | half walk at most | nine in ten walk at most |", "|---|---|---|", *shares]),
    ]
    return "\n\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
