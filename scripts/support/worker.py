"""The worker beside the site: what is done in the background. Started again when it dies, stopped with us."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from scripts.support import paths

STOP_TIMEOUT_S = 15.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
"""Between its end and its next start; twice as long each time, so that a worker that cannot run costs little."""

LONG_ENOUGH_S = 60.0
MOST_LOG_BYTES = 5_000_000


class Worker:
    """One `flask jobs work`, watched by a thread."""

    def __init__(self, command: list[str | Path], environment: Mapping[str, str], log: Path, note: Path) -> None:
        self._command = command
        self._environment = dict(environment)
        self._log = log
        self._note = note
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self._watcher.start()

    def stop(self) -> None:
        """Let it finish the job it is at, then end it."""
        with self._lock:
            self._is_over.set()
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._watcher.ident is not None:
            self._watcher.join()
        self._note.unlink(missing_ok=True)

    def _watch(self) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._is_over.is_set():
            began = time.monotonic()
            self._run_once()
            pause_s = FIRST_PAUSE_S if time.monotonic() - began > LONG_ENOUGH_S else pause_s * 2
            self._is_over.wait(min(pause_s, LONGEST_PAUSE_S))

    def _run_once(self) -> None:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        if self._log.exists() and self._log.stat().st_size > MOST_LOG_BYTES:
            self._log.replace(self._log.with_suffix(".old.log"))
        with self._log.open("ab") as log:
            with self._lock:
                if self._is_over.is_set():
                    return
                self._process = subprocess.Popen(
                    [str(word) for word in self._command], cwd=paths.ROOT, env=self._environment,
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
                self._note.write_text(f"{self._process.pid}\n", encoding="utf-8")
            code = self._process.wait()
            if not self._is_over.is_set():
                log.write(f"{time.strftime('%F %T')} the worker ended ({code}); it is started again\n".encode())
