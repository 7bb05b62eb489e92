"""Locks between scripts of one checkout. The system drops them when a script dies, so none can go stale."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.support import messages, paths


class Lock:
    """One lock file under var/; `shared` may be held by many at once, `alone` by one."""

    def __init__(self, name: str) -> None:
        self.path = paths.VAR / f"{name}.lock"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)

    def take_shared(self) -> None:
        """Hold it together with others; waits while somebody holds it alone."""
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def try_alone(self) -> bool:
        """Hold it alone if nobody else holds it at all; never waits."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def take_alone(self) -> None:
        """Hold it alone; waits for the others."""
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def release(self) -> None:
        """Let go."""
        os.close(self._handle)


@contextmanager
def alone(name: str, waiting: str) -> Iterator[None]:
    """Hold a lock alone for a block; says the waiting text when another script holds it."""
    lock = Lock(name)
    try:
        if not lock.try_alone():
            messages.say(waiting)
            lock.take_alone()
        yield
    finally:
        lock.release()
