"""Run as a program: load a case, but stand still once a chosen function has run, so that it can be killed.

Usage: python -m tests.integration.loading.stopping_load CASE FOLDER MODULE FUNCTION
"""

from __future__ import annotations

import importlib
import sys
import time
from pathlib import Path
from typing import Any

from app import create_app
from app.actions.load_case import load_case
from app.db import db
from tests.integration.loading.small_world import TODAY


def main(case: str, folder: str, module: str, function: str) -> None:
    owner = importlib.import_module(module)
    real = getattr(owner, function)

    def run_and_stand_still(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        print("standing still", flush=True)
        time.sleep(600)

    setattr(owner, function, run_and_stand_still)
    with create_app().app_context():
        load_case(db.session, Path(case), Path(folder), today=TODAY)
        db.session.commit()


if __name__ == "__main__":
    main(*sys.argv[1:])
