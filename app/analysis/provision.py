"""Provision: how much of each service reaches each point, once everyone who shares it is counted."""

from __future__ import annotations

import copy
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from app.analysis.catchments import Pairs, PointGrid, find_pairs
from app.analysis.decay import decay_weights, raised, squared_limit, weights_of_squared
from app.analysis.engines import CatchmentSums, share_out, sum_by_grid, sum_pairs
from app.analysis.inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    PopulationPoints,
    ReachSettings,
    ServedAreas,
    Service,
    ServicePoints,
)

NUMBA_FROM = 20_000_000  # pairs; below this a cold start costs more than it saves
ENGINES = ("auto", "grid", "numba")


@dataclass(eq=False)
class Provision:
    """How much service reaches every point, by theme, and how many people share each service.

    Shapes: access A_i, services_in_reach K_i (supply) and closeness_sum (sum of S w) are (K, n); shared_by D_j
    (weighted people), shared_by_people (a plain head-count within reach) and ratio R_j are (m,); the same three
    for area-wide services are (s,). Access is supply per weighted person.
    """

    access: FloatArray
    services_in_reach: FloatArray
    closeness_sum: FloatArray
    shared_by: FloatArray
    shared_by_people: FloatArray
    ratio: FloatArray
    served_shared_by: FloatArray
    served_shared_by_people: FloatArray
    served_ratio: FloatArray
    settings: ReachSettings

    @property
    def anything_in_reach(self) -> BoolArray:
        """(K, n): is there any service of the theme in reach of the point, or serving its area?

        Errors: ValueError when measured without reasons, because then nobody knows.
        """
        if np.isnan(self.services_in_reach).any():
            raise ValueError("What is in reach was not measured: measure again with reasons.")
        return self.services_in_reach > 0

    def copy(self) -> Provision:
        """A copy that can be changed without changing this one."""
        twin = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                setattr(twin, name, value.copy())
        return twin


def measure_provision(
    points: PopulationPoints,
    services: ServicePoints,
    theme_count: int,
    settings: ReachSettings,
    *,
    served: ServedAreas | None = None,
    pairs: Pairs | None = None,
    engine: str = "auto",
    reasons: bool = True,
) -> Provision:
    """Floating catchment sums: R_j = S_j / sum N w^a and A_i = sum R_j w^b, plus S / N(area) for areas served.

    Shapes: n points, m services of theme 0..theme_count-1. ``pairs`` (a walking network) replaces the straight
    line search. ``engine``: auto, grid or numba, same answers to 1e-12. Without ``reasons`` the two tables
    that explain a score are NaN. Source: two-step floating catchments, Luo and Wang 2003, with powers (a, b).
    Errors: ValueError for an index out of range or an unknown engine.
    """
    _check_indexes(points, services, theme_count, served, pairs)
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, not “{engine}”.")
    if pairs is not None:
        sums = sum_pairs(pairs, points, services, theme_count, settings, reasons=reasons)
    else:
        sums = choose_engine(engine, points, services, settings)(points, services, theme_count, settings, reasons)
    return _add_served_areas(sums, points, served or ServedAreas.none(), settings)


def _check_indexes(
    points: PopulationPoints,
    services: ServicePoints,
    theme_count: int,
    served: ServedAreas | None,
    pairs: Pairs | None,
) -> None:
    for what, themes in (("service", services.theme), ("served area", served.theme if served else np.zeros(0))):
        if themes.size and themes.max() >= theme_count:
            raise ValueError(f"A {what} has theme {themes.max()}, but themes go from 0 to {theme_count - 1}.")
    if served and any(inside.size and inside.max() >= points.count for inside in served.points):
        raise ValueError(f"A served area names a point that is not there: points go from 0 to {points.count - 1}.")
    if pairs and pairs.count and (pairs.point.max() >= points.count or pairs.service.max() >= services.count):
        raise ValueError("A pair names a point or a service that is not there.")


