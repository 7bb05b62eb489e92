"""Set-up's dealings with the machine: packages, programs, lock files, command lines."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.support import chromium, cluster, commands, messages, postgres_programs, site, system_packages
from scripts.support.cluster import Cluster
from scripts.support.instances import Database
from scripts.support.messages import SetupError
from scripts.support.postgres_programs import PostgresPrograms

NO_PROCESS = 2**22 + 1  # above the highest process number Linux gives


@pytest.fixture
def stranger() -> Iterator[int]:
    """The number of a living process that is no database."""
    talks = "print(flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", talks], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()  # from now on it is a program of its own, and no copy of this one
    yield process.pid
    process.communicate(b"\n")


@pytest.fixture
def some_cluster(tmp_path: Path) -> Cluster:
    made = Cluster(tmp_path, tmp_path / "socket", None, PostgresPrograms(17, tmp_path))
    made.data.mkdir()
    made.socket_folder.mkdir()
    return made


def test_the_newest_postgis_is_chosen_by_number_not_by_letter() -> None:
    names = ["postgresql-9-postgis-3", "postgresql-17-postgis-3", "postgresql-15-postgis-3"]
    assert system_packages.choose_postgis_package(names) == "postgresql-17-postgis-3"
    assert system_packages.choose_postgis_package([]) is None


@pytest.mark.parametrize(
    "install",
    [system_packages.install_postgis, system_packages.install_chromium, system_packages.install_pango],
)
def test_where_we_may_not_install_the_commands_for_each_system_are_given(
    install: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_packages, "may_install", lambda: False)
    assert callable(install)
    with pytest.raises(SetupError) as problem:
        install()
    assert all(name in str(problem.value) for name in ("Debian", "Ubuntu", "Fedora", "macOS", "install"))


def make_postgres(folder: Path, version: str, *, has_postgis: bool) -> Path:
    programs = folder / "bin"
    programs.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "psql"):
        (programs / name).touch()
    (programs / "postgres").write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
    (programs / "postgres").chmod(0o755)
    if has_postgis:
        (folder / "share" / "extension").mkdir(parents=True)
        (folder / "share" / "extension" / "postgis.control").touch()
    return programs


def test_only_a_new_enough_postgresql_with_postgis_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = make_postgres(tmp_path / "a", "17.5 (Debian 17.5-1)", has_postgis=True)
    better = make_postgres(tmp_path / "b", "98.1", has_postgis=True)
    without = make_postgres(tmp_path / "c", "99.1", has_postgis=False)
    old = make_postgres(tmp_path / "d", "9.6.24", has_postgis=True)
    monkeypatch.setattr(postgres_programs, "_folders", lambda: [good, without, old, better, tmp_path / "none"])
    found = postgres_programs.list_with_postgis.__wrapped__()
    assert found == [PostgresPrograms(98, better), PostgresPrograms(17, good)]


def test_a_lock_file_with_a_strangers_number_is_removed(some_cluster: Cluster, stranger: int) -> None:
    lock_file = some_cluster.data / "postmaster.pid"
    lock_file.write_text(f"{stranger}\n{some_cluster.data}\n")
    cluster._clear_stale_files(some_cluster)
    assert not lock_file.exists()


@pytest.mark.parametrize("content", [f"{NO_PROCESS}\n", "", "not a number\n"])
def test_a_lock_file_of_nobody_is_left_to_postgresql(some_cluster: Cluster, content: str) -> None:
    lock_file = some_cluster.data / "postmaster.pid"
    lock_file.write_text(content)
    cluster._clear_stale_files(some_cluster)
    assert lock_file.exists()


def test_a_socket_path_too_long_for_the_system_moves_to_a_short_place(tmp_path: Path) -> None:
    assert cluster._socket_folder(Path("/srv/site"), None) == Path("/srv/site/socket")
    deep = cluster._socket_folder(tmp_path / ("long-name-" * 10), None)
    assert len(str(deep / cluster.SOCKET_NAME)) < cluster.LONGEST_SOCKET
    assert str(os.geteuid()) in deep.name


def test_a_socket_folder_somebody_planted_is_refused(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "theirs")
    with pytest.raises(SetupError, match="belongs to somebody else"):
        cluster._make_socket_folder(tmp_path / "link", None)


def test_a_process_that_is_not_this_site_is_never_ended(stranger: int) -> None:
    assert not site._is_ours(stranger)
    assert not site._is_ours(NO_PROCESS)


def test_ubuntus_chromium_stub_is_not_taken_for_a_browser(tmp_path: Path) -> None:
    stub = tmp_path / "chromium-browser"
    stub.write_text("#!/bin/sh\nexec /snap/bin/chromium\n")
    assert chromium._is_snap(stub)
    stub.write_text("#!/bin/sh\nexec /usr/lib/chromium/chromium\n")
    assert not chromium._is_snap(stub)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "eighty", "80.5", ""])
def test_a_port_that_is_none_is_explained(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="whole number from 1 to 65535"):
        commands._port(text)


def test_the_instance_may_come_first_and_the_rest_is_passed_on() -> None:
    assert commands._take_instance(["--instance", "main", "db", "upgrade"]) == ("main", ["db", "upgrade"])
    assert commands._take_instance(["--instance=demo", "routes"]) == ("demo", ["routes"])
    assert commands._take_instance(["db", "--instance", "x"]) == (None, ["db", "--instance", "x"])


def test_of_a_traceback_only_the_message_is_told() -> None:
    complaint = (
        "Traceback (most recent call last):\n  File x\nValueError: first\n\nThe above exception was the cause\n\n"
        "Traceback (most recent call last):\n  File y\n    call()\n"
        "lib.OperationalError: (Driver) connection refused\n\tIs the server running?\n(Background on this error)\n"
    )
    assert messages.plain_ending(complaint) == "(Driver) connection refused\n\tIs the server running?"
    assert messages.plain_ending("Error: No such command 'x'.\n") == "Error: No such command 'x'."
    assert (
        messages.plain_ending("Traceback (most recent call last):\n  File z\nKeyError: 'near'\n")
        == "KeyError: 'near'"
    )


class FakeRun:
    """Stands in for pytest and its database: keeps the command, answers with an exit code."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, code: int, *, has_browser: bool = True) -> None:
        self.words: list[str] = []
        self.environment: dict[str, str] = {}
        self._code = code
        monkeypatch.setattr(commands, "_prepare", lambda _: None)
        monkeypatch.setattr(commands, "_call", self._call)
        monkeypatch.setattr(commands.instances, "open_test_database", lambda: Database("postgresql:///tests"))
        monkeypatch.setattr(commands.chromium, "ensure", self._browser if has_browser else self._no_browser)

    def _call(self, command: list[object], environment: dict[str, str], cwd: Path | None = None) -> int:
        self.words = [str(word) for word in command]
        self.environment = environment
        return self._code

    @staticmethod
    def _browser() -> dict[str, str]:
        return {"WDW_BROWSER": "/bin/chromium"}

    @staticmethod
    def _no_browser() -> dict[str, str]:
        raise SetupError("Please install Chromium.")


