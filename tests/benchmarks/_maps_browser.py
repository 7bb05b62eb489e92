"""One visit to a map by a real Chromium: what came over the wire, when it could be used, what it cost."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 3, "is_mobile": True, "has_touch": True,
}  # fmt: skip
SCREENS = {"desktop": DESKTOP, "phone": PHONE}
SLOW_CPU, LATENCY_MS, DOWN_BYTES, UP_BYTES = 4, 150, 1.6e6 / 8, 750e3 / 8
QUIET_S = 2.0
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--enable-precise-memory-info",
         "--js-flags=--max-old-space-size=4096"]  # fmt: skip
WATCH = """
    window.tasks = [];
    new PerformanceObserver((list) =>
        list.getEntries().forEach((each) => tasks.push([each.startTime, each.duration])))
        .observe({type: 'longtask', buffered: true});
    window.faults = [];
    addEventListener('error', (event) => faults.push(event.message));
    addEventListener('securitypolicyviolation', (event) => faults.push(`policy ${event.violatedDirective}`));"""
READ = """() => {
    const [page] = performance.getEntriesByType('navigation');
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    const ends = performance.getEntriesByType('resource').map((each) => each.responseEnd);
    const paints = paint ? paint.startTime : 0;
    return {first_paint: paints, ready: Math.max(paints, page.domContentLoadedEventEnd, ...ends,
                ...tasks.map(([start, took]) => start + took)),
            longest: Math.max(0, ...tasks.map(([, took]) => took)), faults, html: page.decodedBodySize}; }"""
LAST_TASK = (
    "() => [performance.now(), ...(tasks.length ? [tasks[tasks.length - 1].reduce((a, b) => a + b)] : [0])]"
)


@dataclass
class Visit:
    """Milliseconds, kilobytes over the wire (compressed, with headers), megabytes of heap after a collection."""

    NUMBERS: ClassVar = ("ready_ms", "longest_ms", "kb", "requests", "heap_mb", "html_mb")
    ready_ms: float
    first_paint_ms: float
    longest_ms: float
    kb: float
    requests: int
    heap_mb: float
    html_mb: float
    faults: list[str]


@dataclass
class Wire:
    """What a page asked for, by address."""

    waiting: set[str] = field(default_factory=set)
    addresses: list[str] = field(default_factory=list)
    size: float = 0
    last: float = 0

    def listen(self, tool: CDPSession) -> None:
        tool.on("Network.requestWillBeSent", self.asked)
        tool.on("Network.loadingFinished", self.ended)
        tool.on("Network.loadingFailed", self.ended)

    def asked(self, event: dict[str, Any]) -> None:
        address = event["request"]["url"]
        if address.startswith(("data:", "blob:")):
            return
        self.waiting.add(event["requestId"])
        self.addresses.append(address)
        self.last = time.monotonic()

    def ended(self, event: dict[str, Any]) -> None:
        self.waiting.discard(event["requestId"])
        self.size += event.get("encodedDataLength", 0)
        self.last = time.monotonic()


@contextmanager
def browser() -> Iterator[Browser]:
    """The browser that scripts/test names, else the machine's own, else Playwright's."""
    given = os.environ.get("WDW_BROWSER") or shutil.which("chromium")
    with sync_playwright() as programs:
        running = programs.chromium.launch(args=FLAGS, **({"executable_path": given} if given else {}))
        yield running
        running.close()


@contextmanager
def window(running: Browser, screen: str) -> Iterator[tuple[Page, CDPSession, Wire]]:
    """An empty window without anything kept, slowed down as the phone is."""
    context: BrowserContext = running.new_context(**SCREENS[screen])
    try:
        context.add_init_script(WATCH)
        page = context.new_page()
        tool = context.new_cdp_session(page)
        tool.send("Network.enable")
        tool.send("Performance.enable")
        wire = Wire()
        wire.listen(tool)
        if screen == "phone":
            tool.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
            speed = {"latency": LATENCY_MS, "downloadThroughput": DOWN_BYTES, "uploadThroughput": UP_BYTES}
            tool.send("Network.emulateNetworkConditions", {"offline": False, **speed})
        yield page, tool, wire
    finally:
        context.close()


def wait_until_quiet(page: Page, wire: Wire, limit_s: float) -> None:
    """Nothing on its way and no long task for two seconds."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        page.wait_for_timeout(200)
        now, last_task = page.evaluate(LAST_TASK)
        still = time.monotonic() - wire.last
        if not wire.waiting and still > QUIET_S and now - last_task > QUIET_S * 1000:
            return
    raise TimeoutError(f"not quiet after {limit_s:.0f} s")


def visit(running: Browser, screen: str, address: str, limit_s: float = 240) -> Visit:
    """Open a page with nothing kept from before. Interactive is when the last response or long task has ended."""
    with window(running, screen) as (page, tool, wire):
        page.goto(address, wait_until="commit", timeout=limit_s * 1000)
        wait_until_quiet(page, wire, limit_s)
        read = page.evaluate(READ)
        tool.send("HeapProfiler.collectGarbage")
        metrics = {each["name"]: each["value"] for each in tool.send("Performance.getMetrics")["metrics"]}
        return Visit(
            ready_ms=read["ready"],
            first_paint_ms=read["first_paint"],
            longest_ms=read["longest"],
            kb=wire.size / 1000,
            requests=len(wire.addresses),
            heap_mb=metrics["JSHeapUsedSize"] / 1e6,
            html_mb=read["html"] / 1e6,
            faults=read["faults"],
        )
