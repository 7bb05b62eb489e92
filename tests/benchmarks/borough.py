"""How fast a borough answers while a slider moves: the sums, the server, and a real browser until it is repainted.

python -m tests.benchmarks.borough [--rounds N] [--write FILE]

The Trafford case where its open data lies in ../shared/data, else the invented borough. Everything takes turns in
a round, and a limit is measured in each: compare with that, since other work slows both alike. Processor time
hardly minds other work; the browser's is not ours to see.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from app.actions.area_tiles import draw_all_layers
from app.actions.clock import today
from app.actions.gap_inputs import GapInputs, Sums, load_gap_inputs, load_sums
from app.actions.gap_measure import measure
from app.actions.gap_scope import find_scope, list_choices
from app.actions.load_case import load_case
from app.actions.load_demo import load_demo
from app.db import db
from app.queries.versions import get_version
from tests.benchmarks._borough_limit import access_sum, bare_sum
from tests.benchmarks._maps_browser import browser
from tests.databases import migrate_to_head, running_app, scratch_database

ROOT = Path(__file__).resolve().parents[2]
CASE, FOLDER = ROOT / "geodata" / "catalogue" / "cases" / "trafford.yaml", ROOT.parent / "shared" / "data"
THEMES = 20
LIST_YEARS = 10  # so that a case whose newest list is old has something to colour
MOVE = """() => new Promise((done) => {
    const slider = document.querySelector("[data-slides='minutes']");
    const began = performance.now();
    const painted = () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
    map_gaps.once("values", painted);
    slider.value = Number(slider.value) + (Number(slider.value) < 30 ? 1 : -14);
    slider.dispatchEvent(new Event("input", {bubbles: true})); })"""
FETCH = """async () => {
    const began = performance.now();
    await (await fetch("/livez")).text();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - began; }"""
SETTLED = "() => document.querySelector('.folium-map').dataset.settled === 'true'"


@dataclass
class Line:
    """A row of the report: what was timed, the limit of the same round, and what is wanted of it."""

    name: str
    limit: str
    most_ms: float | None = None


LINES = (
    Line("sum of 20 themes at a reach nobody asked about", "bare numpy sum", 100),
    Line("PySAL access, distances given", "bare numpy sum"),
    Line("slider move, server: page parts and map values", "empty answer of the server", 300),
    Line("slider at rest, server: the same with bands", "empty answer of the server"),
    Line("slider move, browser: until map and table are repainted", "empty fetch in the browser", 300),
)
Times = dict[str, list[float]]
Found = TypeVar("Found")
PROCESSOR = " (processor)"


def timed(times: Times, name: str, work: Callable[[], Found]) -> Found:
    """Milliseconds on the wall under ``name``, and of the processor."""
    began, worked = time.perf_counter(), time.process_time()
    found = work()
    times.setdefault(name, []).append((time.perf_counter() - began) * 1000)
    times.setdefault(name + PROCESSOR, []).append((time.process_time() - worked) * 1000)
    return found


def load() -> str:
    """Fill the database; returns what it holds, in words."""
    if FOLDER.is_dir():
        load_case(db.session, CASE, FOLDER, today=today())
        what = "the Trafford case"
    else:
        load_demo(db.session, today=today())
        what = "the invented borough"
    db.session.commit()
    for _ in draw_all_layers(db.session):
        db.session.commit()
    return what


def all_inputs() -> tuple[str, list[GapInputs]]:
    """The inputs of the first themes of the borough that have services."""
    choices, version = list_choices(db.session), get_version(db.session)
    assert choices.defaults is not None
    themes = [theme.key for theme in choices.themes if theme.has_services][:THEMES]
    asked = [replace(choices.defaults, theme=theme, list_years=LIST_YEARS) for theme in themes]
    return version, [load_gap_inputs(db.session, version, find_scope(db.session, one)) for one in asked]


def sum_all(version: str, inputs: list[GapInputs], reach_m: int) -> float:
    """People without over all themes and areas."""
    total = 0.0
    for one in inputs:
        moved = replace(one, question=replace(one.question, reach_m=reach_m))
        total += float(measure(moved, load_sums(version, moved), draws=0).delivered.equivalent_people.sum())
    return total


def both_counts(version: str, inputs: list[GapInputs]) -> list[tuple[GapInputs, tuple[Sums, Sums]]]:
    """What the limits are given ready-made: the services counted and who reaches them, at a further reach."""
    further = [replace(one, question=replace(one.question, reach_m=1_600)) for one in inputs]
    return [(one, (sums.delivered, sums.at_most)) for one in further for sums in [load_sums(version, one)]]


def race_sums(times: Times, rounds: int) -> None:
    version, inputs = all_inputs()
    given = both_counts(version, inputs)
    sum_all(version, inputs, 800)
    for number in range(rounds):
        reach_m = 801 + 23 * number
        ours = timed(times, LINES[0].name, partial(sum_all, version, inputs, reach_m))
        bare = timed(times, LINES[0].limit, partial(bare_sum, given, reach_m))
        if not np.isclose(ours, bare, rtol=1e-9):
            raise SystemExit(f"The sums differ at {reach_m} m: {ours} and {bare} people without.")
        timed(times, LINES[1].name, partial(access_sum, given, reach_m))


def race_server(times: Times, app: Flask, rounds: int) -> None:
    client = app.test_client()
    client.get(f"/gaps/live?list_years={LIST_YEARS}")
    for number in range(rounds):
        address = f"/gaps/live?list_years={LIST_YEARS}&minutes={7 + number}"
        timed(times, LINES[2].limit, partial(client.get, "/livez"))
        timed(times, LINES[2].name, partial(client.get, f"{address}&quick=1"))
        timed(times, LINES[3].name, partial(client.get, address))


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def race_browser(times: Times, page: Page, rounds: int) -> None:
    """A slider moved by hand, one step at a time, resting until everything is there in between."""
    for number in range(rounds + 1):
        empty, moved = page.evaluate(FETCH), page.evaluate(MOVE)
        if number:  # the first fetches what is kept afterwards
            times.setdefault(LINES[4].limit, []).append(empty)
            times.setdefault(LINES[4].name, []).append(moved)
        page.wait_for_function(SETTLED)


ABOUT = """
- **The sum** is all 20 themes of the borough, each counted twice (for certain, and with what perhaps fits), over
  everybody loaded, at a reach nobody asked about before; then summed by small area with states and ranks.
