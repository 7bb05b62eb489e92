"""Runs several commands of the app in one process, with one import: `db upgrade then demo load`.

The only file here that needs the installed packages: commands.py runs it with the Python of .venv.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from flask import Flask
from flask.cli import ScriptInfo

from app import create_app


def run(app: Flask, words: Sequence[str]) -> int:
    """Run commands separated by the word `then` until one fails; its exit code."""
    rest = list(words)
    while rest:
        end = rest.index("then") if "then" in rest else len(rest)
        command, rest = rest[:end], rest[end + 1 :]
        try:
            app.cli.main(args=command, prog_name="flask", obj=ScriptInfo(create_app=lambda: app))
        except SystemExit as ending:
            if ending.code:
                return ending.code if isinstance(ending.code, int) else 1
    return 0


if __name__ == "__main__":
    sys.exit(run(create_app(), sys.argv[1:]))
