"""The walls of the house and the tools that guard them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.repository import ROOT

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ["lint-imports", "--no-cache"],
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_tool_is_content(command: list[str]) -> None:
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_exists() -> None:
    rooms = ["app", "geodata", "templates", "static", "tests", "scripts", "docs", "requirements.txt", "README.md"]
    assert not [room for room in rooms if not (ROOT / room).exists()]
