"""Plans that were worked out in full, found again by their question, the data and the areas of other hubs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from app.actions.evidence_store import read_question
from app.actions.plan_answers import OwnPlace, PlanQuestion
from app.queries import Session
from app.queries import plan_runs as queries
from app.queries.candidates import HeldRow


@dataclass(frozen=True)
class KeptChoice:
    """A choice of places by their keys, in order, with what is proven of it."""

    keys: tuple[str, ...]
    value: float
    bound: float
    is_proven: bool
    meets_floors: bool


def run_key(question: PlanQuestion, held: Sequence[HeldRow]) -> str:
    """The same for the same question and the same areas left to others."""
    said = [asdict(question), [row.area_id for row in held]]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]


def find_choice(
    session: Session, version: str, question: PlanQuestion, held: Sequence[HeldRow]
) -> KeptChoice | None:
    """What a run that is done has found for this question with these data."""
    run = queries.find_newest(session, run_key(question, held), version)
    if run is None or run.result is None:
        return None
    return KeptChoice(**{**run.result, "keys": tuple(run.result["keys"])})


def pack_question(question: PlanQuestion, hubs: Sequence[UUID]) -> dict[str, Any]:
    return {"question": asdict(question), "hubs": [str(hub) for hub in hubs]}


def unpack_question(packed: Mapping[str, Any]) -> tuple[PlanQuestion, list[UUID]]:
    """As pack_question was given them."""
    said = dict(packed["question"])
    many = {name: tuple(said[name]) for name in ("themes", "pinned", "barred", "hub_areas")}
    own = tuple(OwnPlace(**place) for place in said["own"])
    question = PlanQuestion(**{**said, **many, "own": own, "gap": read_question(said["gap"])})
    return question, [UUID(hub) for hub in packed["hubs"]]
