"""The need that a plan is to answer, point by point, and the places it may choose among."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from app.actions.gap_inputs import GapInputs, load_gap_inputs, load_sums, load_zones
from app.actions.gap_measure import measure, zones_inside
from app.actions.gap_scope import find_scope
from app.actions.plan_answers import PlanQuestion
from app.analysis.gaps import equivalent_people
from app.analysis.inputs import BoolArray, FloatArray, IntArray
from app.errors import BadQuestionError
from app.queries import Session, areas, candidates
from app.queries.versions import get_version

MOST_ANYWHERE = 1_000


@dataclass(frozen=True, eq=False)
class Need:
    """What a plan is to answer: per population point, the need of all its themes together, and who has nothing.

    ``weight`` (n,) in equivalent people without, 0 where nobody has looked; ``has_nothing`` (n,) people without
    any service of some theme in reach.
    """

    inputs: GapInputs
    weight: FloatArray
    has_nothing: BoolArray
    theme_names: tuple[str, ...]
    version: str


def load_need(session: Session, question: PlanQuestion) -> Need:
    """The gaps of the themes added up, point by point, where somebody has looked."""
    version = get_version(session)
    total: FloatArray | None = None
    for theme in question.themes:
        scope = find_scope(session, replace(question.gap, theme=theme))
        inputs = load_gap_inputs(session, version, scope)
        sums = load_sums(version, inputs)
        access, benchmark = measure(inputs, sums, draws=0).fair.compare(sums.delivered.provision.access[0])
        people = inputs.people.points.weighted_people * inputs.inside * inputs.known
        without = equivalent_people(access, people, benchmark)
        nothing = (sums.delivered.provision.services_in_reach[0] <= 0) & inputs.inside
        if total is None:
            total, has_nothing, names = without, nothing, [scope.theme.name]
        else:
            total, has_nothing = total + without, has_nothing | nothing
            names.append(scope.theme.name)
    assert total is not None
    return Need(inputs, total, has_nothing, tuple(names), version)


def load_candidates(session: Session, question: PlanQuestion, need: Need) -> pd.DataFrame:
    """Possible sites: key, name, x_m, y_m, lon, lat. Raises BadQuestionError when there are none."""
    scope = find_scope(session, replace(question.gap, theme=question.themes[0]))
    if question.candidates == "venues":
        table = candidates.venues_table(session, scope.within.id if scope.within else None)
    elif question.candidates == "areas":
        table = _area_middles(session, need)
    else:
        table = _where_people_live(session, need)
    if table.empty:
        raise BadQuestionError(
            "There is no place of this kind to choose from.", "Choose another kind of place.", field="candidates"
        )
    return table.reset_index(drop=True)


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
    held = np.zeros(need.inputs.people.points.count, dtype=bool)
    by_layer: dict[int, list[int]] = {}
    for row in areas.get_areas(session, list(area_ids)):
        by_layer.setdefault(row.layer_id, []).append(row.id)
    for layer_id, ids in by_layer.items():
        zones = load_zones(session, need.version, layer_id, need.inputs.people)
        held |= np.isin(zones.of_point, np.flatnonzero(np.isin(zones.area_id, ids)))
    return held[nearest_points(need, possible)]


def nearest_points(need: Need, possible: pd.DataFrame) -> IntArray:
    points = need.inputs.people.points
    tree = cKDTree(np.column_stack([points.x_m, points.y_m]))
    return np.asarray(tree.query(possible[["x_m", "y_m"]].to_numpy())[1], dtype=np.intp)
