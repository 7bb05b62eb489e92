"""Looking for the best plan there is, in the background: asked for once, one at a time, bounded, kept.

The page shows the answer at once with its bound; when a run is done it shows what the run found, as long as the
data and the areas that other hubs hold are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from app.actions.plan_answers import PlanQuestion
from app.actions.plan_candidates import settle_areas
from app.actions.plan_run_store import KeptChoice, pack_question, run_key, unpack_question
from app.actions.plan_siting import BACKGROUND_S, answer_plan
from app.actions.run_failures import keep_failure
from app.actions.throttle import note_try
from app.errors import NotFoundError
from app.models import PlanRun
from app.queries import Session, jobs
from app.queries import plan_runs as queries
from app.queries.versions import get_version
from app.vocabulary import GapRunState

PROVE_PLAN = "prove_plan"
ONE_AT_A_TIME = "plan_runs"
KEPT_RUNS = 300
MOST_RUNS, RUNS_WITHIN_S = 60, 3600


@dataclass(frozen=True)
class RunNow:
    """How far a run is; ``seconds`` it has been at work, of at most ``most_s``."""

    state: GapRunState
    seconds: int
    most_s: int


def find_run_of(session: Session, question: PlanQuestion, hubs: Sequence[UUID]) -> RunNow | None:
    """The run of this question with these data; None when nobody asked for one, or it failed."""
    run = queries.find_newest(session, _key(session, question, hubs), get_version(session))
    if run is None:
        return None
    until = run.done_at_utc or queries.now()
    seconds = int((until - run.begun_at_utc).total_seconds()) if run.begun_at_utc else 0
    return RunNow(run.state, seconds, round(BACKGROUND_S))


def ask_for_run(session: Session, question: PlanQuestion, hubs: Sequence[UUID], account_id: UUID) -> None:
    """Queue the question, unless it is queued or done already. Raises BadQuestionError, TooOftenError."""
    answer_plan(session, question, hubs)
    key, version = _key(session, question, hubs), get_version(session)
    if queries.find_newest(session, key, version) is not None:
        return
    note_try(session, PROVE_PLAN, str(account_id), most=MOST_RUNS, within_s=RUNS_WITHIN_S)
    made = PlanRun(
        question=pack_question(question, hubs), question_key=key, data_version=version,
        state=GapRunState.WAITING, account_id=account_id,
    )  # fmt: skip
    run = queries.add_run(session, made)
    jobs.add_job(session, PROVE_PLAN, {"run_id": str(run.id)}, lock=ONE_AT_A_TIME)
    queries.forget_runs(session, KEPT_RUNS)


def _key(session: Session, question: PlanQuestion, hubs: Sequence[UUID]) -> str:
    return run_key(*settle_areas(session, question, hubs))


def run(session: Session, run_id: int, commit: Callable[[], None]) -> None:
    """Work a run out; one that is done stays so. ``commit`` keeps what was said so far.

    Errors: NotFoundError when it is no longer kept; those of answer_plan.
    """
    begun = queries.find_run(session, run_id, lock=True)
    if begun is None:
        raise NotFoundError(f"There is no run {run_id} of a plan.", "It was too old to keep.")
    if begun.state == GapRunState.DONE:
        return
    begun.state, begun.begun_at_utc = GapRunState.RUNNING, queries.now()
    question, hubs = unpack_question(begun.question)
    commit()
    answer = answer_plan(session, question, hubs, proven=True)
    found = KeptChoice(
        tuple(site.key for site in answer.sites), answer.value, answer.bound, answer.is_proven, answer.meets_floors
    )
    done = queries.find_run(session, run_id, lock=True)
    assert done is not None
    done.state, done.result, done.done_at_utc = GapRunState.DONE, asdict(found), queries.now()
    commit()


def note_failure(session: Session, run_id: int, problem: Exception) -> None:
    """Keep why a run failed, in words."""
    keep_failure(queries.find_run(session, run_id), problem)
