"""From the database to the arrays of the gap maths, and the sums of one theme over everything loaded.

The sums do not depend on the area asked about: services over the border and the people who share them are always
in. What was read is remembered by data version; the sums also by every part of the question that changes them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial

import numpy as np
import pandas as pd

from app.actions.clock import today
from app.actions.completeness import days_complete, load_completeness
from app.actions.gap_answers import GapQuestion
from app.actions.gap_fit import NO, PERHAPS, YES, fits
from app.actions.gap_scope import GapScope
from app.actions.remembered import Remembered
from app.actions.similar_areas import load_alike
from app.actions.walking import Walking, find_walking
from app.analysis.catchments import Pairs, find_pairs
from app.analysis.inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    PopulationPoints,
    ReachSettings,
    ServedAreas,
    ServicePoints,
)
from app.analysis.need import deprivation_rank_share, need_weights
from app.analysis.provision import Provision, measure_provision, nearest_distance
from app.analysis.states import KNOWN_COMPLETENESS
from app.queries import Session
from app.queries import provision as queries
from app.vocabulary import FootprintRole

REMEMBERED_REACHES_M = (1_600, 4_800)
"""Who reaches what is found once up to here, for every shorter reach; from further on there would be too many."""

NEVER = 0
"""IntArray are whole numbers, as ``date.toordinal`` counts them."""


@dataclass(frozen=True, eq=False)
class People:
    """Everyone on the map: ``points`` for the maths, ``point_id`` (n,) ascending to find them by."""

    points: PopulationPoints
    point_id: IntArray

    def positions(self, point_ids: pd.Series[int]) -> IntArray:
        """Where these point ids stand in the arrays."""
        return np.searchsorted(self.point_id, point_ids.to_numpy())


@dataclass(frozen=True, eq=False)
class Zones:
    """The areas of a layer: ``area_id`` (z,) ascending; ``of_point`` (n,) is a row in it, or -1 for in none."""

    area_id: IntArray
    of_point: IntArray


@dataclass(frozen=True, eq=False)
class Sums:
    """One way of counting: the services counted, who reaches them, and what reaches every point.

    ``row`` and ``served_row`` say which row of the services table each counted place or area served is.
    """

    services: ServicePoints
    row: IntArray
    served: ServedAreas
    served_row: IntArray
    pairs: Pairs
    provision: Provision
    nearest_m: FloatArray


@dataclass(frozen=True, eq=False)
class ThemeServices:
    """The public services of a theme: ``table`` (m rows) as ``services_table`` makes it, and the points that live
    in each area that any of them serves."""

    table: pd.DataFrame
    served_points: Mapping[int, IntArray]


@dataclass(frozen=True, eq=False)
class Alike:
    """Areas that are alike: ``of_point`` (n,) is the zone of each point or -1, ``zones`` (z, most) the zones most
    like each zone that is asked about, nearest first, -1 for none."""

    of_point: IntArray
    zones: IntArray


@dataclass(frozen=True, eq=False)
class GapInputs:
    """All that the sums of a question are made from: with it, and nothing else, they can be made again.

    ``inside`` (n,) are the points asked about, ``looked_on`` (n,) the day somebody last looked there (NEVER where
    nobody did as lately as the question wants), ``on`` the day that "lately" counts back from.
    """

    question: GapQuestion
    on: date
    people: People
    services: ThemeServices
    zones: Zones
    inside: BoolArray
    looked_on: IntArray
    walking: Walking | None = None  # what walks are measured along; None: 1.3 x straight
    compared: BoolArray | None = None  # (n,) whose average is the fair share, when not that of inside
    alike: Alike | None = None  # when each area is compared with those like it

    @property
    def known(self) -> BoolArray:
        known: BoolArray = self.looked_on != NEVER
        return known


@dataclass(frozen=True, eq=False)
class ThemeSums:
    """A theme counted twice. ``delivered``: what is known to happen somewhere and known to fit the question.
    ``at_most``: what perhaps fits too, and registered addresses as if it happened there.

    ``fit`` (m,) is NO, PERHAPS or YES for each row of ``table``."""

    table: pd.DataFrame
    fit: IntArray
    delivered: Sums
    at_most: Sums

    @cached_property
    def only_addresses(self) -> int:
        """How many counted places are nothing but a registered address."""
        role = self.table["role"].to_numpy()[self.at_most.row]
        return int((role == FootprintRole.REGISTERED_AT).sum())

    @cached_property
    def only_perhaps(self) -> int:
        """How many counted services perhaps fit the question, and perhaps do not."""
        counted = np.concatenate([self.at_most.row, self.at_most.served_row])
        return len(set(self.table["service_id"].iloc[counted[self.fit[counted] == PERHAPS]]))

    @property
    def listed_only(self) -> pd.DataFrame:
        """Services that fit but are not counted: online, national, or with no public place."""
        counted = np.concatenate([self.at_most.row, self.at_most.served_row])
        rest: pd.DataFrame = self.table[~np.isin(np.arange(len(self.table)), counted) & (self.fit == YES)]
        return rest


_everyone: Remembered[tuple[People, FloatArray | None]] = Remembered(2)
_people: Remembered[People] = Remembered(8)
_zones: Remembered[Zones] = Remembered(12)
_places: Remembered[set[str]] = Remembered(64)
_services: Remembered[ThemeServices] = Remembered(64)
_pairs: Remembered[Pairs] = Remembered(32)
_sums: Remembered[ThemeSums] = Remembered(64)
_looked: Remembered[IntArray] = Remembered(64)
_nearest: Remembered[tuple[PopulationPoints, Walking | None, FloatArray]] = Remembered(64)


def load_gap_inputs(session: Session, version: str, scope: GapScope) -> GapInputs:
    question = scope.question
    people = load_people(session, version, question.need_strength)
    zones = load_zones(session, version, scope.layer.id, people)
    inside = points_asked(session, version, scope, people)
    return GapInputs(
        question=question,
        on=today(),
        people=people,
        services=load_services(session, version, question.theme, people),
        zones=zones,
        inside=inside,
        compared=points_inside(session, version, scope, people) if scope.patch else None,
        looked_on=_load_days_looked(session, version, question, people),
        walking=find_walking_of(session, version, question, people),
        alike=_load_alike(session, version, scope, zones, inside) if question.benchmark == "similar" else None,
    )


def find_walking_of(session: Session, version: str, question: GapQuestion, people: People) -> Walking | None:
    """What the walks of a question are measured along; None for 1.3 x straight."""
    if question.travel != "foot" or question.distance != "paths":
        return None
    return find_walking(session, version, people.points)


def _load_alike(session: Session, version: str, scope: GapScope, zones: Zones, inside: BoolArray) -> Alike:
    asked = np.unique(zones.of_point[inside & (zones.of_point >= 0)])
    found = load_alike(session, version, scope.layer.id, zones.area_id, zones.of_point, asked)
    return Alike(zones.of_point, found)


def load_people(session: Session, version: str, need_strength: float) -> People:
    """Everyone; only their need weights depend on ``need_strength``, so that all share the same coordinates."""
    return _people.get((version, need_strength), lambda: _weigh_people(session, version, need_strength))


def load_zones(session: Session, version: str, layer_id: int, people: People) -> Zones:
    return _zones.get((version, layer_id), lambda: _read_zones(session, layer_id, people))


def load_services(session: Session, version: str, theme: str, people: People) -> ThemeServices:
    return _services.get((version, theme), lambda: _read_services(session, theme, people))


def load_places_inside(session: Session, version: str, area_id: int) -> set[str]:
    """The ids of public places in an area."""
    return _places.get((version, area_id), lambda: queries.places_inside(session, area_id))


def load_sums(version: str, inputs: GapInputs) -> ThemeSums:
    """The sums of the inputs' question, remembered by the parts of it that change them."""
    asked = inputs.question
    reach = reach_of_question(asked)
    facets = (asked.audience, asked.day, asked.part, asked.is_free, asked.is_step_free, asked.language,
              asked.has_room, asked.is_fresh)  # fmt: skip
    key = (version, asked.theme, inputs.walking is None, reach, asked.need_strength, facets, inputs.on)
    return _sums.get(key, lambda: sum_services(inputs, load_pairs(version, inputs)))


