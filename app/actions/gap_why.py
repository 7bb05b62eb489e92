"""Why one theme is short in one area: reasons, named services, doubts, the border, and what would help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.actions import gap_words as words
from app.actions.gap_answers import (
    Doubt,
    NamedService,
    OverBorder,
    Site,
    ThemeGap,
    Why,
    WhyFactor,
)
from app.actions.gap_certainty import known_sentences, with_edge
from app.actions.gap_fit import PERHAPS, fits_by_facet
from app.actions.gap_inputs import GapInputs, ThemeSums, load_gap_inputs, load_pairs, load_places_inside, load_sums
from app.actions.gap_kinds import count_facets, kinds_in, parts_of_gap, rows_in_reach
from app.actions.gap_measure import Measured, find_zone, measure
from app.actions.gap_scope import GapScope, area_ref
from app.actions.gaps import make_row
from app.analysis.gaps import equivalent_people, explain, weighted_mean
from app.analysis.inputs import BoolArray, FloatArray, IntArray
from app.analysis.provision import service_shares
from app.analysis.sites import SiteGains, try_sites
from app.queries import Session, sites
from app.queries.areas import AreaRow
from app.vocabulary import FootprintRole, GapState
from geodata.postcodes import format_postcode

MOST_SERVICES_NAMED = 25
MOST_DOUBTS_NAMED = 12
MOST_SITES_TRIED = 60
"""Of population points, those with most people without; and as many known places."""


@dataclass(frozen=True, eq=False)
class Here:
    """One theme measured for one area: ``row`` is its row of the sums."""

    version: str
    area: AreaRow
    scope: GapScope
    inputs: GapInputs
    sums: ThemeSums
    measured: Measured
    row: int

    @property
    def points(self) -> BoolArray:
        """Who lives here, (n,)."""
        here: BoolArray = self.measured.zone == self.row
        return here


def measure_here(session: Session, version: str, area: AreaRow, scope: GapScope, *, draws: int = 0) -> Here | None:
    """None where nobody lives. The 90 % band, which needs ``draws``, takes most of the time."""
    inputs = load_gap_inputs(session, version, scope)
    row = find_zone(inputs, area.id)
    if row is None:
        return None
    sums = load_sums(version, inputs)
    measured = with_edge(session, version, scope, inputs, measure(inputs, sums, only=row, draws=draws))
    return Here(version, area, scope, inputs, sums, measured, row)


def describe_theme(session: Session, here: Here, *, is_open: bool) -> ThemeGap:
    """One theme of the profile; all that can be said of why when ``is_open``."""
    known = known_sentences(session, here.version, here.scope, here.inputs.people).get(here.area.id, "")
    gap = make_row(here.scope, here.sums, here.measured, here.row, here.area, known)
    reached_by = _reached_by(session, here)
    return ThemeGap(
        theme=here.scope.question.theme,
        theme_name=here.scope.theme.name,
        gap=gap,
        factors=_factors(here) if gap.state == GapState.SCORE else (),
        reached_by=reached_by,
        why=_why(session, here, gap.state, reached_by) if is_open else None,
    )


def _why(session: Session, here: Here, state: GapState, reached_by: Sequence[NamedService]) -> Why:
    pairs = load_pairs(here.version, here.inputs)
    facets, in_reach = count_facets(here.inputs, pairs, here.points)
    parts = None
    if state != GapState.NOT_ENOUGH_DATA:
        parts = kinds_in(parts_of_gap(here.inputs, here.sums, pairs, here.measured), here.points)
    doubts = _doubts(session, here, rows_in_reach(here.inputs, pairs, here.points))
    return Why(
        kinds=parts,
        facets=facets,
        in_reach=in_reach,
        doubts=tuple(doubts[:MOST_DOUBTS_NAMED]),
        doubts_total=len(doubts),
        over_border=_over_border(session, here, reached_by),
        nearest=_nearest(session, here),
        sites=_sites(session, here) if state in (GapState.SCORE, GapState.CHECKED_NONE) else (),
        are_sites_straight=here.inputs.walking is not None,
    )


def _factors(here: Here) -> tuple[WhyFactor, ...]:
    measured, sums, row = here.measured, here.sums.delivered, here.row
    zones, people = measured.delivered, here.inputs.people.points.weighted_people
    if measured.benchmark <= 0 or not zones.services_in_reach[row] > 0:
        return ()
    one = slice(row, row + 1)
    why = explain(
        zones.access[one],
        zones.services_in_reach[one],
        zones.closeness_sum[one],
        benchmark=measured.benchmark,
        fair_services=weighted_mean(sums.provision.services_in_reach[0], people, measured.counted),
        fair_closeness_sum=weighted_mean(sums.provision.closeness_sum[0], people, measured.counted),
    )
    few, far, crowded = float(why.few[0]), float(why.far[0]), float(why.crowded[0])
    return (
        WhyFactor("few", float(why.services[0]), why.fair_services, few, words.few_sentence(why)),
        WhyFactor("far", float(why.closeness[0]), why.fair_closeness, far, words.far_sentence(far)),
        WhyFactor("crowded", float(why.sharing[0]), why.fair_sharing, crowded, words.crowded_sentence(why)),
    )


def _reached_by(session: Session, here: Here) -> tuple[NamedService, ...]:
    """Named services that reach the area with their share of it; then those listed but not counted."""
    counted = here.sums.at_most
    shares = service_shares(
        np.flatnonzero(here.points),
        here.inputs.people.points,
        counted.services,
        0,
        counted.provision,
        pairs=counted.pairs,
        served=counted.served,
    )
    home = load_places_inside(session, here.version, here.area.id)
    named = []
    columns = (shares.index, shares.area_wide, shares.share, shares.distance_m)
    for index, wide, share, walk in zip(*(column[:MOST_SERVICES_NAMED] for column in columns), strict=True):
        row = int(counted.served_row[index] if wide else counted.row[index])
        shared_by = counted.provision.served_shared_by_people if wide else counted.provision.shared_by_people
        named.append(_named(here, row, home, float(share), None if wide else float(walk), float(shared_by[index])))
    listed = [_named(here, int(row), home) for row in here.sums.listed_only.index[:MOST_SERVICES_NAMED]]
    return tuple(named + listed)


def _named(
    here: Here,
    row: int,
    home: set[str],
    share: float | None = None,
    walk_m: float | None = None,
    shared_by: float | None = None,
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
        place_id=service["place_id"] or "",
    )


def _doubts(session: Session, here: Here, in_reach: IntArray) -> list[Doubt]:
    """Services in reach that perhaps fit, and registered addresses where perhaps something happens, by name."""
    table, fit = here.sums.table, here.sums.fit
    addresses = np.unique(here.sums.at_most.pairs.service[here.points[here.sums.at_most.pairs.point]])
    rows = here.sums.at_most.row[addresses]
    only_address = rows[(table["role"].to_numpy()[rows] == FootprintRole.REGISTERED_AT)]
    facets = fits_by_facet(table, here.scope.question, here.inputs.on)
    home = load_places_inside(session, here.version, here.area.id)
    found: dict[str, Doubt] = {}
    for row in [*in_reach[fit[in_reach] == PERHAPS], *only_address]:
        unsaid = [name for name, values in facets.items() if values[row] == PERHAPS]
        address = ["address"] if table["role"].iloc[row] == FootprintRole.REGISTERED_AT else []
        service = _named(here, int(row), home)
        found.setdefault(service.service_id, Doubt(service, (*unsaid, *address)))
    return sorted(found.values(), key=lambda doubt: (doubt.service.service_name, doubt.service.service_id))


def _over_border(session: Session, here: Here, reached_by: Sequence[NamedService]) -> tuple[OverBorder, ...]:
    outside = [service for service in reached_by if service.outside and service.share is not None]
    places = [service.place_id for service in outside]
    area_of = sites.areas_of_places(session, places, here.area.layer_id) if places else {}
    found = [(service, area_of.get(service.place_id)) for service in outside]
    return tuple(OverBorder(service, area_ref(area) if area else None) for service, area in found)


def _nearest(session: Session, here: Here) -> NamedService | None:
    """Of the services that surely fit, the one nearest to the middle of the people here."""
    counted, points = here.sums.delivered, here.inputs.people.points
    heads = points.people[here.points]
    if not counted.services.count or heads.sum() <= 0:
        return None
    x, y = (float(np.average(axis[here.points], weights=heads)) for axis in (points.x_m, points.y_m))
    far = np.hypot(counted.services.x_m - x, counted.services.y_m - y)
    nearest = int(far.argmin())
    walk_m = float(far[nearest]) * counted.provision.settings.detour
    home = load_places_inside(session, here.version, here.area.id)
    return _named(here, int(counted.row[nearest]), home, None, walk_m)


def _sites(session: Session, here: Here) -> tuple[Site, ...]:
    """The known place and the spot where one more would help most."""
    points, measured, access = here.inputs.people.points, here.measured, here.sums.delivered.provision.access[0]
    if measured.benchmark <= 0:
        return ()
    short = equivalent_people(access, points.weighted_people, measured.benchmark)
    spots = np.flatnonzero(here.points)
    spots = spots[np.argsort(-short[spots], kind="stable")][:MOST_SITES_TRIED]
    known = sites.list_known_places(session, here.area.id, MOST_SITES_TRIED)
    found = []
    at_places = _try(here, np.array([place.x_m for place in known]), np.array([place.y_m for place in known]))
    if known and (best := _best(at_places)) is not None:
        place = known[best]
        found.append(_site(at_places, best, place.name, place.place_id, (place.lon, place.lat)))
    at_spots = _try(here, points.x_m[spots], points.y_m[spots])
    if len(spots) and (best := _best(at_spots)) is not None:
        x_m, y_m = float(points.x_m[spots[best]]), float(points.y_m[spots[best]])
        postcode = sites.nearest_postcodes(session, [x_m], [y_m])[0]
        name = format_postcode(postcode) if postcode else ""
        found.append(_site(at_spots, best, name, "", sites.to_degrees(session, x_m, y_m)))
    return tuple(found)


def _try(here: Here, x_m: FloatArray, y_m: FloatArray) -> SiteGains:
    provision, inputs = here.sums.delivered.provision, here.inputs
    return try_sites(
        x_m,
        y_m,
        inputs.people.points,
        provision.access[0],
        here.measured.benchmark,
        provision.settings,
        counted=inputs.inside & inputs.known,
        here=here.points,
    )


def _best(gains: SiteGains) -> int | None:
    """The candidate that helps most; None when none helps anybody."""
    best = int(np.lexsort((-gains.lifted_people, -gains.people_fewer))[0])
    return best if gains.people_fewer[best] > 0 else None


def _site(gains: SiteGains, number: int, name: str, place_id: str, at: tuple[float, float]) -> Site:
    return Site(
        name=name,
        place_id=place_id,
        lon=at[0],
        lat=at[1],
        lifted_people=float(gains.lifted_people[number]),
        lifted_here=float(gains.lifted_here[number]),
        people_fewer=float(gains.people_fewer[number]),
    )
