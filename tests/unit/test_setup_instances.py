"""Instances: which one is meant, its address, and the environment the app gets."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from scripts.support import instances
from scripts.support.cluster import Cluster
from scripts.support.instances import Choice
from scripts.support.messages import SetupError
from scripts.support.postgres_programs import PostgresPrograms

REAL = Choice("main", False)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("WDW_INSTANCE", "WDW_DEMO_MODE", "WDW_SECRET_KEY", "WDW_BASE_URL", "WDW_BEHIND_PROXY",
                 "DATABASE_URL", "TEST_DATABASE_URL"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(instances, "REMEMBERED", tmp_path / "instance")
    monkeypatch.setattr(instances, "SECRET_FILE", tmp_path / "secret-key")


def test_the_demo_is_meant_until_something_else_was_started() -> None:
    assert instances.chosen() == Choice("demo", True)
    instances.remember(Choice("main", False), instances.REMEMBERED)
    assert instances.chosen() == Choice("main", False)
    instances.remember(Choice("demo", True, 8107), instances.REMEMBERED)
    assert instances.chosen().port == 8107


def test_what_is_asked_beats_the_environment_beats_what_was_started(monkeypatch: pytest.MonkeyPatch) -> None:
    instances.remember(Choice("main", True), instances.REMEMBERED)
    monkeypatch.setenv("WDW_INSTANCE", "demo")
    assert instances.chosen().instance == "demo"
    assert instances.chosen("main").instance == "main"
    monkeypatch.setenv("WDW_DEMO_MODE", "0")
    assert not instances.chosen().is_demo_mode


def test_an_unknown_instance_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(SetupError, match=r"no instance called 'live'.*demo, main"):
        instances.chosen("live")


@pytest.mark.parametrize("damage", ["", "main", "live demo-mode", "main demo-mode extra"])
def test_a_damaged_note_means_the_demo(damage: str, tmp_path: Path) -> None:
    note = tmp_path / "note"
    note.write_text(damage)
    assert instances.remembered(note) == Choice()


def test_an_address_leads_back_to_the_same_socket_and_options(tmp_path: Path) -> None:
    server = Cluster(tmp_path, tmp_path / "a folder & more", None, PostgresPrograms(17, tmp_path))
    url = instances.private_url(server, "demo", "wdw", options="-c synchronous_commit=off")
    assert url.startswith("postgresql://wdw@/demo?")
    assert instances.libpq_environment(url) == {
        "PGHOST": str(tmp_path / "a folder & more"),
        "PGUSER": "wdw",
        "PGDATABASE": "demo",
        "PGOPTIONS": "-c synchronous_commit=off",
    }


def test_a_given_server_is_taken_apart_for_postgresqls_programs() -> None:
    url = "postgresql+psycopg://ada:p%40ss@db.example:5433/town?sslmode=require"
    assert instances.libpq_environment(url) == {
        "PGHOST": "db.example",
        "PGPORT": "5433",
        "PGUSER": "ada",
        "PGPASSWORD": "p@ss",
        "PGDATABASE": "town",
        "PGSSLMODE": "require",
    }


def test_a_given_server_is_used_and_nothing_else_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError("the private cluster was touched")

    monkeypatch.setattr(instances.cluster, "ClusterUse", refuse)
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://ada@db.example/town")
    assert instances.open_database("demo").url == "postgresql+psycopg://ada@db.example/town"
    assert instances.open_test_database().url == "postgresql://ada@db.example/town"


def test_outside_demo_mode_a_secret_is_made_once_and_kept_private() -> None:
    first = instances.app_environment("postgresql:///x", REAL)
    assert first["WDW_DEMO_MODE"] == "0"
    assert len(first["WDW_SECRET_KEY"]) >= 32
    assert stat.S_IMODE(instances.SECRET_FILE.stat().st_mode) == 0o600
    again = instances.app_environment("postgresql:///x", REAL)
    assert again["WDW_SECRET_KEY"] == first["WDW_SECRET_KEY"]


def test_a_secret_of_ones_own_is_kept_and_demo_mode_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "WDW_SECRET_KEY" not in instances.app_environment("postgresql:///x", Choice())
    monkeypatch.setenv("WDW_SECRET_KEY", "mine")
    assert instances.app_environment("postgresql:///x", REAL)["WDW_SECRET_KEY"] == "mine"
    assert not instances.SECRET_FILE.exists()


def test_links_in_letters_lead_to_this_machine_unless_a_proxy_stands_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choice = Choice("demo", True, 8107)
    assert instances.app_environment("postgresql:///x", choice)["WDW_BASE_URL"] == "http://127.0.0.1:8107"
    monkeypatch.setenv("WDW_BEHIND_PROXY", "1")
    assert "WDW_BASE_URL" not in instances.app_environment("postgresql:///x", choice)
    monkeypatch.setenv("WDW_BASE_URL", "https://map.example.org")
    assert instances.app_environment("postgresql:///x", choice)["WDW_BASE_URL"] == "https://map.example.org"
