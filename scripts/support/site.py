"""The running site: gunicorn on this machine's own address, watched until it is ready and stopped with us."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scripts.support import paths, processes
from scripts.support.messages import SetupError, say

HOST = "127.0.0.1"
READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0
PID_FOLDER = paths.VAR / "run"


def check_port_is_free(port: int) -> None:
    """Raises SetupError when another program listens on the port already, or we may not."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise SetupError(
                "Ports below 1024 are for root only. Choose another: scripts/run --port 8000"
            ) from None
        except OSError:
            raise SetupError(
                f"Port {port} is already in use by another program (or an earlier scripts/run).\n"
                f"Stop that one (scripts/stop stops ours), or choose another port: scripts/run --port {port + 1}"
            ) from None


class Site:
    """One running gunicorn."""

    def __init__(self, port: int, environment: Mapping[str, str]) -> None:
        self.port = port
        self.address = f"http://{HOST}:{port}"
        config = Path(__file__).with_name("gunicorn_settings.py")
        command: list[str | Path] = [paths.venv_program("gunicorn"), "--config", config]
        command += ["--bind", f"{HOST}:{port}", "app:create_app()"]
        self._process = subprocess.Popen(command, cwd=paths.ROOT, env=dict(environment), start_new_session=True)

    def wait_until_ready(self) -> None:
        """Return when /readyz answers 200. Raises SetupError when the site ends first or takes too long."""
        deadline = time.monotonic() + READY_TIMEOUT_S
        answer = "no answer"
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise SetupError("The site stopped while starting; the lines above say why.")
            answer = self._ask()
            if answer == "200":
                return
            time.sleep(0.1)
        hint = f" Is {HOST} among WDW_ALLOWED_HOSTS?" if answer == "400" else ""
        raise SetupError(
            f"The site did not get ready within {READY_TIMEOUT_S:.0f} s ({self.address}/readyz: {answer}).{hint}"
        )

    def wait(self) -> int:
        """Wait until the site ends by itself; its exit code."""
        return self._process.wait()

    def stop(self) -> None:
        """Let it finish what it is answering, then end it."""
        if self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Keep a note of our process and gunicorn's, so that scripts/stop finds them."""
        note = PID_FOLDER / f"{self.port}.pid"
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(f"{os.getpid()} {self._process.pid}\n", encoding="utf-8")
        try:
            yield
        finally:
            self.stop()
            note.unlink(missing_ok=True)

    def _ask(self) -> str:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            # As a reverse proxy would ask: behind one, the site sends plain HTTP away.
            connection.request("GET", "/readyz", headers={"X-Forwarded-Proto": "https"})
            return str(connection.getresponse().status)
        except (OSError, http.client.HTTPException) as problem:
            return type(problem).__name__
        finally:
            connection.close()


def worker_note(port: int) -> Path:
    """Where the worker beside the site keeps its process number; read after that of the site."""
    return PID_FOLDER / f"{port}.worker.pid"


def stop_all() -> None:
    """End every site of this checkout, also one whose scripts/run was killed, and wait until it has ended."""
    for note in sorted(PID_FOLDER.glob("*.pid")):
        running = [pid for pid in _noted_in(note) if _is_ours(pid)]
        if running:
            what = "worker of the site" if note.stem.endswith(".worker") else "site"
            say(f"Stopping the {what} on port {note.name.split('.')[0]} …")
        for pid in running:  # in this order: scripts/run ends its gunicorn and its worker by itself
            if _is_ours(pid):
                os.kill(pid, signal.SIGTERM)
                _wait_for_end(pid)
        note.unlink(missing_ok=True)


def _noted_in(note: Path) -> list[int]:
    """The process numbers in a note; none when who wrote it has ended meanwhile and taken it along."""
    try:
        return [int(word) for word in note.read_text(encoding="utf-8").split()]
    except FileNotFoundError:
        return []


def _wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + STOP_TIMEOUT_S + 10
    while _is_ours(pid):
        if time.monotonic() > deadline:
            raise SetupError(f"The site (process {pid}) does not end. To force it: kill -9 {pid}")
        time.sleep(0.1)


def _is_ours(pid: int) -> bool:
    """True when the process runs and serves this checkout (process numbers are used again)."""
    command = processes.command_of(pid)
    ours = (f"{paths.ROOT}/scripts/support run", paths.venv_program("gunicorn"), paths.venv_program("flask"))
    return any(str(words) in command for words in ours)
