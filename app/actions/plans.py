"""Keeping a plan, going there, and seeing what moved since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np

from app.actions.plan_answers import PlanAnswer, PlanQuestion
from app.actions.plan_candidates import reach_table
from app.actions.plan_change import PlanChange, Then, find_change, keep_inputs
from app.actions.plan_need import Need, load_need
from app.actions.plan_siting import answer_plan
from app.errors import BadQuestionError, NotFoundError
from app.models import Plan, PlanStop
from app.queries import Session, visits
from app.queries import plans as queries
from app.queries.candidates import points_in_metres
from app.queries.plans import PlanRow, StopRow
from app.queries.visits import VisitRow

LONGEST_TITLE = 120


@dataclass(frozen=True)
class Planner:
    """Who asks: an account, the hubs it acts for, whether it sees every plan, and hubs that its areas hold."""

    account_id: UUID
    hub_ids: frozenset[UUID]
    sees_all: bool
    area_hub_ids: frozenset[UUID] = frozenset()  # all they look after lies in an area that its role covers

    @property
    def seen_hub_ids(self) -> frozenset[UUID]:
        return self.hub_ids | self.area_hub_ids

    def sees(self, hub_id: UUID | None) -> bool:
        return self.sees_all or hub_id in self.seen_hub_ids


@dataclass(frozen=True)
class NewPlan:
    title: str
    question: PlanQuestion
    asked: Mapping[str, Any]  # the question as an address asks it
    hub_id: UUID | None
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class StopNow:
    """A stop, and what is so within its reach: on the day of the plan, and now."""

    stop: StopRow
    now: dict[str, float]
    visits: tuple[VisitRow, ...]

    def change(self, name: str) -> float:
        return self.now[name] - float(self.stop.before[name])


@dataclass(frozen=True)
class PlanPage:
    plan: PlanRow
    stops: tuple[StopNow, ...]
    visits: tuple[VisitRow, ...]
    may_change: bool
    found: int  # groups that visits brought to the map
    change: PlanChange | None  # why it moved; None for plans from before that was kept
    looked: tuple[float, float, float] | None  # of a plan to look: people where somebody has, then and now; of all

    @property
    def looks(self) -> tuple[VisitRow, ...]:
        """Areas that were looked at from end to end; they stay so without the plan, or are taken back with it."""
        return tuple(visit for visit in self.visits if visit.area_id)

    @property
    def need_moved(self) -> float:
        """Of all places together; where that was not kept, whoever is within reach of two counts for both."""
        return self.change.plan.need_total if self.change else sum(stop.change("need") for stop in self.stops)


def save_plan(session: Session, new: NewPlan, planner: Planner) -> UUID:
    """Answer the question once more, and keep question, answer and what is so at each stop today.

    Errors: BadQuestionError for a hub that is not the planner's, days in the wrong order, or nothing to keep.
    """
    if new.hub_id is not None and not planner.sees(new.hub_id):
        raise BadQuestionError("That hub is not yours.", "Choose one of your own.", field="hub")
    if new.starts_on and new.ends_on and new.ends_on < new.starts_on:
        raise BadQuestionError("The plan ends before it begins.", "Give a later last day.", field="ends_on")
    answer = answer_plan(session, new.question, sorted(planner.hub_ids))
    if not answer.sites:
        raise BadQuestionError("There is no place in this plan.", "Choose other themes or places.", field="theme")
    before, together = _measure(session, new.question, [(site.lon, site.lat) for site in answer.sites])
    plan = Plan(
        title=new.title, hub_id=new.hub_id, account_id=planner.account_id, question=dict(new.asked),
        answer=_numbers(answer, together), starts_on=new.starts_on, ends_on=new.ends_on,
        kept=keep_inputs(session, new.question),
    )  # fmt: skip
    stops = [
        (
            PlanStop(position=site.number, key=site.key, name=site.name, area_name=site.area_name, before=then),
            site.lon,
            site.lat,
        )
        for site, then in zip(answer.sites, before, strict=True)
    ]
    return queries.add_plan(session, plan, stops)


def _numbers(answer: PlanAnswer, together: Mapping[str, float]) -> dict[str, Any]:
    """What is kept of an answer; need, people and known as ``_measure`` counts them, whatever was weighed."""
    return {
        "themes": list(answer.theme_names),
        "need_total": answer.need_total,
        "need_reached": together["need"],
        "people_newly": together["nothing"],
        "known": together["known"],
        "cost": answer.cost,
        "at_least": answer.at_least,
        "is_proven": answer.is_proven,
        "data_version": answer.data_version,
    }


def _measure(
    session: Session, question: PlanQuestion, at: Sequence[tuple[float, float]]
) -> tuple[list[dict[str, float]], dict[str, float]]:
    """Within reach of each (lon, lat), and of all together: need, people, people where somebody looked, people
    with nothing near. The gap is measured whatever the plan weighs."""
    need = load_need(session, replace(question, goal="lack"))
    reaches = reach_table(need.inputs, points_in_metres(session, at))
    each = [_within(need, reaches[[row]].indices) for row in range(len(at))]
    return each, _within(need, np.unique(reaches.indices))


def _within(need: Need, near: np.ndarray) -> dict[str, float]:
    people = need.inputs.people.points.people * need.inputs.inside
    known = people * need.known
    return {
        "need": float(need.weight[near].sum()),
        "people": float(people[near].sum()),
        "known": float(known[near].sum()),
        "nothing": float((people * need.newly)[near].sum()),
    }


def list_plans(session: Session, planner: Planner) -> list[PlanRow]:
    return queries.list_plans(
        session, account_id=planner.account_id, hub_ids=sorted(planner.seen_hub_ids), sees_all=planner.sees_all
    )


def get_plan(session: Session, plan_id: UUID, planner: Planner | None) -> PlanRow:
    """A plan that is the planner's, or shared; NotFoundError for any other, so that nobody learns there is one."""
    plan = queries.find_plan(session, plan_id)
    if plan is None or not (plan.is_shared or may_change(plan, planner)):
        raise NotFoundError("There is no such plan, or it is not shared.", "Ask whoever sent you the link.")
    return plan


