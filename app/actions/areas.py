"""An area's profile: who is here, what reaches here, why it is short, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.actions.disputes import mark_row
from app.actions.gap_answers import (
    AreaProfile,
    GapQuestion,
    IndicatorLine,
    PublicRecord,
    ThemeGap,
)
from app.actions.gap_inputs import find_walking_of, load_people
from app.actions.gap_measure import DRAWS
from app.actions.gap_scope import GapScope, area_ref, find_scope
from app.actions.gap_why import describe_theme, measure_here
from app.actions.gap_words import distance_words
from app.actions.vintages import list_converted
from app.errors import BadQuestionError, NoStandardError, NotFoundError
from app.queries import Session, areas, profiles, sources, themes
from app.queries.areas import AreaRow
from app.queries.challenges import list_disputes
from app.queries.sources import SourceRow
from app.queries.themes import ThemeRow
from app.queries.versions import get_version

MOST_RECORDS_LISTED = 50
MOST_AREAS_FOR_ALL_THEMES = 5_000
"""Compared with more, an area tells of one theme at a time: each of them is sums over a country."""

ANY_QUESTION = GapQuestion("", "", "")
"""Counts as the gap page does by default; theme, layer and within are the area's own."""


def describe_area(
    session: Session,
    layer: str,
    area_code: str,
    asked: GapQuestion = ANY_QUESTION,
    *,
    most_areas: int | None = None,
) -> AreaProfile:
    """Everything known about one area; NotFoundError when there is no such area.

    Every theme is counted as ``asked`` counts, compared with the average of the site's area. Where more than
    ``most_areas`` are compared it is one theme, and the others by name.
    """
    found = areas.find_areas(session, area_code, layer)
    if not found:
        raise NotFoundError(f"There is no area {area_code[:40]} in {layer[:40]}.", "Look it up on the gap page.")
    area = found[0]
    facts = areas.get_area_facts(session, area.id)
    theme_rows = _list_themes(session, asked)
    too_many = most_areas is not None and _is_compared_with_more(session, area, most_areas)
    counted = _one_theme(theme_rows, asked) if too_many else theme_rows
    theme_gaps = _mark_disputed(session, area, _list_theme_gaps(session, area, asked, counted))
    indicators = _indicators(session, area)
    used = {*profiles.list_area_sources(session, area.id), *(line.source.key for line in indicators)}
    return AreaProfile(
        area=area_ref(area),
        layer_name=area.layer_name,
        people=theme_gaps[0].gap.people if theme_gaps else 0.0,
        size_km2=facts["size_m2"] / 1e6,
        part_of=tuple(area_ref(row) for row in areas.list_bigger_areas(session, area.id)),
        neighbours=tuple(area_ref(row) for row in areas.list_neighbours(session, area.id)),
        based_here=tuple(
            _organisation(row) for row in profiles.list_based_here(session, area.id, MOST_RECORDS_LISTED)
        ),
        based_here_total=profiles.count_based_here(session, area.id),
        needs_here=tuple(_need(row) for row in profiles.list_needs_here(session, area.id, MOST_RECORDS_LISTED)),
        themes=tuple(theme_gaps),
        indicators=indicators,
        sources=tuple(row for row in sources.list_sources(session) if row.key in used),
        question=asked,
        distance_words=_distance_words(session, asked),
        other_themes=tuple((row.key, row.name) for row in theme_rows if row not in counted),
    )


def _distance_words(session: Session, asked: GapQuestion) -> str:
    version = get_version(session)
    people = load_people(session, version, asked.need_strength)
    return distance_words(find_walking_of(session, version, asked, people))


def _list_theme_gaps(
    session: Session, area: AreaRow, asked: GapQuestion, rows: Sequence[ThemeRow]
) -> list[ThemeGap]:
    """These themes for one area: first the one that is open, which is the one asked about or else the worst; then
    the most people without first; the themes nobody can score come last."""
    version = get_version(session)
    scopes = _list_scopes(session, area, asked, rows)
    measured = [measure_here(session, version, area, scope) for scope in scopes]
    found = [describe_theme(session, here, is_open=False) for here in measured if here is not None]
    found.sort(
        key=lambda gap: (gap.theme != asked.theme, gap.gap.rank == 0, -(gap.gap.people_without or 0), gap.theme)
    )
    if not found:
        return []
    scope = next(scope for scope in scopes if scope.theme.key == found[0].theme)
    opened = measure_here(session, version, area, scope, draws=DRAWS)
    return [describe_theme(session, opened, is_open=True), *found[1:]] if opened else found


