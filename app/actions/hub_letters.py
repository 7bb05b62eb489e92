"""A hub writes to groups in its patches: only to those that agreed, and it sees who is left out and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from app.actions.clock import today
from app.actions.contacts import stop_hub_letters
from app.actions.hubs import get_own_hub
from app.actions.links import find_link, make_link, use_link
from app.actions.mail import drop_waiting, queue_mail, write_letter
from app.actions.plans import Planner
from app.actions.themes import list_themes
from app.actions.throttle import note_try
from app.errors import BadQuestionError, ChangedMeanwhileError, NotFoundError
from app.models import HubLetter
from app.queries import Session, audit, contacts, hubs
from app.queries import hub_letters as queries
from app.queries.hub_letters import CandidateRow, LetterRow
from app.queries.hubs import HubRow, PatchRow
from app.queries.themes import ThemeRow
from app.vocabulary import LeftOut, LinkPurpose, RecordKind

TEMPLATE = "hub_letter"
REST_DAYS = 7
"""A group gets at most one letter in so many days, from all hubs together."""

HOURS_BETWEEN = 24
"""A hub sends at most one letter in so many hours."""

MOST_TRIES, TRIES_WITHIN_S = 5, 3600
MOST_LISTED = 50
ELSEWHERE = "(each group has a link of its own here)"
SOME_GROUP = "(the name of the group)"

AddressOf = Callable[[str], str]
"""The absolute address of a page, by the token in it."""


@dataclass(frozen=True)
class GroupChoice:
    """Which groups: keys of themes, and areas as layer:code; none of them stands for all."""

    themes: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()

    def has(self, patch: PatchRow) -> bool:
        return not self.areas or name_of(patch) in self.areas


@dataclass(frozen=True)
class NewLetter:
    """What a convener wrote; ``shown_to`` is how many groups she was told will get it."""

    letter_id: UUID
    choice: GroupChoice
    subject: str
    words: str
    shown_to: int | None = None


@dataclass(frozen=True)
class Sender:
    """Who writes, and where answers go."""

    planner: Planner
    email: str


@dataclass(frozen=True)
class Readers:
    """The groups that match, each once: those that get the letter, and the others by the reason."""

    gets: Sequence[CandidateRow]
    left_out: Mapping[LeftOut, Sequence[CandidateRow]]

    @property
    def counts(self) -> dict[str, int]:
        return {reason.value: len(self.left_out[reason]) for reason in LeftOut if self.left_out.get(reason)}

    @property
    def matched(self) -> int:
        return len(self.gets) + sum(self.counts.values())

    @property
    def to_ask(self) -> list[CandidateRow]:
        """Groups that a visit could ask, by name; never those that told us to stop."""
        reasons = (LeftOut.NO_ADDRESS, LeftOut.NOT_AGREED, LeftOut.NOT_CONFIRMED)
        found = (row for reason in reasons for row in self.left_out.get(reason, ()))
        return sorted(found, key=lambda row: (row.name, row.organisation_id))


@dataclass(frozen=True)
class LetterPage:
    """What the hub may choose among, who would get a letter now, and what it sent before."""

    hub: HubRow
    themes: Sequence[ThemeRow]
    patches: Sequence[PatchRow]
    chosen: GroupChoice
    readers: Readers
    most: int
    next_at: datetime | None
    letters: Sequence[LetterRow]

    @property
    def theme_names(self) -> list[str]:
        return [theme.name for theme in self.themes if theme.key in self.chosen.themes]

    @property
    def area_names(self) -> list[str]:
        return [patch.name for patch in self.patches if self.chosen.has(patch)]


@dataclass(frozen=True)
class StopPage:
    """What the link in a letter stops; ``hub`` and ``group`` are empty where they are not known any more."""

    hub: str
    group: str
    is_stopped: bool


def describe_letters(
    session: Session, hub_id: UUID, planner: Planner, choice: GroupChoice, most: int
) -> LetterPage:
    """The page a convener writes on. Raises NotFoundError, and BadQuestionError (field theme or area)."""
    hub = get_own_hub(session, hub_id, planner)
    held = [
        patch
        for patch in hubs.list_patches(session, hub_id, today())
        if patch.claimed_until is None or patch.claimed_until >= today()
    ]
    themes = list_themes(session)
    if not set(choice.themes) <= {theme.key for theme in themes}:
        raise BadQuestionError("There is no such kind of help.", "Choose among those shown.", field="theme")
    if not set(choice.areas) <= {name_of(patch) for patch in held}:
        raise BadQuestionError(
            "The hub does not look after that area now.",
            "Choose among its areas, or claim it again.",
            field="area",
        )
    area_ids = [patch.area_id for patch in held if choice.has(patch)]
    rows = queries.list_candidates(session, area_ids, choice.themes, REST_DAYS)
    return LetterPage(
        hub, themes, held, choice, sort_out(rows), most,
        queries.find_next_time(session, hub_id, HOURS_BETWEEN), queries.list_letters(session, hub_id, MOST_LISTED),
    )  # fmt: skip


def name_of(patch: PatchRow) -> str:
    return f"{patch.layer_key}:{patch.area_code}"


def sort_out(rows: Iterable[CandidateRow]) -> Readers:
    """Every group once: it gets the letter at one of its addresses, or is left out for one reason.

    ``rows`` of one group stand together. No address gets two copies.
    """
    gets: list[CandidateRow] = []
    left_out: dict[LeftOut, list[CandidateRow]] = defaultdict(list)
    taken: set[str | None] = set()
    for _group, addresses in groupby(rows, key=lambda row: row.organisation_id):
        found = list(addresses)
        reason = _why_not(found, taken)
        if reason is None:
            gets.append(next(row for row in found if _may_get(row) and row.email not in taken))
            taken.add(gets[-1].email)
        else:
            left_out[reason].append(found[0])
    return Readers(gets, left_out)


def _may_get(row: CandidateRow) -> bool:
    return row.has_agreed and row.is_confirmed and not row.had_lately


def _why_not(rows: Sequence[CandidateRow], taken: set[str | None]) -> LeftOut | None:
    """The first reason that holds for every address of a group; None when one of them may be written to."""
    agreed = [row for row in rows if row.has_agreed]
    confirmed = [row for row in agreed if row.is_confirmed]
    if not any(row.email for row in rows):
        return LeftOut.NO_ADDRESS
    if not agreed:
        return LeftOut.STOPPED if any(row.has_stopped for row in rows) else LeftOut.NOT_AGREED
    if not confirmed:
        return LeftOut.NOT_CONFIRMED
    free = [row for row in confirmed if _may_get(row)]
    if not free:
        return LeftOut.LATELY
    return LeftOut.SHARED if all(row.email in taken for row in free) else None


def preview(page: LetterPage, new: NewLetter, sender: Sender) -> tuple[str, str]:
    """Subject and words as they go out; only the name of the group and its own link are another in each."""
    return write_letter(TEMPLATE, **_values(page, new, sender, SOME_GROUP, ELSEWHERE))


def send_try(session: Session, page: LetterPage, new: NewLetter, sender: Sender) -> None:
    """The letter to the convener herself, as groups would get it. Raises TooOftenError."""
    note_try(session, "hub-letter-try", str(sender.planner.account_id), most=MOST_TRIES, within_s=TRIES_WITHIN_S)
    values = _values(page, new, sender, SOME_GROUP, ELSEWHERE)
    queue_mail(session, sender.email, TEMPLATE, reply_to=sender.email, **values)


def send_letter(
    session: Session, hub_id: UUID, new: NewLetter, sender: Sender, most: int, address_of: AddressOf
) -> UUID:
    """Queue a copy for every group that agreed; sent again with the same id it is the first one.

    Raises BadQuestionError when nobody or too many would get it, or the hub wrote lately; ChangedMeanwhileError
    when more or fewer would get it than she was shown.
    """
    get_own_hub(session, hub_id, sender.planner)
    queries.lock_sending(session)
    known = queries.find_letter(session, new.letter_id)
    if known is not None:
        return get_letter(session, hub_id, known.id, sender.planner).id
    page = describe_letters(session, hub_id, sender.planner, new.choice, most)
    _refuse(page, new)
    letter = HubLetter(
        id=new.letter_id, hub_id=hub_id, account_id=sender.planner.account_id, subject=new.subject,
        words=new.words, theme_names=page.theme_names, area_names=page.area_names, sent_to=len(page.readers.gets),
        left_out=page.readers.counts,
    )  # fmt: skip
    queries.add_letter(session, letter)
    for row in sorted(page.readers.gets, key=lambda row: str(row.email)):
        _send_copy(session, page, new, sender, row, address_of)
    audit.add_entry(
        session, "wrote_to_groups", RecordKind.ORGANISATION, None, account_id=sender.planner.account_id,
        note=f"{page.hub.name}: “{new.subject}”, to {len(page.readers.gets)} of {page.readers.matched} groups",
    )  # fmt: skip
    return letter.id


def _refuse(page: LetterPage, new: NewLetter) -> None:
    gets = len(page.readers.gets)
    if page.next_at is not None:
        raise BadQuestionError("Your hub has sent a letter today.", "It can send the next one a day after that.")
    if not gets:
        raise BadQuestionError("No group would get this letter.", "Choose other areas or kinds of help.")
    if gets > page.most:
        raise BadQuestionError(
            f"{gets} groups are too many for one letter.",
            f"Choose fewer areas or kinds of help: {page.most} at most.",
        )
    if new.shown_to != gets:
        raise ChangedMeanwhileError(
            f"It would now go to {gets}, which is not what you were shown.", "Look again, then press once more."
        )


def _send_copy(
    session: Session, page: LetterPage, new: NewLetter, sender: Sender, row: CandidateRow, address_of: AddressOf
) -> None:
    assert row.email is not None
    address = address_of(
        make_link(session, LinkPurpose.HUB_LETTERS, record_id=new.letter_id, contact_id=row.contact_id)
    )
    mail = queue_mail(
        session, row.email, TEMPLATE, unsubscribe_address=address, is_one_click=True, reply_to=sender.email,
        **_values(page, new, sender, row.name, address),
    )  # fmt: skip
    queries.add_copy(session, new.letter_id, row.organisation_id, row.contact_id, mail.id)


def _values(page: LetterPage, new: NewLetter, sender: Sender, group: str, address: str) -> dict[str, Any]:
    return {
        "hub": page.hub.name, "subject": new.subject, "words": new.words, "sender": sender.email, "group": group,
        "address": address,
    }  # fmt: skip


def get_letter(session: Session, hub_id: UUID, letter_id: UUID, planner: Planner) -> LetterRow:
    """What one of the hub's letters said and whom it went to, in numbers. Raises NotFoundError."""
    get_own_hub(session, hub_id, planner)
    letter = queries.find_letter(session, letter_id)
    if letter is None or letter.hub_id != hub_id:
        raise NotFoundError("There is no such letter of this hub.", "Choose one from its list of letters.")
    return letter


def describe_stop(session: Session, token: str) -> StopPage:
    """Raises NotFoundError, LinkOverError."""
    link = find_link(session, LinkPurpose.HUB_LETTERS, token)
    contact = contacts.find_contact(session, link.contact_id) if link.contact_id else None
    if contact is None or link.record_id is None:
        return StopPage("", "", is_stopped=True)
    names = queries.find_copy_names(session, link.record_id, contact.id) or {}
    is_stopped = contact.hub_letters_at_utc is None or contact.hub_letters_stopped_at_utc is not None
    return StopPage(names.get("hub", ""), names.get("group", ""), is_stopped)


def stop_letters(session: Session, token: str) -> None:
    """No hub writes to this address any more, nor what waits to go; nothing else of what they said changes."""
    queries.lock_sending(session)  # a letter that is being sent is taken back with those that wait
    link = use_link(session, LinkPurpose.HUB_LETTERS, token)
    contact = contacts.find_contact(session, link.contact_id) if link.contact_id else None
    if contact is None or contact.email is None or link.record_id is None:
        return
    stop_hub_letters(session, contact)
    queries.note_stopped(session, link.record_id, contact.id)
    drop_waiting(session, contact.email, TEMPLATE)