def test_every_test_runs_with_a_browser_and_no_setting_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///real-data")
    monkeypatch.setenv("WDW_SECRET_KEY", "real")
    fake = FakeRun(monkeypatch, 0)
    assert commands.test(["-q"]) == 0
    assert fake.words[-2:] == ["tests", "-q"]
    assert fake.environment["WDW_BROWSER"] == "/bin/chromium"
    assert fake.environment["TEST_DATABASE_URL"] == "postgresql:///tests"
    assert not {"DATABASE_URL", "WDW_SECRET_KEY"} & set(fake.environment)


def test_without_a_browser_the_rest_runs_but_the_whole_counts_as_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakeRun(monkeypatch, 0, has_browser=False)
    assert commands.test([]) == 1
    assert fake.words[-2:] == ["tests", "--ignore=tests/browser"]
    assert "Please install Chromium." in capsys.readouterr().err
    with pytest.raises(SetupError):
        commands.test(["browser"])
    assert commands.test(["unit"]) == 0


@pytest.mark.parametrize("code", [1, 2, 4, 5])
def test_pytests_exit_code_is_kept_and_no_test_found_is_said(
    code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    FakeRun(monkeypatch, code)
    assert commands.test(["unit", "-k", "nothing"]) == code
    assert ("No test was found for: scripts/test unit -k nothing" in capsys.readouterr().err) == (code == 5)


def test_an_expected_failure_is_a_message_and_exit_code_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: list[str]) -> int:
        raise SetupError("The disk is full. Make room.")

    monkeypatch.setitem(commands.COMMANDS, "setup", fail)
    monkeypatch.setattr(commands, "_end_tidily_on_signals", lambda: None)
    assert commands.main("setup", []) == 1
    assert capsys.readouterr().err == "\nThe disk is full. Make room.\n"