def _list_scopes(session: Session, area: AreaRow, asked: GapQuestion, rows: Sequence[ThemeRow]) -> list[GapScope]:
    """The question asked of every theme that can be compared; NoStandardError when none has a standard."""
    questions = _questions(session, area, asked, rows)
    if asked.benchmark != "ours" and questions:  # then all but the theme is the same: its words are checked once
        scope = find_scope(session, questions[0])
        of_key = {theme.key: theme for theme in rows}
        return [replace(scope, question=one, theme=of_key[one.theme]) for one in questions]
    scopes, problem = [], None
    for question in questions:
        try:
            scopes.append(find_scope(session, question))
        except NoStandardError as none:
            problem = none
    if problem and not scopes:
        raise problem
    return scopes


def _mark_disputed(session: Session, area: AreaRow, gaps: list[ThemeGap]) -> list[ThemeGap]:
    disputes = {row.theme_key: row for row in list_disputes(session, area.layer_key) if row.area_id == area.id}
    return [replace(one, gap=mark_row(one.gap, disputes.get(one.theme))) for one in gaps]


def _questions(session: Session, area: AreaRow, asked: GapQuestion, rows: Sequence[ThemeRow]) -> list[GapQuestion]:
    """The question asked of each of these themes."""
    within = compared_within(session, area)
    return [replace(asked, theme=theme.key, layer=area.layer_key, within=within, patch="") for theme in rows]


def _list_themes(session: Session, asked: GapQuestion) -> list[ThemeRow]:
    """Every theme; BadQuestionError when the one asked about is none of them."""
    rows = themes.list_themes(session)
    if asked.theme and all(theme.key != asked.theme for theme in rows):
        raise BadQuestionError(
            f"There is no theme called “{asked.theme[:60]}”.",
            "Leave it out, or choose one on this page.",
            field="theme",
        )
    return rows


def _is_compared_with_more(session: Session, area: AreaRow, most_areas: int) -> bool:
    layer = next(row for row in areas.list_layers(session) if row.id == area.layer_id)
    return layer.area_count > most_areas and not compared_within(session, area)


def _one_theme(rows: Sequence[ThemeRow], asked: GapQuestion) -> list[ThemeRow]:
    """The one asked about, else the first that any service has; none where there are none."""
    preferred = [row for row in rows if row.key == asked.theme] or [row for row in rows if row.has_services]
    return [*preferred, *rows][:1]


def compared_within(session: Session, area: AreaRow) -> str:
    """The site's area when this one is in it, else everything loaded."""
    site = areas.find_site(session)
    if site is None or site.area is None:
        return ""
    bigger = {row.id for row in areas.list_bigger_areas(session, area.id)} | {area.id}
    return f"{site.area.layer_key}:{site.area.area_code}" if site.area.id in bigger else ""


def _indicators(session: Session, area: AreaRow) -> tuple[IndicatorLine, ...]:
    compared = [row.id for row in areas.list_layer_areas_within_site(session, area.layer_id)]
    by_key = {row.key: row for row in sources.list_sources(session)}
    table = profiles.indicators_table(session, area.id, compared)
    own = tuple(
        IndicatorLine(
            name=line["name"],
            value=float(line["value"]),
            unit=line["unit"],
            rank=int(line["rank"]) if line["rank"] == line["rank"] and line["rank"] is not None else None,
            of=int(line["compared"]),
            measured_on=line["measured_on"],
            source=by_key[line["source_key"]],
            about="",
        )
        for line in table.to_dict("records")
    )
    return own + tuple(_of_other_areas(session, area, compared, by_key))


def _of_other_areas(
    session: Session, area: AreaRow, compared: list[int], by_key: Mapping[str, SourceRow]
) -> Iterator[IndicatorLine]:
    """Numbers published for other areas or another year, put onto this one."""
    for converted in list_converted(session, get_version(session), area.layer_id):
        value, row = converted.of_area(area.id), converted.indicator
        if value is None:
            continue
        rank, of = converted.rank(area.id, compared)
        yield IndicatorLine(
            row.name, value, row.unit, rank, of, row.measured_on, by_key[row.source_key], converted.about(area.id)
        )


def _organisation(row: dict[str, Any]) -> PublicRecord:
    where = row["place"] if row["meets_here"] else f"registered at {row['place']}".strip()
    return PublicRecord(
        kind="organisation",
        id=row["id"],
        name=row["name"],
        summary=row["summary"],
        themes=tuple(row["themes"]),
        place=where,
        confirmed_on=row["confirmed_on"],
        lon=row["lon"],
        lat=row["lat"],
        source=row["source"],
    )


def _need(row: dict[str, Any]) -> PublicRecord:
    support = row["support_count"]
    return PublicRecord(
        kind="need",
        id=row["id"],
        name=row["statement"],
        summary=f"{support} people say the same" if support else "",
        themes=(row["theme"],),
        place="",
        confirmed_on=row["raised_on"],
        lon=row["lon"],
        lat=row["lat"],
        source=row["source"],
    )
