"""A report for funders that writes itself: where a hub went, what came of it, and what moved since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from app.actions.clock import today
from app.actions.gap_answers import GapAnswer
from app.actions.gap_change import AreaChange, GapChange, Why, find_change, list_days
from app.actions.gap_scope import list_choices
from app.actions.grants import Funding, describe_funding
from app.actions.hubs import find_areas_inside, get_own_hub
from app.actions.personal_words import find_personal
from app.actions.plan_answers import PlanQuestion
from app.actions.plans import Planner, PlanPage, describe_plan
from app.actions.remembered import Remembered
from app.errors import BadQuestionError, NotFoundError
from app.models import HubReport
from app.queries import Session, hubs
from app.queries import hub_reports as queries
from app.queries import plans as plan_queries
from app.queries.hub_reports import (
    Days,
    FoundRow,
    IntroductionCounts,
    PatchVisitedRow,
    PlaceVisitedRow,
    VisitCounts,
)
from app.queries.hubs import HubRow
from app.queries.plans import PlanRow
from app.queries.sources import SourceRow
from app.queries.versions import EVERYTHING, GRANTS, get_version

USUAL_DAYS = 91
MOST_DAYS = 3_660
LONGEST_WORDS = 4_000
MOST_PLACES, MOST_PLANS, MOST_THEMES, MOST_KEPT = 100, 12, 3, 50
APPROVED = "approved"


@dataclass(frozen=True)
class PlanMoved:
    """A plan of these days; ``page`` is None where its question can no longer be asked."""

    plan: PlanRow
    page: PlanPage | None

    @property
    def newly(self) -> float:
        """People who had nothing near on the day of the plan and have now."""
        return self.newly_by(*Why) if self.is_explained else max(0.0, self._fewer())

    def newly_by(self, *reasons: Why) -> float:
        """As many of them for these reasons; less than nothing where people lost what they had."""
        change = self.page.change if self.page else None
        return -sum(change.plan.nothing[why] for why in reasons) if change else 0.0

    @property
    def is_explained(self) -> bool:
        """Was enough kept with the plan to tell why it moved, and to count nobody twice?"""
        return self.page is not None and self.page.change is not None

    def _fewer(self) -> float:
        stops = self.page.stops if self.page else ()
        return -sum(stop.change("nothing") for stop in stops)


@dataclass(frozen=True)
class ThemeMoved:
    """A kind of help in the hub's areas between a day it was kept and now, or a later one; the greatest change
    first."""

    change: GapChange
    areas: tuple[AreaChange, ...]
    parts: Mapping[Why, float]

    @property
    def answer(self) -> GapAnswer:
        return self.change.now

    @property
    def inside(self) -> GapChange:
        """The change with the hub's areas only."""
        return replace(self.change, areas=self.areas, parts=dict(self.parts))

    @property
    def moved(self) -> tuple[AreaChange, ...]:
        """Areas whose number is another than then."""
        return tuple(one for one in self.areas if round(one.total, 1))

    @property
    def total(self) -> float:
        return sum(self.parts.values())


@dataclass(frozen=True)
class Report:
    hub: HubRow
    days: Days
    made_on: date
    visits: VisitCounts
    outcomes: Mapping[str, int]
    places: tuple[PlaceVisitedRow, ...]
    patches: tuple[PatchVisitedRow, ...]
    found: tuple[FoundRow, ...]
    introductions: IntroductionCounts
    plans: tuple[PlanMoved, ...]
    themes: tuple[ThemeMoved, ...]
    themes_unkept: tuple[str, ...]  # themes of the plans of which no day was kept
    kept_on: tuple[date, ...]  # days of which an answer about one of the themes is kept, the newest first
    funding: Funding
    sources: tuple[SourceRow, ...]

    @property
    def visited(self) -> tuple[PatchVisitedRow, ...]:
        return tuple(patch for patch in self.patches if patch.notes)

    @property
    def on_the_map(self) -> tuple[FoundRow, ...]:
        """Groups that a visit found, that no register held, and that are on the map now."""
        return tuple(one for one in self.found if one.organisation_id and not one.has_number)

    @property
    def in_registers(self) -> int:
        """Groups that a visit found and that a register knows, under a number."""
        return sum(one.organisation_id is not None and one.has_number for one in self.found)

    @property
    def not_on_the_map(self) -> int:
        """Sent in from a visit, and waiting, refused or gone since."""
        return sum(one.organisation_id is None for one in self.found)

    @property
    def newly(self) -> float:
        return sum(max(0.0, plan.newly) for plan in self.plans)

    @property
    def is_empty(self) -> bool:
        return not (self.visits.notes or self.introductions.made or self.plans or self.funding.total)


Asked = Sequence[tuple[PlanRow, PlanQuestion | None]]
_reports: Remembered[Report] = Remembered(32)


def usual_days() -> Days:
    """The last three months."""
    return Days(today() - timedelta(days=USUAL_DAYS), today())


def check_days(days: Days) -> Days:
    """Raises BadQuestionError for days that cannot be reported about."""
    if days.until < days.since:
        raise BadQuestionError("The report ends before it begins.", "Give a later last day.", field="to")
    if days.until > today():
        raise BadQuestionError("The last day has not come yet.", "Give today or a day before.", field="to")
    if (days.until - days.since).days > MOST_DAYS:
        raise BadQuestionError("A report is about ten years at most.", "Give a later first day.", field="from")
    return days


