"""What moderators look at: the queue in their areas, one thing that was sent, and the history of a record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.actions.differences import Difference, compare
from app.actions.duplicates import Alike, list_alike
from app.actions.pages import Page, page_of
from app.actions.record_ways import read_record
from app.actions.submission_flags import find_lon_lat, list_served
from app.actions.submissions import Pages, approve, reject
from app.actions.undo import UNDO_DAYS
from app.errors import BadQuestionError, NotFoundError, WhosDoingWhatError
from app.queries import Session, audit, revisions, themes
from app.queries import moderation as queries
from app.queries import submissions as submission_queries
from app.queries.audit import AuditRow
from app.queries.moderation import QueueRow, SentRow
from app.queries.revisions import RevisionRow
from app.vocabulary import RecordKind, ReviewStatus, Stage, SubmissionKind

ROWS_PER_PAGE = 50
MOST_AT_ONCE = 200
GROUP = RecordKind.ORGANISATION
Areas = list[int] | None
"""Where a moderator may act: ids of areas; None is everywhere."""


@dataclass(frozen=True)
class QueueQuestion:
    """``state``: open, one of SubmissionState, or empty for all; ``flag``: none for those without."""

    state: str = "open"
    kind: str = ""
    flag: str = ""
    page: int = 1


@dataclass(frozen=True)
class Queue:
    question: QueueQuestion
    rows: list[QueueRow]
    total: int
    page: Page
    open_by_kind: dict[str, int]


@dataclass(frozen=True)
class Case:
    """One thing that was sent, and all that helps to decide about it."""

    sent: SentRow
    differences: list[Difference]
    editable: dict[str, Any]  # what a moderator may put right before approving; empty: nothing
    version: int | None  # of the record as it stands
    is_overtaken: bool  # the record changed since the sender saw it
    alike: list[Alike]
    also_open: int
    points: list[tuple[float, float]]  # longitude, latitude: as sent, then as it stands where that is elsewhere
    theme_names: dict[str, str]
    area_names: dict[tuple[str, str], str]


@dataclass(frozen=True)
class History:
    record_kind: RecordKind
    record_id: UUID
    name: str
    entries: list[AuditRow]
    revisions: list[RevisionRow]
    can_hide: bool
    is_hidden: bool
    is_closed: bool


@dataclass(frozen=True)
class Two:
    """Two groups side by side: ``now`` of a difference is the first, ``new`` the second."""

    one_id: UUID
    other_id: UUID
    one_name: str
    other_name: str
    differences: list[Difference]
    theme_names: dict[str, str]
    area_names: dict[tuple[str, str], str]


@dataclass(frozen=True)
class BulkResult:
    done: int
    refused: list[tuple[UUID, str]]  # which, and why


def list_areas(session: Session, area_ids: Collection[int], hub_ids: Collection[UUID]) -> list[int]:
    """The areas that a limited role holds in: its own, and the patches of its hubs."""
    return sorted({*area_ids, *(queries.list_patch_areas(session, list(hub_ids)) if hub_ids else [])})


def list_queue(session: Session, question: QueueQuestion, areas: Areas) -> Queue:
    """One page of what was sent. Raises BadQuestionError for a page there is not."""
    chosen = {"area_ids": areas, "state": question.state, "kind": question.kind, "flag": question.flag}
    total = queries.count_queue(session, **chosen)  # type: ignore[arg-type]
    page = page_of(question.page, total, ROWS_PER_PAGE)
    rows = queries.list_queue(session, **chosen, limit=ROWS_PER_PAGE, skip=page.skip)  # type: ignore[arg-type]
    return Queue(question, rows, total, page, queries.count_open_by_kind(session, areas))


def get_case(session: Session, submission_id: UUID, areas: Areas) -> Case:
    """Raises NotFoundError for one that is not in these areas."""
    sent = get_sent(session, submission_id, areas)
    now, version = find_record(session, sent.record_kind, sent.record_id)
    wanted = sent.document or now or {}
    points = [point for point in (find_lon_lat(wanted), find_lon_lat(now or {})) if point]
    if sent.lon is not None and sent.lat is not None and not points:
        points = [(sent.lon, sent.lat)]
    is_group = sent.record_kind == RecordKind.ORGANISATION
    return Case(
        sent=sent, differences=compare(sent.before, now, wanted), editable=get_editable(session, sent),
        version=version,
        is_overtaken=sent.base_version is not None and version is not None and sent.base_version != version,
        alike=list_alike(session, wanted, sent.record_id, sent.contact_id) if is_group else [],
        also_open=(
            submission_queries.is_open_elsewhere(session, sent.record_kind, sent.record_id, sent.id)
            if sent.record_id else 0
        ),
        points=list(dict.fromkeys(points)),
        theme_names=name_themes(session),
        area_names=queries.list_area_names(session, list_served([wanted, now or {}, sent.before or {}])),
    )  # fmt: skip


def get_editable(session: Session, sent: SentRow) -> dict[str, Any]:
    """What was sent, or, of a message without a document, the record it is about; nothing of a mere claim."""
    if sent.document or sent.kind == SubmissionKind.CLAIM:
        return sent.document
    return find_record(session, sent.record_kind, sent.record_id)[0] or {}


def get_sent(session: Session, submission_id: UUID, areas: Areas) -> SentRow:
    """What was sent, as far as it is in these areas: elsewhere it is as if it were not. Raises NotFoundError."""
    sent = queries.find_sent(session, submission_id, areas, UNDO_DAYS)
    if sent is None:
        raise NotFoundError("There is no such message here.", "It may be for another area, or cleared away.")
    return sent


def find_record(
    session: Session, kind: RecordKind, record_id: UUID | None
) -> tuple[dict[str, Any] | None, int | None]:
    """The record as it stands, and its version; nothing for one that is not there."""
    if record_id is None:
        return None, None
    try:
        return read_record(session, kind, record_id)
    except NotFoundError:
        return None, None


def decide_many(
    session: Session,
    submission_ids: Iterable[UUID],
    verb: str,
    account_id: UUID,
    areas: Areas,
    today: date,
    *,
    reason: str = "",
    pages: Pages | None = None,
) -> BulkResult:
    """Approve or reject several, each by itself: one that cannot be decided leaves the others alone."""
    wanted = list(dict.fromkeys(submission_ids))
    if not wanted:
        raise BadQuestionError("Nothing is chosen.", "Tick those you want to decide about.", field="chosen")
    if len(wanted) > MOST_AT_ONCE:
        raise BadQuestionError(
            f"{len(wanted):,} are too many at once.", f"Choose {MOST_AT_ONCE} or fewer.", field="chosen"
        )
    if verb == "reject" and not reason.strip():
        raise BadQuestionError("There are no words yet.", "Write why: the senders are told.", field="reason")
    refused = []
    for submission_id in wanted:
        try:
            with session.begin_nested():
                get_sent(session, submission_id, areas)
                if verb == "approve":
                    approve(session, submission_id, account_id, today, pages=pages)
                else:
                    reject(session, submission_id, account_id, reason, pages=pages)
        except WhosDoingWhatError as problem:
            refused.append((submission_id, problem.message))
    return BulkResult(len(wanted) - len(refused), refused)


def get_history(session: Session, kind: RecordKind, record_id: UUID, areas: Areas) -> History:
    """Everything that was done to one record. Raises NotFoundError for one that is not in these areas."""
    facts, _version = find_record(session, kind, record_id)
    entries = audit.list_entries(session, record_id=record_id, limit=200)
    if (facts is None and not entries) or not queries.is_record_in_scope(session, record_id, areas):
        raise NotFoundError("There is no such entry here.", "It may be in another area.")
    name = name_of(facts or {})
    status = queries.find_status(session, kind, record_id)
    return History(
        kind, record_id, name, entries, revisions.list_revisions(session, kind, record_id),
        can_hide=status == ReviewStatus.APPROVED, is_hidden=status == ReviewStatus.HIDDEN,
        is_closed=(facts or {}).get("stage") == Stage.CLOSED,
    )  # fmt: skip


def compare_two(session: Session, one_id: UUID, other_id: UUID, areas: Areas) -> Two:
    """Raises NotFoundError when one is not there or neither is in these areas."""
    one, _version = read_record(session, GROUP, one_id)
    other, _version = read_record(session, GROUP, other_id)
    if not any(queries.is_record_in_scope(session, record_id, areas) for record_id in (one_id, other_id)):
        raise NotFoundError("There are no such entries here.", "They may be in another area.")
    return Two(
        one_id, other_id, one["name"], other["name"], compare(None, one, other), name_themes(session),
        name_areas(session, [one, other]),
    )  # fmt: skip


def compare_revisions(documents: list[dict[str, Any]]) -> list[list[Difference]]:
    """For each revision, newest first, what it changed; nothing for the first."""
    pairs = zip(documents, documents[1:] or [], strict=False)
    changes = [[one for one in compare(None, old, new) if one.is_change] for new, old in pairs]
    return changes + [[] for _first in documents[len(changes) :]]


def list_trail(session: Session, *, verb: str, page: int) -> tuple[list[AuditRow], Page]:
    """One page of everything that was done. Raises BadQuestionError for a page there is not."""
    shown = page_of(page, audit.count_entries(session, verb=verb), ROWS_PER_PAGE)
    return audit.list_entries(session, verb=verb, limit=ROWS_PER_PAGE, skip=shown.skip), shown


def name_of(facts: Mapping[str, Any]) -> str:
    """What to call a document: its name, or else what it says."""
    return str(next((facts[key] for key in ("name", "statement", "words") if facts.get(key)), ""))


def name_themes(session: Session) -> dict[str, str]:
    return {theme.key: theme.name for theme in themes.list_themes(session)}


def name_areas(session: Session, documents: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    return queries.list_area_names(session, list_served(list(documents)))
