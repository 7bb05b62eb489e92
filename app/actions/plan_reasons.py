"""A choice of sites in numbers a person can weigh: what each adds, what it costs, what is left out, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from app.actions.gap_measure import zones_inside
from app.actions.plan_answers import FloorShare, LeftOut, NearSite, PlanAnswer, PlanQuestion, PlanSite
from app.actions.plan_candidates import Scene, floor_areas, metres_between, nearest_points, points_in
from app.actions.plan_need import Need
from app.actions.plan_placed import is_placed
from app.analysis.inputs import BoolArray, FloatArray, IntArray
from app.analysis.siting import Siting
from app.queries import Session, areas
from app.queries.candidates import HeldRow

MOST_LEFT_OUT = 10
MOST_NEAR = 4
MOSTLY = 0.5


@dataclass(frozen=True, eq=False)
class Chosen:
    """A choice, and which candidates (m,) were kept by hand, could not be chosen, or are where others work."""

    siting: Siting
    pinned: BoolArray
    barred: BoolArray
    held: BoolArray

    @property
    def sites(self) -> IntArray:
        return self.siting.sites


def describe_answer(
    session: Session, question: PlanQuestion, scene: Scene, chosen: Chosen, held: Sequence[HeldRow]
) -> PlanAnswer:
    need, siting = scene.need, chosen.siting
    points, inside = need.inputs.people.points, need.inputs.inside
    sites, reached = _sites(session, scene, chosen)
    by_any = _reached_by(scene, ~chosen.held)
    return PlanAnswer(
        question=question,
        theme_names=need.theme_names,
        sites=sites,
        need_total=float(need.weight.sum()),
        need_reached=float(need.weight[reached].sum()),
        need_reachable=float(need.weight[by_any].sum()),
        people_newly=float((points.people * need.newly)[reached].sum()),
        value=siting.value,
        bound=siting.bound,
        at_least=_at_least(question, siting),
        is_proven=siting.is_proven,
        is_all_chosen=bool(sites) and all(site.is_pinned for site in sites),
        meets_floors=siting.meets_floors,
        candidates_total=len(scene.possible) - int(scene.possible["key"].map(is_placed).sum()),
        held_total=int(chosen.held.sum()),
        left_out=_left_out(session, scene, chosen, reached, held),
        floors=_floor_shares(session, question, need, reached),
        unknown_people=float((points.people * inside * ~need.known).sum()),
        data_version=need.version,
    )


def _at_least(question: PlanQuestion, siting: Siting) -> float:
    """The share of the best possible that is proven; for walks and for fewest, less is better."""
    if question.aim in ("most", "twice"):
        return siting.at_least
    return 1.0 if siting.value <= 0 else min(1.0, siting.bound / siting.value)


def _reached_by(scene: Scene, chosen: BoolArray) -> BoolArray:
    """The points (n,) that some of the chosen (m,) candidates reach."""
    reached = np.zeros(scene.reaches.shape[1], dtype=bool)
    reached[scene.reaches[np.flatnonzero(chosen)].indices] = True
    return reached


def _sites(session: Session, scene: Scene, chosen: Chosen) -> tuple[tuple[PlanSite, ...], BoolArray]:
    """The chosen sites with what each adds to those before it, and the points (n,) that they reach together."""
    need, possible = scene.need, scene.possible
    points, inside = need.inputs.people.points, need.inputs.inside
    heads, new = points.people * inside, points.people * need.newly
    reached = np.zeros(points.count, dtype=bool)
    near = _near_sites(scene, chosen)
    shown = np.unique(np.concatenate([chosen.sites, *near.values()])) if near else chosen.sites
    home = dict(zip(shown.tolist(), _area_names(session, need, possible.iloc[shown]), strict=True))
    whole = _need_of(scene)
    sites = []
    for number, site in enumerate(chosen.sites.tolist(), 1):
        mine = scene.reaches[[site]].indices
        fresh = mine[~reached[mine]]
        row = possible.iloc[site]
        sites.append(
            PlanSite(
                key=row["key"],
                number=number,
                name=row["name"] or home[site],
                area_name=home[site],
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                is_pinned=bool(chosen.pinned[site]),
                is_placed=is_placed(row["key"]),
                need_reached=float(need.weight[mine].sum()),
                adds=float(need.weight[fresh].sum()),
                people_in_reach=float(heads[mine].sum()),
                people_newly=float(new[fresh].sum()),
                cost=None if np.isnan(row["cost"]) else float(row["cost"]),
                near=_near(possible, site, near[site], home, whole),
            )
        )
        reached[mine] = True
    return tuple(sites), reached


def _near(
    possible: pd.DataFrame, site: int, others: IntArray, home: Mapping[int, str], whole: FloatArray
) -> tuple[NearSite, ...]:
    away = metres_between(possible, site, others).tolist()
    names, keys = possible["name"], possible["key"]
    return tuple(
        NearSite(keys.iloc[other], names.iloc[other] or home[other], metres, float(whole[other]))
        for other, metres in zip(others.tolist(), away, strict=True)
    )


def _need_of(scene: Scene) -> FloatArray:
    """The need that each candidate reaches alone, (m,)."""
    table = scene.reaches
    summed = np.concatenate([[0.0], np.cumsum(scene.need.weight[table.indices])])
    whole: FloatArray = summed[table.indptr[1:]] - summed[table.indptr[:-1]]
    return whole


def _near_sites(scene: Scene, chosen: Chosen) -> dict[int, IntArray]:
    """By site: the candidates nearest to it that may be chosen and are not."""
    free = ~chosen.barred
    free[chosen.sites] = False
    rows = np.flatnonzero(free)
    found = {}
    for site in chosen.sites.tolist():
        away = metres_between(scene.possible, site, rows)
        found[site] = rows[np.argsort(away, kind="stable")[:MOST_NEAR]]
    return found


def _area_names(session: Session, need: Need, sites: pd.DataFrame) -> list[str]:
    """The name of the area asked about that each site is in, by the population point nearest to it."""
    if sites.empty:
        return []
    zone = need.inputs.zones.of_point[nearest_points(need, sites)]
    ids = [int(need.inputs.zones.area_id[row]) if row >= 0 else 0 for row in zone]
    names = {row.id: row.name for row in areas.get_areas(session, [area for area in set(ids) if area])}
    return [names.get(area, "") for area in ids]


def _left_out(
    session: Session, scene: Scene, chosen: Chosen, reached: BoolArray, held: Sequence[HeldRow]
) -> tuple[LeftOut, ...]:
    """The areas with most need that nobody would reach, and why: who could, and whether they may be chosen."""
    need = scene.need
    area_id, zone = zones_inside(need.inputs.zones, need.inputs.inside)
    missed = np.where((zone >= 0) & ~reached, need.weight, 0.0)
    free, others = _reached_by(scene, ~chosen.barred), _reached_by(scene, chosen.held)
    ours = _reached_by(scene, chosen.barred & ~chosen.held)

    def by_area(of: BoolArray) -> FloatArray:
        inside = zone >= 0
        return np.bincount(zone[inside], (missed * of)[inside], len(area_id)).astype(np.float64)

    without, could = by_area(np.ones_like(reached)), by_area(free)
    if_held, if_barred = by_area(others & ~free), by_area(ours & ~free)
    order = np.argsort(-without, kind="stable")[:MOST_LEFT_OUT]
    order = order[without[order] >= 1]
    rows = {row.id: row for row in areas.get_areas(session, [int(area_id[row]) for row in order])}
    where_held = [(row, points_in(session, need, [row.area_id])) for row in held] if if_held.any() else []
    found = []
    for row in order:
        half = without[row] * MOSTLY
        why = (
            "others" if could[row] > half else "held" if if_held[row] > half else
            "barred" if if_barred[row] > half else "nowhere"
        )  # fmt: skip
        who = _holder(where_held, zone == row) if why == "held" else None
        area = rows[int(area_id[row])]
        found.append(
            LeftOut(area.area_code, area.name, float(without[row]), why,
                    who.hub_name if who else "", who.claimed_until if who else None)
        )  # fmt: skip
    return tuple(found)


def _holder(where_held: Sequence[tuple[HeldRow, BoolArray]], inside: BoolArray) -> HeldRow | None:
    """Who holds most of these points; None where nobody holds the area itself, only candidates beside it."""
    counts = [(int(where[inside].sum()), row) for row, where in where_held]
    most = max(counts, key=lambda one: one[0], default=None)
    return most[1] if most and most[0] else None


def _floor_shares(
    session: Session, question: PlanQuestion, need: Need, reached: BoolArray
) -> tuple[FloorShare, ...]:
    """Of each area of the floor's layer with need: the share that is reached, the least first."""
    found = floor_areas(session, question, need)
    if found is None:
        return ()
    area_id, group = found
    inside = group >= 0
    whole = np.bincount(group[inside], need.weight[inside], len(area_id))
    got = np.bincount(group[inside], (need.weight * reached)[inside], len(area_id))
    names = {row.id: row.name for row in areas.get_areas(session, [int(one) for one in area_id])}
    shares = [
        FloorShare(names[int(area_id[row])], float(whole[row]), float(got[row] / whole[row]),
                   bool(got[row] >= whole[row] * question.floor / 100 - 1e-6))
        for row in np.flatnonzero(whole > 0)
    ]  # fmt: skip
    return tuple(sorted(shares, key=lambda one: (one.share, one.name)))
