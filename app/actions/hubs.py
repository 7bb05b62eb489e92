"""A hub's own page: its patches, where it is thin, where need is high, and who asks to start something."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import numpy as np

from app.actions.clock import today
from app.actions.gap_answers import AreaRef, GapQuestion
from app.actions.gap_inputs import load_people, load_zones
from app.actions.gap_matrix import HALF, AllThemes, measure_all_themes
from app.actions.gap_scope import list_choices
from app.actions.introductions import Cluster, list_clusters
from app.actions.plans import Planner
from app.analysis.inputs import BoolArray
from app.analysis.states import State
from app.errors import BadQuestionError, NotFoundError
from app.queries import Session, areas
from app.queries import hubs as queries
from app.queries.hubs import HubRow, OtherHubRow, OtherPlanRow, PatchRow
from app.queries.versions import get_version

CLAIM_DAYS = 90
"""A claim that nobody renews ends, so that no area is held for ever."""

MOST_LISTED = 8


@dataclass(frozen=True)
class ThinArea:
    """An area where for ``unknown`` of ``of`` kinds of help nobody has looked."""

    area: AreaRef
    people: float
    unknown: int
    of: int
    themes: tuple[str, ...]  # keys of the kinds of help that nobody has looked for


@dataclass(frozen=True)
class ShortArea:
    """An area with less than half the fair share of ``under_half`` kinds of help; ``worst`` names some."""

    area: AreaRef
    people: float
    under_half: int
    people_without: float
    worst: tuple[str, ...]


@dataclass(frozen=True)
class HubPage:
    hub: HubRow
    patches: tuple[PatchRow, ...]
    thin: tuple[ThinArea, ...]
    short: tuple[ShortArea, ...]
    clusters: tuple[Cluster, ...]
    others: tuple[OtherPlanRow, ...]
    layer_key: str


@dataclass(frozen=True)
class HubScope:
    """As app.queries.scopes wants it: the patches of one hub."""

    hub_ids: tuple[UUID, ...]
    area_ids: tuple[int, ...] = ()


def list_hubs(session: Session, planner: Planner) -> list[HubRow]:
    return queries.list_hubs(session, None if planner.sees_all else sorted(planner.seen_hub_ids))


def list_hubs_inside(session: Session, area_ids: Collection[int]) -> frozenset[UUID]:
    """Hubs all of whose areas lie in some of these: whoever's role covers these areas sees what they plan."""
    return queries.list_hubs_inside(session, sorted(area_ids)) if area_ids else frozenset()


def list_other_hubs(session: Session, planner: Planner) -> list[OtherHubRow]:
    """Hubs that are not the planner's, so that effort is not doubled; of their members nothing is told."""
    return [] if planner.sees_all else queries.list_other_hubs(session, sorted(planner.seen_hub_ids), today())


def describe_hub(session: Session, hub_id: UUID, planner: Planner) -> HubPage:
    """Everything a convener looks at on a Monday. NotFoundError for a hub that is not hers."""
    hub = get_own_hub(session, hub_id, planner)
    patches = tuple(queries.list_patches(session, hub_id, today()))
    choices = list_choices(session)
    if choices.defaults is None or not patches:
        return HubPage(hub, patches, (), (), (), (), "")
    measured = measure_all_themes(session, replace(choices.defaults, theme=""))
    held = find_areas_inside(session, measured.question, patches)
    inside = np.array([area.area_id in held for area in measured.areas], dtype=bool)
    return HubPage(
        hub=hub,
        patches=patches,
        thin=_thin(measured, inside),
        short=_short(measured, inside),
        clusters=tuple(list_clusters(session, HubScope((hub_id,)))),
        others=tuple(queries.list_plans_of_others(session, hub_id, [patch.area_id for patch in patches], today())),
        layer_key=choices.defaults.layer,
    )


def get_own_hub(session: Session, hub_id: UUID, planner: Planner) -> HubRow:
    """Raises NotFoundError for a hub that is not the planner's, as for one that is not there."""
    hub = queries.find_hub(session, hub_id)
    if hub is None or not planner.sees(hub_id):
        raise NotFoundError("There is no such hub of yours.", "Choose one from the list of hubs.")
    return hub