def may_change(plan: PlanRow, planner: Planner | None) -> bool:
    if planner is None:
        return False
    return plan.account_id == planner.account_id or planner.sees(plan.hub_id)


def get_own_plan(session: Session, plan_id: UUID, planner: Planner) -> PlanRow:
    plan = get_plan(session, plan_id, planner)
    if not may_change(plan, planner):
        raise NotFoundError("There is no such plan of yours.", "Only its hub can change it.")
    return plan


def describe_plan(session: Session, plan: PlanRow, question: PlanQuestion, planner: Planner | None) -> PlanPage:
    """The plan, what is so at each stop now, and what was noted there; visits are for its own people only."""
    rows = queries.list_stops(session, plan.id)
    now, together = _measure(session, question, [(row.lon, row.lat) for row in rows])
    own = may_change(plan, planner)
    noted = tuple(visits.list_visits(session, plan.id)) if own else ()
    stops = tuple(
        StopNow(row, numbers, tuple(visit for visit in noted if visit.plan_stop_id == row.id))
        for row, numbers in zip(rows, now, strict=True)
    )
    found = sum(visit.brought_a_group for visit in noted)
    change = find_change(session, question, _then(session, plan, rows))
    looked = (float(plan.answer["known"]), together["known"], together["people"]) if question.is_to_look else None
    return PlanPage(plan, stops, noted, own, found, change, looked)


def _then(session: Session, plan: PlanRow, rows: Sequence[StopRow]) -> Then:
    return Then(
        plan_id=plan.id,
        kept=queries.read_kept(session, plan.id),
        made_on=plan.made_at_utc.date(),
        spots=tuple((row.lon, row.lat) for row in rows),
        need=(*(row.before["need"] for row in rows), plan.answer["need_reached"]),
        nothing=(*(row.before["nothing"] for row in rows), plan.answer["people_newly"]),
    )


def find_stop(session: Session, plan_id: UUID, position: int) -> StopRow:
    stop = next((row for row in queries.list_stops(session, plan_id) if row.position == position), None)
    if stop is None:
        raise NotFoundError("There is no such place in this plan.", "Look at the plan.")
    return stop


def set_day(session: Session, plan_id: UUID, position: int, day: date | None) -> None:
    if not queries.set_stop_day(session, plan_id, position, day):
        raise NotFoundError("There is no such place in this plan.", "Look at the plan.")
