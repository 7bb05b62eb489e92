"""Snapshots: every week the questions that somebody may want to look back at are answered and kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from app.actions import evidence as packs
from app.actions.clock import today
from app.actions.evidence_store import read_question
from app.actions.gap_answers import GapQuestion
from app.actions.gap_scope import find_scope, list_choices
from app.errors import BadQuestionError
from app.queries import Session, jobs
from app.queries import evidence as queries
from app.queries.versions import get_version
from app.vocabulary import EvidenceKind, EvidenceState

EVERY_DAYS = 7
TAKE_SNAPSHOT = "take_snapshot"


def list_questions(session: Session) -> list[GapQuestion]:
    """Each theme as the gap page asks by itself, then what packs were made of; each question once."""
    choices = list_choices(session)
    if choices.defaults is None:
        return []
    plain = [replace(choices.defaults, theme=theme.key) for theme in choices.themes if theme.has_services]
    asked = [read_question(kept) for kept in queries.list_pack_questions(session)]
    found = {packs.question_key(question): question for question in (*plain, *asked)}
    return [question for question in found.values() if _can_be_asked(session, question)]


def _can_be_asked(session: Session, question: GapQuestion) -> bool:
    try:
        find_scope(session, question)
    except BadQuestionError:
        return False  # its theme, its area or its layer is no longer there
    return True


def queue_snapshots(session: Session, on: date | None = None) -> int:
    """Queue a snapshot of each question that has had none for a week; how many."""
    due = list_due(session, on or today())
    for question in due:
        made = _begin(session, question)
        jobs.add_job(session, TAKE_SNAPSHOT, {"code": made})
    return len(due)


def list_due(session: Session, on: date) -> list[GapQuestion]:
    latest = queries.list_latest_days(session)
    oldest = on - timedelta(days=EVERY_DAYS - 1)
    return [
        question
        for question in list_questions(session)
        if (latest.get(packs.question_key(question)) or date.min) < oldest
    ]


def take_snapshot(session: Session, question: GapQuestion) -> str:
    """Take one here and now; its code."""
    code = _begin(session, question)
    finish_snapshot(session, code)
    return code


def finish_snapshot(session: Session, code: str) -> None:
    """A second time changes nothing."""
    evidence = packs.lock_evidence(session, code)
    packs.work_out(session, evidence)
    packs.set_state(session, code, EvidenceState.READY)


def _begin(session: Session, question: GapQuestion) -> str:
    made = packs.new_evidence(question, EvidenceKind.SNAPSHOT, version=get_version(session))
    return queries.add_evidence(session, made).code
