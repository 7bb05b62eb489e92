"""A dataset entry of the catalogue: which columns of a published file are which indicators."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from geodata.catalogue import Checked, find_file, read_yaml

DIRECTIONS = ("higher", "lower", "rank_low", "neutral")
ROLES = ("population", "deprivation", "other")
_SOURCE_KEYS = ("title", "publisher", "licence", "attribution", "published", "published_note")
_KEYS = (*_SOURCE_KEYS, "layer", "code_column", "missing", "where", "sheet", "indicators")
_INDICATOR_KEYS = ("key", "name", "column", "columns", "unit", "direction", "role", "description", "where")


@dataclass(frozen=True)
class Source:
    """Who published something, under which licence, and the line that must stand beside it."""

    title: str
    publisher: str
    licence: str
    attribution: str
    published: dt.date | None
    note: str = ""


@dataclass(frozen=True)
class Indicator:
    """One published number per area; ``columns`` are added up (first to last) when there is more than one."""

    key: str
    name: str
    unit: str
    direction: str
    role: str
    description: str
    first_column: str
    last_column: str
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Dataset:
    """``layer``: the key of the layer whose codes the file uses ("lsoa-2011"); ``where``: rows to keep."""

    key: str
    source: Source
    layer: str
    code_column: str
    missing: tuple[str, ...]
    where: tuple[tuple[str, str], ...]
    indicators: tuple[Indicator, ...]
    sheet: str | None = None


def read_dataset(name: Path | str) -> Dataset:
    """Read a dataset entry by its name in the catalogue, or by the path of a YAML file. Raises InputProblem."""
    path = find_file("datasets", name)
    entry = Checked(path.name, read_yaml(path))
    entry.allow(_KEYS)
    indicators = tuple(_indicator(part) for part in entry.parts("indicators"))
    if not indicators:
        raise entry.fail("indicators", "No indicator is named.", "Add at least one column to read.")
    return Dataset(
        key=path.stem,
        source=read_source(entry),
        layer=entry.text("layer"),
        code_column=entry.text("code_column"),
        missing=tuple(entry.texts("missing") or ["NA"]),
        where=_where(entry),
        indicators=indicators,
        sheet=entry.text("sheet", "") or None,
    )


def read_source(entry: Checked) -> Source:
    """Read the lines about a file's publisher from any entry that has them."""
    return Source(
        title=entry.text("title"),
        publisher=entry.text("publisher"),
        licence=entry.text("licence"),
        attribution=entry.text("attribution"),
        published=entry.date("published"),
        note=entry.text("published_note", ""),
    )


def _indicator(part: Checked) -> Indicator:
    part.allow(_INDICATOR_KEYS)
    if part.has("columns"):
        between = part.part("columns")
        between.allow(("first", "last"))
        first, last = between.text("first"), between.text("last")
    else:
        first = last = part.text("column")
    return Indicator(
        key=part.text("key"),
        name=part.text("name"),
        unit=part.text("unit"),
        direction=part.choice("direction", DIRECTIONS),
        role=part.choice("role", ROLES),
        description=part.text("description", ""),
        first_column=first,
        last_column=last,
        where=_where(part),
    )


def _where(entry: Checked) -> tuple[tuple[str, str], ...]:
    return tuple((column, str(value)) for column, value in entry.mapping("where").items())
