"""The set-up scripts: they need nothing, each is documented, and their database survives mishaps."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from scripts.support import cluster, postgres_programs, several, site
from scripts.support.commands import COMMANDS
from scripts.support.messages import SetupError
from tests.house.repository import ROOT

SUPPORT = ROOT / "scripts" / "support"
ENTRY_POINTS = sorted(path.name for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix)


def test_every_entry_point_has_its_command_and_every_command_its_entry_point() -> None:
    assert sorted(COMMANDS) == ENTRY_POINTS


@pytest.mark.parametrize("name", [*ENTRY_POINTS, "../.ci/run"])
def test_an_entry_point_can_be_run_and_is_plain_sh(name: str) -> None:
    script = ROOT / "scripts" / name
    assert os.access(script, os.X_OK)
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


@pytest.mark.parametrize("name", ENTRY_POINTS)
def test_every_entry_point_is_documented(name: str) -> None:
    assert f"`scripts/{name}" in (ROOT / "docs" / "operator.md").read_text()


def test_set_up_needs_nothing_but_python_itself() -> None:
    foreign = []
    for file in set(SUPPORT.glob("*.py")) - {SUPPORT / "several.py"}:  # runs inside .venv
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign += [(file.name, name) for name in names if not is_at_hand(name)]
    assert not foreign


def is_at_hand(name: str) -> bool:
    top = name.partition(".")[0]
    return top in sys.stdlib_module_names or name.startswith("scripts.support")


def test_set_up_passes_the_strict_type_check() -> None:
    command = [Path(sys.executable).parent / "mypy", "--strict", "--follow-imports=silent", "scripts"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_a_port_in_use_is_said_with_a_way_out() -> None:
    with socket.socket() as other:
        other.bind((site.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SetupError, match=f"Port {port} is already in use.*\n.*--port {port + 1}"):
            site.check_port_is_free(port)
    site.check_port_is_free(port)


def test_several_commands_run_in_order_until_one_fails(capsys: pytest.CaptureFixture[str]) -> None:
    app = Flask("several")
    app.cli.add_command(click.Command("first", callback=lambda: click.echo("1")))
    app.cli.add_command(click.Command("second", callback=lambda: click.get_current_context().exit(3)))
    app.cli.add_command(click.Command("third", callback=lambda: click.echo("3")))
    assert several.run(app, ["first", "then", "third"]) == 0
    assert capsys.readouterr().out == "1\n3\n"
    assert several.run(app, ["first", "then", "second", "then", "third"]) == 3
    assert capsys.readouterr().out == "1\n"
    assert several.run(app, ["unknown", "then", "third"]) == 2


class Checkout:
    """A copy of the scripts alone, as a second checkout with a private database of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))

    def start(self, *words: str) -> subprocess.Popen[str]:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        command = [self.root / "scripts" / words[0], *words[1:]]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen(command, env=environment, cwd="/", text=True, **pipes)  # type: ignore[call-overload,no-any-return]

    def run(self, *words: str) -> tuple[int, str]:
        process = self.start(*words)
        output, _ = process.communicate(timeout=120)
        return process.returncode, output

    def ask(self, sql: str) -> str:
        code, output = self.run("database", "psql", "-XAtqc", sql)
        assert code == 0, output
        return output.splitlines()[-1]

    def ask_until(self, answer: str, sql: str) -> None:
        deadline = time.monotonic() + 60
        while self.ask(sql) != answer:
            assert time.monotonic() < deadline

    def home(self) -> Path:
        return Path(self.ask("SHOW data_directory")).parent

    def wait_for_server(self, home: Path) -> int:
        deadline = time.monotonic() + 30
        while not (home / "socket" / cluster.SOCKET_NAME).exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return int((home / "data" / "postmaster.pid").read_text().split()[0])


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    if not postgres_programs.list_with_postgis():
        pytest.skip("there is no PostGIS on this machine: the tests run on the server of DATABASE_URL")
    made = Checkout(tmp_path_factory.mktemp("second"))
    home = made.home()
    yield made
    made.run("stop")
    shutil.rmtree(home)


def test_a_second_checkout_has_a_database_of_its_own_with_postgis(checkout: Checkout) -> None:
    assert checkout.ask("SELECT current_database() || ' ' || (postgis_lib_version() > '3')") == "demo true"
    assert (checkout.root / "var").is_dir()
    assert checkout.home() != ROOT / "var" / "postgres"


def test_the_app_role_owns_its_databases_and_is_no_administrator(checkout: Checkout) -> None:
    sql = (
        "SELECT string_agg(datname || ' ' || rolname || ' ' || rolsuper, ', ' ORDER BY datname) FROM pg_database "
        "JOIN pg_roles ON pg_roles.oid = datdba WHERE datname IN ('demo', 'main')"
    )
    assert checkout.ask(sql) == "demo wdw false, main wdw false"


def test_what_is_written_stays_in_its_instance(checkout: Checkout) -> None:
    code, output = checkout.run("database", "--instance", "main", "psql", "-Xqc", "CREATE TABLE kept (n int)")
    assert code == 0, output
    assert checkout.ask("SELECT to_regclass('kept') IS NULL") == "t"
    assert "kept" in checkout.run("database", "--instance", "main", "psql", "-XAtc", r"\dt")[1]


def test_nobody_on_the_network_and_no_other_user_reaches_it(checkout: Checkout) -> None:
    assert checkout.ask("SELECT current_setting('listen_addresses') = ''") == "t"
    assert (checkout.home() / "socket").stat().st_mode & 0o077 == 0


def test_the_last_one_out_stops_the_server_and_not_the_first(checkout: Checkout) -> None:
    home = checkout.home()
    assert not (home / "data" / "postmaster.pid").exists()
    long_one = checkout.start("database", "psql", "-XAtqc", "SELECT pg_sleep(300)")
    checkout.wait_for_server(home)
    assert checkout.ask("SELECT 'quick'") == "quick"
    code, output = checkout.run("stop")
    assert code == 1
    assert "still used" in output
    wake = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(300)'"
    checkout.ask_until("t", wake)  # its session may not have begun yet
    assert "canceling statement" in long_one.communicate(timeout=60)[0]
    assert not (home / "data" / "postmaster.pid").exists()


def test_a_killed_server_and_a_killed_script_leave_nothing_to_mend_by_hand(checkout: Checkout) -> None:
    home = checkout.home()
    sleeper = checkout.start("database", "psql", "-XAtqc", "SELECT pg_sleep(60)")
    os.kill(checkout.wait_for_server(home), signal.SIGKILL)
    sleeper.communicate(timeout=60)
    assert sleeper.returncode != 0
    assert checkout.ask("SELECT 'mended'") == "mended"

    sleeper = checkout.start("database", "psql", "-XAtqc", "SELECT pg_sleep(5)")
    checkout.wait_for_server(home)
    sleeper.kill()
    sleeper.communicate()
    assert checkout.run("stop") == (0, "Stopped.\n")
    assert not (home / "data" / "postmaster.pid").exists()


def test_an_unknown_program_and_an_unknown_instance_are_said_plainly(checkout: Checkout) -> None:
    code, output = checkout.run("database", "no-such-program")
    assert code == 1
    assert "There is no program" in output
    code, output = checkout.run("database", "--instance", "live", "psql")
    assert code == 1
    assert "Choose one of: demo, main" in output
    assert "Traceback" not in output
