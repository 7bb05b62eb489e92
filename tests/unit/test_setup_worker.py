"""The worker beside the site: started again when it dies, ended with the site, its words kept."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.support import worker
from scripts.support.worker import Worker

COUNT_STARTS = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); print('said', flush=True); "
PATIENCE_S = 30


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Worker]]:
    """Starts a worker that notes its number in starts and then does what it is told, in Python."""
    monkeypatch.setattr(worker, "FIRST_PAUSE_S", 0.01)
    started: list[Worker] = []

    def begin(then: str) -> Worker:
        command: list[str | Path] = [sys.executable, "-c", COUNT_STARTS + then, tmp_path / "starts"]
        started.append(Worker(command, {}, tmp_path / "log" / "worker.log", tmp_path / "8000.worker.pid"))
        started[-1].start()
        return started[-1]

    yield begin
    for one in started:
        one.stop()


def starts(folder: Path) -> list[int]:
    file = folder / "starts"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def test_it_is_started_again_when_it_dies_and_its_words_are_kept(
    begin: Callable[[str], Worker], tmp_path: Path
) -> None:
    begin("sys.exit(3)")
    wait_until(lambda: len(starts(tmp_path)) >= 3)
    said = (tmp_path / "log" / "worker.log").read_text()
    assert said.count("said") >= 2
    assert "the worker ended (3); it is started again" in said


def test_it_ends_with_the_site(begin: Callable[[str], Worker], tmp_path: Path) -> None:
    running = begin("import time; time.sleep(300)")
    note = tmp_path / "8000.worker.pid"
    wait_until(lambda: len(starts(tmp_path)) == 1)
    (pid,) = starts(tmp_path)
    assert note.read_text() == f"{pid}\n"
    running.stop()
    assert not is_running(pid)
    assert not note.exists()
    assert len(starts(tmp_path)) == 1


def test_one_that_does_not_listen_is_ended_all_the_same(
    begin: Callable[[str], Worker], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "STOP_TIMEOUT_S", 0.2)
    running = begin(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(300)"
    )
    wait_until(lambda: len(starts(tmp_path)) == 1)
    running.stop()
    assert not is_running(starts(tmp_path)[0])


def test_one_that_was_never_started_can_be_stopped(tmp_path: Path) -> None:
    Worker(["true"], {}, tmp_path / "log", tmp_path / "note").stop()


def test_a_long_log_is_put_aside(
    begin: Callable[[str], Worker], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "MOST_LOG_BYTES", 10)
    log = tmp_path / "log" / "worker.log"
    log.parent.mkdir()
    log.write_text("x" * 11)
    begin("import time; time.sleep(300)")
    wait_until(lambda: len(starts(tmp_path)) == 1)
    assert log.with_suffix(".old.log").read_text() == "x" * 11
