"""Loading everything a case names: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from app.actions.load_areas import LayerCard, load_areas, make_singular
from app.actions.load_grants import load_grants
from app.actions.load_indicators import load_indicators
from app.actions.load_postcodes import load_postcodes
from app.actions.load_records import load_records
from app.actions.load_statements import load_surveys
from app.actions.loading import SILENT, LoadReport, Progress, SourceCard, begin_load, checksum_of, make_card
from app.actions.make_grid import GridShape, make_grid
from app.actions.make_population_points import make_population_points
from app.queries import Session, loading, loading_areas, loading_site
from app.vocabulary import AreaLayerKind
from geodata.cases import (
    AreasStep,
    Case,
    CoverageStep,
    GrantsStep,
    IndicatorsStep,
    PostcodesStep,
    RecordsStep,
    read_case,
)
from geodata.frames import SURVEY_COLUMNS
from geodata.problems import InputProblem
from geodata.readers.areas import make_slug, read_areas
from geodata.readers.grants import read_grants
from geodata.readers.indicators import read_indicators
from geodata.readers.postcodes import read_postcodes
from geodata.readers.records import read_records


def load_case(
    session: Session, case_file: Path | str, folder: Path, *, today: date, progress: Progress = SILENT
) -> list[LoadReport]:
    """Load a case from the files in ``folder``; returns one report per step.

    The first postcodes the case names say where people live; later ones only add postcodes the first do not have.
    Raises InputProblem or LoadRefusedError; files that are not there are named all at once before anything starts.
    """
    case = read_case(case_file)
    lost = case.list_missing_files(folder)
    if lost:
        raise InputProblem(
            case.key,
            f"{len(lost)} of the files it names are not in {folder.name}: {', '.join(lost)}.",
            "Put them there, or take them out of the case.",
        )
    begin_load(session)
    steps = _Steps(session, case, folder, today, progress)
    reports = [steps.areas(step) for step in case.areas]
    reports += steps.grids()
    reports += [steps.postcodes(step) for step in case.postcodes]
    reports += [steps.indicators(step) for step in case.indicators]
    reports += [steps.records(step) for step in case.records]
    reports.append(steps.population_points())
    reports += steps.coverage()
    reports += [steps.grants(step) for step in case.grants]
    if steps.site():
        loading.bump_versions(session, loading.VERSION_NAMES)
    return reports


class _Steps:
    """The steps of one case, each reading a file and handing the frame to its loader."""

    def __init__(self, session: Session, case: Case, folder: Path, today: date, progress: Progress) -> None:
        self.session, self.case, self.folder, self.today, self.progress = session, case, folder, today, progress
        self._profile_uses = Counter(step.profile.key for step in case.records)

    def areas(self, step: AreasStep) -> LoadReport:
        path = self._open(step.file)
        frame = read_areas(
            path, step.code_field, step.name_field, inner_file=step.inner_file, assume_crs=step.assume_crs
        )
        layer = LayerCard(step.layer, step.name, make_singular(step.name), step.vintage, AreaLayerKind(step.kind))
        card = make_card(f"areas-{step.layer}", step.source, checksum_of([path]))
        named = replace(card, title=f"{step.source.title}: {step.name}")
        return load_areas(self.session, frame, layer, named, file=step.file, progress=self.progress)

    def grids(self) -> list[LoadReport]:
        case = self.case
        over = f"{case.main_layer}:{case.main_area}" if case.main_layer else case.base_layer
        return [
            make_grid(
                self.session, over=over, shape=GridShape.SQUARE_MILE, size_m=step.size_m, key=step.layer,
                name=step.name, progress=self.progress,
            )
            for step in case.grids
        ]  # fmt: skip

    def postcodes(self, step: PostcodesStep) -> LoadReport:
        paths = [self.folder / file for file in step.files]
        frame = read_postcodes(paths, include_northern_ireland=step.include_northern_ireland)
        card = make_card(_postcodes_key(step), step.source, checksum_of(paths))
        return load_postcodes(self.session, frame, card, file=", ".join(step.files), progress=self.progress)

    def indicators(self, step: IndicatorsStep) -> LoadReport:
        path, dataset = self._open(step.file), step.dataset
        frame = read_indicators(path, dataset)
        card = make_card(f"indicators-{dataset.key}", dataset.source, checksum_of([path]))
        return load_indicators(
            self.session, frame, dataset.indicators, dataset.layer, card, file=step.file, progress=self.progress
        )

    def records(self, step: RecordsStep) -> LoadReport:
        path = self._open(step.file)
        frame = read_records(path, step.profile)
        return load_records(
            self.session, frame, self._records_card(step), file=step.file, today=self.today, progress=self.progress
        )

    def grants(self, step: GrantsStep) -> LoadReport:
        path = self._open(step.file)
        card = make_card(f"grants-{make_slug(Path(step.file).stem)}", step.source, checksum_of([path]))
        return load_grants(self.session, read_grants(path), card, file=step.file, progress=self.progress)

    def population_points(self) -> LoadReport:
        first = [_postcodes_key(step) for step in self.case.postcodes[:1]]
        return make_population_points(
            self.session, layer_key=self.case.base_layer, indicator_key=self.case.population,
            postcode_sources=first, progress=self.progress,
        )  # fmt: skip

    def coverage(self) -> list[LoadReport]:
        """Load what each list claims to cover as surveys of that list."""
        groups: dict[SourceCard, list[CoverageStep]] = {}
        lists = {step.file: step for step in self.case.records}
        for step in self.case.coverage:
            listed = lists.get(step.list_file or "")
            card = self._records_card(listed) if listed else SourceCard(self.case.key, self.case.title)
            groups.setdefault(card, []).append(step)
        return [
            load_surveys(
                self.session, self._surveys(steps), card, file=steps[0].list_file or self.case.key,
                progress=self.progress,
            )
            for card, steps in groups.items()
        ]  # fmt: skip

    def site(self) -> bool:
        case = self.case
        return loading_site.upsert_site(
            self.session, name=case.name, layer_key=case.main_layer, area_code=case.main_area,
            base_layer_key=case.base_layer, land_layer_key=case.land_layer, population_key=case.population,
            deprivation_key=case.deprivation,
            is_invented=False,
        ).any  # fmt: skip

    def _open(self, file: str) -> Path:
        self.progress.start(f"Reading {Path(file).name}")
        return self.folder / file

    def _records_card(self, step: RecordsStep) -> SourceCard:
        """The card of a list; a profile that reads several lists of the case names each by its file too."""
        key = step.profile.key
        if self._profile_uses[key] > 1:
            key = f"{key}-{make_slug(Path(step.file).stem)}"
        return make_card(key, step.profile.source, checksum_of([self.folder / step.file]))

    def _surveys(self, steps: Iterable[CoverageStep]) -> pd.DataFrame:
        rows = [
            (step.theme, step.layer, code, step.kind, step.checked_on, step.completeness, step.note)
            for step in steps
            for code in step.area_codes or self._codes(step.layer)
        ]
        return pd.DataFrame(rows, columns=list(SURVEY_COLUMNS), dtype=object)

    def _codes(self, layer_key: str) -> list[str]:
        layer = loading_areas.find_layer(self.session, layer_key)
        return sorted(loading_areas.list_area_codes(self.session, layer.id)) if layer else []


def _postcodes_key(step: PostcodesStep) -> str:
    return f"postcodes-{make_slug(step.source.title)}"
