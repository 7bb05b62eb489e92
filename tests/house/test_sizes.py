"""No file over 400 lines, no function over 50: what is longer is two things."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.repository import ROOT, tracked_files

MOST_FILE_LINES = 400
MOST_FUNCTION_LINES = 50


@pytest.mark.parametrize("suffix", [".py", ".js", ".css", ".html", ".sql"])
def test_no_file_is_over_400_lines(suffix: str) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked_files(suffix)
        if (lines := len(path.read_text().splitlines())) > MOST_FILE_LINES
    }
    assert not long


def functions_of(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text())
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_no_function_is_over_50_lines() -> None:
    sizes = [size for path in tracked_files(".py") for size in functions_of(path)]
    assert len(sizes) > 200
    assert not [(name, lines) for name, lines in sizes if lines > MOST_FUNCTION_LINES]
