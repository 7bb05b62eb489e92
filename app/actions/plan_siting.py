"""Where to go for a gap: candidates, whom each reaches, the choice, and what it would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import numpy as np
import pandas as pd
from scipy import sparse

from app.actions.clock import today
from app.actions.gap_inputs import GapInputs, find_pairs_to, load_zones, reach_of_question
from app.actions.gap_measure import zones_inside
from app.actions.plan_answers import AIMS, CANDIDATES, LeftOut, PlanAnswer, PlanQuestion, PlanSite
from app.actions.plan_candidates import Need, lies_in, load_candidates, load_need, nearest_points
from app.analysis.inputs import BoolArray, FloatArray, IntArray, ServicePoints
from app.analysis.siting import Siting, SitingProblem, most_covered
from app.analysis.siting_distance import (
    shortest_mean_walk,
    shortest_mean_walk_proven,
    shortest_worst_walk,
)
from app.analysis.siting_exact import backup_covered, fewest_sites, most_covered_proven
from app.errors import BadQuestionError
from app.queries import Session, areas, candidates

MOST_SITES = 50
MOST_LEFT_OUT = 10
INSTANT_S, BACKGROUND_S = 1.0, 30.0


def answer_plan(
    session: Session, question: PlanQuestion, own_hubs: Sequence[UUID] = (), *, proven: bool = False
) -> PlanAnswer:
    """Choose the sites of a plan: at once with a bound, or ``proven`` within BACKGROUND_S.

    Errors: BadQuestionError for words that name nothing, or for pinned sites beyond the number to choose.
    """
    check_question(question)
    need = load_need(session, question)
    possible = load_candidates(session, question, need)
    others = candidates.list_areas_of_others(session, list(own_hubs), today()) if question.spares_others else []
    held = lies_in(session, need, possible, others)
    pinned = possible["key"].isin(question.pinned).to_numpy()
    barred = (possible["key"].isin(question.barred).to_numpy() | held) & ~pinned
    if pinned.sum() > question.count:
        raise BadQuestionError(
            f"{int(pinned.sum())} places are pinned, but only {question.count} are to be chosen.",
            "Unpin one, or choose more places.",
            field="count",
        )
    reaches = reach_table(need.inputs, possible)
    chosen = _choose(session, question, need, reaches, possible, pinned, barred, proven=proven)
    return replace(
        _describe(session, question, need, reaches, possible, chosen, pinned), held_total=int(held.sum())
    )


def check_question(question: PlanQuestion) -> None:
    if question.candidates not in CANDIDATES or question.aim not in AIMS:
        raise BadQuestionError("There is no such way to plan.", "Choose one from the list.", field="aim")
    if not 1 <= question.count <= MOST_SITES:
        raise BadQuestionError(
            f"{question.count} places cannot be planned at once.", f"Choose 1 to {MOST_SITES}.", field="count"
        )
    if not 0 <= question.floor <= 100:
        raise BadQuestionError("A least share is a percentage.", "Give 0 to 100.", field="floor")
    if not question.themes:
        raise BadQuestionError("No theme is chosen.", "Choose at least one.", field="theme")


def reach_table(inputs: GapInputs, possible: pd.DataFrame) -> sparse.csr_array:
    """Walking metres from each candidate to the points it reaches, plus one so that none is nothing; (m, n)."""
    at = ServicePoints(
        possible["x_m"].to_numpy(np.float64),
        possible["y_m"].to_numpy(np.float64),
        np.ones(len(possible)),
        np.zeros(len(possible), dtype=np.intp),
    )
    pairs = find_pairs_to(inputs, at, reach_of_question(inputs.question))
    shape = (len(possible), inputs.people.points.count)
    return sparse.csr_array((pairs.distance_m + 1, (pairs.service, pairs.point)), shape)


def _choose(
    session: Session,
    question: PlanQuestion,
    need: Need,
    reaches: sparse.csr_array,
    possible: pd.DataFrame,
    pinned: BoolArray,
    barred: BoolArray,
    *,
    proven: bool,
) -> Siting:
    limit = BACKGROUND_S if proven else INSTANT_S
    if question.aim in ("mean", "worst"):
        return _choose_by_walk(question, need, possible, pinned, barred, proven=proven, limit_s=limit)
    if question.aim == "everyone":
        wanted = np.flatnonzero(need.weight > 0)
        return fewest_sites(reaches[:, wanted], pinned=pinned, barred=barred, time_limit_s=limit)
    group, floor = _floors(session, question, need)
    problem = SitingProblem(
        reaches, need.weight, question.count, pinned=pinned, barred=barred, group=group, floor=floor
    )
    if question.aim == "twice":
        return backup_covered(problem, time_limit_s=limit)
    return most_covered_proven(problem, time_limit_s=limit) if proven else most_covered(problem)


def _choose_by_walk(
    question: PlanQuestion,
    need: Need,
    possible: pd.DataFrame,
    pinned: BoolArray,
    barred: BoolArray,
    *,
    proven: bool,
    limit_s: float,
) -> Siting:
    """Walks from every candidate to every point with need; what is barred is not a candidate."""
    points, rows = need.inputs.people.points, np.flatnonzero(~barred)
    wanted = np.flatnonzero(need.weight > 0)
    if not wanted.size:
        return Siting(np.zeros(0, dtype=np.intp), 0.0, 0.0, is_proven=True)
    detour = reach_of_question(need.inputs.question).detour
    walks = detour * np.hypot(
        possible["x_m"].to_numpy()[rows, None] - points.x_m[wanted],
        possible["y_m"].to_numpy()[rows, None] - points.y_m[wanted],
    )
    count = min(question.count, rows.size)
    if question.aim == "worst":
        answer = shortest_worst_walk(walks, count, pinned=pinned[rows], time_limit_s=limit_s)
    elif proven:
        answer = shortest_mean_walk_proven(
            walks, need.weight[wanted], count, pinned=pinned[rows], time_limit_s=limit_s
        )
    else:
        answer = shortest_mean_walk(walks, need.weight[wanted], count, pinned=pinned[rows])
    return replace(answer, sites=rows[answer.sites])


def _floors(session: Session, question: PlanQuestion, need: Need) -> tuple[IntArray | None, FloatArray | None]:
    """The area of the floor's layer that each point is in, and the share of its need that must be reached."""
    if not question.floor or not question.floor_layer:
        return None, None
    layer = next((row for row in areas.list_layers(session) if row.key == question.floor_layer), None)
    if layer is None:
        raise BadQuestionError(
            "There are no such areas to be fair to.", "Choose one from the list.", field="floor_layer"
        )
    zones = load_zones(session, need.version, layer.id, need.inputs.people)
    _, group = zones_inside(zones, need.inputs.inside)
    return group, np.full(int(group.max(initial=-1)) + 1, question.floor / 100)


