"""An area's profile: who is here, what reaches here, why it is short, and the numbers behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.actions import gap_words as words
from app.actions.gap_answers import (
    AreaProfile,
    GapQuestion,
    IndicatorLine,
    NamedService,
    PublicRecord,
    ThemeGap,
    WhyFactor,
)
from app.actions.gap_inputs import GapInputs, ThemeSums, load_gap_inputs, load_places_inside, load_sums
from app.actions.gap_measure import Measured, find_zone, measure
from app.actions.gap_scope import GapScope, area_ref, find_scope
from app.actions.gaps import make_row
from app.analysis.gaps import explain, one_more_here, weighted_mean
from app.analysis.inputs import Service
from app.analysis.provision import service_shares
from app.errors import NotFoundError
from app.queries import Session, areas, profiles, sources, themes
from app.queries.areas import AreaRow
from app.queries.versions import get_version
from app.vocabulary import FootprintRole, GapState

MOST_SERVICES_NAMED = 25
MOST_RECORDS_LISTED = 50
ANY_QUESTION = GapQuestion("", "", "")
"""Counts as the gap page does by default; theme, layer and within are the area's own."""


@dataclass(frozen=True, eq=False)
class _Here:
    """One theme measured for the profile's area."""

    scope: GapScope
    inputs: GapInputs
    sums: ThemeSums
    measured: Measured
    row: int


def describe_area(session: Session, layer: str, area_code: str, asked: GapQuestion = ANY_QUESTION) -> AreaProfile:
    """Everything known about one area; NotFoundError when there is no such area.

    Every theme is counted as ``asked`` counts, compared with the average of the site's area.
    """
    found = areas.find_areas(session, area_code, layer)
    if not found:
        raise NotFoundError(f"There is no area {area_code[:40]} in {layer[:40]}.", "Look it up on the gap page.")
    area = found[0]
    facts = areas.get_area_facts(session, area.id)
    theme_gaps = list_theme_gaps(session, area, asked)
    used = set(profiles.list_area_sources(session, area.id))
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
        indicators=_indicators(session, area),
        sources=tuple(row for row in sources.list_sources(session) if row.key in used),
        question=asked,
    )


def list_theme_gaps(session: Session, area: AreaRow, asked: GapQuestion) -> list[ThemeGap]:
    """Every theme for one area, the most people without first; the themes nobody can score come last."""
    within = _compared_within(session, area)
    version = get_version(session)
    questions = [
        replace(asked, theme=theme.key, layer=area.layer_key, within=within)
        for theme in themes.list_themes(session)
    ]
    gaps = [_theme_gap(session, version, area, question) for question in questions]
    found = [gap for gap in gaps if gap is not None]
    return sorted(found, key=lambda g: (g.gap.rank == 0, -(g.gap.people_without or 0), g.theme))


def _compared_within(session: Session, area: AreaRow) -> str:
    """The site's area when this one is in it, else everything loaded."""
    site = areas.find_site(session)
    if site is None or site.area is None:
        return ""
    bigger = {row.id for row in areas.list_bigger_areas(session, area.id)} | {area.id}
    return f"{site.area.layer_key}:{site.area.area_code}" if site.area.id in bigger else ""


def _theme_gap(session: Session, version: str, area: AreaRow, question: GapQuestion) -> ThemeGap | None:
    scope = find_scope(session, question)
    inputs = load_gap_inputs(session, version, scope)
    row = find_zone(inputs, area.id)
    if row is None:
        return None
    sums = load_sums(version, inputs)
    measured = measure(inputs, sums, only=row)
    here = _Here(scope, inputs, sums, measured, row)
    gap = make_row(scope, sums, measured, row, area)
    return ThemeGap(
        theme=question.theme,
        theme_name=scope.theme.name,
        gap=gap,
        factors=_factors(here) if gap.state == GapState.SCORE else (),
        one_more_helps=_one_more(here) if gap.rank else None,
        reached_by=_reached_by(session, version, area, here),
    )


