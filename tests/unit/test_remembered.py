"""Many who ask for the same at once: it is made once, and a failure is nobody else's."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from app.actions import remembered
from app.actions.remembered import Remembered

WAIT_S = 30
VISITORS = 4


class Made:
    """Something that takes until ``go``, and counts how often it is begun; the first time it may fail."""

    def __init__(self, *, fails: bool = False) -> None:
        self.begun, self.go, self.times, self.fails = threading.Event(), threading.Event(), 0, fails

    def __call__(self) -> str:
        self.times += 1
        self.begun.set()
        assert self.go.wait(WAIT_S)
        if self.fails and self.times == 1:
            raise RuntimeError("the first time")
        return "made"


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Released once for every visitor who begins to wait for another."""
    begun = threading.Semaphore(0)

    class Watched(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            begun.release()
            return super().wait(timeout)

    monkeypatch.setattr(remembered, "Event", Watched)
    return begun


def ask_together(kept: Remembered[str], made: Made, waiting: threading.Semaphore) -> list[Future[str]]:
    """One visitor begins, the others come while it is being made."""
    with ThreadPoolExecutor(VISITORS) as visitors:
        asked = [visitors.submit(kept.get, "key", made)]
        assert made.begun.wait(WAIT_S)
        asked += [visitors.submit(kept.get, "key", made) for _ in range(VISITORS - 1)]
        for _ in range(VISITORS - 1):
            assert waiting.acquire(timeout=WAIT_S)
        made.go.set()
    return asked


def test_who_comes_while_it_is_made_gets_the_same(waiting: threading.Semaphore) -> None:
    made = Made()
    asked = ask_together(Remembered(4), made, waiting)
    assert [each.result() for each in asked] == ["made"] * VISITORS
    assert made.times == 1


def test_when_it_fails_one_of_the_others_makes_it(waiting: threading.Semaphore) -> None:
    made = Made(fails=True)
    first, *others = ask_together(Remembered(4), made, waiting)
    with pytest.raises(RuntimeError, match="the first time"):
        first.result()
    assert [each.result() for each in others] == ["made"] * (VISITORS - 1)
    assert made.times == 2


def test_something_else_is_not_waited_for() -> None:
    kept: Remembered[str] = Remembered(4)
    slow = Made()
    with ThreadPoolExecutor(1) as visitor:
        asked = visitor.submit(kept.get, "slow", slow)
        assert slow.begun.wait(WAIT_S)
        assert kept.get("quick", lambda: "other") == "other"
        slow.go.set()
    assert asked.result() == "made"


def test_who_waited_too_long_makes_it_himself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "LONGEST_WAIT_S", 0.0)
    kept: Remembered[str] = Remembered(4)
    stuck = Made()
    with ThreadPoolExecutor(1) as visitor:
        asked = visitor.submit(kept.get, "key", stuck)
        assert stuck.begun.wait(WAIT_S)
        assert kept.get("key", lambda: "mine") == "mine"
        stuck.go.set()
    assert asked.result() == "made"


def test_the_last_few_are_kept() -> None:
    kept: Remembered[int] = Remembered(2)
    made: list[int] = []

    def ask(number: int) -> None:
        def make() -> int:
            made.append(number)
            return number

        assert kept.get(number, make) == number

    for number in (1, 2, 1, 3):  # 2 was asked for longest ago
        ask(number)
    for number in (1, 3, 2):
        ask(number)
    assert made == [1, 2, 3, 2]
