"""Loading published numbers for the areas of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from app.actions.loading import SILENT, LoadReport, Progress, SourceCard, begin_load, finish_load, save_source
from app.errors import LoadRefusedError
from app.queries import Session, loading_areas, loading_points
from app.queries import loading_indicators as queries
from app.vocabulary import IndicatorRole
from geodata.codes import check_vintage
from geodata.datasets import Indicator
from geodata.frames import IndicatorsFrame
from geodata.problems import RowProblem

TABLES = ("indicator", "indicator_value", "population_point")


def load_indicators(
    session: Session,
    frame: IndicatorsFrame,
    indicators: Sequence[Indicator],
    layer_key: str,
    card: SourceCard,
    *,
    file: str,
    measured_on: date | None = None,
    allow_missing: bool = False,
    progress: Progress = SILENT,
) -> LoadReport:
    """Add or update indicators of a layer; they describe ``measured_on``, or the day of publication.

    Values for areas that the layer does not have are off this map and only counted. Raises LoadRefusedError when
    areas of the layer get no value (see ``_check_coverage``), unless ``allow_missing``.
    """
    begin_load(session)
    layer = loading_areas.find_layer(session, layer_key)
    if layer is None:
        known = ", ".join(loading_areas.list_layer_keys(session)) or "none"
        raise LoadRefusedError(
            f"{file} is about the layer “{layer_key}”, which is not loaded.",
            f"Load its areas first: data load-areas … --layer {layer_key}. Layers loaded: {known}.",
        )
    report = LoadReport("indicators", card.title, file, problems=list(frame.problems))
    progress.start(f"Numbers: {card.title}", None)
    codes = loading_areas.list_area_codes(session, layer.id)
    _check_coverage(report, frame.values, indicators, codes, layer.name, allow_missing)
    source_id = save_source(session, card)
    when = measured_on or card.published_on
    described = queries.merge_indicators(
        session, [_row(indicator, layer.id, source_id, when) for indicator in indicators]
    )
    inside, done = queries.merge_values(session, frame.values, layer.id)
    report.add("indicators", len(indicators), described)
    report.add("values", inside, done)
    outside = len(frame.values) - inside
    if outside:
        report.notes.append(f"{outside:,} of {len(frame.values):,} values are for areas outside this map.")
    population = loading_points.find_population_key(session, layer.id)
    if population in {indicator.key for indicator in indicators}:
        loading_points.refresh_people(session, population, layer.id)
    return finish_load(session, report, source_id, versions=["indicators"], tables=TABLES)


def _check_coverage(
    report: LoadReport,
    values: pd.DataFrame,
    indicators: Sequence[Indicator],
    codes: set[str],
    layer_name: str,
    allow_missing: bool,
) -> None:
    """Find areas of the layer that get no value; refuse when that looks like areas of another year.

    A file whose every code is in the layer is of the right year and simply covers a part of it (a borough inside a
    region): that is allowed and noted, except for the number of people, which the sums need for every area.
    """
    in_file = set(values["area_code"])
    problems = check_vintage(report.file, in_file, codes, layer=layer_name)
    if not problems:
        return
    if in_file <= codes and all(indicator.role != IndicatorRole.POPULATION for indicator in indicators):
        report.notes.append(
            f"The file is about {len(in_file):,} of the {len(codes):,} areas of {layer_name}; "
            "the others have no value."
        )
        return
    if not allow_missing:
        detail = problems[0]
        raise LoadRefusedError(
            f"{detail.file}: {detail.problem}", f"{detail.fix} Or load with --allow-missing, and see them listed."
        )
    report.problems += problems
    for code in sorted(codes - in_file):
        report.problems.append(
            RowProblem(
                report.file, None, None, f"The area “{code}” has no row in the file.", "It is shown as not known.",
                skipped=False,
            )
        )  # fmt: skip


def _row(indicator: Indicator, layer_id: int, source_id: int, measured_on: date | None) -> dict[str, object]:
    return {
        "key": indicator.key,
        "name": indicator.name,
        "unit": indicator.unit,
        "role": indicator.role,
        "direction": indicator.direction,
        "measured_on": measured_on,
        "area_layer_id": layer_id,
        "source_id": source_id,
    }
