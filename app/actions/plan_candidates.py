"""The places a plan may choose among, and whom each reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.spatial import cKDTree

from app.actions.clock import today
from app.actions.gap_inputs import GapInputs, find_pairs_to, load_zones, reach_of_question
from app.actions.gap_measure import zones_inside
from app.actions.gap_scope import find_scope
from app.actions.plan_answers import PlanQuestion
from app.actions.plan_need import Need, load_need
from app.actions.plan_placed import own_table, placed_table
from app.actions.remembered import Remembered
from app.analysis.inputs import BoolArray, FloatArray, IntArray, ServicePoints
from app.errors import BadQuestionError
from app.queries import Session, areas, candidates
from app.queries.candidates import HeldRow
from app.queries.versions import get_version

MOST_ANYWHERE = 1_000
NOWHERE = {
    "spaces": ("Nobody offers a space at an address here yet.", "Choose another kind of place."),
    "venues": ("There is no place of this kind to choose from.", "Choose another kind of place."),
    "own": (
        "Your list of places is empty.",
        "Paste postcodes, one on each line, or choose another kind of place.",
    ),
}


@dataclass(frozen=True, eq=False)
class Scene:
    """A question made ready.

    ``possible`` has m rows: key, name, x_m, y_m, lon, lat, cost; ``reaches`` (m, n) are the metres from each
    candidate to the points it reaches, plus one so that none is nothing.
    """

    need: Need
    possible: pd.DataFrame
    reaches: sparse.csr_array


_scenes: Remembered[Scene] = Remembered(16)


def settle_areas(
    session: Session, question: PlanQuestion, own_hubs: Sequence[UUID]
) -> tuple[PlanQuestion, list[HeldRow]]:
    """The question with the areas of its hub as they are today, and what it leaves to other hubs."""
    hubs = list(own_hubs)
    if question.hub:
        hub_id = UUID(question.hub)
        question = replace(question, hub_areas=candidates.list_hub_areas(session, hub_id, today()))
        hubs.append(hub_id)
    return question, candidates.list_held_areas(session, hubs, today()) if question.spares_others else []


def load_scene(session: Session, question: PlanQuestion) -> Scene:
    """Remembered for every choice among the same candidates; points put on the map are added each time."""
    choice = replace(
        question, aim="most", count=1, floor=0, floor_layer="", spares_others=True, pinned=(), barred=(),
        budget=None, price=None,
    )  # fmt: skip
    scene = _scenes.get((get_version(session), today(), choice), lambda: _make_scene(session, question))
    possible, reaches = scene.possible, scene.reaches
    placed = placed_table(session, question, scene.need)
    if len(placed):
        possible = pd.concat([possible, placed], ignore_index=True)
        reaches = sparse.vstack([reaches, reach_table(scene.need.inputs, placed)], format="csr")
    price = np.nan if question.price is None else float(question.price)
    return Scene(scene.need, possible.assign(cost=possible["own_price"].fillna(price)), reaches)


def _make_scene(session: Session, question: PlanQuestion) -> Scene:
    need = load_need(session, question)
    possible = load_candidates(session, question, need)
    if question.hub:
        possible = possible[lies_in(session, need, possible, question.hub_areas)].reset_index(drop=True)
    if possible.empty:
        raise BadQuestionError(
            "The hub looks after no such place.", "Choose another kind of place, or anywhere.", field="for_hub"
        )
    return Scene(need, possible, reach_table(need.inputs, possible))


def load_candidates(session: Session, question: PlanQuestion, need: Need) -> pd.DataFrame:
    """Possible sites: key, name, x_m, y_m, lon, lat, own_price. Raises BadQuestionError when there are none."""
    scope = find_scope(session, replace(question.gap, theme=question.themes[0]))
    within = scope.within.id if scope.within else None
    if question.candidates == "areas":
        table = _area_middles(session, need)
    elif question.candidates == "anywhere":
        table = _where_people_live(session, need)
    elif question.candidates == "own":
        table = own_table(session, question.own, need)
    elif question.candidates == "spaces":
        table = candidates.spaces_table(session, within)
    else:
        table = candidates.places_table(session, question.candidates, within)
    if table.empty:
        words, fix = NOWHERE.get(question.candidates, NOWHERE["venues"])
        raise BadQuestionError(words, fix, field="own" if question.candidates == "own" else "candidates")
    if "own_price" not in table:
        table = table.assign(own_price=np.nan)
    return table.reset_index(drop=True)


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


def _area_middles(session: Session, need: Need) -> pd.DataFrame:
    """The middle of the people of each area asked about."""
    area_id, zone = zones_inside(need.inputs.zones, need.inputs.inside)
    points, inside = need.inputs.people.points, zone >= 0
    heads = np.bincount(zone[inside], points.people[inside], len(area_id))
    lived = np.flatnonzero(heads > 0)
    middle = [
        np.bincount(zone[inside], (axis * points.people)[inside], len(area_id))[lived] / heads[lived]
        for axis in (points.x_m, points.y_m)
    ]
    rows = {row.id: row for row in areas.get_areas(session, [int(area_id[row]) for row in lived])}
    named = [rows[int(area_id[row])] for row in lived]
    table = pd.DataFrame(
        {"key": [f"{row.layer_key}:{row.area_code}" for row in named], "name": [row.name for row in named],
         "x_m": middle[0], "y_m": middle[1]}
    )  # fmt: skip
    return table.join(candidates.points_in_degrees(session, table))


def _where_people_live(session: Session, need: Need) -> pd.DataFrame:
    """Population points asked about, those with most need first, at most MOST_ANYWHERE."""
    points = need.inputs.people.points
    inside = np.flatnonzero(need.inputs.inside & (points.people > 0))
    most = inside[np.argsort(-need.weight[inside], kind="stable")][:MOST_ANYWHERE]
    keys = [f"point:{point_id}" for point_id in need.inputs.people.point_id[most]]
    table = pd.DataFrame({"key": keys, "name": "", "x_m": points.x_m[most], "y_m": points.y_m[most]})
    return table.join(candidates.points_in_degrees(session, table))


def lies_in(session: Session, need: Need, possible: pd.DataFrame, area_ids: Sequence[int]) -> BoolArray:
    """Which candidates lie where people live in some of these areas: by the population point nearest to each."""
    return points_in(session, need, area_ids)[nearest_points(need, possible)]


def points_in(session: Session, need: Need, area_ids: Sequence[int]) -> BoolArray:
    """Which population points are in some of these areas, (n,)."""
    held = np.zeros(need.inputs.people.points.count, dtype=bool)
    by_layer: dict[int, list[int]] = {}
    for row in areas.get_areas(session, list(area_ids)):
        by_layer.setdefault(row.layer_id, []).append(row.id)
    for layer_id, ids in by_layer.items():
        zones = load_zones(session, need.version, layer_id, need.inputs.people)
        held |= np.isin(zones.of_point, np.flatnonzero(np.isin(zones.area_id, ids)))
    return held


def floor_areas(session: Session, question: PlanQuestion, need: Need) -> tuple[IntArray, IntArray] | None:
    """The areas that the plan is to be fair to: their ids (g,), and which of them each point is in, or -1."""
    if not question.floor or not question.floor_layer:
        return None
    layer = next((row for row in areas.list_layers(session) if row.key == question.floor_layer), None)
    if layer is None:
        raise BadQuestionError(
            "There are no such areas to be fair to.", "Choose one from the list.", field="floor_layer"
        )
    return zones_inside(load_zones(session, need.version, layer.id, need.inputs.people), need.inputs.inside)


def nearest_points(need: Need, possible: pd.DataFrame) -> IntArray:
    points = need.inputs.people.points
    tree = cKDTree(np.column_stack([points.x_m, points.y_m]))
    return np.asarray(tree.query(possible[["x_m", "y_m"]].to_numpy())[1], dtype=np.intp)


def metres_between(possible: pd.DataFrame, row: int, others: IntArray) -> FloatArray:
    """Straight metres from one candidate to some others."""
    x_m, y_m = possible["x_m"].to_numpy(np.float64), possible["y_m"].to_numpy(np.float64)
    away: FloatArray = np.hypot(x_m[others] - x_m[row], y_m[others] - y_m[row])
    return away
