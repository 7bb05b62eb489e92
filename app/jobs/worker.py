"""The worker: takes jobs from the queue in PostgreSQL, and starts what is due by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from procrastinate import App, JobContext, PsycopgConnector

from app.db import libpq_address
from app.jobs.daily import run_daily
from app.jobs.evidence import make_pack, take_snapshot
from app.jobs.letters import deliver_due_letters, deliver_letter
from app.jobs.needs import tell_need_followers
from app.jobs.runs import prove_plan, run_gap

JOBS: dict[str, Callable[..., None]] = {
    "deliver_letter": deliver_letter,
    "make_pack": make_pack,
    "prove_plan": prove_plan,
    "run_gap": run_gap,
    "take_snapshot": take_snapshot,
}
"""By the name that app.queries.jobs.add_job takes."""

BY_THE_CLOCK: dict[str, tuple[str, Callable[[], None]]] = {
    "deliver_due_letters": ("* * * * *", deliver_due_letters),
    "tell_need_followers": ("*/5 * * * *", tell_need_followers),
    "run_daily": ("*/10 * * * *", run_daily),
}
"""Cron words and what is done then."""

AT_ONCE = 2
QUEUE = "default"


def work(app: Flask, *, until_done: bool = False) -> None:
    """Do jobs until stopped (SIGTERM lets the running one finish), or until none is left."""
    queue_for(app).run_worker(
        concurrency=AT_ONCE, wait=not until_done, delete_jobs="successful", listen_notify=not until_done
    )


def run_all(app: Flask) -> None:
    """Everything that is due, also by the clock, here and now: for tests, and for sites without a worker."""
    for _cron, task in BY_THE_CLOCK.values():
        _inside(app, task)()
    work(app, until_done=True)


def queue_for(app: Flask) -> App:
    """The queue with all its tasks, each run inside ``app``."""
    address = libpq_address(app.config["SETTINGS"])
    queue = App(connector=PsycopgConnector(conninfo=address, min_size=1, max_size=AT_ONCE + 2, timeout=10.0))
    for name, task in JOBS.items():
        queue.task(name=name, queue=QUEUE)(_inside(app, task))
    for name, (cron, task) in BY_THE_CLOCK.items():
        queue.periodic(cron=cron)(queue.task(name=name, queue=QUEUE)(_by_the_clock(_inside(app, task))))
    queue.periodic(cron="*/5 * * * *")(queue.task(name="put_back", queue=QUEUE, pass_context=True)(_put_back))
    return queue


def _inside(app: Flask, task: Callable[..., None]) -> Callable[..., None]:
    def run(**arguments: Any) -> None:
        with app.app_context():
            task(**arguments)

    return run


def _by_the_clock(task: Callable[[], None]) -> Callable[[int], None]:
    def run(timestamp: int) -> None:
        task()

    return run


async def _put_back(context: JobContext, timestamp: int) -> None:
    """Jobs whose worker died come back into the queue; jobs that failed are forgotten after a week."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs():
        assert job.id is not None
        await jobs.retry_job_by_id_async(job.id, retry_at=datetime.now(UTC))
    await jobs.delete_old_jobs(nb_hours=24 * 7, include_failed=True, include_cancelled=True, include_aborted=True)