def load_pairs(version: str, inputs: GapInputs) -> Pairs:
    """Those of find_all_pairs, cut out of those of a further reach, which are found once and remembered."""
    asked = inputs.question
    reach_m = next((reach for reach in REMEMBERED_REACHES_M if asked.reach_m <= reach), asked.reach_m)
    further = replace(inputs, question=replace(asked, reach_m=reach_m))
    key = (version, asked.theme, reach_m, inputs.walking is None)
    found = _pairs.get(key, lambda: find_all_pairs(further))
    near = found.distance_m <= asked.reach_m
    return found if near.all() else Pairs(found.point[near], found.service[near], found.distance_m[near])


def reach_of_question(question: GapQuestion) -> ReachSettings:
    return ReachSettings(reach_m=float(question.reach_m), decay=question.decay)


def _weigh_people(session: Session, version: str, need_strength: float) -> People:
    everyone, rank_share = _everyone.get(version, lambda: _read_people(session))
    if rank_share is None:
        return everyone
    points = replace(everyone.points, need_weight=need_weights(rank_share, need_strength))
    return People(points, everyone.point_id)


def _read_people(session: Session) -> tuple[People, FloatArray | None]:
    """Everyone, all of the same weight, and how deprived they are as need_weights takes it; None when unknown."""
    table = queries.people_table(session)
    deprivation = queries.deprivation_table(session)
    heads = table["people"].to_numpy(np.float64)
    x_m, y_m = table["x_m"].to_numpy(np.float64), table["y_m"].to_numpy(np.float64)
    everyone = People(PopulationPoints(x_m, y_m, heads, np.ones(len(table))), table["point_id"].to_numpy(np.intp))
    if not len(deprivation):
        return everyone, None
    zones = _read_zones(session, int(deprivation["layer_id"].iloc[0]), everyone)  # perhaps of another year
    of_zone = deprivation.set_index("area_id")["value"].reindex(zones.area_id).to_numpy(np.float64)
    value = np.append(of_zone, np.nan)[zones.of_point]
    return everyone, deprivation_rank_share(value, heads, deprivation["direction"].iloc[0])