Engine = Callable[[PopulationPoints, ServicePoints, int, ReachSettings, bool], CatchmentSums]


def choose_engine(
    engine: str, points: PopulationPoints, services: ServicePoints, settings: ReachSettings
) -> Engine:
    """The named engine; auto is the grid, or numba where it is installed and the problem is large."""
    installed = importlib.util.find_spec("numba") is not None
    if engine == "numba" and not installed:
        raise ValueError("The numba engine is not installed: install requirements-fast.txt or choose “auto”.")
    if engine == "numba" or (
        engine == "auto" and installed and _about_how_many_pairs(points, services, settings) >= NUMBA_FROM
    ):
        from app.analysis.fast import sum_compiled  # noqa: PLC0415 - numba is optional and slow to import

        compiled: Engine = sum_compiled
        return compiled
    return sum_by_grid


def _about_how_many_pairs(points: PopulationPoints, services: ServicePoints, settings: ReachSettings) -> float:
    """An upper guess from at most 500 services spread through the list."""
    if not services.count:
        return 0.0
    some = np.linspace(0, services.count - 1, min(services.count, 500)).astype(np.intp)
    grid = PointGrid.of(points.x_m, points.y_m, settings.straight_reach_m / 2)
    _, length = grid.runs(services.x_m[some], services.y_m[some], settings.straight_reach_m)
    return float(length.sum() / some.size * services.count)


def _add_served_areas(
    sums: CatchmentSums, points: PopulationPoints, served: ServedAreas, settings: ReachSettings
) -> Provision:
    shared_by = np.array([points.weighted_people[inside].sum() for inside in served.points])
    shared_by_people = np.array([points.people[inside].sum() for inside in served.points])
    ratio = share_out(served.supply, shared_by)
    for theme, supply, each, inside in zip(served.theme, served.supply, ratio, served.points, strict=True):
        sums.access[theme, inside] += each
        if sums.reasons:
            sums.services_in_reach[theme, inside] += supply
            sums.closeness_sum[theme, inside] += supply
    return Provision(
        sums.access,
        sums.services_in_reach,
        sums.closeness_sum,
        sums.shared_by,
        sums.shared_by_people,
        sums.ratio,
        shared_by,
        shared_by_people,
        ratio,
        settings,
    )


def nearest_distance(
    points: PopulationPoints, services: ServicePoints, theme_count: int, detour: float
) -> FloatArray:
    """Walking metres from each point to the nearest service of each theme, however far; inf where there is none.

    Shapes: (K, n) out. A service with supply 0 (national, online) is not somewhere to walk to and is left out.
    """
    nearest = np.full((theme_count, points.count), np.inf)
    if points.count == 0:
        return nearest
    where = np.column_stack([points.x_m, points.y_m])
    for theme in range(theme_count):
        rows = (services.theme == theme) & (services.supply > 0)
        if rows.any():
            tree = cKDTree(np.column_stack([services.x_m[rows], services.y_m[rows]]))
            nearest[theme] = tree.query(where)[0] * detour
    return nearest


def reach_of(points: PopulationPoints, service: Service, settings: ReachSettings) -> tuple[IntArray, FloatArray]:
    """The points one service reaches and their decay weights, by straight line."""
    across, along = points.x_m - service.x_m, points.y_m - service.y_m
    squared = across * across + along * along
    near = np.flatnonzero(squared <= squared_limit(settings.reach_m, settings.detour))
    return near, weights_of_squared(squared[near], settings)


def add_service(provision: Provision, points: PopulationPoints, service: Service) -> None:
    """Add one service, in place, as the last row: equal to measuring again to 1e-12, without measuring again."""
    near, shared_by = _change(provision, points, service, sign=1)
    provision.shared_by = np.append(provision.shared_by, shared_by)
    provision.shared_by_people = np.append(provision.shared_by_people, points.people[near].sum())
    provision.ratio = np.append(provision.ratio, service.supply / shared_by if shared_by > 0 else 0.0)


