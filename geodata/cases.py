"""A case: what is loaded for one place, in order, who published it, and what each list claims to cover."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path

from geodata.catalogue import Checked, find_file, list_names, read_yaml
from geodata.datasets import Dataset, Source, read_dataset
from geodata.profiles import Profile, read_profile
from geodata.themes import list_themes

LAYER_KINDS = ("statistical", "electoral", "council", "grid", "hexagon", "drawn")
SURVEY_KINDS = ("published_list", "walk_round")
SQUARE_MILE_M = 1609.344
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


@dataclass(frozen=True)
class AreasStep:
    """Polygons of one layer and how to read them; see geodata.readers.areas.read_areas."""

    layer: str
    name: str
    kind: str
    vintage: str
    file: str
    code_field: str | None
    name_field: str | None
    inner_file: str | None
    assume_crs: str | None
    source: Source


@dataclass(frozen=True)
class GridStep:
    """A grid of squares with sides of ``size_m`` over the main area."""

    layer: str
    name: str
    size_m: float


@dataclass(frozen=True)
class PostcodesStep:
    """Postcode files in order: where two know a postcode, the later one counts."""

    files: tuple[str, ...]
    include_northern_ireland: bool
    source: Source


@dataclass(frozen=True)
class IndicatorsStep:
    """One file of published numbers and the dataset entry that reads it."""

    file: str
    dataset: Dataset


@dataclass(frozen=True)
class RecordsStep:
    """One list of organisations and the profile that reads it."""

    file: str
    profile: Profile


@dataclass(frozen=True)
class GrantsStep:
    """One file of grants, as funders publish them for 360Giving."""

    file: str
    source: Source


@dataclass(frozen=True)
class CoverageStep:
    """What a list claims to cover: theme (None = every theme) in areas of a layer; no codes = all its areas.

    ``list_file`` is the list that the claim is about; ``note`` says how the date was found.
    """

    theme: str | None
    layer: str
    area_codes: tuple[str, ...]
    kind: str
    checked_on: dt.date
    completeness: float | None
    note: str
    list_file: str | None


@dataclass(frozen=True)
class Case:
    """A place and the ordered steps that load it; files are named from the folder given with ``--from``.

    ``main_layer`` and ``main_area`` are None when the case is about every area of its base layer. ``land_layer``
    draws all land there is around it: beyond that is sea; None when no layer does.
    """

    key: str
    name: str
    title: str
    summary: str
    main_layer: str | None
    main_area: str | None
    base_layer: str
    land_layer: str | None
    population: str
    deprivation: str | None
    areas: tuple[AreasStep, ...]
    grids: tuple[GridStep, ...]
    postcodes: tuple[PostcodesStep, ...]
    indicators: tuple[IndicatorsStep, ...]
    records: tuple[RecordsStep, ...]
    coverage: tuple[CoverageStep, ...]
    grants: tuple[GrantsStep, ...] = ()

    def list_files(self) -> list[str]:
        """List every file the case needs, in loading order."""
        files = [step.file for step in self.areas]
        files += [file for step in self.postcodes for file in step.files]
        files += [step.file for step in self.indicators]
        files += [step.file for step in self.records]
        return files + [step.file for step in self.grants]

    def list_missing_files(self, folder: Path) -> list[str]:
        """List the files that are not in ``folder``, so that nothing is loaded before all are there."""
        return [file for file in self.list_files() if not (folder / file).exists()]


def read_case(name: Path | str) -> Case:
    """Read a case by its name in the catalogue, or by the path of a YAML file. Raises InputProblem with a key."""
    path = find_file("cases", name)
    entry = Checked(path.name, read_yaml(path))
    entry.allow(_CASE_KEYS)
    sources = _read_sources(entry)
    main = entry.part("main_area")
    main.allow(("layer", "code"))
    case = Case(
        key=path.stem,
        name=entry.text("name"),
        title=entry.text("title"),
        summary=entry.text("summary", ""),
        main_layer=main.text("layer") if entry.has("main_area") else None,
        main_area=main.text("code") if entry.has("main_area") else None,
        base_layer=entry.text("base_layer"),
        land_layer=entry.text("land_layer", "") or None,
        population=entry.text("population"),
        deprivation=entry.text("deprivation", "") or None,
        areas=tuple(_areas_step(part, sources) for part in entry.parts("areas")),
        grids=tuple(_grid_step(part) for part in entry.parts("grids")),
        postcodes=tuple(_postcodes_step(part, sources) for part in entry.parts("postcodes")),
        indicators=tuple(_indicators_step(part, path.parent) for part in entry.parts("indicators")),
        records=tuple(_records_step(part, path.parent) for part in entry.parts("organisations")),
        coverage=tuple(_coverage_step(part) for part in entry.parts("coverage")),
        grants=tuple(_grants_step(part, sources) for part in entry.parts("grants")),
    )
    _check_names(entry, case)
    return case


_CASE_KEYS = (
    *("name", "title", "summary", "main_area", "base_layer", "land_layer", "population", "deprivation", "sources"),
    *("areas", "grids", "postcodes", "indicators", "organisations", "coverage", "grants"),
)
_AREA_KEYS = (
    *(
        "layer",
        "name",
        "kind",
        "vintage",
        "file",
        "code_field",
        "name_field",
        "inner_file",
        "assume_crs",
        "source",
    ),
)


def _read_sources(entry: Checked) -> dict[str, Source]:
    found = {}
    for key in entry.mapping("sources"):
        part = entry.part("sources").part(key)
        part.allow(("title", "publisher", "licence", "attribution", "published", "published_note"))
        found[key] = Source(
            title=part.text("title", part.text("publisher")),
            publisher=part.text("publisher"),
            licence=part.text("licence"),
            attribution=part.text("attribution"),
            published=part.date("published"),
            note=part.text("published_note", ""),
        )
    return found


def _source(part: Checked, sources: dict[str, Source]) -> Source:
    return sources[part.choice("source", tuple(sources))]


def _areas_step(part: Checked, sources: dict[str, Source]) -> AreasStep:
    part.allow(_AREA_KEYS)
    return AreasStep(
        layer=_key(part, "layer"),
        name=part.text("name"),
        kind=part.choice("kind", LAYER_KINDS),
        vintage=part.text("vintage"),
        file=_file(part, "file"),
        code_field=part.text("code_field", "") or None,
        name_field=part.text("name_field", "") or None,
        inner_file=part.text("inner_file", "") or None,
        assume_crs=part.text("assume_crs", "") or None,
        source=_source(part, sources),
    )


def _grid_step(part: Checked) -> GridStep:
    part.allow(("layer", "name", "size_m"))
    try:
        size_m = float(part.text("size_m", str(SQUARE_MILE_M)))
    except ValueError as error:
        raise part.fail("size_m", "The size is not a number.", "Write it in metres, such as 1000.") from error
    if not 100 <= size_m <= 50_000:
        raise part.fail("size_m", "The size is out of range.", "Choose between 100 and 50000 metres.")
    return GridStep(_key(part, "layer"), part.text("name"), size_m)


def _postcodes_step(part: Checked, sources: dict[str, Source]) -> PostcodesStep:
    part.allow(("files", "include_northern_ireland", "source"))
    files = tuple(_safe_path(part, "files", file) for file in part.texts("files"))
    if not files:
        raise part.fail("files", "No file is named.", "Name at least one file or folder.")
    return PostcodesStep(files, bool(part.raw("include_northern_ireland", False)), _source(part, sources))


def _indicators_step(part: Checked, folder: Path) -> IndicatorsStep:
    part.allow(("file", "dataset"))
    return IndicatorsStep(_file(part, "file"), read_dataset(_entry(part, "dataset", "datasets", folder)))


def _records_step(part: Checked, folder: Path) -> RecordsStep:
    part.allow(("file", "profile"))
    return RecordsStep(_file(part, "file"), read_profile(_entry(part, "profile", "profiles", folder)))


def _grants_step(part: Checked, sources: dict[str, Source]) -> GrantsStep:
    part.allow(("file", "source"))
    return GrantsStep(_file(part, "file"), _source(part, sources))


def _entry(part: Checked, key: str, kind: str, folder: Path) -> Path | str:
    """Take a name of the catalogue, or a .yaml of one's own that lies beside the case."""
    name = part.text(key)
    if name.endswith((".yaml", ".yml")):
        return folder / name
    return part.choice(key, list_names(kind))