def _describe(
    session: Session,
    question: PlanQuestion,
    need: Need,
    reaches: sparse.csr_array,
    possible: pd.DataFrame,
    chosen: Siting,
    pinned: BoolArray,
) -> PlanAnswer:
    points, inside = need.inputs.people.points, need.inputs.inside
    sites, reached = _sites(session, need, reaches, possible, chosen, pinned)
    reachable = np.zeros(points.count, dtype=bool)
    reachable[np.unique(reaches.indices)] = True
    return PlanAnswer(
        question=question,
        theme_names=need.theme_names,
        sites=sites,
        need_total=float(need.weight.sum()),
        need_reached=float(need.weight[reached].sum()),
        need_reachable=float(need.weight[reachable].sum()),
        people_newly=float((points.people * need.has_nothing)[reached].sum()),
        value=chosen.value,
        bound=chosen.bound,
        at_least=_at_least(question, chosen),
        is_proven=chosen.is_proven,
        meets_floors=chosen.meets_floors,
        candidates_total=len(possible),
        held_total=0,
        left_out=_left_out(session, need, reached, reachable),
        unknown_people=float((points.people * inside * ~need.inputs.known).sum()),
        data_version=need.version,
    )


def _sites(
    session: Session,
    need: Need,
    reaches: sparse.csr_array,
    possible: pd.DataFrame,
    chosen: Siting,
    pinned: BoolArray,
) -> tuple[tuple[PlanSite, ...], BoolArray]:
    """The chosen sites with what each adds to those before it, and the points (n,) that they reach together."""
    points, inside = need.inputs.people.points, need.inputs.inside
    reached = np.zeros(points.count, dtype=bool)
    home = _area_names(session, need, possible.iloc[chosen.sites])
    sites = []
    for number, site in enumerate(chosen.sites, 1):
        near = reaches[[int(site)]].indices
        fresh = near[~reached[near]]
        row = possible.iloc[int(site)]
        sites.append(
            PlanSite(
                key=row["key"],
                number=number,
                name=row["name"] or home[number - 1],
                area_name=home[number - 1],
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                is_pinned=bool(pinned[site]),
                need_reached=float(need.weight[near].sum()),
                adds=float(need.weight[fresh].sum()),
                people_in_reach=float((points.people * inside)[near].sum()),
                people_newly=float((points.people * need.has_nothing)[fresh].sum()),
            )
        )
        reached[near] = True
    return tuple(sites), reached


def _at_least(question: PlanQuestion, chosen: Siting) -> float:
    """The share of the best possible that is proven; for walks and for fewest, less is better."""
    if question.aim in ("most", "twice"):
        return chosen.at_least
    return 1.0 if chosen.value <= 0 else min(1.0, chosen.bound / chosen.value)


def _area_names(session: Session, need: Need, sites: pd.DataFrame) -> list[str]:
    """The name of the area asked about that each site is in, by the population point nearest to it."""
    if sites.empty:
        return []
    zone = need.inputs.zones.of_point[nearest_points(need, sites)]
    ids = [int(need.inputs.zones.area_id[row]) if row >= 0 else 0 for row in zone]
    names = {row.id: row.name for row in areas.get_areas(session, [area for area in set(ids) if area])}
    return [names.get(area, "") for area in ids]


def _left_out(session: Session, need: Need, reached: BoolArray, reachable: BoolArray) -> tuple[LeftOut, ...]:
    """The areas with most need that nobody would reach, and whether any candidate could."""
    area_id, zone = zones_inside(need.inputs.zones, need.inputs.inside)
    missed = (zone >= 0) & ~reached
    without = np.bincount(zone[missed], need.weight[missed], len(area_id))
    could = np.bincount(zone[missed & reachable], need.weight[missed & reachable], len(area_id))
    order = np.argsort(-without, kind="stable")[:MOST_LEFT_OUT]
    order = order[without[order] >= 1]
    rows = {row.id: row for row in areas.get_areas(session, [int(area_id[zone_row]) for zone_row in order])}
    return tuple(
        LeftOut(
            area_code=rows[int(area_id[row])].area_code,
            name=rows[int(area_id[row])].name,
            need=float(without[row]),
            why="others" if could[row] > without[row] / 2 else "nowhere",
        )
        for row in order
    )