def find_areas_inside(session: Session, question: GapQuestion, patches: Iterable[PatchRow]) -> set[int]:
    """Ids of the areas of the question's layer that have most of their people in the patches."""
    version = get_version(session)
    people = load_people(session, version, question.need_strength)
    held = np.zeros(people.points.count, dtype=bool)
    by_layer: dict[int, list[int]] = {}
    for patch in patches:
        by_layer.setdefault(patch.area_layer_id, []).append(patch.area_id)
    for layer_id, ids in by_layer.items():
        zones = load_zones(session, version, layer_id, people)
        held |= np.isin(zones.of_point, np.flatnonzero(np.isin(zones.area_id, ids)))
    layer = next(row for row in areas.list_layers(session) if row.key == question.layer)
    own = load_zones(session, version, layer.id, people)
    counted = own.of_point >= 0
    heads = np.bincount(own.of_point[counted], people.points.people[counted], len(own.area_id))
    mine = np.bincount(own.of_point[counted], (people.points.people * held)[counted], len(own.area_id))
    share = np.divide(mine, heads, out=np.zeros(len(heads)), where=heads > 0)
    return set(own.area_id[share > HALF].tolist())


def _thin(measured: AllThemes, inside: BoolArray) -> tuple[ThinArea, ...]:
    """Where nobody has looked for most kinds of help, more people first."""
    is_unknown = measured.state == State.NOT_ENOUGH_DATA
    unknown = is_unknown.sum(axis=0)
    rows = list(np.flatnonzero(inside & (unknown > 0)))
    rows.sort(key=lambda row: (-unknown[row], -measured.people[row], measured.areas[row].area_code))
    return tuple(
        ThinArea(
            measured.areas[row], float(measured.people[row]), int(unknown[row]), len(measured.themes),
            tuple(measured.themes[theme].key for theme in np.flatnonzero(is_unknown[:, row])),
        )
        for row in rows[:MOST_LISTED]
    )  # fmt: skip


def _short(measured: AllThemes, inside: BoolArray) -> tuple[ShortArea, ...]:
    """Where most kinds of help are under half the fair share, as far as it can be said."""
    scored = np.nan_to_num(measured.scored)
    under = (scored > HALF).sum(axis=0)
    without = np.where(np.isnan(measured.scored), 0, np.nan_to_num(measured.people_without)).sum(axis=0)
    rows = list(np.flatnonzero(inside & (under > 0)))
    rows.sort(key=lambda row: (-under[row], -without[row], measured.areas[row].area_code))
    found = []
    for row in rows[:MOST_LISTED]:
        worst = np.argsort(-scored[:, row], kind="stable")[: min(3, int(under[row]))]
        names = tuple(measured.themes[theme].name for theme in worst)
        found.append(
            ShortArea(
                measured.areas[row], float(measured.people[row]), int(under[row]), float(without[row]), names
            )
        )
    return tuple(found)


def claim(session: Session, hub_id: UUID, area_name: str, planner: Planner) -> date:
    """Claim the area that is called so (layer:code), or renew the claim; until when it holds."""
    get_own_hub(session, hub_id, planner)
    layer, _, code = area_name.partition(":")
    found = areas.find_areas(session, code, layer) if code else []
    if not found:
        raise BadQuestionError("There is no such area.", "Choose one from the list.", field="area")
    return claim_area(session, hub_id, found[0].id, planner)


def claim_area(session: Session, hub_id: UUID, area_id: int, planner: Planner) -> date:
    """Claim an area for a hub that is the planner's, or renew the claim; until when it holds."""
    until = today() + timedelta(days=CLAIM_DAYS)
    queries.claim_patch(session, hub_id, area_id, until, planner.account_id)
    return until


def leave(session: Session, hub_id: UUID, area_id: int, planner: Planner) -> None:
    get_own_hub(session, hub_id, planner)
    if not queries.leave_patch(session, hub_id, area_id):
        raise NotFoundError("The hub does not hold that area any more.", "Look at its page as it stands now.")