def _coverage_step(part: Checked) -> CoverageStep:
    part.allow(("theme", "layer", "areas", "kind", "checked_on", "completeness", "note", "list"))
    checked_on = part.date("checked_on")
    if checked_on is None:
        raise part.fail("checked_on", "This key is missing.", "Write the date the list was true, as 2026-11-22.")
    theme = part.choice("theme", ("all", *(theme.key for theme in list_themes())))
    codes = part.texts("areas")
    completeness = part.raw("completeness")
    if completeness is not None and not (isinstance(completeness, (int, float)) and 0 <= completeness <= 1):
        raise part.fail("completeness", "This is not a share.", "Write a number from 0 to 1, or leave it out.")
    return CoverageStep(
        theme=None if theme == "all" else theme,
        layer=part.text("layer"),
        area_codes=() if codes == ["all"] else tuple(codes),
        kind=part.choice("kind", SURVEY_KINDS, "published_list"),
        checked_on=checked_on,
        completeness=None if completeness is None else float(completeness),
        note=part.text("note", ""),
        list_file=part.text("list", "") or None,
    )


def _key(part: Checked, key: str) -> str:
    value = part.text(key)
    if not _KEY.fullmatch(value):
        raise part.fail(key, f"“{value}” is not a key.", "Use small letters, digits and hyphens: “lsoa-2021”.")
    return value


def _file(part: Checked, key: str) -> str:
    return _safe_path(part, key, part.text(key))


def _safe_path(part: Checked, key: str, file: str) -> str:
    """Keep files inside the folder given with ``--from``."""
    path = Path(file)
    if path.is_absolute() or ".." in path.parts:
        raise part.fail(key, f"“{file}” leads out of the folder.", "Name it from the folder given with --from.")
    return file


def _check_names(entry: Checked, case: Case) -> None:
    """Check that every layer and indicator that is named is also loaded."""
    layers = [*(step.layer for step in case.areas), *(step.layer for step in case.grids)]
    indicators = [item.key for step in case.indicators for item in step.dataset.indicators]
    wanted = [("main_area: layer", case.main_layer or case.base_layer), ("base_layer", case.base_layer)]
    wanted += [("land_layer", case.land_layer)] if case.land_layer else []
    wanted += [(f"indicators: {step.dataset.key}", step.dataset.layer) for step in case.indicators]
    wanted += [(f"coverage {i}: layer", step.layer) for i, step in enumerate(case.coverage, start=1)]
    for key, layer in wanted:
        if layer not in layers:
            raise entry.fail(key, f"The layer “{layer}” is not loaded.", f"The layers are: {', '.join(layers)}.")
    for key, name in (("population", case.population), ("deprivation", case.deprivation)):
        if name is not None and name not in indicators:
            there_are = ", ".join(dict.fromkeys(indicators))
            raise entry.fail(key, f"The indicator “{name}” is not loaded.", f"The indicators are: {there_are}.")
