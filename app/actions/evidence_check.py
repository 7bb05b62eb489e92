"""Working a pack out again from what it kept, with the code of today, and saying whether the same comes out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.actions.evidence import find_any, method_version, read_inputs, read_part
from app.actions.evidence_store import unpack_answer
from app.actions.gap_answers import AreaGap, GapAnswer
from app.actions.gap_inputs import find_all_pairs, sum_services
from app.actions.gap_measure import Measured, measure
from app.actions.gap_scope import GapScope
from app.actions.gaps import PER_PEOPLE, make_row
from app.actions.remembered import Remembered
from app.actions.throttle import note_try
from app.models import Evidence
from app.queries import Session
from app.queries import evidence as queries
from app.queries.areas import AreaRow, LayerRow
from app.queries.themes import ThemeRow
from app.vocabulary import AreaLayerKind

CLOSE = 1e-9
"""Numbers that differ by less than this share of themselves are the same."""
COMPARED = (
    "people", "provision", "services_in_reach", "nearest_m", "shortfall", "shortfall_low", "shortfall_high",
    "people_without", "short_people", "state", "band", "rank",
)  # fmt: skip
MOST_CHECKS, CHECKS_WITHIN_S = 20, 3600


@dataclass(frozen=True)
class Difference:
    area: str
    what: str
    kept: str
    now: str


@dataclass(frozen=True)
class Check:
    """What came out the second time; ``problem`` when the inputs cannot be read any more."""

    code: str
    compared: int
    differences: tuple[Difference, ...]
    is_same_method: bool
    problem: str = ""

    @property
    def is_same(self) -> bool:
        return not self.differences and not self.problem


_checks: Remembered[Check] = Remembered(64)


def check_for_visitor(session: Session, code: str, visitor_key: str) -> Check:
    """As check_evidence, remembered, and not too often for one visitor. Raises NotFoundError, TooOftenError."""
    evidence = find_any(session, code)
    note_try(session, "check_evidence", visitor_key, most=MOST_CHECKS, within_s=CHECKS_WITHIN_S)
    parts = tuple(sorted(evidence.parts.items()))
    return _checks.get((code, parts), lambda: check_evidence(session, evidence))


def check_code(session: Session, code: str) -> Check:
    """Raises NotFoundError."""
    return check_evidence(session, find_any(session, code))


def check_all(session: Session) -> list[Check]:
    """Every pack and snapshot that is ready, the oldest first."""
    return [check_code(session, code) for code in queries.list_codes(session)]


def check_evidence(session: Session, evidence: Evidence) -> Check:
    is_same_method = evidence.method_version == method_version()
    try:
        kept = unpack_answer(read_part(session, evidence, "answer"))
        inputs = read_inputs(session, evidence)
    except (KeyError, ValueError) as problem:
        return Check(evidence.code, 0, (), is_same_method, str(problem))
    sums = sum_services(inputs, find_all_pairs(inputs))
    measured = measure(inputs, sums)
    again = {
        number: make_row(_scope(kept), sums, measured, row, _area(kept, int(number)))
        for row, number in enumerate(measured.area_id)
    }
    found = _differences(kept, measured, again)
    return Check(evidence.code, len(kept.rows) * len(COMPARED) + 1, tuple(found), is_same_method)


def _differences(kept: GapAnswer, measured: Measured, again: dict[np.intp, AreaGap]) -> list[Difference]:
    found = []
    rows = {int(number): row for number, row in again.items()}
    benchmark = measured.benchmark * PER_PEOPLE
    if not is_close(kept.benchmark_provision, benchmark):
        found.append(Difference("", "fair share", str(kept.benchmark_provision), str(benchmark)))
    for row in kept.rows:
        now = rows.pop(row.area.area_id, None)
        for what in COMPARED:
            before, after = getattr(row, what), getattr(now, what, None)
            if not is_close(before, after):
                found.append(Difference(row.area.name, what, str(before), str(after)))
    found += [Difference(row.area.name, "area", "", "there now") for row in rows.values()]
    return found


def is_close(one: Any, other: Any) -> bool:
    """Equal words; numbers equal but for rounding."""
    if isinstance(one, float) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
    return bool(one == other)


def _scope(kept: GapAnswer) -> GapScope:
    """As much of the scope as the rows ask about."""
    question = kept.question
    theme = ThemeRow(question.theme, kept.theme_name, kept.theme_question, "", "", True)
    layer = LayerRow(0, question.layer, kept.layer_name, "", "", AreaLayerKind.STATISTICAL, 0, len(kept.rows))
    return GapScope(question, theme, layer, None)


def _area(kept: GapAnswer, number: int) -> AreaRow:
    area = next((row.area for row in kept.rows if row.area.area_id == number), None)
    if area is None:
        return AreaRow(number, str(number), str(number), 0, "", "", "")
    return AreaRow(number, area.area_code, area.name, 0, area.layer, area.layer_name, "")
