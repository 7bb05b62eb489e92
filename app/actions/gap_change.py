"""What changed in a gap answer since a day, and why: real change apart from a map that knows more.

Between what was kept then and what is known now the question is answered again with one thing after the other
taken from now, in the same order each time. Each step's difference is one part: they sum to the whole exactly.

method    the same inputs as then, summed by the code of today
people    where people live and walk, their need weights, and the borders are those of now
looking   who looked where, and when, is as of now
mapping   services that were there already and became known, or better known
real      services that opened, closed, moved or changed
unknown   services of which nobody has said since when they are there, or where they went
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd

from app.actions.evidence import question_key, read_inputs, read_part
from app.actions.evidence_store import unpack_answer, window
from app.actions.gap_answers import AreaGap, AreaRef, GapAnswer, GapQuestion
from app.actions.gap_inputs import GapInputs, ThemeServices, find_all_pairs, load_gap_inputs, sum_services
from app.actions.gap_measure import measure
from app.actions.gap_scope import find_scope
from app.actions.gaps import answer_gap_question
from app.actions.remembered import Remembered
from app.analysis.change import nearest_then, split_change
from app.analysis.inputs import FloatArray
from app.errors import NotFoundError
from app.models import Evidence
from app.queries import Session, audit
from app.queries import evidence as queries
from app.queries.moderation import is_record_in_scope
from app.queries.versions import RECORDS, bump_versions, get_version
from app.vocabulary import Cost, FootprintRole, RecordKind, Room

SAME_PLACE_M = 100.0
"""A place put this little elsewhere was found better; further, it moved."""


class Why(StrEnum):
    METHOD = "method"
    PEOPLE = "people"
    LOOKING = "looking"
    MAPPING = "mapping"
    REAL = "real"
    UNKNOWN = "unknown"


SERVICE_STEPS = (Why.MAPPING, Why.REAL, Why.UNKNOWN)
KEY = ("service_id", "role", "place_id", "area_id")
FACTS: dict[str, tuple[Any, ...]] = {
    "audiences": ([],), "languages": ([],), "times": ([],), "step_free": (None,),
    "cost": (Cost.UNKNOWN.value,), "room": (Room.UNKNOWN.value,),
}  # fmt: skip
"""What is asked about a service, and what stands for "nobody has said"."""


@dataclass(frozen=True)
class ServiceChange:
    """A service that is another than then; without a name when it is not public now."""

    name: str
    organisation: str
    service_id: str  # "" when it is not public now
    why: Why
    what: str  # opened, closed, found, taken off, better known, changed, appeared, vanished


@dataclass(frozen=True)
class AreaChange:
    area: AreaRef
    before: AreaGap | None  # None: not among the areas then
    after: AreaGap | None
    parts: dict[Why, float]  # more people without (+) or fewer (-)

    @property
    def total(self) -> float:
        return sum(self.parts.values())


@dataclass(frozen=True)
class GapChange:
    question: GapQuestion
    code: str  # of the evidence it is compared with
    is_pack: bool
    then_on: date
    then: GapAnswer
    now: GapAnswer
    parts: dict[Why, float]
    areas: tuple[AreaChange, ...]  # the greatest change first
    services: tuple[ServiceChange, ...]
    now_on: date | None = None  # the kept day that stands for now; None: today

    @property
    def total(self) -> float:
        return sum(self.parts.values())


_changes: Remembered[GapChange] = Remembered(64)


def list_days(session: Session, question: GapQuestion) -> list[date]:
    """The days there is evidence of, the newest first."""
    return queries.list_days(session, question_key(question))


def find_change(
    session: Session, question: GapQuestion, since: date, until: date | None = None
) -> GapChange | None:
    """What changed since the newest evidence of ``since`` or before; None when there is none that old.

    With ``until`` the newest evidence of that day or before stands for now, where it is newer than that of
    ``since``; both are summed by the code of today. Raises BadQuestionError.
    """
    find_scope(session, question)
    evidence = queries.find_earlier(session, question_key(question), since)
    if evidence is None:
        return None
    later = queries.find_earlier(session, question_key(question), until) if until else None
    if later is not None and later.id != evidence.id:
        ends = (get_version(session), evidence.code, later.code)
        return _changes.get(ends, lambda: _compare_kept(session, evidence, later))
    now = answer_gap_question(session, question)
    key = (now.data_version, evidence.code, now.rows)
    return _changes.get(key, lambda: _compare_with_today(session, evidence, now))


def _compare_kept(session: Session, evidence: Evidence, later: Evidence) -> GapChange:
    now = unpack_answer(read_part(session, later, "answer"))
    change = _compare(session, evidence, now, read_inputs(session, later))
    return replace(change, now_on=later.made_on)


def _compare_with_today(session: Session, evidence: Evidence, now: GapAnswer) -> GapChange:
    scope = find_scope(session, now.question)
    return _compare(session, evidence, now, window(load_gap_inputs(session, get_version(session), scope)))


def _compare(session: Session, evidence: Evidence, now: GapAnswer, inputs: GapInputs) -> GapChange:
    assert evidence.made_on is not None
    kept = unpack_answer(read_part(session, evidence, "answer"))
    then = read_inputs(session, evidence)
    changed = why_by_service(session, then.services.table, inputs.services.table, evidence.made_on)
    steps = list_steps(then, inputs, {ident: why for ident, (why, _) in changed.items()})
    states = [_people_without(step) for step in steps]
    code_of = {row.area.area_id: row.area.area_code for row in (*kept.rows, *now.rows)}
    codes = sorted(set(code_of.values()))
    first = {row.area.area_code: (row.people_without or 0.0) if row.rank else 0.0 for row in kept.rows}
    by_code = [first, *({code_of[i]: number for i, number in state.items() if i in code_of} for state in states)]
    parts = split_change([np.array([state.get(code, 0.0) for code in codes]) for state in by_code])
    areas = _areas(codes, kept, now, parts)
    return GapChange(
        question=now.question,
        code=evidence.code,
        is_pack=evidence.kind.value == "pack",
        then_on=evidence.made_on,
        then=kept,
        now=now,
        parts={why: float(parts[row].sum()) for row, why in enumerate(Why)},
        areas=areas,
        services=_name(session, changed),
    )


def list_steps(then: GapInputs, now: GapInputs, why: Mapping[str, Why]) -> list[GapInputs]:
    """What the answer is worked out from after each step of Why, but the first: from then to now."""
    moved = _with_people_of(then, now)
    looked = replace(moved, looked_on=now.looked_on, on=now.on)
    steps = [then, moved, looked]
    taken: set[str] = set()
    for step in SERVICE_STEPS:
        taken |= {ident for ident, reason in why.items() if reason == step}
        table = (
            now.services.table
            if step == SERVICE_STEPS[-1]
            else mix(then.services.table, now.services.table, taken)
        )
        served = {**moved.services.served_points, **now.services.served_points}
        steps.append(replace(looked, services=ThemeServices(table, served)))
    return steps


def _people_without(inputs: GapInputs) -> dict[int, float]:
    """Of areas that can be ranked; the others count as nothing that we can vouch for."""
    measured = measure(inputs, sum_services(inputs, find_all_pairs(inputs)), draws=0)
    counted = np.where(measured.rank > 0, measured.delivered.equivalent_people, 0.0)
    return dict(zip(measured.area_id.tolist(), counted.tolist(), strict=True))


def _with_people_of(then: GapInputs, now: GapInputs) -> GapInputs:
    """Then, with people and borders of now: what was known of a place is carried to the nearest point of now."""
    before, points = then.people.points, now.people.points
    near = nearest_then(before.x_m, before.y_m, points.x_m, points.y_m)
    served = {area: np.flatnonzero(np.isin(near, member)) for area, member in then.services.served_points.items()}
    return replace(
        then,
        people=now.people,
        zones=now.zones,
        inside=now.inside,
        compared=now.compared,
        walking=now.walking,
        looked_on=then.looked_on[near],
        services=ThemeServices(then.services.table, {**served, **now.services.served_points}),
    )


def mix(then: pd.DataFrame, now: pd.DataFrame, taken: set[str]) -> pd.DataFrame:
    """The services of then, but those ``taken`` as they are now (or no more)."""
    kept = then[~then["service_id"].isin(taken)]
    fresh = now[now["service_id"].isin(taken)]
    parts = [part for part in (kept, fresh) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else now.iloc[:0]


def why_by_service(
    session: Session, then: pd.DataFrame, now: pd.DataFrame, since: date
) -> dict[str, tuple[Why, str]]:
    """By id: why each service that is another than then is so, and what happened to it."""
    before, after = _by_service(then), _by_service(now)
    differ = [ident for ident in sorted({*before, *after}) if not _is_same(before.get(ident), after.get(ident))]
    facts = queries.service_facts(session, differ)
    return {ident: classify(before.get(ident), after.get(ident), facts.get(ident), since) for ident in differ}


Rows = list[dict[str, Any]]


def _by_service(table: pd.DataFrame) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for row in table.to_dict("records"):
        found.setdefault(row["service_id"], []).append(row)  # type: ignore[arg-type]
    return found


def _is_same(before: Rows | None, after: Rows | None) -> bool:
    return before is not None and after is not None and _told(before) == _told(after)


def _told(rows: Rows) -> list[tuple[Any, ...]]:
    """All that the sums may ask of a service, comparable."""
    return sorted(
        (
            row["role"],
            *("" if pd.isna(row[at]) else f"{row[at]:.1f}" for at in ("x_m", "y_m")),
            str(_number(row["area_id"])),
            *(repr(_plain(row[fact])) for fact in (*FACTS, "confirmed_on")),
        )
        for row in rows
    )


def _number(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return sorted([[int(n) for n in one] if isinstance(one, list) else one for one in value])
    return None if value is None or pd.isna(value) else value


def classify(
    before: Rows | None, after: Rows | None, fact: queries.ServiceFact | None, since: date
) -> tuple[Why, str]:
    """Why a service is another than then, and what happened to it. Where nothing says, that is what is said."""
    if before is None:
        if fact is None or fact.started_on is None:
            return Why.UNKNOWN, "appeared"
        return (Why.REAL, "opened") if fact.started_on > since else (Why.MAPPING, "found")
    if after is None:
        if fact is None:
            return Why.UNKNOWN, "vanished"
        if fact.is_closed and not fact.is_merged:
            return Why.REAL, "closed"
        is_ours = fact.is_merged or fact.is_off or fact.is_public
        return (Why.MAPPING, "taken off") if is_ours else (Why.UNKNOWN, "vanished")
    return (Why.REAL, "changed") if _moved(before, after) or _said_otherwise(before, after) else (
        Why.MAPPING, "better known",
    )  # fmt: skip


def _moved(before: Rows, after: Rows) -> bool:
    """Did what was known to happen somewhere go elsewhere, or come to an end there?"""
    old, new = _places(before), _places(after)
    if not len(old) or not len(new):
        return False
    away = np.abs(old[:, None, :] - new[None, :, :]).max(axis=2)
    return bool(away.min(axis=1).max() > SAME_PLACE_M)


def _places(rows: Rows) -> FloatArray:
    at = [(row["x_m"], row["y_m"]) for row in rows
          if row["role"] == FootprintRole.MEETS_AT and not pd.isna(row["x_m"])]  # fmt: skip
    return np.array(at, dtype=np.float64).reshape(-1, 2)


def _said_otherwise(before: Rows, after: Rows) -> bool:
    """Was something known then, and is known to be something else now?"""
    for fact, nothing in FACTS.items():
        old, new = _plain(before[0][fact]), _plain(after[0][fact])
        if old != new and old not in nothing and new not in nothing:
            return True
    return False


def _areas(codes: list[str], then: GapAnswer, now: GapAnswer, parts: FloatArray) -> tuple[AreaChange, ...]:
    before = {row.area.area_code: row for row in then.rows}
    after = {row.area.area_code: row for row in now.rows}
    found = [
        AreaChange(
            area=(after.get(code) or before[code]).area,
            before=before.get(code),
            after=after.get(code),
            parts={why: float(parts[row, column]) for row, why in enumerate(Why)},
        )
        for column, code in enumerate(codes)
    ]
    return tuple(sorted(found, key=lambda one: (-abs(round(one.total, 6)), one.area.area_code)))


def _name(session: Session, changed: Mapping[str, tuple[Why, str]]) -> tuple[ServiceChange, ...]:
    names = queries.list_current_names(session, list(changed))
    found = []
    for ident, (why, what) in changed.items():
        name, organisation = names.get(ident, ["", ""])
        found.append(ServiceChange(name, organisation, ident if ident in names else "", why, what))
    return tuple(sorted(found, key=lambda one: (list(Why).index(one.why), one.what, one.name, one.service_id)))


def say_started(
    session: Session, service_id: UUID, started_on: date | None, area_ids: Collection[int] | None, account_id: UUID
) -> None:
    """Note since when a service is there (None: nobody has said). Raises NotFoundError outside one's areas."""
    service = queries.find_service(session, service_id)
    mine = None if area_ids is None else list(area_ids)
    if service is None or not is_record_in_scope(session, service.organisation_id, mine):
        raise NotFoundError("There is no such service in your area.", "Somebody else may look after it.")
    before, service.started_on = service.started_on, started_on
    audit.add_entry(
        session, "start_noted", RecordKind.ORGANISATION, service.organisation_id, account_id=account_id,
        before={"service": service.name, "started_on": before.isoformat() if before else ""},
        after={"service": service.name, "started_on": started_on.isoformat() if started_on else ""},
    )  # fmt: skip
    bump_versions(session, [RECORDS])
