"""Who has funded what: a list to look through, and what came to one place or one group."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from math import ceil
from uuid import UUID

from app.actions.clock import today
from app.actions.gap_files import safe_text
from app.actions.remembered import Remembered
from app.errors import BadQuestionError
from app.queries import Session, areas, themes
from app.queries import grants as queries
from app.queries.areas import AreaRow
from app.queries.grants import GrantChoice, GrantRow, SumRow
from app.queries.sources import SourceRow
from app.queries.versions import AREAS, GRANTS, RECORDS, get_version

ON_A_PAGE, MOST_PAGES = 50, 200
MOST_IN_FILE = 10_000
MOST_FUNDERS, MOST_FUNDER_CHOICES = 12, 500
MOST_OF_GROUP = 100
LAST_YEARS = 5
YEARS = (0, 1, 5, 10)
"""How far back a list may go; 0 is all there is."""
COLUMNS = (
    "awarded_on", "currency", "amount", "funder", "funder_id", "recipient", "recipient_page", "matched_by",
    "title", "description", "programme", "planned_from", "planned_to", "for_area", "for_area_code", "grant_id",
    "source", "publisher", "licence",
)  # fmt: skip


@dataclass(frozen=True)
class GrantQuestion:
    """What is asked of the list; an empty word asks nothing. ``area`` is layer:code."""

    theme: str = ""
    area: str = ""
    funder: str = ""
    group: UUID | None = None
    years: int = 0
    page: int = 1


@dataclass(frozen=True)
class GrantPages:
    """One page of a list."""

    number: int
    last: int


@dataclass(frozen=True)
class GrantList:
    question: GrantQuestion
    area: AreaRow | None
    theme_name: str
    funder_name: str
    rows: tuple[GrantRow, ...]
    total: int
    sums: tuple[SumRow, ...]
    funders: tuple[SumRow, ...]
    around: tuple[SumRow, ...]  # only where an area is asked about
    without_place: tuple[SumRow, ...]
    sources: tuple[SourceRow, ...]
    pages: GrantPages
    since: date | None


@dataclass(frozen=True)
class Funding:
    """What came to some areas between two days, as far as funders published it."""

    since: date
    until: date
    sums: tuple[SumRow, ...]
    by_funder: tuple[SumRow, ...]
    by_theme: tuple[SumRow, ...]
    around: tuple[SumRow, ...]
    without_place: tuple[SumRow, ...]
    newest: tuple[GrantRow, ...]
    sources: tuple[SourceRow, ...]
    any_loaded: bool

    @property
    def total(self) -> int:
        return count_of(self.sums)


def count_of(sums: Sequence[SumRow]) -> int:
    return sum(row.count for row in sums)


def years_before(day: date, years: int) -> date:
    """The same day so many years ago; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


_lists: Remembered[GrantList] = Remembered(64)
_funding: Remembered[Funding] = Remembered(128)


def list_grants(session: Session, question: GrantQuestion) -> GrantList:
    """One page of the grants asked for, and what all of them sum to. Errors: BadQuestionError."""
    if not 1 <= question.page <= MOST_PAGES:
        raise BadQuestionError("There is no such page.", f"Give 1 to {MOST_PAGES}.", field="page")
    key = (_version(session), today(), question)
    return _lists.get(key, lambda: _list(session, question))


def _version(session: Session) -> str:
    return get_version(session, (GRANTS, RECORDS, AREAS))


def _list(session: Session, question: GrantQuestion) -> GrantList:
    area, theme_name = _find_area(session, question.area), _find_theme(session, question.theme)
    choice = _choice(question, area)
    sums = queries.sum_grants(session, choice)
    total = count_of(sums)
    last = min(max(1, ceil(total / ON_A_PAGE)), MOST_PAGES)
    funders = queries.sum_by_funder(session, choice, most=MOST_FUNDERS)
    page = min(question.page, last)
    return GrantList(
        question=question,
        area=area,
        theme_name=theme_name,
        funder_name=next((row.name for row in funders if row.key == question.funder), question.funder),
        rows=tuple(queries.list_grants(session, choice, most=ON_A_PAGE, skip=(page - 1) * ON_A_PAGE)),
        total=total,
        sums=tuple(sums),
        funders=tuple(funders),
        around=tuple(queries.sum_around(session, choice)) if area else (),
        without_place=tuple(queries.sum_without_place(session, choice)) if area else (),
        sources=tuple(queries.list_sources_of(session, choice)),
        pages=GrantPages(page, last),
        since=choice.since,
    )


