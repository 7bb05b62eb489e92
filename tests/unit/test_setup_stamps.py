"""Set-up does a step again only when what it depends on has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.support import browser_assets, locks, paths, python_environment
from scripts.support.messages import SetupError


@pytest.fixture(autouse=True)
def scratch_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "VAR", tmp_path / "var")
    monkeypatch.setattr(paths, "STAMPS", tmp_path / "var" / "stamps")


def test_a_step_is_done_until_its_value_changes() -> None:
    assert not paths.is_stamped("step", "one")
    paths.stamp("step", "one")
    assert paths.is_stamped("step", "one")
    assert not paths.is_stamped("step", "two")
    paths.unstamp("step", "never-stamped")
    assert not paths.is_stamped("step", "one")


def test_a_fingerprint_sees_contents_and_where_one_part_ends(tmp_path: Path) -> None:
    file = tmp_path / "pins"
    file.write_text("flask==1")
    before = paths.hash_of(file)
    file.write_text("flask==2")
    assert paths.hash_of(file) != before
    assert paths.hash_of("ab", "c") != paths.hash_of("a", "bc")


def test_included_pins_count_too(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("flask==3.1.3\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest==9.2.0\n")
    found = python_environment.pinned_files(tmp_path / "requirements-dev.txt")
    assert [file.name for file in found] == ["requirements-dev.txt", "requirements.txt"]


def test_a_lock_held_by_many_is_not_for_one_alone() -> None:
    first, second, other = locks.Lock("users"), locks.Lock("users"), locks.Lock("users")
    first.take_shared()
    second.take_shared()
    assert not other.try_alone()
    first.release()
    assert not other.try_alone()
    second.release()
    assert other.try_alone()
    other.release()


def make_modules(folder: Path, leave_out: str = "") -> Path:
    for _, source, patterns in browser_assets.SERVED:
        for pattern in patterns:
            file = folder / source / pattern.replace("*", "x")
            if file.name != leave_out:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(pattern)
    return folder


def test_the_vendor_folder_holds_what_is_served_and_nothing_old(tmp_path: Path) -> None:
    vendor = tmp_path / "static" / "vendor"
    (vendor / "leaflet").mkdir(parents=True)
    (vendor / "leaflet" / "old.js").write_text("left over")
    browser_assets.copy_served(make_modules(tmp_path / "node_modules"), vendor)
    assert (vendor / "leaflet" / "leaflet.js").read_text() == "leaflet.js"
    assert (vendor / "leaflet" / "images" / "x.png").exists()
    assert (vendor / "atkinson-hyperlegible" / "files" / "x-400-x.woffx").exists()
    assert not (vendor / "leaflet" / "old.js").exists()
    assert [folder.name for folder in (tmp_path / "static").iterdir()] == ["vendor"]


def test_a_package_without_an_expected_file_is_said_and_the_old_folder_stays(tmp_path: Path) -> None:
    vendor = tmp_path / "static" / "vendor"
    vendor.mkdir(parents=True)
    (vendor / "keep.js").write_text("still served")
    with pytest.raises(SetupError, match=r"leaflet/dist has no file leaflet\.css"):
        browser_assets.copy_served(make_modules(tmp_path / "node_modules", "leaflet.css"), vendor)
    assert (vendor / "keep.js").exists()