def _read_zones(session: Session, layer_id: int, people: People) -> Zones:
    table = queries.point_areas_table(session, layer_id)
    area_id, zone = np.unique(table["area_id"].to_numpy(np.intp), return_inverse=True)
    of_point = np.full(people.points.count, -1, dtype=np.intp)
    of_point[people.positions(table["point_id"])] = zone
    return Zones(area_id, of_point)


def _read_services(session: Session, theme: str, people: People) -> ThemeServices:
    table = queries.services_table(session, theme)
    serves = (table["role"] == FootprintRole.SERVES).to_numpy()
    members = queries.area_points_table(session, sorted({int(area) for area in table["area_id"][serves]}))
    area_ids, first = np.unique(members["area_id"].to_numpy(np.intp), return_index=True)
    inside = np.split(people.positions(members["point_id"]), first[1:])
    return ThemeServices(table, dict(zip(area_ids.tolist(), inside, strict=True)) if len(area_ids) else {})


def points_asked(session: Session, version: str, scope: GapScope, people: People) -> BoolArray:
    """The points whose people the rows count: of the patch, or of the area asked about."""
    patch = scope.patch
    if patch is None:
        return points_inside(session, version, scope, people)
    if not patch.area_ids:
        return patch.holds(people.points.x_m, people.points.y_m)
    zones = load_zones(session, version, patch.layer_id, people)
    return np.isin(zones.of_point, np.flatnonzero(np.isin(zones.area_id, patch.area_ids)))


def points_inside(session: Session, version: str, scope: GapScope, people: People) -> BoolArray:
    """The points of the area that ``within`` names; all of them without one."""
    if scope.within is None:
        return np.ones(people.points.count, dtype=bool)
    zones = load_zones(session, version, scope.within.layer_id, people)
    row = np.flatnonzero(zones.area_id == scope.within.id)
    return zones.of_point == row[0] if row.size else np.zeros(people.points.count, dtype=bool)


def _load_days_looked(session: Session, version: str, question: GapQuestion, people: People) -> IntArray:
    """The latest day that somebody looked, for every population point; two lists that agree are a look as well."""
    key = (version, question.theme, question.list_years, today())
    return _looked.get(key, lambda: _days_looked(session, version, question, people))