- **The bare numpy sum** is given who reaches what and does only the arithmetic of both counts; its people without
  agree with ours to 1e-9 in every round, or the run stops. PySAL's `access` is given the same, sums each theme
  once, and knows neither areas served nor the second count.
- **The slider** moves a minute at a time. In the browser the clock runs from the input event until the frame after
  map and table changed; server and browser share the machine.
- What makes it quick: who reaches what is found once up to the longest walk and cut for each shorter one; the
  nearest service and the land where nobody has looked depend on neither reach nor need; bands are drawn only when
  the hand rests; parts of the page and values of the map come in one answer; shapes stay in the browser.
"""


def report(what: str, times: Times, load_at_start: float) -> list[str]:
    about = f"Run on {today()} on {what}, {os.cpu_count()} cores, load {load_at_start:.1f} at the start."
    lines = [
        "# Benchmark: a borough while a slider moves",
        "",
        "Re-run with `scripts/bench borough`. " + about,
        "",
    ]
    lines += ["| what | median ms | of the processor | worst ms | over its limit | limit | goal |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for line in LINES:
        took, least = times[line.name], times[line.limit]
        ratio = statistics.median(a / b for a, b in zip(took, least, strict=True))
        median = statistics.median(took)
        goal = "–"
        if line.most_ms:
            goal = f"≤ {line.most_ms:.0f} ms: " + ("met" if median <= line.most_ms else "**missed**")
        least_ms = f"{line.limit}, {statistics.median(least):.1f} ms"
        worked = times.get(line.name + PROCESSOR)
        processor = f"{statistics.median(worked):.1f}" if worked else "–"
        row = (line.name, f"{median:.1f}", processor, f"{max(took):.1f}", f"{ratio:.1f} ×", least_ms, goal)
        lines.append(f"| {' | '.join(row)} |")
    return [*lines, *ABOUT.splitlines()]


def race_all(times: Times, rounds: int) -> str:
    """All races on a database of their own; returns what it holds."""
    with scratch_database("wdw_bench_borough") as url:
        migrate_to_head(url)
        with running_app(url) as app:
            with app.app_context():
                what = load()
                race_sums(times, rounds)
            race_server(times, app, rounds)
            with served(app) as site, browser() as running:
                page = running.new_page(viewport={"width": 1280, "height": 800})
                page.goto(f"{site}/gaps?list_years={LIST_YEARS}")
                page.wait_for_function(SETTLED)
                race_browser(times, page, rounds)
    return what


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--write", type=Path, help="also write the report to this file")
    options = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    times: Times = {}
    load_at_start = os.getloadavg()[0]
    what = race_all(times, options.rounds)
    text = "\n".join(report(what, times, load_at_start)) + "\n"
    print(text)
    if options.write:
        options.write.write_text(text)


if __name__ == "__main__":
    main()