def get_shared(session: Session, report_id: UUID) -> HubReport:
    """A report that was shared; NotFoundError for any other, so that nobody learns there is one."""
    kept = queries.find_report(session, report_id)
    if kept is None or not kept.is_shared:
        raise NotFoundError("There is no such report, or it is not shared.", "Ask whoever sent you the link.")
    return kept


def list_plans_of(session: Session, hub_id: UUID, days: Days) -> list[PlanRow]:
    """The newest MOST_PLANS plans that have to do with these days."""
    ids = queries.list_plan_ids(session, hub_id, days, MOST_PLANS)
    return [plan for ident in ids if (plan := plan_queries.find_plan(session, ident))]


def describe_report(session: Session, hub_id: UUID, days: Days, plans: Asked) -> Report:
    """Everything a report says; ``plans`` come with their questions, None where one can no longer be asked.

    It holds numbers, names of public groups and nothing that anybody noted of a visit, so that it can be shared.
    """
    check_days(days)
    version = get_version(session, (*EVERYTHING, GRANTS))
    key = (hub_id, days, today(), version, queries.report_stamp(session, hub_id))
    return _reports.get(key, lambda: _describe(session, hub_id, days, plans))


def _describe(session: Session, hub_id: UUID, days: Days, plans: Asked) -> Report:
    hub = hubs.find_hub(session, hub_id)
    if hub is None:
        raise NotFoundError("There is no such hub.")
    patches = queries.list_patches_visited(session, hub_id, days)
    moved = [
        PlanMoved(plan, describe_plan(session, plan, asked, None) if asked else None) for plan, asked in plans
    ]
    themes, unkept, kept_on = _themes_moved(session, hub_id, days, plans)
    funding = describe_funding(session, [patch.area_id for patch in patches], days.since, days.until)
    used = {source.id: source for theme in themes for source in theme.answer.sources}
    used |= {source.id: source for source in funding.sources}
    return Report(
        hub=hub,
        days=days,
        made_on=today(),
        visits=queries.count_visits(session, hub_id, days),
        outcomes=queries.count_outcomes(session, hub_id, days),
        places=tuple(queries.list_places_visited(session, hub_id, days, MOST_PLACES)),
        patches=tuple(patches),
        found=tuple(queries.list_found(session, hub_id, days)),
        introductions=queries.count_introductions(session, hub_id, days),
        plans=tuple(moved),
        themes=tuple(themes),
        themes_unkept=tuple(unkept),
        kept_on=kept_on,
        funding=funding,
        sources=tuple(sorted(used.values(), key=lambda source: (source.title, source.key))),
    )


def _themes_moved(
    session: Session, hub_id: UUID, days: Days, plans: Asked
) -> tuple[list[ThemeMoved], list[str], tuple[date, ...]]:
    """What moved in the hub's areas, for the first themes of its plans; the themes nobody can say it of; and the
    days of which answers are kept."""
    choices, patches = list_choices(session), hubs.list_patches(session, hub_id, today())
    names = {theme.key: theme.name for theme in choices.themes}
    wanted = list(dict.fromkeys(key for _, asked in plans if asked for key in asked.themes if key in names))
    if choices.defaults is None or not patches:
        return [], [names[key] for key in wanted], ()
    inside = find_areas_inside(session, choices.defaults, patches)
    moved, unkept, kept_on = [], [], set()
    for key in wanted[:MOST_THEMES]:
        question = replace(choices.defaults, theme=key)
        kept = list_days(session, question)
        kept_on.update(kept)
        day = _first_kept(kept, days)
        change = find_change(session, question, day, _last(days)) if day else None
        if change is None:
            unkept.append(names[key])
            continue
        listed = tuple(one for one in change.areas if one.area.area_id in inside)
        parts = {why: sum(one.parts[why] for one in listed) for why in Why}
        moved.append(ThemeMoved(change, listed, parts))
    return moved, unkept, tuple(sorted(kept_on, reverse=True))


def _last(days: Days) -> date | None:
    """The last day where it is over: then the newest kept day until it stands for now."""
    return days.until if days.until < today() else None


def _first_kept(kept: Sequence[date], days: Days) -> date | None:
    """The last kept day that is not after the first of ``days``; without one the first kept day within them."""
    before = [day for day in kept if day <= days.since]
    within = [day for day in kept if days.since < day < days.until]
    return max(before) if before else min(within, default=None)


def keep(session: Session, hub_id: UUID, days: Days, words: str, *, is_shared: bool, planner: Planner) -> None:
    """Keep the hub's own words and whether others may read the report. Errors: NotFoundError, BadQuestionError."""
    get_own_hub(session, hub_id, planner)
    if any(found.kind in ("email", "phone") for found in find_personal(words)):
        raise BadQuestionError(
            "An e-mail address or a phone number stands in your words, and whoever has the link would read it.",
            "Put it into the letter that the report goes with.",
            field="words",
        )
    queries.keep_report(
        session, hub_id, check_days(days), words, is_shared=is_shared, account_id=planner.account_id
    )
