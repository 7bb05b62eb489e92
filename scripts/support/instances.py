"""Instances of the product: a database and the environment the app reads its settings from."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from scripts.support import cluster, paths
from scripts.support.cluster import Cluster
from scripts.support.messages import SetupError

DEMO = "demo"
MAIN = "main"
NAMES = (DEMO, MAIN)
OWNER = "wdw"
REMEMBERED = paths.VAR / "instance"
SECRET_FILE = paths.VAR / "secret-key"


@dataclass(frozen=True)
class Database:
    """A database a script may use, and how to give it back."""

    url: str
    use: cluster.ClusterUse | None = None

    def close(self) -> None:
        """Give the private cluster back; a server named by DATABASE_URL is left alone."""
        if self.use is not None:
            self.use.end()


@dataclass(frozen=True)
class Choice:
    """Which instance, whether it shows demo log-ins, and where it is served."""

    instance: str = DEMO
    is_demo_mode: bool = True
    port: int = 8000


def chosen(asked: str | None = None) -> Choice:
    """The instance to talk to: the one asked for, else WDW_INSTANCE, else the last one started, else demo.

    Demo mode is as WDW_DEMO_MODE says, else as it was last started. Raises SetupError on an unknown name.
    """
    last = remembered(REMEMBERED)
    name = asked or os.environ.get("WDW_INSTANCE") or last.instance
    if name not in NAMES:
        raise SetupError(f"There is no instance called '{name}'. Choose one of: {', '.join(NAMES)}.")
    mode = os.environ.get("WDW_DEMO_MODE")
    return Choice(name, last.is_demo_mode if mode is None else mode != "0", last.port)


def remember(choice: Choice, file: Path = REMEMBERED) -> None:
    """Let scripts/flask talk to this instance from now on."""
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = "demo-mode" if choice.is_demo_mode else "no-demo-mode"
    file.write_text(f"{choice.instance} {mode} {choice.port}\n", encoding="utf-8")


def remembered(file: Path = REMEMBERED) -> Choice:
    """What was started last, or the demo when nothing was or the note is damaged."""
    try:
        words = file.read_text(encoding="utf-8").split()
    except OSError:
        words = []
    if len(words) not in (2, 3) or words[0] not in NAMES or not all(word.isdecimal() for word in words[2:]):
        return Choice()
    return Choice(words[0], words[1] != "no-demo-mode", *(int(word) for word in words[2:]))


def is_server_given() -> bool:
    """True when DATABASE_URL names the server to use, so that none of our own is needed."""
    return bool(os.environ.get("DATABASE_URL"))


def open_database(instance: str) -> Database:
    """The database of an instance, or the server that DATABASE_URL names. Raises SetupError."""
    given = os.environ.get("DATABASE_URL")
    if given:
        return Database(given)
    use = cluster.ClusterUse()
    server = use.begin()
    try:
        _ensure_databases(server)
    except BaseException:
        use.end()
        raise
    return Database(private_url(server, instance, OWNER), use)


def open_test_database() -> Database:
    """The maintenance database in which tests make and drop databases of their own. Raises SetupError."""
    given = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")
    if given:
        return Database(given.replace("+psycopg://", "://", 1))
    use = cluster.ClusterUse()
    server = use.begin()
    return Database(private_url(server, "postgres", cluster.ADMIN, options="-c synchronous_commit=off"), use)


def private_url(server: Cluster, database: str, role: str, options: str = "") -> str:
    """The address of a database of the private cluster."""
    query = f"host={quote(str(server.socket_folder), safe='')}"
    if options:
        query += f"&options={quote(options, safe='')}"
    return f"postgresql://{role}@/{database}?{query}"


def app_environment(database_url: str, choice: Choice) -> dict[str, str]:
    """The environment of the app: ours, the database, its address, and a secret made once where none is given.

    Behind a proxy only the operator knows the address: then it is not made up, and the app asks for it.
    """
    environment = {**os.environ, "DATABASE_URL": database_url, "FLASK_SKIP_DOTENV": "1"}
    environment["WDW_DEMO_MODE"] = "1" if choice.is_demo_mode else "0"
    if environment.get("WDW_BEHIND_PROXY", "0").lower() in ("", "0", "false", "no", "off"):
        environment.setdefault("WDW_BASE_URL", f"http://127.0.0.1:{choice.port}")
    if not choice.is_demo_mode and not environment.get("WDW_SECRET_KEY"):
        environment["WDW_SECRET_KEY"] = secret_key(SECRET_FILE)
    return environment


def secret_key(file: Path) -> str:
    """A secret made once and kept where only this user can read it."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="utf-8").strip()
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(secrets.token_urlsafe(48) + "\n")
    return file.read_text(encoding="utf-8").strip()


def libpq_environment(database_url: str, *, role: str | None = None) -> dict[str, str]:
    """The PG… settings that make psql, pg_dump and friends talk to the database of an address."""
    parts = urlsplit(database_url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    settings: Mapping[str, str | None] = {
        "PGHOST": query.get("host") or (unquote(parts.hostname) if parts.hostname else None),
        "PGPORT": query.get("port") or (str(parts.port) if parts.port else None),
        "PGUSER": role or query.get("user") or (unquote(parts.username) if parts.username else None),
        "PGPASSWORD": query.get("password") or (unquote(parts.password) if parts.password else None),
        "PGDATABASE": query.get("dbname") or unquote(parts.path.removeprefix("/")) or None,
        "PGSSLMODE": query.get("sslmode"),
        "PGOPTIONS": query.get("options"),
    }
    return {name: value for name, value in settings.items() if value is not None}


def _ensure_databases(server: Cluster) -> None:
    """The role and the databases of all instances; PostGIS is put in by the administrator, as it must be."""
    roles = "SELECT 'role ' || rolname FROM pg_roles"
    databases = "SELECT 'database ' || datname FROM pg_database"
    have = set(server.query(f"{roles} UNION ALL {databases}"))
    if f"role {OWNER}" not in have:
        server.query(f"CREATE ROLE {OWNER} LOGIN")
    for name in NAMES:
        if f"database {name}" not in have:
            # Built under another name first: a half-made database is never taken for a good one.
            server.query(f'DROP DATABASE IF EXISTS "{name}-unfinished"')
            server.query(f'CREATE DATABASE "{name}-unfinished" OWNER {OWNER} TEMPLATE template0')
            server.query("CREATE EXTENSION IF NOT EXISTS postgis", f"{name}-unfinished")
            server.query(f'ALTER DATABASE "{name}-unfinished" RENAME TO "{name}"')
