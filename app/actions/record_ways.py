"""How each kind of record is read and kept as a document: the one table that moderation asks.

A document is a frozen model; its JSON form is what submissions and revisions hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel, ValidationError

from app.actions.group_documents import GroupDocument, read_group, save_group
from app.actions.need_documents import NeedDocument, read_need, save_need
from app.actions.offer_documents import OfferDocument, read_offer, save_offer
from app.errors import BadQuestionError, ChangedMeanwhileError
from app.queries import Session, revisions
from app.queries import moderation as queries
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import RecordKind, ReviewStatus

Facts = dict[str, Any]


class Save(Protocol):
    def __call__(
        self, session: Session, document: Any, today: date, record_id: UUID | None, base_version: int | None
    ) -> tuple[UUID, int]: ...


@dataclass(frozen=True)
class Ways:
    document: type[BaseModel]
    read: Callable[[Session, UUID], tuple[BaseModel, int]]
    save: Save


def _save_group(
    session: Session, document: GroupDocument, today: date, record_id: UUID | None, base_version: int | None
) -> tuple[UUID, int]:
    return save_group(session, document, today=today, organisation_id=record_id, base_version=base_version)


def _counted(
    kind: RecordKind,
    document: type[BaseModel],
    read: Callable[[Session, UUID], BaseModel],
    save: Callable[[Session, Any, date, UUID | None], UUID],
) -> Ways:
    """The ways of a record without a version of its own: its revisions count."""

    def read_version(session: Session, record_id: UUID) -> tuple[BaseModel, int]:
        return read(session, record_id), revisions.find_newest(session, kind, record_id) or 1

    def save_version(
        session: Session, document: Any, today: date, record_id: UUID | None, base_version: int | None
    ) -> tuple[UUID, int]:
        if record_id is None:
            return save(session, document, today, None), 1
        _before, version = read_version(session, record_id)
        if base_version is not None and base_version != version:
            raise ChangedMeanwhileError(
                "Somebody else changed this since it was sent.", "Look at what stands there now, and decide again."
            )
        return save(session, document, today, record_id), version + 1

    return Ways(document, read_version, save_version)


def _save_need(session: Session, document: NeedDocument, today: date, need_id: UUID | None) -> UUID:
    return save_need(session, document, today=today, need_id=need_id)


WAYS: dict[RecordKind, Ways] = {
    RecordKind.ORGANISATION: Ways(GroupDocument, read_group, _save_group),
    RecordKind.NEED: _counted(RecordKind.NEED, NeedDocument, read_need, _save_need),
    RecordKind.OFFER: _counted(RecordKind.OFFER, OfferDocument, read_offer, save_offer),
}


def read_record(session: Session, kind: RecordKind, record_id: UUID) -> tuple[Facts, int]:
    """The record as it stands, as JSON, and its version. Raises NotFoundError."""
    document, version = WAYS[kind].read(session, record_id)
    return document.model_dump(mode="json"), version


def save_record(
    session: Session,
    kind: RecordKind,
    facts: Mapping[str, Any],
    *,
    today: date,
    record_id: UUID | None,
    base_version: int | None,
) -> tuple[UUID, int, Facts]:
    """Keep a document, at once public: id, version, and what was kept. Raises ChangedMeanwhileError."""
    kept, version = WAYS[kind].save(session, check_document(kind, facts), today, record_id, base_version)
    return kept, version, read_record(session, kind, kept)[0]


def hide_record(session: Session, kind: RecordKind, record_id: UUID) -> None:
    """Take a record off the map; nothing of it is lost."""
    queries.set_status(session, kind, record_id, ReviewStatus.HIDDEN)
    bump_versions(session, [RECORDS])


def check_document(kind: RecordKind, facts: Mapping[str, Any]) -> BaseModel:
    """Raises BadQuestionError that names the field."""
    try:
        return WAYS[kind].document.model_validate(facts)
    except ValidationError as problem:
        first = problem.errors()[0]
        field = "-".join(str(step) for step in first["loc"])
        what = f"“{field}”" if field else "This"
        raise BadQuestionError(
            f"{what} cannot be kept: {first['msg'].removeprefix('Value error, ')}.", "Mend it, and send it again.",
            field=field,
        ) from problem  # fmt: skip
