"""In the field: listings confirmed at the door, groups nobody had listed, areas looked at from end to end.

Every note has a number made by the phone, so that sending it twice is once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.actions.accounts import tidy_email
from app.actions.add_reach import AreaChoice, finish_reach
from app.actions.add_reach import list_choices as list_areas_around
from app.actions.clock import today
from app.actions.group_documents import read_group
from app.actions.looks import add_look, take_look_back
from app.actions.moderation import Areas
from app.actions.plans import Planner
from app.actions.pledges import AddressOf, NewPledge, make_pledge
from app.actions.submission_flags import find_lon_lat
from app.actions.submissions import OPEN_STATES, NewSubmission, approve, get_submission, send, withdraw
from app.actions.throttle import note_try
from app.actions.undo import undo
from app.actions.visit_finds import FoundGroup, make_document
from app.errors import BadQuestionError, NotFoundError
from app.queries import Session, areas, audit, freshness, needs
from app.queries import visits as queries
from app.queries.needs import NeedRow
from app.queries.plans import PlanRow, StopRow, list_stops
from app.queries.pledges import find_pledge_contact
from app.queries.versions import RECORDS, bump_versions
from app.queries.visits import GroupNearRow, HostRow, VisitRow
from app.vocabulary import (
    AreaLayerKind,
    PledgeRole,
    RecordKind,
    Stage,
    SubmissionKind,
    SubmissionState,
    VisitOutcome,
)

DETOUR = 1.3
"""Nobody walks as the crow flies."""
MOST_A_DAY, DAY_S = 400, 86_400
STARTERS_WITHIN_M = 3_000.0
MOST_STARTERS = 8
GROUP = RecordKind.ORGANISATION


class Became(StrEnum):
    """What became of a note."""

    KEPT = "kept"
    KNOWN = "known"  # it had arrived before
    CONFIRMED = "confirmed"
    CLOSING = "closing"  # a moderator is asked to close the listing
    TOLD = "told"  # a moderator is told what is different
    GONE = "gone"  # the listing has left the map since the page was opened
    ON_MAP = "on_map"
    WAITING = "waiting"  # a moderator looks at the new group first
    LOOKED = "looked"
    WRITTEN_TO = "written_to"  # who wants to start something gets a letter to confirm


@dataclass(frozen=True)
class NewVisit:
    """A knock on a door; ``different`` is what an entry has wrong, ``starter`` who wants to start something and to
    get a letter."""

    visit_id: UUID
    visited_on: date
    outcome: VisitOutcome
    group_name: str = ""
    organisation_id: UUID | None = None
    words: str = ""
    different: str = ""
    starter: Starter | None = None


@dataclass(frozen=True)
class Starter:
    """Who agrees to be written to about a need, in her own words."""

    need_id: UUID
    name: str
    email: str
    words: str


@dataclass(frozen=True)
class NewLook:
    """Everything in an area (layer:code) was looked at for these themes."""

    visit_id: UUID
    visited_on: date
    area: str
    themes: tuple[str, ...]


@dataclass(frozen=True)
class Kept:
    """What became of a note; ``flags`` and ``is_elsewhere`` (than she may approve) say why a group waits."""

    became: Became
    flags: tuple[str, ...] = ()
    is_elsewhere: bool = False


@dataclass(frozen=True)
class VisitPage:
    """What somebody at a stop has in hand; ``last`` is what was noted last of a listing."""

    plan: PlanRow
    stop: StopRow
    stops: tuple[StopRow, ...]
    groups: tuple[GroupNearRow, ...]
    hosts: tuple[HostRow, ...]
    areas: tuple[AreaChoice, ...]
    starters: tuple[NeedRow, ...]
    noted: tuple[VisitRow, ...]

    @property
    def last(self) -> dict[UUID, VisitRow]:
        return {row.organisation_id: row for row in reversed(self.noted) if row.organisation_id}

    @property
    def to_knock_on(self) -> list[GroupNearRow]:
        """Those that nobody has been to from here come first."""
        return sorted(self.groups, key=lambda group: group.id in self.last)

    @property
    def is_at_place(self) -> bool:
        """Is the stop a place in use, and not the middle of an area?"""
        return ":" not in self.stop.key


def describe_visit(session: Session, plan: PlanRow, stop: StopRow, reach_m: float) -> VisitPage:
    """Whom to knock on, who may host, what can be ticked off, and what was noted here before."""
    within_m = reach_m / DETOUR
    noted = tuple(row for row in queries.list_visits(session, plan.id) if row.plan_stop_id == stop.id)
    return VisitPage(
        plan,
        stop,
        tuple(list_stops(session, plan.id)),
        tuple(queries.list_groups_near(session, stop.lon, stop.lat, within_m)),
        tuple(queries.list_hosts_near(session, stop.lon, stop.lat, within_m)),
        tuple(list_areas_to_look_at(session, stop)),
        tuple(_list_starters(session, plan, stop)),
        noted,
    )


def list_areas_to_look_at(session: Session, stop: StopRow) -> list[AreaChoice]:
    """The areas around a stop that somebody can walk through in a day or two: no whole councils."""
    around = list_areas_around(session, (stop.lon, stop.lat))
    return [area for area in around if area.kind != AreaLayerKind.COUNCIL]


def _list_starters(session: Session, plan: PlanRow, stop: StopRow) -> list[NeedRow]:
    found: dict[UUID, NeedRow] = {}
    for theme in themes_of(plan):
        for row in needs.list_similar(
            session, theme=theme, statement="", lon=stop.lon, lat=stop.lat, within_m=STARTERS_WITHIN_M,
            limit=MOST_STARTERS,
        ):  # fmt: skip
            found.setdefault(row.id, row)
    return list(found.values())[:MOST_STARTERS]


def themes_of(plan: PlanRow) -> tuple[str, ...]:
    asked = plan.question.get("theme") or ()
    return (asked,) if isinstance(asked, str) else tuple(asked)


def note_visit(
    session: Session,
    plan: PlanRow,
    stop: StopRow,
    new: NewVisit,
    planner: Planner,
    *,
    reach_m: float,
    pledge_address: AddressOf,
) -> Kept:
    """Keep what came of a knock; a listing that was met is confirmed, one that has closed is told to moderators.

    Raises BadQuestionError for a day that has not come yet, and as ``make_pledge``; TooOftenError.
    """
    listed = _find_listed(session, stop, new.organisation_id, reach_m)
    name = listed.name if listed else new.group_name
    values = {"outcome": new.outcome, "group_name": name, "words": new.words,
              "organisation_id": listed.id if listed else None}  # fmt: skip
    if not _begin(session, stop, new.visit_id, new.visited_on, planner, **values):
        return Kept(Became.KNOWN)
    if listed:
        return Kept(_act_on_listing(session, plan, stop, listed.id, new, planner))
    if new.organisation_id:
        return Kept(Became.GONE)
    if new.starter:
        _write_to(session, new.visit_id, new.starter, planner, pledge_address)
        return Kept(Became.WRITTEN_TO)
    return Kept(Became.KEPT)


def _act_on_listing(
    session: Session, plan: PlanRow, stop: StopRow, organisation_id: UUID, new: NewVisit, planner: Planner
) -> Became:
    if new.outcome == VisitOutcome.CLOSED:
        facts, version = read_group(session, organisation_id)
        closed = facts.model_copy(update={"stage": Stage.CLOSED}).model_dump(mode="json")
        before = {"document": closed, "before": facts.model_dump(mode="json"), "base_version": version}
        _correct(session, plan, stop, organisation_id, new, "It has closed or stopped.", **before)
        return Became.CLOSING
    if new.different:
        _correct(session, plan, stop, organisation_id, new, new.different, document={})
        return Became.TOLD
    if new.outcome == VisitOutcome.MET:
        _confirm(session, plan, organisation_id, new, planner)
        return Became.CONFIRMED
    return Became.KEPT


def _write_to(
    session: Session, visit_id: UUID, starter: Starter, planner: Planner, pledge_address: AddressOf
) -> None:
    """Ask by letter whether it is true; the visit knows whom it is about, so that they can be forgotten."""
    pledge = NewPledge(PledgeRole.START, starter.name, starter.email, starter.words)
    make_pledge(session, starter.need_id, pledge, f"account {planner.account_id}", pledge_address)
    contact = find_pledge_contact(session, starter.need_id, tidy_email(starter.email))
    queries.get_visit(session, visit_id).contact_id = contact.id if contact else None
    session.flush()


def add_found_group(
    session: Session, plan: PlanRow, stop: StopRow, new: FoundGroup, planner: Planner, may_approve: Areas
) -> Kept:
    """Send in a group that nobody had listed; where she may, and nothing speaks against it, it is shown at once.

    ``may_approve`` are the areas in which she may (None: everywhere). Raises BadQuestionError that names the
    field, TooOftenError.
    """
    document = finish_reach(session, make_document(session, stop, new), None)
    values = {"outcome": VisitOutcome.MET, "group_name": new.name}
    if not _begin(session, stop, new.visit_id, new.visited_on, planner, **values):
        return Kept(Became.KNOWN)
    spot = find_lon_lat(document.model_dump(mode="json"))
    lon, lat = spot or (stop.lon, stop.lat)
    submission = send(
        session,
        NewSubmission(
            kind=SubmissionKind.NEW_GROUP, record_kind=GROUP, document=document.model_dump(mode="json"),
            draft_id=new.visit_id, note=_found_by(plan, new.visited_on), lon=lon, lat=lat,
        ),
    )  # fmt: skip
    queries.get_visit(session, new.visit_id).submission_id = submission.id
    session.flush()
    is_elsewhere = not spot or not _may_approve(session, spot, may_approve)
    if submission.flags or is_elsewhere:
        return Kept(Became.WAITING, tuple(submission.flags), is_elsewhere)
    approve(session, submission.id, planner.account_id, today())
    return Kept(Became.ON_MAP)


def note_look(session: Session, plan: PlanRow, stop: StopRow, new: NewLook, planner: Planner) -> Kept:
    """Everything in an area was looked at: a walk-round of it for these themes, so that unknown becomes known.

    Raises BadQuestionError for an area that is not around the stop (field area), or a theme not of the plan.
    """
    area = next((one for one in list_areas_to_look_at(session, stop) if one.value == new.area), None)
    if area is None:
        raise BadQuestionError("That area is not around this place.", "Choose one from the list.", field="area")
    if not new.themes or not set(new.themes) <= set(themes_of(plan)):
        raise BadQuestionError("Nothing is chosen that was looked for.", "Tick at least one.", field="looked_for")
    layer, _, code = new.area.partition(":")
    area_id = areas.find_areas(session, code, layer)[0].id
    values = {"outcome": VisitOutcome.LOOKED, "area_id": area_id, "theme_keys": list(new.themes)}
    if not _begin(session, stop, new.visit_id, new.visited_on, planner, **values):
        return Kept(Became.KNOWN)
    add_look(session, plan, area_id, new.themes, new.visited_on)
    return Kept(Became.LOOKED)


def take_back(session: Session, plan: PlanRow, stop: StopRow, visit_id: UUID, planner: Planner) -> None:
    """Delete a visit and what it did, as far as nobody has built on it. Raises NotFoundError, BadQuestionError."""
    row = queries.find_visit(session, visit_id)
    if row is None or row.plan_stop_id != stop.id:
        raise NotFoundError("That is not noted here any more.", "Look at the page as it stands now.")
    visit = queries.get_visit(session, visit_id)
    if visit.before and row.organisation_id:
        if not queries.restore_days(session, row.organisation_id, visit.before, row.visited_on):
            raise BadQuestionError("This listing was confirmed again since.", "There is nothing to take back.")
        audit.add_entry(session, "undone", GROUP, row.organisation_id, account_id=planner.account_id)
    if row.submission_id:
        _take_back_sent(session, row.submission_id, planner)
    session.delete(visit)
    session.flush()
    if row.area_id:
        take_look_back(session, plan, row)
    bump_versions(session, [RECORDS])


def _take_back_sent(session: Session, submission_id: UUID, planner: Planner) -> None:
    submission = get_submission(session, submission_id)
    if submission.state == SubmissionState.APPROVED:
        if submission.decided_by_id != planner.account_id:
            raise BadQuestionError("A moderator has decided about this.", "Ask a moderator to take it back.")
        submission = undo(session, submission_id, planner.account_id, today())
    if submission.state in OPEN_STATES:
        withdraw(session, submission_id)


def _begin(
    session: Session, stop: StopRow, visit_id: UUID, visited_on: date, planner: Planner, **values: object
) -> bool:
    """Keep the visit itself; False when it was kept before."""
    if visited_on > today():
        raise BadQuestionError("That day has not come yet.", "Give the day you went.", field="visited_on")
    note_try(session, "visit", str(planner.account_id), most=MOST_A_DAY, within_s=DAY_S)
    return queries.add_visit(
        session, id=visit_id, plan_stop_id=stop.id, account_id=planner.account_id, visited_on=visited_on, **values
    )


def _find_listed(
    session: Session, stop: StopRow, organisation_id: UUID | None, reach_m: float
) -> GroupNearRow | None:
    """The listing that is meant, when it is on the map near the stop."""
    if organisation_id is None:
        return None
    found = queries.list_groups_near(
        session, stop.lon, stop.lat, reach_m / DETOUR, organisation_id=organisation_id
    )
    return found[0] if found else None


def _confirm(session: Session, plan: PlanRow, organisation_id: UUID, new: NewVisit, planner: Planner) -> None:
    queries.get_visit(session, new.visit_id).before = queries.listed_days(session, organisation_id)
    session.flush()
    freshness.confirm(session, organisation_id, new.visited_on)
    audit.add_entry(
        session, "confirmed", GROUP, organisation_id, account_id=planner.account_id,
        note=f"In person. {_found_by(plan, new.visited_on)}",
    )  # fmt: skip
    bump_versions(session, [RECORDS])


def _correct(
    session: Session,
    plan: PlanRow,
    stop: StopRow,
    organisation_id: UUID,
    new: NewVisit,
    words: str,
    **sent: Any,
) -> None:
    """Send a correction to the moderators: one press does what its document says, and can be taken back."""
    submission = send(
        session,
        NewSubmission(
            kind=SubmissionKind.CORRECTION, record_kind=GROUP, record_id=organisation_id, draft_id=new.visit_id,
            note=f"{words}\n\n{_found_by(plan, new.visited_on)}", lon=stop.lon, lat=stop.lat, **sent,
        ),
    )  # fmt: skip
    queries.get_visit(session, new.visit_id).submission_id = submission.id
    session.flush()


def _may_approve(session: Session, spot: tuple[float, float], may_approve: Areas) -> bool:
    return may_approve is None or queries.lies_in(session, *spot, may_approve)


def _found_by(plan: PlanRow, day: date) -> str:
    by = plan.hub_name or "people who look after this map"
    return f"Seen on a visit by {by} on {day.day} {day:%B %Y}."