def _days_looked(session: Session, version: str, question: GapQuestion, people: People) -> IntArray:
    since = today() - timedelta(days=round(question.list_years * 365.25))
    looked_on = np.full(people.points.count, NEVER, dtype=np.intp)
    surveys = queries.surveys_table(session, question.theme, since, KNOWN_COMPLETENESS)
    for survey in surveys.to_dict("records"):
        zones = load_zones(session, version, survey["layer_id"], people)
        row = np.flatnonzero(zones.area_id == survey["area_id"])
        looked_on[np.isin(zones.of_point, row)] = survey["checked_on"].toordinal()
    complete = load_completeness(session, version, question.theme)
    zones_of = partial(load_zones, session, version, people=people)
    return np.maximum(looked_on, days_complete(complete, zones_of, since, looked_on.size))


def placed_rows(services: ThemeServices) -> IntArray:
    """The rows of the services table that have a point."""
    return np.flatnonzero(services.table["x_m"].notna().to_numpy())


def find_all_pairs(inputs: GapInputs) -> Pairs:
    """Who can reach any placed service of the theme; ``service`` counts in placed_rows."""
    rows = placed_rows(inputs.services)
    return find_pairs_to(inputs, _at(inputs.services.table, rows), reach_of_question(inputs.question))


def find_pairs_to(inputs: GapInputs, services: ServicePoints, reach: ReachSettings) -> Pairs:
    """Who can reach any places at all, measured as the question measures."""
    measure = inputs.walking.find_pairs if inputs.walking else find_pairs
    return measure(inputs.people.points, services, reach)


def _at(table: pd.DataFrame, rows: IntArray) -> ServicePoints:
    """Each place counts as one service: how many people it can take is rarely known."""
    return ServicePoints(
        table["x_m"].iloc[rows].to_numpy(np.float64),
        table["y_m"].iloc[rows].to_numpy(np.float64),
        np.ones(len(rows)),
        np.zeros(len(rows), dtype=np.intp),
    )


def sum_services(inputs: GapInputs, pairs: Pairs, left_out: Collection[str] = ()) -> ThemeSums:
    """Count the services twice, but those ``left_out`` (ids) not at all; ``pairs`` are those of find_all_pairs."""
    table = inputs.services.table
    fit = fits(table, inputs.question, inputs.on)
    fit[table["service_id"].isin(left_out).to_numpy()] = NO
    role = table["role"].to_numpy()
    surely = (fit == YES) & (role != FootprintRole.REGISTERED_AT)
    delivered = sum_up(inputs, pairs, surely)
    perhaps = fit >= PERHAPS
    countable = np.isin(np.arange(len(table)), placed_rows(inputs.services)) | (role == FootprintRole.SERVES)
    same = not (perhaps & ~surely & countable).any()
    return ThemeSums(table, fit, delivered, delivered if same else sum_up(inputs, pairs, perhaps))


def sum_up(inputs: GapInputs, pairs: Pairs, chosen: BoolArray) -> Sums:
    """The chosen (m,) rows of the services table, as far as they have a point or an area they serve."""
    table, people = inputs.services.table, inputs.people.points
    placed = placed_rows(inputs.services)
    kept = chosen[placed]
    row = placed[kept]
    number = np.cumsum(kept) - 1
    near = kept[pairs.service]
    own_pairs = Pairs(pairs.point[near], number[pairs.service[near]], pairs.distance_m[near])
    served_row = np.flatnonzero(chosen & (table["role"].to_numpy() == FootprintRole.SERVES))
    nobody = np.zeros(0, dtype=np.intp)
    areas = table["area_id"].iloc[served_row]
    inside = [inputs.services.served_points.get(int(area), nobody) for area in areas]
    served = ServedAreas(np.ones(len(served_row)), np.zeros(len(served_row), dtype=np.intp), inside)
    services, reach = _at(table, row), reach_of_question(inputs.question)
    provision = measure_provision(people, services, 1, reach, served=served, pairs=own_pairs)
    return Sums(services, row, served, served_row, own_pairs, provision, _load_nearest(inputs, services, reach))


def _load_nearest(inputs: GapInputs, services: ServicePoints, reach: ReachSettings) -> FloatArray:
    """Metres on the way to the nearest service, (n,), however far: the same at every reach and need."""
    people, walking = inputs.people.points, inputs.walking

    def find() -> FloatArray:
        if walking:
            return walking.nearest(people, services, reach.detour)
        straight: FloatArray = nearest_distance(people, services, 1, reach.detour)[0]
        return straight

    key = (id(people.x_m), id(walking), services.x_m.tobytes(), services.y_m.tobytes(), reach.detour)
    _, _, nearest = _nearest.get(key, lambda: (people, walking, find()))
    return nearest
