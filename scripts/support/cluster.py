"""The private PostgreSQL cluster of this checkout: made once, on a unix socket only, never on the network.

It runs while at least one script uses it: each user holds a shared lock, and the last one out stops the server.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.support import locks, paths, postgres_programs, processes, system_packages
from scripts.support.messages import SetupError, say
from scripts.support.postgres_programs import PostgresPrograms

ADMIN = "postgres"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET = 100  # the system's limit is 104 to 108 bytes
START_TIMEOUT_S = 120
ROOTS_HOME = Path("/var/lib/whos-doing-what")
SETTINGS = """
# Who's Doing What: starting values for one machine; change them as you like, they are written only once.
max_connections = 100
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


@dataclass(frozen=True)
class Cluster:
    """One cluster: its folder, the folder of its socket, and the system user it runs as (None: ourselves)."""

    home: Path
    socket_folder: Path
    user: str | None
    programs: PostgresPrograms

    @property
    def data(self) -> Path:
        """Where PostgreSQL keeps its files."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.home / "server.log"

    def run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one PostgreSQL program as the cluster's user, with the output kept."""
        return subprocess.run(
            [self.programs.path(program), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.home,
            env=_clean_environment(),
            start_new_session=True,  # Ctrl-C must reach the scripts, not the server
            **_identity(self.user),
        )

    def query(self, sql: str, database: str = "postgres") -> list[str]:
        """The rows of one statement, run by the administrator. Raises SetupError with PostgreSQL's own words."""
        answer = self.run(
            "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.socket_folder, "-U", ADMIN,
            "-d", database, "-c", sql,
        )  # fmt: skip
        if answer.returncode:
            raise SetupError(
                f"The private database refused a command: {answer.stderr.strip()}\nIts log: {self.log}"
            )
        return answer.stdout.splitlines()

    def is_running(self) -> bool:
        """True when the server takes connections."""
        return self.run("pg_isready", "-q", "-h", self.socket_folder).returncode == 0


class ClusterUse:
    """Somebody's use of the cluster: started by `begin`, given back by `end`; the last one out stops it."""

    def __init__(self) -> None:
        self.cluster: Cluster | None = None
        self._users: locks.Lock | None = None

    def begin(self) -> Cluster:
        """Make the cluster if need be, start it if nobody has, and hold it. Raises SetupError."""
        with locks.alone("cluster", "Waiting for another script that starts or stops the database …"):
            cluster = find_or_make()
            self._users = locks.Lock("cluster-users")
            self._users.take_shared()
            start(cluster)
        self.cluster = cluster
        return cluster

    def end(self) -> None:
        """Give it back."""
        if self._users is None:
            return
        self._users.release()
        self._users = None
        stop_if_unused()


def find() -> Cluster | None:
    """The cluster of this checkout if it has been made. Raises SetupError when its PostgreSQL version is gone."""
    home = _home()
    if not (home / "data" / "PG_VERSION").exists():
        return None
    version = int((home / "data" / "PG_VERSION").read_text(encoding="utf-8"))
    for programs in postgres_programs.list_with_postgis():
        if programs.version == version:
            user = _owner_of(home / "data")
            return Cluster(home, _socket_folder(home, user), user, programs)
    raise SetupError(
        f"The data in {home} was made by PostgreSQL {version}, which is no longer installed with PostGIS.\n"
        f"Install it again (Debian or Ubuntu: sudo apt-get install postgresql-{version}-postgis-3),\n"
        "or follow 'Moving to a newer PostgreSQL' in docs/operator.md."
    )


def ensure_programs() -> None:
    """Install PostgreSQL with PostGIS unless it is there. Raises SetupError with the commands to type."""
    if postgres_programs.list_with_postgis():
        return
    system_packages.install_postgis()
    postgres_programs.list_with_postgis.cache_clear()
    if not postgres_programs.list_with_postgis():
        raise SetupError(system_packages.POSTGRES_ADVICE)


def find_or_make() -> Cluster:
    """The cluster of this checkout, made (and PostGIS installed) if it is not there yet. Raises SetupError."""
    ensure_programs()
    return find() or _make(postgres_programs.list_with_postgis()[0])


def start(cluster: Cluster) -> None:
    """Start the server unless it runs, clearing what a crash left behind. Raises SetupError with its log."""
    if cluster.is_running():
        return
    _make_socket_folder(cluster.socket_folder, cluster.user)
    _clear_stale_files(cluster)
    options = f"-c listen_addresses='' -c port=5432 -k '{cluster.socket_folder}'" + _shared_memory_option()
    answer = cluster.run(
        "pg_ctl", "start", "--silent", "--wait", "--timeout", str(START_TIMEOUT_S), "-D", cluster.data,
        "-l", cluster.log, "-o", options,
    )  # fmt: skip
    if answer.returncode and not cluster.is_running():
        raise SetupError(
            f"The private database did not start. {answer.stderr.strip()}\n{_log_tail(cluster)}\n"
            f"Its log: {cluster.log}. Is the disk full?"
        )


def stop(cluster: Cluster) -> None:
    """Stop the server if it runs, ending what still uses it. Raises SetupError when it will not."""
    if not (cluster.data / "postmaster.pid").exists():
        return
    answer = cluster.run("pg_ctl", "stop", "--silent", "--mode", "fast", "--wait", "-D", cluster.data)
    if answer.returncode and cluster.is_running():
        raise SetupError(f"The private database did not stop. {answer.stderr.strip()}\nIts log: {cluster.log}")


def stop_if_unused() -> bool:
    """Stop the server when no script uses it; True when nobody did."""
    with locks.alone("cluster", "Waiting for another script that starts or stops the database …"):
        users = locks.Lock("cluster-users")
        try:
            if not users.try_alone():
                return False
            cluster = find()
            if cluster is not None:
                stop(cluster)
            return True
        finally:
            users.release()


def _home() -> Path:
    """var/postgres, or for root (whom PostgreSQL refuses to serve) a place its own user can reach."""
    under_var = paths.VAR / "postgres"
    if os.geteuid() != 0 or (under_var / "data" / "PG_VERSION").exists():
        return under_var
    return ROOTS_HOME / paths.checkout_hash()


def _owner_of(folder: Path) -> str | None:
    owner = folder.stat().st_uid
    if owner == os.geteuid():
        return None
    if os.geteuid() != 0:
        raise SetupError(f"{folder} belongs to another user. Run this as that user, or as root.")
    return pwd.getpwuid(owner).pw_name


def _make(programs: PostgresPrograms) -> Cluster:
    say(f"Making a private database (PostgreSQL {programs.version}) …")
    home = _home()
    user = _system_user() if os.geteuid() == 0 else None
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    if user is not None:
        home.parent.chmod(0o711)
        shutil.chown(home, user)
    cluster = Cluster(home, _socket_folder(home, user), user, programs)
    # In a new folder first: a half-made cluster is never taken for a good one.
    unfinished = home / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    locale = "C" if sys.platform == "darwin" else "C.UTF-8"
    answer = cluster.run(
        "initdb", "-D", unfinished, "-U", ADMIN, "-E", "UTF8", f"--locale={locale}", "--data-checksums",
        "--auth-local=trust", "--auth-host=reject",
    )  # fmt: skip
    if answer.returncode:
        raise SetupError(f"Making the private database in {home} did not work.\n{answer.stderr.strip()}")
    with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(SETTINGS)
    unfinished.rename(cluster.data)
    return cluster


def _system_user() -> str:
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise SetupError(
            "PostgreSQL will not run as root, and this machine has no user called postgres.\n"
            "Run this as an ordinary user, or make one: useradd --system postgres"
        ) from None


def _socket_folder(home: Path, user: str | None) -> Path:
    """Beside the data, or in the system's temporary folder when that path is too long for a socket."""
    beside = home / "socket"
    if len(os.fsencode(beside / SOCKET_NAME)) < LONGEST_SOCKET:
        return beside
    uid = os.geteuid() if user is None else pwd.getpwnam(user).pw_uid
    return Path(tempfile.gettempdir()) / f"whos-doing-what-{uid}-{paths.checkout_hash()}"


def _make_socket_folder(folder: Path, user: str | None) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    uid = os.geteuid() if user is None else pwd.getpwnam(user).pw_uid
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid not in (uid, os.geteuid()):
        raise SetupError(f"{folder} belongs to somebody else. Remove it, then run this again.")
    os.chown(folder, uid, -1)
    folder.chmod(0o700)


def _clear_stale_files(cluster: Cluster) -> None:
    """Remove lock files whose process number another program has by now; PostgreSQL sees to all other cases."""
    for file in (cluster.data / "postmaster.pid", cluster.socket_folder / f"{SOCKET_NAME}.lock"):
        pid = _read_pid(file)
        if pid is None or not processes.command_of(pid):
            continue
        if _is_server(pid, cluster):
            _wait_until_running(cluster)
            return
        file.unlink()


def _wait_until_running(cluster: Cluster) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if cluster.is_running():
            return
        pid = _read_pid(cluster.data / "postmaster.pid")
        if pid is None or not _is_server(pid, cluster):
            return
        time.sleep(0.2)
    raise SetupError(
        "The private database is busy starting or stopping and does not answer. Try: scripts/stop\n"
        f"Its log: {cluster.log}"
    )


def _read_pid(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _is_server(pid: int, cluster: Cluster) -> bool:
    """True when the process is this cluster's server: it works inside its data folder, wherever that moves."""
    command = processes.command_of(pid)
    if "postgres" not in command or command.startswith("postgres:"):
        return False
    folder = processes.working_folder_of(pid)
    return folder is None or folder.samefile(cluster.data)


def _shared_memory_option() -> str:
    """Containers often have 64 MB of shared memory, too little for parallel queries: use files instead."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108 - only looked at
    except OSError:
        return ""
    return " -c dynamic_shared_memory_type=mmap" if room.f_blocks * room.f_frsize < 512 * 2**20 else ""


def _log_tail(cluster: Cluster) -> str:
    try:
        lines = cluster.log.read_text(encoding="utf-8", errors="replace").splitlines()[-10:]
    except OSError:
        return ""
    return "\n".join(f"  | {line}" for line in lines)


def _clean_environment() -> dict[str, str]:
    """Ours without PG… settings, which would point the programs at another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _identity(user: str | None) -> dict[str, Any]:
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
