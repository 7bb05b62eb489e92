"""The programs the tile benchmark compares, on this machine's own address only, and how they are loaded."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from sqlalchemy.engine import make_url

from tests.databases import settings_for

ROOT = Path(__file__).resolve().parents[2]
TIPG_VENV = ROOT / "var" / "bench" / "tipg"
TIPG_PINS = ("tipg==1.6.1", "uvicorn==0.54.0", "uvloop==0.23.0", "httptools==0.9.0")
WORKERS = "4"
HOST = "127.0.0.1"

WRK_SCRIPT = """
local paths = {{ {paths} }}
local next_path = 0
function request()
  next_path = next_path % #paths + 1
  return wrk.format("GET", paths[next_path], {{ ["Accept-Encoding"] = "{encoding}" }})
end
function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(95),
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
"""


def create_app_for_bench() -> Flask:
    """The app with a folder for tiles of its own, or one that cannot be. Run by gunicorn."""
    from app import create_app

    app = create_app(settings_for(os.environ["DATABASE_URL"]))
    app.config["TILE_FOLDER"] = os.environ["BENCH_TILE_FOLDER"]
    return app


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(command: list[str], port: int, environment: Mapping[str, str], probe: str) -> Iterator[str]:
    """A running server; yields its address once ``probe`` answers."""
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://{HOST}:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(address + probe, timeout=2).read()
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit(f"{command[0]} stopped while starting") from None
                time.sleep(0.2)
        else:
            raise SystemExit(f"{command[0]} does not answer at {probe}")
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def ours(url: str, tile_folder: str) -> tuple[list[str], int, dict[str, str]]:
    port = free_port()
    settings = ROOT / "scripts" / "support" / "gunicorn_settings.py"
    command = [sys.executable, "-m", "gunicorn", "--config", str(settings), "--bind", f"{HOST}:{port}"]
    command += ["tests.benchmarks._tiles_servers:create_app_for_bench()"]
    environment = {"DATABASE_URL": url, "WEB_CONCURRENCY": WORKERS, "BENCH_TILE_FOLDER": tile_folder}
    return command, port, {**environment, "WDW_POOL_SIZE": "4"}


def tipg(url: str) -> tuple[list[str], int, dict[str, str]]:
    port = free_port()
    command = [str(TIPG_VENV / "bin" / "uvicorn"), "tipg.main:app", "--host", HOST, "--port", str(port)]
    command += ["--workers", WORKERS, "--log-level", "error"]
    environment = {"DATABASE_URL": with_host(url), "TIPG_DB_SCHEMAS": '["public"]', "DB_MAX_CONN_SIZE": "4"}
    return command, port, {**environment, "TIPG_DB_SPATIAL_EXTENT": "FALSE", "TIPG_CATALOG_TTL": "86400"}


def with_host(url: str) -> str:
    """tipg wants a host in the address, also where that is a socket's folder."""
    parts = make_url(url)
    host = parts.query.get("host")
    if not isinstance(host, str):
        return url
    return f"postgresql://{parts.username or 'postgres'}@{quote(host, safe='')}/{parts.database}"


def has_tipg() -> bool:
    """tipg in an environment of its own, made on first use."""
    if not (TIPG_VENV / "bin" / "uvicorn").exists():
        made = subprocess.run([sys.executable, "-m", "venv", str(TIPG_VENV)], check=False)
        pip = [str(TIPG_VENV / "bin" / "python"), "-m", "pip", "install", "-q", *TIPG_PINS]
        if made.returncode or subprocess.run(pip, check=False).returncode:
            return False
    return True


def missing_programs() -> list[str]:
    return [name for name in ("wrk", "pgbench") if shutil.which(name) is None]


def load(address: str, paths: list[str], connections: int, seconds: float, scratch: Path) -> tuple[float, float]:
    """Requests per second and the 95th percentile in ms. Stops the benchmark on any error."""
    script = scratch / "paths.lua"
    quoted = ", ".join(f'"{path}"' for path in paths)
    script.write_text(WRK_SCRIPT.format(paths=quoted, encoding="gzip"))
    threads = "1" if connections < 4 else "2"
    done = subprocess.run(
        ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds:.0f}s", "-s", str(script), address],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+)", done.stdout)
    assert found, done.stdout
    requests, duration_us, p95_us, errors = map(int, found.groups())
    if errors or not requests:
        raise SystemExit(f"{errors} errors at {address}{paths[0]}")
    return requests / duration_us * 1e6, p95_us / 1000


def raw(url: str, statements: list[str], connections: int, seconds: float, scratch: Path) -> tuple[float, float]:
    """The SQL alone: pgbench, prepared, one script per tile in random order."""
    command = ["pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", "2" if connections > 2 else "1"]
    command += ["-T", f"{seconds:.0f}", "-l", "--log-prefix", str(scratch / "raw")]
    for old in scratch.glob("raw*"):
        old.unlink()
    for number, statement in enumerate(statements):
        file = scratch / f"tile-{number}.sql"
        file.write_text(statement + ";\n")
        command += ["-f", str(file)]
    spaced = url.replace("+", "%20")  # PostgreSQL's own programs do not read + as a space
    done = subprocess.run([*command, spaced], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"pgbench: {done.stderr.strip()[-500:]}")
    took = sorted(int(line.split()[2]) for log in scratch.glob("raw*") for line in log.read_text().splitlines())
    return len(took) / seconds, took[int(len(took) * 0.95)] / 1000
