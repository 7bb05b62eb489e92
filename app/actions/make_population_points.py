"""Putting the people of the base layer where they live, and every layer's areas around them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from app.actions.loading import SILENT, LoadReport, Progress, begin_load, finish_load
from app.errors import LoadRefusedError
from app.queries import Session, loading, loading_areas, loading_points
from app.queries.loading import Changes
from geodata.problems import RowProblem

TABLES = ("population_point", "point_area")


def make_population_points(
    session: Session,
    *,
    layer_key: str,
    indicator_key: str,
    points: pd.DataFrame | None = None,
    postcode_sources: Sequence[str] = (),
    progress: Progress = SILENT,
) -> LoadReport:
    """Make the population points of a layer, its people from an indicator, and place them in every layer.

    ``points`` (POPULATION_POINT_COLUMNS) are used when given; else the layer's live postcodes, those of
    ``postcode_sources`` only when any is named. An area without either gets one point on its surface.
    """
    begin_load(session)
    layer = loading_areas.find_layer(session, layer_key)
    if layer is None:
        known = ", ".join(loading_areas.list_layer_keys(session)) or "none"
        raise LoadRefusedError(f"There is no layer “{layer_key}”.", f"Layers loaded: {known}.")
    source_id = loading_points.find_indicator_source(session, indicator_key, layer.id)
    if source_id is None:
        raise LoadRefusedError(
            f"The layer “{layer_key}” has no indicator “{indicator_key}”.",
            "Load the number of people per area first: data load-indicators.",
        )
    report = LoadReport("population points", f"Where the people of {layer.name} live", layer_key)
    progress.start("Where people live", None)
    if points is None:
        used = loading_points.stage_postcode_points(session, layer.id, postcode_sources)
        if used:
            report.notes.append(f"{used:,} live postcodes say where people live.")
    else:
        unknown = loading_points.stage_given_points(session, layer.id, points)
        report.problems += [_unknown_area(layer_key, code) for code in unknown]
    bare = loading_points.fill_empty_areas(session, layer.id)
    if bare:
        report.notes.append(f"{bare:,} areas have no postcode inside: their people stand on one point.")
    done = loading_points.merge_points(session)
    people = loading_points.refresh_people(session, indicator_key, layer.id)
    total = loading_points.count_points(session)
    report.add("points", total, Changes(done.added, max(people - done.added, 0), done.removed))
    report.add("places in layers", *place_points(session, progress))
    return finish_load(session, report, source_id, versions=["areas", "indicators"], tables=TABLES)


def place_points(session: Session, progress: Progress = SILENT) -> tuple[int, Changes]:
    """Place the population points in every layer; returns how many layers, and what changed."""
    done, layers = Changes(), loading_points.list_layer_ids(session)
    progress.start("People in each layer", len(layers))
    for layer_id in layers:
        done += loading_points.place_points(session, layer_id)
        progress.advance()
    return loading_points.count_places(session), done


def place_points_of_layer(session: Session, layer_id: int) -> None:
    """Place the population points in one layer that changed."""
    if loading_points.place_points(session, layer_id).any:
        loading.bump_versions(session, ["areas"])


def _unknown_area(layer_key: str, code: str) -> RowProblem:
    return RowProblem(
        layer_key, None, "area_code", f"The layer has no area “{code}”.", "Its population points were left out."
    )
