"""Where to go for a gap: the choice among the candidates, at once with a bound, or proven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np

from app.actions.clock import today
from app.actions.gap_inputs import reach_of_question
from app.actions.plan_answers import AIMS, AIMS_BY_COST, CANDIDATES, GOALS, PlanAnswer, PlanQuestion
from app.actions.plan_candidates import Scene, floor_areas, lies_in, load_scene, settle_areas
from app.actions.plan_reasons import Chosen, describe_answer
from app.actions.plan_run_store import KeptChoice, find_choice
from app.actions.remembered import Remembered
from app.analysis.inputs import BoolArray, FloatArray, IntArray
from app.analysis.siting import Siting, SitingProblem, bundled, in_order_of_gain, most_covered
from app.analysis.siting_distance import (
    ROUNDS,
    shortest_mean_walk,
    shortest_mean_walk_proven,
    shortest_worst_walk,
    walks_of,
)
from app.analysis.siting_exact import backup_covered, fewest_sites, most_covered_proven
from app.errors import BadQuestionError
from app.queries import Session
from app.queries.candidates import HeldRow

MOST_SITES = 50
INSTANT_S, BACKGROUND_S = 0.3, 60.0
INSTANT_WALKS = 100_000_000
"""Walks that are looked at for the bound of an answer at once."""

_answers: Remembered[PlanAnswer] = Remembered(64)


def answer_plan(
    session: Session, question: PlanQuestion, own_hubs: Sequence[UUID] = (), *, proven: bool = False
) -> PlanAnswer:
    """Choose the sites of a plan: at once with a bound, or ``proven`` within BACKGROUND_S.

    What a run in the background has found takes the place of the answer at once. Where places were chosen by hand,
    what our own choice would reach is told beside them. Errors: BadQuestionError
    for words that name nothing, for pinned sites beyond the number or the budget, and for prices that are missing.
    """
    check_question(question)
    question, held = settle_areas(session, question, own_hubs)
    scene = load_scene(session, question)
    if proven:
        return _answer(session, question, scene, held, proven=True)
    kept = find_choice(session, scene.need.version, question, held)
    key = (scene.need.version, today(), question, tuple(held), kept)
    answer = _answers.get(key, lambda: _answer(session, question, scene, held, proven=False, kept=kept))
    if not question.pinned:
        return answer
    free = answer_plan(session, question.free, own_hubs)
    return replace(answer, free_reached=free.need_reached)


def check_question(question: PlanQuestion) -> None:
    if question.candidates not in CANDIDATES or question.aim not in AIMS or question.goal not in GOALS:
        raise BadQuestionError("There is no such way to plan.", "Choose one from the list.", field="aim")
    if not 1 <= question.count <= MOST_SITES:
        raise BadQuestionError(
            f"{question.count} places cannot be planned at once.", f"Choose 1 to {MOST_SITES}.", field="count"
        )
    if not 0 <= question.floor <= 100:
        raise BadQuestionError("A least share is a percentage.", "Give 0 to 100.", field="floor")
    if not question.themes:
        raise BadQuestionError("No theme is chosen.", "Choose at least one.", field="theme")
    if question.budget is not None and question.aim not in AIMS_BY_COST:
        raise BadQuestionError(
            "Walks cannot be made short within a budget.",
            "Leave the budget empty and ask for a number of places, or choose to reach most.",
            field="budget",
        )


def _answer(
    session: Session,
    question: PlanQuestion,
    scene: Scene,
    held: Sequence[HeldRow],
    *,
    proven: bool,
    kept: KeptChoice | None = None,
) -> PlanAnswer:
    possible = scene.possible
    pinned = possible["key"].isin(question.pinned).to_numpy()
    in_held = lies_in(session, scene.need, possible, [row.area_id for row in held])
    barred = (possible["key"].isin(question.barred).to_numpy() | in_held) & ~pinned
    _check_pinned(question, scene, pinned, barred)
    siting = _as_kept(scene, kept) or _choose(session, question, scene, pinned, barred, proven=proven)
    chosen = Chosen(siting, pinned, barred, in_held & ~pinned)
    return replace(describe_answer(session, question, scene, chosen, held), is_from_run=kept is not None)


def _as_kept(scene: Scene, kept: KeptChoice | None) -> Siting | None:
    """What a run in the background found; None without one."""
    if kept is None:
        return None
    sites = _rows(scene, kept.keys)
    return Siting(sites, kept.value, kept.bound, kept.is_proven, kept.meets_floors)


def _rows(scene: Scene, keys: Sequence[str]) -> IntArray:
    """Where candidates of these keys stand; those that are none are left out."""
    row_of = {key: row for row, key in enumerate(scene.possible["key"])}
    return np.array([row_of[key] for key in keys if key in row_of], dtype=np.intp)


def _check_pinned(question: PlanQuestion, scene: Scene, pinned: BoolArray, barred: BoolArray) -> None:
    if question.budget is None:
        if question.aim != "everyone" and not question.is_only_pinned and pinned.sum() > question.count:
            raise BadQuestionError(
                f"{int(pinned.sum())} places are kept, but only {question.count} are to be chosen.",
                "Keep fewer, or choose more places.",
                field="count",
            )
        return
    cost = scene.possible["cost"].to_numpy(np.float64)[~barred]
    if np.isnan(cost).any():
        raise BadQuestionError(
            f"{int(np.isnan(cost).sum()):,} of the places have no price, so we cannot say what the budget buys.",
            "Give the cost of one place, or write a price after each line of your list.",
            field="price",
        )
    if scene.possible["cost"].to_numpy()[pinned].sum() > question.budget:
        raise BadQuestionError(
            "The places that are kept cost more than the whole budget.",
            "Keep fewer, or raise the budget.",
            field="budget",
        )
    if np.sort(cost)[: MOST_SITES + 1].sum() <= question.budget and cost.size > MOST_SITES:
        raise BadQuestionError(
            f"The budget buys more than {MOST_SITES} places.",
            "Plan with less money, or with dearer places.",
            field="budget",
        )


def _choose(
    session: Session, question: PlanQuestion, scene: Scene, pinned: BoolArray, barred: BoolArray, *, proven: bool
) -> Siting:
    need = scene.need
    if question.is_only_pinned:
        return _as_pinned(question, scene)
    limit = BACKGROUND_S if proven else INSTANT_S
    if question.aim in ("mean", "worst"):
        return _choose_by_walk(question, scene, pinned, barred, proven=proven, limit_s=limit)
    cost = None if question.budget is None else scene.possible["cost"].fillna(0).to_numpy(np.float64)
    group, floor = _floors(session, question, scene)
    budget: float = question.count if question.budget is None else question.budget
    if question.aim == "everyone":  # however many that takes
        budget = len(scene.possible) if cost is None else float(cost.sum())
    problem = bundled(
        SitingProblem(
            scene.reaches, need.weight, budget, cost=cost, pinned=pinned, barred=barred, group=group, floor=floor
        )
    )
    if question.aim == "everyone":
        found = fewest_sites(problem.reaches, cost=cost, pinned=pinned, barred=barred, time_limit_s=limit)
        return _within_budget(question, scene, found)
    if question.aim == "twice":
        return backup_covered(problem, time_limit_s=limit)
    return most_covered_proven(problem, time_limit_s=limit) if proven else most_covered(problem)


def _as_pinned(question: PlanQuestion, scene: Scene) -> Siting:
    """The pinned places in the order they are given, so that a place that is moved keeps its number."""
    sites = _rows(scene, question.pinned)
    value = float(scene.need.weight[np.unique(scene.reaches[sites].indices)].sum())
    return Siting(sites, value, value, is_proven=False)


def _within_budget(question: PlanQuestion, scene: Scene, cheapest: Siting) -> Siting:
    """Raises BadQuestionError when everyone cannot be reached for the money."""
    order = in_order_of_gain(scene.reaches, scene.need.weight, cheapest.sites)
    if question.budget is not None and cheapest.value > question.budget:
        sure = "at least " if not cheapest.is_proven else ""
        raise BadQuestionError(
            f"To reach everyone who can be reached costs {sure}£{cheapest.bound:,.0f}.",
            "Raise the budget, or ask to reach as much of the gap as can be.",
            field="budget",
        )
    return replace(cheapest, sites=order)


def _choose_by_walk(
    question: PlanQuestion, scene: Scene, pinned: BoolArray, barred: BoolArray, *, proven: bool, limit_s: float
) -> Siting:
    """Walks from every candidate to every point with need; what is barred is not a candidate."""
    need, possible = scene.need, scene.possible
    points, rows = need.inputs.people.points, np.flatnonzero(~barred)
    wanted = np.flatnonzero(need.weight > 0)
    if not wanted.size:
        return Siting(np.zeros(0, dtype=np.intp), 0.0, 0.0, is_proven=True)
    detour = reach_of_question(need.inputs.question).detour
    at = possible[["x_m", "y_m"]].to_numpy(np.float64)[rows]
    walks = detour * walks_of(at, np.column_stack([points.x_m, points.y_m])[wanted])
    count, weight, kept = min(question.count, rows.size), need.weight[wanted], pinned[rows]
    if question.aim == "worst":
        answer = shortest_worst_walk(walks, count, pinned=kept, time_limit_s=limit_s)
    elif proven:
        answer = shortest_mean_walk_proven(walks, weight, count, pinned=kept, time_limit_s=limit_s)
    else:
        rounds = int(np.clip(INSTANT_WALKS // walks.size, 20, ROUNDS))
        answer = shortest_mean_walk(walks, weight, count, pinned=kept, rounds=rounds)
    return replace(answer, sites=rows[answer.sites])


def _floors(session: Session, question: PlanQuestion, scene: Scene) -> tuple[IntArray | None, FloatArray | None]:
    """The area of the floor's layer that each point is in, and the share of its need that must be reached."""
    found = floor_areas(session, question, scene.need)
    if found is None:
        return None, None
    area_id, group = found
    return group, np.full(len(area_id), question.floor / 100)