def _factors(here: _Here) -> tuple[WhyFactor, ...]:
    measured, sums, row = here.measured, here.sums.delivered, here.row
    zones, people = measured.delivered, here.inputs.people.points.weighted_people
    if measured.benchmark <= 0 or not zones.services_in_reach[row] > 0:
        return ()
    fair_services = weighted_mean(sums.provision.services_in_reach[0], people, measured.counted)
    fair_closeness = weighted_mean(sums.provision.closeness_sum[0], people, measured.counted)
    one = slice(row, row + 1)
    why = explain(
        zones.access[one],
        zones.services_in_reach[one],
        zones.closeness_sum[one],
        benchmark=measured.benchmark,
        fair_services=fair_services,
        fair_closeness_sum=fair_closeness,
    )
    few, far, crowded = float(why.few[0]), float(why.far[0]), float(why.crowded[0])
    return (
        WhyFactor("few", float(why.services[0]), why.fair_services, few, words.few_sentence(why)),
        WhyFactor("far", float(why.closeness[0]), why.fair_closeness, far, words.far_sentence(far)),
        WhyFactor("crowded", float(why.sharing[0]), why.fair_sharing, crowded, words.crowded_sentence(why)),
    )


def _one_more(here: _Here) -> float | None:
    """How many fewer go without if one more opened where the people of the area are, on average."""
    inside = here.measured.zone == here.row
    points, sums = here.inputs.people.points, here.sums.delivered
    if here.measured.benchmark <= 0 or points.people[inside].sum() <= 0:
        return None
    middle = [float(np.average(axis[inside], weights=points.people[inside])) for axis in (points.x_m, points.y_m)]
    service = Service(middle[0], middle[1], 1.0, 0)
    result = one_more_here(
        points, sums.provision.access[0], here.measured.benchmark, service, sums.provision.settings
    )
    return result.equivalent_people_fewer


def _reached_by(session: Session, version: str, area: AreaRow, here: _Here) -> tuple[NamedService, ...]:
    """Named services that reach the area with their share of it; then those listed but not counted."""
    counted = here.sums.at_most
    points = np.flatnonzero(here.measured.zone == here.row)
    shares = service_shares(
        points,
        here.inputs.people.points,
        counted.services,
        0,
        counted.provision,
        pairs=counted.pairs,
        served=counted.served,
    )
    home = load_places_inside(session, version, area.id)
    named = []
    for index, wide, share, walk in zip(
        shares.index, shares.area_wide, shares.share, shares.distance_m, strict=True
    ):
        row = int(counted.served_row[index] if wide else counted.row[index])
        shared_by = counted.provision.served_shared_by_people if wide else counted.provision.shared_by_people
        named.append(_named(here, row, home, float(share), None if wide else float(walk), float(shared_by[index])))
    listed = [_named(here, int(row), home, None, None, None) for row in here.sums.listed_only.index]
    return tuple(named[:MOST_SERVICES_NAMED] + listed[:MOST_SERVICES_NAMED])


def _named(
    here: _Here, row: int, home: set[str], share: float | None, walk_m: float | None, shared_by: float | None
) -> NamedService:
    service = here.sums.table.iloc[row]
    return NamedService(
        service_id=service["service_id"],
        organisation_id=service["organisation_id"],
        service_name=service["service_name"],
        organisation_name=service["organisation_name"],
        role=FootprintRole(service["role"]),
        walk_m=walk_m,
        share=share,
        shared_by_people=shared_by,
        outside=bool(service["place_id"]) and service["place_id"] not in home,
        confirmed_on=service["confirmed_on"],
    )


def _indicators(session: Session, area: AreaRow) -> tuple[IndicatorLine, ...]:
    compared = [row.id for row in areas.list_layer_areas_within_site(session, area.layer_id)]
    by_key = {row.key: row for row in sources.list_sources(session)}
    table = profiles.indicators_table(session, area.id, compared)
    return tuple(
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
