"""From the database to the arrays of the gap maths, and the sums of one theme over everything loaded.

The sums do not depend on the area asked about: services over the border and the people who share them are always
in. They are made once per data version, theme and reach, and remembered.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from app.actions.remembered import Remembered
from app.analysis.catchments import Pairs, find_pairs
from app.analysis.inputs import FloatArray, IntArray, PopulationPoints, ReachSettings, ServedAreas, ServicePoints
from app.analysis.need import deprivation_rank_share, need_weights
from app.analysis.provision import Provision, measure_provision, nearest_distance
from app.queries import Session
from app.queries import provision as queries
from app.vocabulary import FootprintRole


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
class ThemeSums:
    """A theme counted twice: what is known to happen somewhere, then with registered addresses as if it did."""

    table: pd.DataFrame
    delivered: Sums
    with_addresses: Sums

    @property
    def listed_only(self) -> pd.DataFrame:
        """Services that are shown but not counted: online, national, or with no public place."""
        counted = np.concatenate([self.with_addresses.row, self.with_addresses.served_row])
        return self.table[~np.isin(np.arange(len(self.table)), counted)]


_people: Remembered[People] = Remembered(4)
_zones: Remembered[Zones] = Remembered(12)
_places: Remembered[set[str]] = Remembered(64)
_sums: Remembered[ThemeSums] = Remembered(64)


def load_people(session: Session, version: str, need_strength: float) -> People:
    return _people.get((version, need_strength), lambda: _read_people(session, need_strength))


def load_zones(session: Session, version: str, layer_id: int, people: People) -> Zones:
    return _zones.get((version, layer_id), lambda: _read_zones(session, layer_id, people))


def load_places_inside(session: Session, version: str, area_id: int) -> set[str]:
    """The ids of public places in an area."""
    return _places.get((version, area_id), lambda: queries.places_inside(session, area_id))


def load_theme_sums(
    session: Session, version: str, theme: str, reach: ReachSettings, need_strength: float
) -> ThemeSums:
    people = load_people(session, version, need_strength)
    key = (version, theme, reach, need_strength)
    return _sums.get(key, lambda: _measure_theme(session, version, theme, reach, people))


def _read_people(session: Session, need_strength: float) -> People:
    table = queries.people_table(session)
    deprivation = queries.deprivation_table(session)
    heads = table["people"].to_numpy(np.float64)
    weights = np.ones(len(table))
    if len(deprivation):
        value = table["area_id"].map(deprivation.set_index("area_id")["value"]).to_numpy(np.float64)
        weights = need_weights(
            deprivation_rank_share(value, heads, deprivation["direction"].iloc[0]), need_strength
        )
    points = PopulationPoints(table["x_m"].to_numpy(np.float64), table["y_m"].to_numpy(np.float64), heads, weights)
    return People(points, table["point_id"].to_numpy(np.intp))


def _read_zones(session: Session, layer_id: int, people: People) -> Zones:
    table = queries.point_areas_table(session, layer_id)
    area_id, zone = np.unique(table["area_id"].to_numpy(np.intp), return_inverse=True)
    of_point = np.full(people.points.count, -1, dtype=np.intp)
    of_point[people.positions(table["point_id"])] = zone
    return Zones(area_id, of_point)


def _measure_theme(session: Session, version: str, theme: str, reach: ReachSettings, people: People) -> ThemeSums:
    table = queries.services_table(session, theme)
    has_point = table["x_m"].notna().to_numpy()
    role = table["role"].to_numpy()
    meets = has_point & (role == FootprintRole.MEETS_AT)
    addresses = has_point & (role == FootprintRole.REGISTERED_AT)
    served_rows = np.flatnonzero(role == FootprintRole.SERVES)
    served = _served_areas(session, table, served_rows, people)
    delivered = _sum_up(table, np.flatnonzero(meets), served, served_rows, people, reach)
    if not addresses.any():
        return ThemeSums(table, delivered, delivered)
    both = _sum_up(table, np.flatnonzero(meets | addresses), served, served_rows, people, reach)
    return ThemeSums(table, delivered, both)


def _served_areas(session: Session, table: pd.DataFrame, rows: IntArray, people: People) -> ServedAreas:
    area_ids = table["area_id"].iloc[rows].to_numpy()
    members = queries.area_points_table(session, sorted({int(area) for area in area_ids}))
    points_of = {area: people.positions(group["point_id"]) for area, group in members.groupby("area_id")}
    nobody = np.zeros(0, dtype=np.intp)
    inside = [points_of.get(int(area), nobody) for area in area_ids]
    return ServedAreas(np.ones(len(rows)), np.zeros(len(rows), dtype=np.intp), inside)


def _sum_up(
    table: pd.DataFrame,
    rows: IntArray,
    served: ServedAreas,
    served_rows: IntArray,
    people: People,
    reach: ReachSettings,
) -> Sums:
    """Each place counts as one service: how many people it can take is rarely known."""
    services = ServicePoints(
        table["x_m"].iloc[rows].to_numpy(np.float64),
        table["y_m"].iloc[rows].to_numpy(np.float64),
        np.ones(len(rows)),
        np.zeros(len(rows), dtype=np.intp),
    )
    pairs = find_pairs(people.points, services, reach)
    provision = measure_provision(people.points, services, 1, reach, served=served, pairs=pairs)
    nearest = nearest_distance(people.points, services, 1, reach.detour)[0]
    return Sums(services, rows, served, served_rows, pairs, provision, nearest)
