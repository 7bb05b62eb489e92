"""Evidence: asking for a pack, working out its numbers, and reading it later as it may be shown then."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from app.actions.evidence_shapes import kept_shapes
from app.actions.evidence_store import (
    pack_answer,
    pack_inputs,
    read_question,
    unpack_answer,
    unpack_inputs,
    window,
)
from app.actions.gap_answers import GapAnswer, GapQuestion
from app.actions.gap_inputs import GapInputs, find_all_pairs, load_gap_inputs, sum_services
from app.actions.gap_scope import find_scope
from app.actions.gap_sure import find_stability
from app.actions.gaps import answer_gap_question
from app.actions.throttle import note_try
from app.errors import NotFoundError
from app.models import Evidence
from app.queries import Session, jobs
from app.queries import evidence as queries
from app.queries.evidence import FileRow
from app.queries.versions import get_version
from app.vocabulary import EvidenceKind, EvidenceState

MAKE_PACK = "make_pack"
CODE = re.compile(r"[0-9a-f]{16}")
MOST_PACKS, PACKS_WITHIN_S = 20, 3600
NO_LONGER_LISTED = "A service no longer listed"
SAME_PLACE_M = 1.0
STEPS = tuple(state for state in EvidenceState if state != EvidenceState.FAILED)


@dataclass(frozen=True)
class CountedService:
    """A row of the services that a pack rests on, as it may be shown today."""

    number: int  # in the pack; not ours
    service: str
    organisation: str
    is_listed: bool  # still on the public map; else its names and its point are withheld
    role: str
    counted: str  # "surely", "perhaps" or "not counted"
    x_m: float | None
    y_m: float | None
    confirmed_on: date | None


@dataclass(frozen=True)
class Pack:
    """A pack as its page and its files show it."""

    code: str
    state: EvidenceState
    question: GapQuestion
    made_by: str
    made_on: date | None
    asked_at: datetime
    data_version: str
    method_version: str
    problem: str
    answer: GapAnswer | None  # None until it is worked out
    services: tuple[CountedService, ...]
    files: tuple[FileRow, ...]  # that may be handed out
    listed_key: str
    checksums: dict[str, str]
    ways: int  # of counting that the worst fifth was tried in; 0 where that was too much
    stable: dict[str, int]  # in how many of them each area of the worst fifth stays there, by its code

    @property
    def is_under_way(self) -> bool:
        return self.state not in (EvidenceState.READY, EvidenceState.FAILED)

    @property
    def withheld(self) -> int:
        """How many services may no longer be named."""
        return sum(not service.is_listed for service in self.services)


def question_key(question: GapQuestion) -> str:
    """The same for the same question, also when questions get parts that this one leaves empty."""
    default = GapQuestion("", "", "")
    said = {name: value for name, value in asdict(question).items() if value != getattr(default, name)}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


@lru_cache
def method_version() -> str:
    """Changes with the code of the sums."""
    here = Path(__file__).parent
    files = [*here.parent.joinpath("analysis").glob("*.py"), *here.glob("gap_*.py"), here / "gaps.py"]
    text = b"\0".join(file.read_bytes() for file in sorted(files))
    return hashlib.sha256(text).hexdigest()[:12]


def ask_for_pack(session: Session, question: GapQuestion, account_id: UUID, role: str) -> str:
    """Queue the making of a pack; its code. The same question, data, day and account is the same pack.

    Raises BadQuestionError for what cannot be answered, TooOftenError.
    """
    find_scope(session, question)
    key, version = question_key(question), get_version(session)
    queries.lock_question(session, key)
    same = queries.find_same_pack(session, key, version, account_id)
    if same is not None:
        return same.code
    note_try(session, "make_pack", str(account_id), most=MOST_PACKS, within_s=PACKS_WITHIN_S)
    made = queries.add_evidence(
        session, new_evidence(question, EvidenceKind.PACK, account_id=account_id, made_by=role, version=version)
    )
    jobs.add_job(session, MAKE_PACK, {"code": made.code})
    return made.code


def new_evidence(
    question: GapQuestion, kind: EvidenceKind, *, account_id: UUID | None = None, made_by: str = "", version: str
) -> Evidence:
    return Evidence(
        code=secrets.token_hex(8), kind=kind, state=EvidenceState.WAITING, question=asdict(question),
        question_key=question_key(question), account_id=account_id, made_by=made_by, data_version=version,
    )  # fmt: skip


def work_out(session: Session, evidence: Evidence) -> None:
    """Answer the question from today's data and keep the answer with all it was worked out from.

    A second time changes nothing: a worker that was killed goes on where it stopped.
    """
    if evidence.parts:
        return
    question, version = read_question(evidence.question), get_version(session)
    inputs = window(load_gap_inputs(session, version, find_scope(session, question)))
    answer = answer_gap_question(session, question)
    parts = {**pack_inputs(inputs), "answer": pack_answer(answer)}
    if evidence.kind == EvidenceKind.PACK:
        parts["shapes"] = kept_shapes(session, answer)
        parts["firm"] = _firm(session, question)
    checksums = {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()}
    queries.put_parts(session, {checksums[name]: content for name, content in parts.items()})
    evidence.parts = checksums
    evidence.data_version, evidence.method_version, evidence.made_on = version, method_version(), inputs.on


def forget_unused_parts(session: Session) -> int:
    """Remove what only plans that are deleted by now rested on; how many pieces."""
    return queries.remove_unused_parts(session)


def _firm(session: Session, question: GapQuestion) -> bytes:
    """In how many ways of counting each area of the worst fifth stays there, as JSON."""
    sure = find_stability(session, question)
    said = {"ways": len(sure.ways), "stable": sure.stable} if sure else {"ways": 0, "stable": {}}
    return json.dumps(said, sort_keys=True).encode()


@dataclass(frozen=True)
class Listed:
    """A line in the list of packs."""

    code: str
    state: EvidenceState
    title: str
    asked_at: datetime


def list_packs(session: Session, most: int = 100) -> list[Listed]:
    """The newest first."""
    return [
        Listed(pack.code, pack.state, _title(session, pack), pack.asked_at_utc)
        for pack in queries.list_packs(session, most)
    ]


def _title(session: Session, evidence: Evidence) -> str:
    if not evidence.parts:
        return str(evidence.question["theme"])
    answer = unpack_answer(read_part(session, evidence, "answer"))
    return f"{answer.theme_question} {answer.asked_about.name if answer.asked_about else ''} ({answer.layer_name})"


def get_evidence(session: Session, code: str) -> Evidence:
    """Raises NotFoundError."""
    found = queries.find_evidence(session, code) if CODE.fullmatch(code) else None
    if found is None or found.kind != EvidenceKind.PACK:
        raise NotFoundError("There is no evidence pack at this address.", "Look at the address again.")
    return found


def find_any(session: Session, code: str) -> Evidence:
    """A pack or a snapshot that is worked out. Raises NotFoundError."""
    found = queries.find_evidence(session, code) if CODE.fullmatch(code) else None
    if found is None or not found.parts:
        raise NotFoundError(f"There is no evidence {code[:40]} that is worked out.", "Look at its code again.")
    return found


def lock_evidence(session: Session, code: str) -> Evidence:
    """For whoever changes it, until the commit. Raises NotFoundError."""
    found = queries.lock_evidence(session, code)
    if found is None:
        raise NotFoundError("There is no such evidence.")
    return found


def set_state(session: Session, code: str, state: EvidenceState, problem: str = "") -> None:
    queries.set_state(session, code, state, problem)


def make_files_again(session: Session, pack: Pack) -> bool:
    """Queue the making of the files of a pack that has none that may be handed out; False when it is queued."""
    if pack.files or not queries.begin_again(session, pack.code):
        return False
    jobs.add_job(session, MAKE_PACK, {"code": pack.code})
    return True


def get_pack(session: Session, code: str) -> Pack:
    """A pack with only the names and points that are public now. Raises NotFoundError."""
    evidence = get_evidence(session, code)
    question = read_question(evidence.question)
    services: tuple[CountedService, ...] = ()
    key, answer = "", None
    firm: dict[str, Any] = {"ways": 0, "stable": {}}
    if evidence.parts:
        firm = json.loads(read_part(session, evidence, "firm")) if "firm" in evidence.parts else firm
        answer = unpack_answer(read_part(session, evidence, "answer"))
        services = list_counted(session, evidence)
        key = _listed_key(services)
    files = queries.list_files(session, evidence.id)
    return Pack(
        code=evidence.code,
        state=evidence.state,
        question=question,
        made_by=evidence.made_by,
        made_on=evidence.made_on,
        asked_at=evidence.asked_at_utc,
        data_version=evidence.data_version,
        method_version=evidence.method_version,
        problem=evidence.problem,
        answer=answer,
        services=services,
        files=tuple(file for file in files if file.listed_key == key),
        listed_key=key,
        checksums=dict(evidence.parts),
        ways=firm["ways"],
        stable=firm["stable"],
    )


def read_part(session: Session, evidence: Evidence, name: str) -> bytes:
    checksum = evidence.parts[name]
    content = queries.read_parts(session, [checksum])[checksum]
    if hashlib.sha256(content).hexdigest() != checksum:
        raise ValueError(f"Part {name} of evidence {evidence.code} is not what was kept: its checksum differs.")
    return content


def read_inputs(session: Session, evidence: Evidence) -> GapInputs:
    """The inputs as they were kept. Raises ValueError when a byte of them changed."""
    wanted = ("people", "zones", "known", "services", "served", "walking")
    parts = {name: read_part(session, evidence, name) for name in wanted if name in evidence.parts}
    assert evidence.made_on is not None
    return unpack_inputs(parts, read_question(evidence.question), evidence.made_on)


def list_counted(session: Session, evidence: Evidence) -> tuple[CountedService, ...]:
    """The services near the people asked about, by name; what is not public now is withheld."""
    inputs = read_inputs(session, evidence)
    sums = sum_services(inputs, find_all_pairs(inputs))
    table = inputs.services.table
    surely = {*sums.delivered.row.tolist(), *sums.delivered.served_row.tolist()}
    perhaps = {*sums.at_most.row.tolist(), *sums.at_most.served_row.tolist()}
    near = set(sums.at_most.row[np.unique(sums.at_most.pairs.service)].tolist())
    near |= set(np.flatnonzero(table["x_m"].isna()).tolist())
    ids = sorted(set(table["service_id"]))
    names = queries.list_current_names(session, ids)
    shown = {
        (row["service_id"], row["place_id"]): (row["x_m"], row["y_m"])
        for row in queries.public_points_table(session, ids).to_dict("records")
    }
    found = [
        _counted(row, names, shown, "surely" if number in surely else
                 "perhaps" if number in perhaps else "not counted")
        for number, row in enumerate(table.to_dict("records"))
        if number in near
    ]  # fmt: skip
    found.sort(key=lambda one: (not one.is_listed, one.service.casefold(), one.organisation.casefold(), one.role))
    return tuple(replace(one, number=number) for number, one in enumerate(found, start=1))


def _counted(
    row: Mapping[Hashable, Any],
    now: dict[str, list[str]],
    shown: dict[tuple[str, str], tuple[float, float]],
    counted: str,
) -> CountedService:
    ident = str(row["service_id"])
    is_listed = ident in now
    service, organisation = now[ident] if is_listed else (NO_LONGER_LISTED, "")
    x_m, y_m = float(row["x_m"]), float(row["y_m"])
    point = shown.get((ident, str(row["place_id"])))
    is_there = point is not None and max(abs(point[0] - x_m), abs(point[1] - y_m)) <= SAME_PLACE_M
    return CountedService(
        number=0,
        service=service,
        organisation=organisation,
        is_listed=is_listed,
        role=str(row["role"]),
        counted=counted,
        x_m=round(x_m, 1) if is_there else None,
        y_m=round(y_m, 1) if is_there else None,
        confirmed_on=row["confirmed_on"] if is_listed else None,
    )


def _listed_key(services: tuple[CountedService, ...]) -> str:
    """The same as long as the same names and points may be shown."""
    text = json.dumps([[s.service, s.organisation, s.x_m, s.y_m] for s in services])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
