"""Gap questions about a whole country: worked out in the background, one at a time, and kept.

Every question is a run of its own, so a worker that was killed goes on with the question it was at; what was done
before stays. A run that is done answers the gap page at once, also after a restart, until the data change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from app.actions.evidence_store import pack_answer, read_question
from app.actions.gap_answers import GapQuestion
from app.actions.gap_inputs import load_gap_inputs, load_sums
from app.actions.gap_run_store import run_key
from app.actions.gap_scope import find_scope
from app.actions.gaps import work_out
from app.actions.run_failures import keep_failure
from app.errors import NotFoundError
from app.models import GapRun
from app.queries import Session, jobs
from app.queries import gap_runs as queries
from app.queries.versions import get_version
from app.vocabulary import GapRunState

RUN_GAP = "run_gap"
ONE_AT_A_TIME = "gap_runs"
KEPT_RUNS = 200
READING, COUNTING, DRAWING = "reading who lives where", "counting who shares what", "drawing services by chance"


@dataclass(frozen=True)
class ListedRun:
    """A run as a page shows it."""

    id: int
    question: GapQuestion
    state: GapRunState
    step: str
    done_share: float
    problem: str
    asked_at_utc: datetime
    done_at_utc: datetime | None
    is_current: bool  # made from the data as they are now


def ask_for_runs(
    session: Session, question: GapQuestion, themes: Sequence[str], account_id: UUID | None = None
) -> list[int]:
    """Queue the question once for every theme; the ids of the runs. What is queued or done already is not again.

    Errors: BadQuestionError when a word names nothing.
    """
    version = get_version(session)
    found = []
    for theme in dict.fromkeys(themes):
        asked = find_scope(session, replace(question, theme=theme)).question
        same = queries.find_same(session, run_key(asked), version)
        if same is None:
            made = GapRun(
                question=asdict(asked),
                question_key=run_key(asked),
                state=GapRunState.WAITING,
                account_id=account_id,
            )
            same = queries.add_run(session, made)
            jobs.add_job(session, RUN_GAP, {"run_id": str(same.id)}, lock=ONE_AT_A_TIME)
        found.append(same.id)
    queries.forget_runs(session, KEPT_RUNS)
    return found


def run(session: Session, run_id: int, commit: Callable[[], None]) -> None:
    """Work a run out, saying how far it is; a run that is done stays so. ``commit`` keeps what was said so far.

    Errors: NotFoundError when there is no such run.
    """
    found = queries.find_run(session, run_id)
    if found is None:
        raise NotFoundError(f"There is no run {run_id}.", "Look at the list of runs.")
    if found.state == GapRunState.DONE:
        return
    question = read_question(found.question)

    def say(step: str, share: float) -> None:
        begun = _get(session, run_id)
        begun.state, begun.step, begun.done_share = GapRunState.RUNNING, step, share
        begun.begun_at_utc = begun.begun_at_utc or queries.now()
        commit()
        queries.allow_long(session)

    say(READING, 0.05)
    version = get_version(session)
    inputs = load_gap_inputs(session, version, find_scope(session, question))
    say(COUNTING, 0.3)
    load_sums(version, inputs)
    say(DRAWING, 0.5)
    answer = work_out(session, version, question)
    done = _get(session, run_id)
    done.result, done.data_version = pack_answer(answer), version
    done.state, done.step, done.done_share, done.problem = GapRunState.DONE, "", 1.0, ""
    done.done_at_utc = queries.now()
    commit()


def note_failure(session: Session, run_id: int, problem: Exception) -> None:
    """Keep why a run failed, in words fit for a page."""
    keep_failure(queries.find_run(session, run_id), problem)


def _get(session: Session, run_id: int) -> GapRun:
    found = queries.find_run(session, run_id, lock=True)
    assert found is not None
    return found


def list_runs(session: Session, most: int = 100) -> list[ListedRun]:
    """The newest first."""
    version = get_version(session)
    return [
        ListedRun(
            id=one.id,
            question=read_question(one.question),
            state=one.state,
            step=one.step,
            done_share=one.done_share,
            problem=one.problem,
            asked_at_utc=one.asked_at_utc,
            done_at_utc=one.done_at_utc,
            is_current=one.state == GapRunState.DONE and one.data_version == version,
        )
        for one in queries.list_runs(session, most)
    ]
