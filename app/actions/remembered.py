"""Results kept in memory under a key that names the data they were made from, so that none is ever stale."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Event, Lock
from typing import Generic, TypeVar

LONGEST_WAIT_S = 20.0
"""For what another thread is making; then it is made here as well: whoever began may be stuck."""

Result = TypeVar("Result")


class Remembered(Generic[Result]):
    """The last ``size`` results. A key must hold the data version: a new version is a new key.

    Who asks for what is just being made waits for it: many visitors at once cost no more than one.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Result] = OrderedDict()
        self._making: dict[Hashable, Event] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Result]) -> Result:
        while True:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
                others = self._making.get(key)
                if others is None:
                    mine = self._making[key] = Event()
                    break
            if not others.wait(LONGEST_WAIT_S):
                return make()
        try:
            result = make()
            self._keep(key, result)
            return result
        finally:  # when it failed, one of those who wait tries again
            with self._lock:
                del self._making[key]
            mine.set()

    def _keep(self, key: Hashable, result: Result) -> None:
        with self._lock:
            self._kept[key] = result
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
