"""Finding PostgreSQL programs (initdb, pg_ctl, psql …) that have PostGIS beside them."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Where Debian and Ubuntu, Fedora's and PostgreSQL's own packages, Homebrew and Postgres.app put them.
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
OLDEST = 13


@dataclass(frozen=True)
class PostgresPrograms:
    """One installed PostgreSQL: its main version and the folder of its programs."""

    version: int
    folder: Path

    def path(self, name: str) -> Path:
        """Where one program is."""
        return self.folder / name


@cache
def list_with_postgis() -> list[PostgresPrograms]:
    """Every installed PostgreSQL that has PostGIS, newest first."""
    found = [programs for folder in _folders() if (programs := _look_at(folder)) is not None]
    return sorted(found, key=lambda programs: -programs.version)


def _folders() -> list[Path]:
    on_path = shutil.which("initdb")
    folders = [] if on_path is None else [Path(on_path).resolve().parent]
    for pattern in PLACES:
        folders += Path("/").glob(pattern.removeprefix("/"))
    return list(dict.fromkeys(folders))


def _look_at(folder: Path) -> PostgresPrograms | None:
    if not all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres", "psql")):
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"\) (\d+)", answer.stdout)
    if match is None or int(match[1]) < OLDEST:
        return None
    programs = PostgresPrograms(int(match[1]), folder)
    return programs if _has_postgis(programs) else None


def _has_postgis(programs: PostgresPrograms) -> bool:
    shares = [Path(f"/usr/share/postgresql/{programs.version}"), programs.folder.parent / "share"]
    pg_config = programs.path("pg_config")
    if pg_config.exists():
        answer = subprocess.run([pg_config, "--sharedir"], capture_output=True, text=True, check=False)
        shares.append(Path(answer.stdout.strip()))
    return any((share / "extension" / "postgis.control").exists() for share in shares)
