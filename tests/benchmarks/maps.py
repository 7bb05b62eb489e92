"""Maps in a real Chromium: ours against plain Folium and uMap, the same data, taking turns.

python -m tests.benchmarks.maps [--quick] [--rounds N] [--only ours folium umap] [--write FILE]

A desktop and a phone (390 x 844 at 3x, processor slowed 4 times, 1.6 Mbit/s, 150 ms). Nothing is kept between
visits. All take turns on this machine, and other work slows all of them alike: compare ratios. Needs
TEST_DATABASE_URL, Chromium, and the network once: npm for what Folium's pages load from other hosts, pip for uMap.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Error

from tests.benchmarks import _maps_acts as acts
from tests.benchmarks import _maps_browser as chromium
from tests.benchmarks import _maps_folium as folium_pages
from tests.benchmarks import _maps_umap as umap
from tests.benchmarks import _maps_world as world
from tests.benchmarks import _tiles_servers as servers
from tests.benchmarks._maps_browser import Visit

SIZES = {"full": (1_000, 10_000, 100_000, 500_000), "quick": (1_000, 10_000)}
QUICK_AREAS = 3_000
PROGRAMS = ("ours", "folium", "umap")
LIMIT_S = 240
Key = tuple[str, str, str]  # program, how much data, screen


@dataclass(frozen=True)
class Case:
    """A page to open: what draws it, how much is in it, and where it is."""

    program: str
    data: str
    address: str
    screens: tuple[str, ...] = ("desktop", "phone")


def areas_of(shapes: np.ndarray) -> str:
    return f"{len(shapes):,} areas"


@contextmanager
def our_sites(urls: dict[int, str], scratch: Path) -> Iterator[dict[int, str]]:
    """One site for each database, as scripts/run serves it: compressed, two workers, tiles kept on disk."""
    with ExitStack() as running:
        addresses = {}
        for count, url in urls.items():
            command, port, environment = servers.ours(url, str(scratch / f"tiles-{count}"))
            environment["WEB_CONCURRENCY"] = "2"
            addresses[count] = running.enter_context(servers.server(command, port, environment, "/livez"))
        yield addresses


def our_cases(addresses: dict[int, str], areas: str) -> list[Case]:
    cases = [Case("ours: places", f"{count:,} pins", f"{site}/embed/map") for count, site in addresses.items()]
    cases += [
        Case("ours: gaps and places", f"{count:,} pins, {areas}", f"{site}/embed/gaps?layer=bench&show=all")
        for count, site in addresses.items()
        if count in (min(addresses), max(addresses))
    ]
    most = addresses[max(addresses)]
    cases += [
        Case("ours: gaps", areas, f"{most}/embed/gaps?layer=bench"),
        Case("ours: the gap page with its table", areas, f"{most}/gaps?layer=bench"),
        Case("ours: the places page with its list", f"{max(addresses):,} pins", f"{most}/map"),
    ]
    return cases


@contextmanager
def plain_folium(
    urls: dict[int, str], shapes: np.ndarray, scratch: Path, times: dict[str, float]
) -> Iterator[list[Case]]:
    """Plain Folium on the same rows, served; how long each page took to make goes into ``times``."""
    if not folium_pages.install():
        print("Plain Folium is left out: what its pages load cannot be had.", file=sys.stderr, flush=True)
        yield []
        return
    site = folium_pages.Site(scratch / "folium")
    port = servers.free_port()
    cases = folium_cases(site, f"http://{servers.HOST}:{port}", urls, shapes, times)
    command, environment = site.command(port)
    with servers.server(command, port, environment, "/leaflet.css"):
        yield cases


def folium_cases(
    site: folium_pages.Site,
    address: str,
    urls: dict[int, str],
    shapes: np.ndarray,
    times: dict[str, float],
) -> list[Case]:
    cases = []
    areas = areas_of(shapes)
    values = np.random.default_rng(5).random(len(shapes))
    shapes = world.in_degrees(shapes)

    def add(program: str, data: str, name: str, make: folium_pages.Make, screens: tuple[str, ...]) -> None:
        began = time.perf_counter()
        path = site.add(name, make)
        times[f"{program}, {data}"] = time.perf_counter() - began
        print(f"made {program}, {data}", file=sys.stderr, flush=True)
        cases.append(Case(program, data, f"{address}{path}", screens))

    both = ("desktop", "phone")
    for count, url in urls.items():
        points, names = world.points_of(url)
        if count <= folium_pages.MARKER_CLUSTER_MOST:
            make = lambda p=points, n=names: folium_pages.marker_cluster(p, n)  # noqa: E731
            add("MarkerCluster", f"{count:,} pins", f"markers-{count}", make, both)
        make = lambda p=points, n=names: folium_pages.fast_marker_cluster(p, n)  # noqa: E731
        add(
            "FastMarkerCluster",
            f"{count:,} pins",
            f"fast-{count}",
            make,
            both if count <= 100_000 else ("desktop",),
        )
    add("Choropleth", areas, "choropleth", lambda: folium_pages.choropleth(shapes, values), both)
    add("TopoJson", areas, "topojson", lambda: folium_pages.topo_json(shapes, values), both)
    return cases


@contextmanager
def umaps(urls: dict[int, str], running: Browser, scratch: Path) -> Iterator[list[Case]]:
    """uMap on the same pins, each map opened once before it counts: it keeps a compressed copy from then on."""
    with umap.site(urls, scratch / "umap") as addresses:
        cases = []
        for count, address in addresses.items():
            if why := umap.fault(running, address, count, LIMIT_S):
                print(f"uMap with {count:,} pins is left out: {why}", file=sys.stderr, flush=True)
            else:
                cases.append(Case("uMap", f"{count:,} pins", address))
        yield cases


def warm(cases: list[Case]) -> None:
    """Every worker has answered each question before the clock starts: sums are no part of drawing."""

    def ask(address: str) -> None:
        urllib.request.urlopen(address, timeout=240).read()

    with ThreadPoolExecutor(8) as visitors:  # at once, so that no worker can take them all
        for case in cases:
            list(visitors.map(ask, [case.address] * 16))


def measure(running: Browser, cases: list[Case], rounds: int) -> dict[Key, list[Visit]]:
    results: dict[Key, list[Visit]] = {}
    for number in range(rounds):
        for case in cases:
            for screen in case.screens:
                key = (case.program, case.data, screen)
                try:
                    seen = chromium.visit(running, screen, case.address, LIMIT_S)
                except (TimeoutError, Error) as problem:
                    print(f"{key}: {str(problem)[:200]}", file=sys.stderr)
                    continue
                if seen.faults:
                    print(f"{key}: {seen.faults[:2]}", file=sys.stderr)
                results.setdefault(key, []).append(seen)
        print(f"round {number + 1} of {rounds}: load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    return results


def report(results: dict[Key, list[Visit]]) -> str:
    lines = [
        "| map | data | screen | over the wire, kB | requests | HTML, MB | first paint, ms | interactive, ms "
        "| longest task, ms | heap, MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for (program, data, screen), visits in results.items():
        middle = {name: statistics.median(getattr(v, name) for v in visits) for name in Visit.NUMBERS}
        paints = [each.first_paint_ms for each in visits if each.first_paint_ms]  # 0: the browser did not say
        first_paint = f"{statistics.median(paints):,.0f}" if paints else "-"
        lines.append(
            f"| {program} | {data} | {screen} | {middle['kb']:,.0f} | {middle['requests']:.0f} "
            f"| {middle['html_mb']:.2f} | {first_paint} | {middle['ready_ms']:,.0f} "
            f"| {middle['longest_ms']:,.0f} | {middle['heap_mb']:.1f} |"
        )
    return "\n".join(lines) + "\n"


def ratios(results: dict[Key, list[Visit]], pins: list[str], areas: str) -> str:
    """Interactive times of the same round, one by the other; the median over rounds.

    ``pins``: how much data there was, least first. Ours holds the most of it also beside the most that uMap holds.
    """
    least, most = pins[0], pins[-1]
    everything, few = ("ours: gaps and places", f"{most}, {areas}"), ("ours: gaps and places", f"{least}, {areas}")
    pairs = [
        (everything, few),
        (("ours: places", most), ("ours: places", least)),
        (("FastMarkerCluster", most), ("ours: places", most)),
        (("FastMarkerCluster", most), everything),
        (("Choropleth", areas), ("ours: gaps", areas)),
        (("TopoJson", areas), ("ours: gaps", areas)),
        *((("uMap", data), ("ours: places", data)) for data in pins),
        *((("uMap", data), ("ours: places", most)) for data in pins if data != most),
    ]
    lines = ["| interactive time of | divided by that of | desktop | phone |", "|---|---|---|---|"]
    for one, other in pairs:
        cells = []
        for screen in chromium.SCREENS:
            found = zip(results.get((*one, screen), []), results.get((*other, screen), []), strict=False)
            each = [a.ready_ms / b.ready_ms for a, b in found]
            cells.append(f"{statistics.median(each):.2f}" if each else "-")
        if set(cells) != {"-"}:  # a program that was left out has no line
            lines.append(f"| {', '.join(one)} | {', '.join(other)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", "--fast", action="store_true", help="few pins, few areas, one round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=PROGRAMS, default=PROGRAMS, help="leave the others out")
    parser.add_argument("--write", type=Path, help="also write the tables to this file")
    return parser.parse_args()


def main() -> None:
    options = asked()
    counts = SIZES["quick" if options.quick else "full"]
    rounds = 1 if options.quick else options.rounds
    kind, shapes = world.outlines(QUICK_AREAS if options.quick else None)
    areas = areas_of(shapes)
    times: dict[str, float] = {}
    cases: list[Case] = []
    done = ""
    with ExitStack() as kept:
        scratch = Path(kept.enter_context(tempfile.TemporaryDirectory()))
        urls = kept.enter_context(world.worlds(counts, shapes))
        running = kept.enter_context(chromium.browser())
        if "ours" in options.only:
            sites = kept.enter_context(our_sites(urls, scratch))
            cases += our_cases(sites, areas)
            warm(cases)
            for case in cases:
                chromium.visit(running, "desktop", case.address)  # its tiles are kept on disk from now on
        if "folium" in options.only:
            cases += kept.enter_context(plain_folium(urls, shapes, scratch, times))
        if "umap" in options.only:
            cases += kept.enter_context(umaps(urls, running, scratch))
        results = measure(running, cases, rounds)
        if "ours" in options.only:
            done = "\n" + acts.measure(running, sites[max(counts)])
    text = (
        f"{kind}; {os.cpu_count()} cores, {platform.machine()}; {rounds} rounds; load {os.getloadavg()[0]:.1f}\n\n"
    )
    text += report(results) + "\n" + ratios(results, [f"{count:,} pins" for count in counts], areas) + done
    if times:
        text += "\nMaking the page, s: " + ", ".join(f"{name} {s:.1f}" for name, s in times.items()) + "\n"
    print(text)
    if options.write:
        options.write.write_text(text)


if __name__ == "__main__":
    main()