def remove_service(provision: Provision, points: PopulationPoints, service: Service, index: int) -> None:
    """Take away the service of row ``index``, in place; later rows move up by one."""
    near, _ = _change(provision, points, service, sign=-1)
    for name in ("shared_by", "shared_by_people", "ratio"):
        setattr(provision, name, np.delete(getattr(provision, name), index))
    # What is left of a - a is rounding, and "nothing in reach" must be exactly nothing.
    gone = near[np.abs(provision.services_in_reach[service.theme, near]) <= 1e-9 * service.supply]
    for table in (provision.access, provision.services_in_reach, provision.closeness_sum):
        table[service.theme, gone] = 0


def _change(provision: Provision, points: PopulationPoints, service: Service, sign: int) -> tuple[IntArray, float]:
    settings = provision.settings
    if not 0 <= service.theme < provision.access.shape[0]:
        raise ValueError(f"theme must be between 0 and {provision.access.shape[0] - 1}, not {service.theme}.")
    near, weight = reach_of(points, service, settings)
    shared_by = float((points.weighted_people[near] * raised(weight, settings.demand_power)).sum())
    closeness = raised(weight, settings.access_power)
    if shared_by > 0:
        provision.access[service.theme, near] += sign * service.supply / shared_by * closeness
    if provision.services_in_reach.flags.writeable:
        provision.services_in_reach[service.theme, near] += sign * service.supply
        provision.closeness_sum[service.theme, near] += sign * service.supply * closeness
    return near, shared_by


@dataclass(frozen=True, eq=False)
class ServiceShares:
    """Which named services make up a zone's access, largest share first.

    Shapes: (c,) each. ``index`` is the row in the services, or in the served areas where ``area_wide`` is true;
    shares add up to 1; ``distance_m`` is the mean walk of the zone's weighted people who are in reach (NaN if
    area-wide).
    """

    index: IntArray
    area_wide: BoolArray
    share: FloatArray
    distance_m: FloatArray


def service_shares(
    zone_points: IntArray,
    points: PopulationPoints,
    services: ServicePoints,
    theme: int,
    provision: Provision,
    *,
    pairs: Pairs | None = None,
    served: ServedAreas | None = None,
) -> ServiceShares:
    """Each service's share of what reaches a zone: sum over its points of N_i R_j w_ij, over sum of N_i A_i.

    Shapes: ``zone_points`` are indexes of the zone's points. Empty when nothing of the theme reaches the zone.
    """
    inside = np.zeros(points.count, dtype=bool)
    inside[zone_points] = True
    found = find_pairs(points, services, provision.settings) if pairs is None else pairs
    wanted = inside[found.point] & (services.theme[found.service] == theme)
    wanted &= found.distance_m <= provision.settings.reach_m
    point, service, distance = found.point[wanted], found.service[wanted], found.distance_m[wanted]
    closeness = raised(decay_weights(distance, provision.settings), provision.settings.access_power)
    people = points.weighted_people[point]
    amount = np.bincount(service, people * provision.ratio[service] * closeness, services.count)
    heads = np.bincount(service, people, services.count)
    walk = np.bincount(service, people * distance, services.count)
    mean_walk = np.divide(walk, heads, out=np.full(services.count, np.nan), where=heads > 0)
    served = served or ServedAreas.none()
    area_amount = np.array(
        [
            points.weighted_people[area[inside[area]]].sum() * ratio * (area_theme == theme)
            for area, ratio, area_theme in zip(served.points, provision.served_ratio, served.theme, strict=True)
        ]
    )
    amounts = np.concatenate([amount, area_amount])
    row = np.flatnonzero(amounts > 0)
    row = row[np.lexsort((row, -amounts[row]))]
    is_area = row >= services.count
    index = np.where(is_area, row - services.count, row)
    distances = np.concatenate([mean_walk, np.full(served.count, np.nan)])[row]
    return ServiceShares(index, is_area, amounts[row] / amounts[row].sum(), distances)
