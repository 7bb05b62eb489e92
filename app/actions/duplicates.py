"""Two entries for one group: found, merged (and parted again), or remembered as not the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rapidfuzz import fuzz, utils

from app.actions.alarm import watch
from app.actions.record_ways import read_record
from app.actions.submission_flags import find_lon_lat
from app.errors import BadQuestionError, ChangedMeanwhileError, NotFoundError
from app.queries import Session, audit, contacts, revisions
from app.queries import duplicates as queries
from app.queries.duplicates import EMPTY_WORDS, AlikeRow, PairRow
from app.queries.versions import RECORDS, bump_versions
from app.vocabulary import RecordKind

NEAR_M = 2_000
LEAST_SCORE = 0.62
LEAST_LIKE_WORDS = 60
"""Of 100: Lane and Ln are alike, Library and Pharmacy are not."""
MOST_PAIRS = 200
DIGITS = re.compile(r"\d+")
"""1st Sale Scouts and 3rd Sale Scouts are two."""
SAYS_NOTHING = re.compile(rf"\b({EMPTY_WORDS})\b|[^a-z0-9]")


@dataclass(frozen=True)
class Alike:
    """A group that may be the same; ``score`` 0 to 1."""

    row: AlikeRow
    score: float


@dataclass(frozen=True)
class Pair:
    row: PairRow
    score: float


def list_alike(
    session: Session, document: Mapping[str, Any], itself: UUID | None = None, contact_id: UUID | None = None
) -> list[Alike]:
    """Groups on the map that the group of a document may be, likeliest first."""
    name = str(document.get("name") or "")
    if not name:
        return []
    contact = contacts.find_contact(session, contact_id) if contact_id else None
    rows = queries.list_alike(
        session, name=name, lon_lat=find_lon_lat(document), website=document.get("website"), itself=itself,
        numbers=[f"{one['scheme']} {one['identifier']}" for one in document.get("identifiers") or ()],
        phones=[contact.phone] if contact and contact.phone else [],
    )  # fmt: skip
    found = [
        Alike(row, likeness(name, row.name, row.distance_m, same_number=row.same_number, shares=_shares(row)))
        for row in rows
    ]
    return sorted((one for one in found if one.score >= LEAST_SCORE), key=lambda one: (-one.score, one.row.id))


def list_pairs(session: Session, area_ids: Sequence[int] | None = None) -> list[Pair]:
    """Pairs of groups on the map that may be the same, likeliest first; at most MOST_PAIRS."""
    rows = queries.list_pairs(session, area_ids=area_ids, limit=MOST_PAIRS)
    found = [
        Pair(
            row,
            likeness(
                row.one_name, row.other_name, row.distance_m, same_number=row.same_number, shares=row.same_site
            ),
        )
        for row in rows
    ]
    return sorted((one for one in found if one.score >= LEAST_SCORE), key=lambda one: (-one.score, one.row.one_id))


def say_not_same(session: Session, one_id: UUID, other_id: UUID, account_id: UUID) -> None:
    """Never show these two as one again. Raises NotFoundError, BadQuestionError for one and the same."""
    _check_two(one_id, other_id)
    read_record(session, RecordKind.ORGANISATION, one_id)
    read_record(session, RecordKind.ORGANISATION, other_id)
    queries.add_not_same(session, one_id, other_id, account_id)
    audit.add_entry(
        session, "not_same", RecordKind.ORGANISATION, one_id, account_id=account_id, note=str(other_id)
    )
    bump_versions(session, [RECORDS])  # answers tell how many may be counted twice


def merge(session: Session, keep_id: UUID, drop_id: UUID, account_id: UUID) -> None:
    """Make one group of two: what hangs on the second goes to the first, whose words stay as they are.

    A service that both have by the same name is kept once. The address of the second leads to the first.
    """
    _check_two(keep_id, drop_id)
    kind = RecordKind.ORGANISATION
    before, _version = read_record(session, kind, keep_id)
    dropped, _version = read_record(session, kind, drop_id)
    for record_id, document in ((keep_id, before), (drop_id, dropped)):
        if not revisions.has_revisions(session, kind, record_id):
            revisions.add_revision(session, kind, record_id, 0, document)
    moved = queries.move_everything(session, keep_id, drop_id)
    queries.set_merged(session, drop_id, keep_id)
    version = queries.count_up_version(session, keep_id)
    after, _version = read_record(session, kind, keep_id)
    revisions.add_revision(session, kind, keep_id, version, after, account_id=account_id)
    audit.add_entry(
        session, "merged", kind, keep_id, account_id=account_id,
        before={"dropped": str(drop_id), "name": dropped["name"], "moved": moved},
        after={**after, "version": version},
    )  # fmt: skip
    bump_versions(session, [RECORDS])
    watch(session, account_id)


def part(session: Session, entry_id: int, account_id: UUID) -> None:
    """Take a merge back, within 30 days and while nothing changed since. Raises NotFoundError and others."""
    found = queries.find_merge(session, entry_id)
    if found is None:
        raise NotFoundError("There is no such merge.")
    if not found["is_recent"]:
        raise BadQuestionError("This was done more than 30 days ago.", "Add the other group anew.")
    if not found["is_as_it_was"]:
        raise ChangedMeanwhileError("The group has been changed since.", "Take back the newer change first.")
    keep_id, drop_id, kind = found["keep"], UUID(found["drop"]), RecordKind.ORGANISATION
    queries.move_back(session, keep_id, drop_id, found["moved"])
    queries.set_merged(session, drop_id, None)
    version = queries.count_up_version(session, keep_id)
    after, _version = read_record(session, kind, keep_id)
    revisions.add_revision(session, kind, keep_id, version, after, account_id=account_id)
    audit.add_entry(
        session, "parted", kind, keep_id, account_id=account_id, before={"dropped": str(drop_id)}, after=after
    )
    bump_versions(session, [RECORDS])


def find_survivor(session: Session, organisation_id: UUID) -> UUID | None:
    """The group on the map that this one was merged into; its old address leads there."""
    return queries.find_survivor(session, organisation_id)


def _shares(row: AlikeRow) -> bool:
    return row.same_site or row.same_phone


def plain_name(name: str) -> str:
    """Without what says nothing: "The Larder Trust" and "larder" are one name; empty when nothing is left."""
    return SAYS_NOTHING.sub("", name.lower())


def likeness(
    one: str, other: str, distance_m: float | None, *, same_number: bool = False, shares: bool = False
) -> float:
    """How likely two are one, 0 to 1: mostly the name, then how near, then what they share."""
    if same_number:
        return 1.0
    if DIGITS.findall(one) != DIGITS.findall(other) or _name_two_things(one, other):
        return 0.0
    name = fuzz.token_set_ratio(one, other, processor=utils.default_process) / 100
    strict = fuzz.ratio(one, other, processor=utils.default_process) / 100
    nearness = 0.5 if distance_m is None else max(0.0, 1 - distance_m / NEAR_M)
    alike = 0.7 * strict + 0.3 * name
    return alike * 0.65 + nearness * 0.2 + (0.15 if shares else 0.0) + (0.1 if strict > 0.95 else 0.0)


def _name_two_things(one: str, other: str) -> bool:
    """The library and the pharmacy of one village: each has a word of its own, and those are not alike."""
    words, others = (utils.default_process(name).split() for name in (one, other))
    rest = " ".join(word for word in words if word not in others)
    other_rest = " ".join(word for word in others if word not in words)
    return bool(rest and other_rest) and fuzz.ratio(rest, other_rest) < LEAST_LIKE_WORDS


def _check_two(one_id: UUID, other_id: UUID) -> None:
    if one_id == other_id:
        raise BadQuestionError("This is one and the same group.", "Choose two.")