def _choice(question: GrantQuestion, area: AreaRow | None) -> GrantChoice:
    return GrantChoice(
        theme=question.theme or None,
        area_ids=(area.id,) if area else None,
        funder=question.funder or None,
        organisation_id=question.group,
        since=years_before(today(), question.years) if question.years else None,
    )


def _find_area(session: Session, named: str) -> AreaRow | None:
    if not named:
        return None
    layer, _, code = named.rpartition(":")
    found = areas.find_areas(session, code, layer or None)
    if not found:
        raise BadQuestionError("There is no such area on this map.", "Choose one from the list.", field="area")
    return found[0]


def _find_theme(session: Session, key: str) -> str:
    if not key:
        return ""
    name = next((row.name for row in themes.list_themes(session) if row.key == key), None)
    if name is None:
        raise BadQuestionError("There is no such kind of help.", "Choose one from the list.", field="theme")
    return name


def describe_funding(
    session: Session, area_ids: Sequence[int], since: date, until: date, theme: str | None = None
) -> Funding:
    """What came to some areas between two days, both counted."""
    choice = GrantChoice(theme=theme, area_ids=tuple(sorted(area_ids)), since=since, until=until)
    return _funding.get((_version(session), choice), lambda: _describe(session, choice, since, until))


def describe_last_years(session: Session, area_id: int, theme: str | None = None) -> Funding:
    return describe_funding(session, [area_id], years_before(today(), LAST_YEARS), today(), theme)


def _describe(session: Session, choice: GrantChoice, since: date, until: date) -> Funding:
    return Funding(
        since=since,
        until=until,
        sums=tuple(queries.sum_grants(session, choice)),
        by_funder=tuple(queries.sum_by_funder(session, choice, most=MOST_FUNDERS)),
        by_theme=tuple(queries.sum_by_theme(session, choice)),
        around=tuple(queries.sum_around(session, choice)),
        without_place=tuple(queries.sum_without_place(session, choice)),
        newest=tuple(queries.list_grants(session, choice, most=MOST_FUNDERS)),
        sources=tuple(queries.list_sources_of(session, choice)),
        any_loaded=queries.has_grants(session),
    )


def list_grants_of_group(session: Session, organisation_id: UUID) -> list[GrantRow]:
    """The newest first; the list of grants has all."""
    return queries.list_grants(session, GrantChoice(organisation_id=organisation_id), most=MOST_OF_GROUP)


def grants_csv(session: Session, question: GrantQuestion, page_of: str) -> str:
    """The newest MOST_IN_FILE grants asked for: UTF-8, RFC 4180, text that is safe in a spreadsheet.

    ``page_of`` is the address of an organisation's page without its id.
    """
    area = _find_area(session, question.area)
    _find_theme(session, question.theme)
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in queries.list_grants(session, _choice(question, area), most=MOST_IN_FILE):
        words = [
            row.funder_name, row.funder_key, row.recipient_name,
            f"{page_of}{row.organisation_id}" if row.organisation_id else "", row.matched_by or "", row.title,
            row.description, row.programme, row.planned_from or "", row.planned_to or "",
            row.area_name or row.beneficiary_name, row.area_code or "", row.grant_ref, row.source_title,
            row.source_publisher, row.source_licence,
        ]  # fmt: skip
        writer.writerow(
            [row.awarded_on.isoformat(), row.currency, row.amount, *(safe_text(str(word)) for word in words)]
        )
    return file.getvalue()
