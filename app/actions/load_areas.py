"""Loading a layer of areas."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.actions.loading import SILENT, LoadReport, Progress, SourceCard, begin_load, finish_load, save_source
from app.actions.make_population_points import place_points_of_layer
from app.errors import LoadRefusedError
from app.queries import Session
from app.queries import loading_areas as areas_queries
from app.vocabulary import AreaLayerKind
from geodata.frames import AreasFrame

TABLES = ("area", "area_layer", "point_area")


@dataclass(frozen=True)
class LayerCard:
    """What a layer is called: ``key`` in addresses, ``name`` (plural) and ``singular`` on screens."""

    key: str
    name: str
    singular: str
    vintage: str
    kind: AreaLayerKind = AreaLayerKind.STATISTICAL


def make_singular(plural: str) -> str:
    """One of them: "Small areas (LSOA 2021)" -> "Small area (LSOA 2021)", "Localities" -> "Locality"."""
    one = re.sub(r"ies(?=$| \(| of )", "y", plural, count=1)
    return one if one != plural else re.sub(r"s(?=$| \(| of )", "", plural, count=1)


def load_areas(
    session: Session,
    frame: AreasFrame,
    layer: LayerCard,
    card: SourceCard,
    *,
    file: str,
    replace: bool = False,
    progress: Progress = SILENT,
) -> LoadReport:
    """Add or update a layer; names and shapes may change, the set of codes and the vintage only with ``replace``.

    Raises LoadRefusedError when the layer is there with another vintage or other codes and ``replace`` is False.
    """
    begin_load(session)
    report = LoadReport("areas", f"{layer.name} ({layer.key})", file, problems=list(frame.problems))
    progress.start(f"Areas: {layer.name}", None)
    before = areas_queries.find_layer(session, layer.key)
    if before and before.vintage != layer.vintage and not replace:
        raise LoadRefusedError(
            f"The layer “{layer.key}” is loaded already, of {before.vintage}; this file is of {layer.vintage}.",
            "Give the new layer a key of its own (such as ward-2024), or load with --replace.",
        )
    areas_queries.stage_areas(session, frame.areas)
    removed = 0
    if before:
        removed = _make_room(session, before, set(frame.areas["area_code"]), replace)
    source_id = save_source(session, card)
    layer_id = areas_queries.merge_layer(
        session,
        {"key": layer.key, "name": layer.name, "singular": layer.singular, "vintage": layer.vintage,
         "kind": layer.kind.value, "source_id": source_id},
    )  # fmt: skip
    done = areas_queries.merge_areas(session, layer_id)
    report.add("areas", len(frame.areas), done)
    report.tallies["areas"].removed = removed
    report.tallies["areas"].skipped = sum(problem.skipped for problem in report.problems)
    report.tallies["areas"].read += report.tallies["areas"].skipped
    if report.changed:
        areas_queries.refresh_sort_order(session, layer_id)
        place_points_of_layer(session, layer_id)
    return finish_load(session, report, source_id, versions=["areas"], tables=TABLES)


def _make_room(session: Session, layer: areas_queries.LayerRow, codes: set[str], replace: bool) -> int:
    """Compare the codes of a loaded layer with those of a file; remove what went when that was asked for."""
    loaded = areas_queries.list_area_codes(session, layer.id)
    gone, new = sorted(loaded - codes), sorted(codes - loaded)
    if not gone and not new:
        return 0
    if not replace:
        told = [f"{len(gone):,} loaded areas are not in the file (such as {gone[0]})"] if gone else []
        told += [f"{len(new):,} areas of the file are not loaded (such as {new[0]})"] if new else []
        raise LoadRefusedError(
            f"The layer “{layer.key}” is loaded already with other areas: {'; '.join(told)}.",
            "Give the new layer a key of its own, or load with --replace.",
        )
    users = areas_queries.list_users_of_removed(session, layer.id)
    if users:
        raise LoadRefusedError(
            f"{len(gone):,} areas of “{layer.key}” would go, but {'; '.join(users)}.",
            "Load the new areas under a key of their own, then load the organisations again.",
        )
    return areas_queries.remove_areas_not_staged(session, layer.id)
