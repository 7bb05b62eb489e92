"""What moved within reach of a plan's places since it was made: real change apart from a map that knows more.

With a plan is kept what its numbers were worked out from. Between then and now they are worked out again in the
steps of app.actions.gap_change, so its parts are the same and sum to the whole exactly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import numpy as np
import pandas as pd

from app.actions.clock import today
from app.actions.evidence_store import pack_inputs, unpack_inputs, window
from app.actions.gap_change import Why, list_steps, why_by_service
from app.actions.gap_inputs import GapInputs, find_all_pairs, load_gap_inputs, sum_services
from app.actions.gap_scope import find_scope
from app.actions.plan_answers import PlanQuestion
from app.actions.plan_candidates import reach_table
from app.actions.plan_need import need_of_theme
from app.actions.remembered import Remembered
from app.analysis.change import split_change
from app.analysis.inputs import BoolArray, FloatArray, IntArray
from app.queries import Session, evidence
from app.queries.candidates import points_in_metres
from app.queries.versions import get_version

HALF = 0.5
Spot = tuple[float, float]
Kept = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Moved:
    """By reason: more (+) or less (-) of the gap, as people with none, and of the people with nothing near."""

    need: dict[Why, float]
    nothing: dict[Why, float]

    @property
    def need_total(self) -> float:
        return sum(self.need.values())

    @property
    def nothing_total(self) -> float:
        return sum(self.nothing.values())

    @property
    def is_anything(self) -> bool:
        """Is there half a person in any part?"""
        return any(abs(number) >= HALF for part in (self.need, self.nothing) for number in part.values())

    def matters(self, why: Why) -> bool:
        """Is there half a person in it, or is it one of the two that are always told?"""
        told = why in (Why.REAL, Why.MAPPING)
        return told or abs(self.need[why]) >= HALF or abs(self.nothing[why]) >= HALF


@dataclass(frozen=True)
class Then:
    """A plan's day: what was kept, the places (lon, lat), and the numbers of each and, last, of all together."""

    plan_id: UUID
    kept: Kept
    made_on: date
    spots: tuple[Spot, ...]
    need: tuple[float, ...]
    nothing: tuple[float, ...]


@dataclass(frozen=True)
class PlanChange:
    """Of each place in order, and of all together: who is within reach of two of them counts once."""

    stops: tuple[Moved, ...]
    plan: Moved


@dataclass(frozen=True, eq=False)
class _Counted:
    """One step: per population point of it the need, and who has nothing near of some theme; who each place and
    all together (the last row) reach."""

    need: FloatArray
    nothing: BoolArray
    people: FloatArray
    near: tuple[BoolArray, ...]

    def sums(self, name: str) -> FloatArray:
        """(places + 1,)"""
        weight = self.need if name == "need" else self.people * self.nothing
        return np.array([weight[near].sum() for near in self.near])


_changes: Remembered[PlanChange | None] = Remembered(64)


def keep_inputs(session: Session, question: PlanQuestion) -> dict[str, dict[str, str]]:
    """Keep what the numbers of a plan rest on; by theme the checksum of each part by its name."""
    kept = {}
    for theme in question.themes:
        parts = pack_inputs(_inputs_now(session, question, theme))
        checksums = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
        evidence.put_parts(session, {checksums[name]: content for name, content in parts.items()})
        kept[theme] = checksums
    return kept


def _inputs_now(session: Session, question: PlanQuestion, theme: str) -> GapInputs:
    asked = replace(question.gap, theme=theme)
    return window(load_gap_inputs(session, get_version(session), find_scope(session, asked)))


def find_change(session: Session, question: PlanQuestion, then: Then) -> PlanChange | None:
    """What moved since; None for a plan with which nothing was kept."""
    if not then.spots or set(then.kept) != set(question.themes):
        return None
    key = (get_version(session), then.plan_id, today())
    return _changes.get(key, lambda: _compare(session, question, then))


def _compare(session: Session, question: PlanQuestion, then: Then) -> PlanChange:
    by_theme = [_count_steps(session, question, theme, then) for theme in question.themes]
    steps = [_together(themes) for themes in zip(*by_theme, strict=True)]
    need = split_change([np.array(then.need), *(step.sums("need") for step in steps)])
    nothing = split_change([np.array(then.nothing), *(step.sums("nothing") for step in steps)])
    moved = [
        Moved(dict(zip(Why, more.tolist(), strict=True)), dict(zip(Why, fewer.tolist(), strict=True)))
        for more, fewer in zip(need.T, nothing.T, strict=True)
    ]
    return PlanChange(tuple(moved[:-1]), moved[-1])


def _count_steps(session: Session, question: PlanQuestion, theme: str, then: Then) -> list[_Counted]:
    """One theme counted with the inputs of its day, and after each step from then to now."""
    contents = evidence.read_parts(session, then.kept[theme].values())
    parts = {name: contents[checksum] for name, checksum in then.kept[theme].items()}
    before = unpack_inputs(parts, replace(question.gap, theme=theme), then.made_on)
    now = _inputs_now(session, question, theme)
    changed = why_by_service(session, before.services.table, now.services.table, then.made_on)
    at = points_in_metres(session, then.spots)
    steps = list_steps(before, now, {ident: why for ident, (why, _) in changed.items()})
    return [_count(inputs, at) for inputs in steps]


def _count(inputs: GapInputs, at: pd.DataFrame) -> _Counted:
    need, nothing = need_of_theme(inputs, sum_services(inputs, find_all_pairs(inputs)))
    reaches = reach_table(inputs, at)
    near = [_mask(inputs, reaches[[row]].indices) for row in range(len(at))]
    return _Counted(need, nothing, inputs.people.points.people, (*near, np.any(near, axis=0)))


def _mask(inputs: GapInputs, points: IntArray) -> BoolArray:
    mask = np.zeros(inputs.people.points.count, dtype=bool)
    mask[points] = True
    return mask


def _together(themes: Sequence[_Counted]) -> _Counted:
    """The needs of all themes added up; who has nothing of some theme."""
    return replace(
        themes[0],
        need=np.sum([theme.need for theme in themes], axis=0),
        nothing=np.any([theme.nothing for theme in themes], axis=0),
    )
