"""Answers that were worked out in the background, found again by their question and data."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import timedelta

from app.actions.evidence_store import unpack_answer
from app.actions.gap_answers import GapAnswer, GapQuestion
from app.queries import Session
from app.queries import gap_runs as queries

KEPT_DAYS = 31
"""How sure we are of a row hangs on the day, so an answer is made anew after a month even from the same data."""


def run_key(question: GapQuestion) -> str:
    """The same for the same question."""
    return hashlib.sha256(json.dumps(asdict(question), sort_keys=True).encode()).hexdigest()[:32]


def find_kept(session: Session, version: str, question: GapQuestion) -> GapAnswer | None:
    """The answer of a run that was made from this version of the data."""
    result = queries.find_result(session, run_key(question), version, queries.now() - timedelta(days=KEPT_DAYS))
    return None if result is None else unpack_answer(result)
