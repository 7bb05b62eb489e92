"""How the scripts talk: short plain lines, progress on long steps, and one way to stop with advice."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.support import paths

HEARTBEAT_S = 15.0


class SetupError(Exception):
    """Something expected went wrong; the text says what, and what to do about it."""


def say(text: str) -> None:
    """Print one line now, even into a pipe."""
    print(text, flush=True)


def warn(text: str) -> None:
    """Print one line to the error stream."""
    print(text, file=sys.stderr, flush=True)


def run_step(
    title: str,
    command: Sequence[str | Path],
    advice: str,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> None:
    """Run a long command quietly: say its title, show that it is alive, keep its output in var/log.

    Raises SetupError with the last lines of the output and the advice when the command fails.
    """
    say(f"{title} …")
    log = paths.log_file("setup.log")
    began = time.monotonic()
    with log.open("ab") as output:
        start = output.tell()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
        )
        try:
            _wait_aloud(process, began)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode:
        raise SetupError(f"{title}: this did not work.\n{_tail(log, start)}\n{advice}\nFull log: {log}")
    took = time.monotonic() - began
    if took >= 2:
        say(f"  done in {took:.0f} s")


def plain_ending(complaint: str) -> str:
    """What a program's error output comes down to: of a Python traceback only the message at its end."""
    _, found, traceback = complaint.rpartition("Traceback (most recent call last):\n")
    if not found:
        return complaint.strip()
    lines = traceback.splitlines()
    first = next((number for number, line in enumerate(lines) if line and not line.startswith(" ")), 0)
    message = lines[first].partition(": ")[2]
    if " " in message:  # a single word, as of a KeyError, says nothing without the kind before it
        lines[first] = message
    return "\n".join(line for line in lines[first:] if not line.startswith("(Background on")).strip()


def _wait_aloud(process: subprocess.Popen[bytes], began: float) -> None:
    while True:
        try:
            process.wait(timeout=HEARTBEAT_S)
            return
        except subprocess.TimeoutExpired:
            say(f"  still working, {time.monotonic() - began:.0f} s so far")


def _tail(log: Path, start: int, lines: int = 12) -> str:
    with log.open("rb") as stream:
        stream.seek(start)
        text = stream.read().decode("utf-8", "replace")
    return "\n".join(f"  | {line}" for line in text.rstrip().splitlines()[-lines:])
