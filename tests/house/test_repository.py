"""What the repository may not hold: other people's files, addresses of registries, paths of a machine."""

from __future__ import annotations

import re

from tests.house.repository import ROOT, tracked_files

REGISTRIES = re.compile(
    "|".join(["registry" + r"\.npmjs", "pypi" + r"\.org", "files" + r"\.pythonhosted", "deb" + r"\.debian\.org"])
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/")
TEXT = (".py", ".md", ".json", ".yaml", ".yml", ".toml", ".txt", ".html", ".css", ".js", ".sql", ".svg", "")


def test_no_registry_address_and_no_path_of_a_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked_files()
        if path.suffix in TEXT and path.name != "test_repository.py"
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if REGISTRIES.search(line) or MACHINE_PATHS.search(line)
    ]
    assert not found


def test_nothing_of_other_people_is_committed() -> None:
    names = [str(path.relative_to(ROOT)) for path in tracked_files()]
    assert not [name for name in names if re.search(r"(^|/)(node_modules|vendor|\.venv|var)/", name)]
    assert not [name for name in names if re.search(r"\.(geojson|gpkg|shp|zip|csv|xlsx|woff2?|min\.js)$", name)]


def test_the_lock_file_names_no_address() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_every_pin_is_exact() -> None:
    for path in ROOT.glob("requirements*.txt"):
        for line in path.read_text().splitlines():
            requirement = line.split("#")[0].strip()
            assert not requirement or requirement.startswith("-r ") or "==" in requirement, f"{path.name}: {line}"
