"""Why a run in the background failed, in words fit for a page."""

from __future__ import annotations

from app.errors import WhosDoingWhatError
from app.models import GapRun, PlanRun
from app.vocabulary import GapRunState

WENT_WRONG = "Something went wrong. Whoever looks after this site finds it in the worker’s log."


def keep_failure(run: GapRun | PlanRun | None, problem: Exception) -> None:
    """Keep it with the run; one that is no longer kept needs no words."""
    if run is not None:
        run.state = GapRunState.FAILED
        run.problem = str(problem) if isinstance(problem, WhosDoingWhatError) else WENT_WRONG
