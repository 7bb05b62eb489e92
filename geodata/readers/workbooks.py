"""Excel (.xlsx) and OpenDocument (.ods) sheets -> records of strings, after looking for traps in the archive."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from geodata.files import open_archive
from geodata.problems import InputProblem

MAX_CELLS = 20_000_000
MAX_REPEATED = 2_000
_CHUNK = 1 << 20
_CELL = re.compile(rb'<c[^>]{0,200}? r="([A-Z]{1,3})([0-9]{1,7})"|<c r="([A-Z]{1,3})([0-9]{1,7})"')
_ODS_REPEAT = re.compile(rb'number-(?:columns|rows)-repeated="([0-9]+)"[^>]{0,300}office:value-type')


def read_workbook(path: Path, sheet: str | None, max_bytes: int) -> Iterator[list[str]]:
    """Read one sheet of a workbook as records of strings; with several sheets ``sheet`` must name one.

    Dates become 2026-11-22, whole numbers lose ".0", yes/no become TRUE and FALSE. Raises InputProblem.
    """
    with open_archive(path, max_bytes=max_bytes) as archive:
        _refuse_traps(path.name, archive)
    try:
        workbook = CalamineWorkbook.from_path(path)
        name = _choose_sheet(path.name, workbook, sheet)
        rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise InputProblem(
            path.name, "The spreadsheet cannot be opened.", "Open it in a spreadsheet program and save it again."
        ) from error
    return ([_as_text(value) for value in row] for row in rows)


def list_sheets(path: Path, max_bytes: int) -> list[str]:
    """The names of the sheets that are shown and hold something. Raises InputProblem."""
    with open_archive(path, max_bytes=max_bytes) as archive:
        _refuse_traps(path.name, archive)
    try:
        return _filled_sheets(CalamineWorkbook.from_path(path))
    except CalamineError as error:
        raise InputProblem(
            path.name, "The spreadsheet cannot be opened.", "Open it in a spreadsheet program and save it again."
        ) from error


def _filled_sheets(workbook: CalamineWorkbook) -> list[str]:
    visible = [meta.name for meta in workbook.sheets_metadata if meta.visible == SheetVisibleEnum.Visible]
    return [name for name in visible if workbook.get_sheet_by_name(name).height > 0]


def _choose_sheet(file: str, workbook: CalamineWorkbook, wanted: str | None) -> str:
    visible = [meta.name for meta in workbook.sheets_metadata if meta.visible == SheetVisibleEnum.Visible]
    if wanted is not None:
        if wanted in workbook.sheet_names:
            return wanted
        raise InputProblem(file, f"There is no sheet “{wanted}”.", f"The sheets are: {', '.join(visible)}.")
    filled = _filled_sheets(workbook)
    if not filled:
        raise InputProblem(file, "No sheet has any rows.", "Export it again with its rows.")
    if len(filled) > 1:
        raise InputProblem(
            file,
            f"There are {len(filled)} sheets: {', '.join(filled)}.",
            "Say which one to read, or save the one you want as its own file.",
        )
    return filled[0]


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return "" if value is None else str(value)


def _refuse_traps(file: str, archive: zipfile.ZipFile) -> None:
    """Refuse entity tricks, lone far-away cells and repeated cells before a parser reserves memory for them."""
    names = {info.filename for info in archive.infolist()}
    if any(name.endswith("vbaProject.bin") for name in names):
        raise InputProblem(file, "The spreadsheet holds macros.", "Save it as .xlsx or .csv without macros.")
    for name in sorted(names):
        is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
        is_text = name.endswith((".xml", ".rels"))
        if not is_text:
            continue
        columns = rows = 1
        for chunk in _chunks(archive, name):
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                raise InputProblem(file, "The spreadsheet holds a document type.", "Save it again as .xlsx.")
            if is_sheet:
                chunk_columns, chunk_rows = _extent(chunk)
                columns, rows = max(columns, chunk_columns), max(rows, chunk_rows)
            elif name == "content.xml" and any(
                int(match.group(1)) > MAX_REPEATED for match in _ODS_REPEAT.finditer(chunk)
            ):
                raise InputProblem(file, "A cell is repeated thousands of times.", "Save the sheet as .csv.")
        if columns * rows > MAX_CELLS:
            raise InputProblem(
                file,
                f"The sheet spans {columns:,} columns and {rows:,} rows.",
                "Delete stray values far to the right or far below, or save it as .csv.",
            )


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Unpack a member bit by bit, each bit overlapping the one before so that no mark is cut in two."""
    tail = b""
    try:
        with archive.open(name) as member:
            while block := member.read(_CHUNK):
                yield tail + block
                tail = block[-400:]
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise InputProblem(
            archive.filename or "", "The spreadsheet is damaged.", "Download or export it again."
        ) from error


def _extent(chunk: bytes) -> tuple[int, int]:
    """Furthest column and row named by the cells of a piece of sheet XML."""
    columns = rows = 1
    for match in _CELL.finditer(chunk):
        letters, digits = match.group(1) or match.group(3), match.group(2) or match.group(4)
        number = 0
        for letter in letters:
            number = number * 26 + letter - 64
        columns, rows = max(columns, number), max(rows, int(digits))
    return columns, rows
