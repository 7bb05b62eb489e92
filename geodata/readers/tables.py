"""CSV, TSV, TXT, XLSX and ODS -> a table of strings that remembers its spreadsheet row numbers."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.encoding import decode, has_undecoded
from geodata.files import first_bytes, is_old_office, is_zip, read_bytes, refuse_disguise
from geodata.problems import InputProblem, RowProblem
from geodata.readers.workbooks import read_workbook

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "upright bar"}
_WORKBOOKS = {".xlsx", ".ods"}
_MACROS = {".xlsm", ".xlsb", ".xls"}
_MAX_LISTED = 200


@dataclass(frozen=True)
class TableLimits:
    """How big a table may be."""

    max_bytes: int
    max_rows: int
    max_columns: int
    max_cell: int


FILE_LIMITS = TableLimits(max_bytes=600_000_000, max_rows=5_000_000, max_columns=400, max_cell=1_000_000)


@dataclass
class Table:
    """``frame``: strings, missing = "". ``rows``: spreadsheet row of each line (header = 1)."""

    file: str
    frame: pd.DataFrame
    rows: np.ndarray
    problems: list[RowProblem] = field(default_factory=list)

    def find_column(self, name: str) -> str | None:
        """Find a column by its name, letting case, spaces and line breaks differ."""
        if name in self.frame.columns:
            return name
        wanted = squeeze(name)
        return next((column for column in self.frame.columns if squeeze(column) == wanted), None)

    def get_column(self, name: str) -> pd.Series:
        """Get a column by name, or refuse the file with a list of the columns there are."""
        found = self.find_column(name)
        if found is None:
            raise missing_column(self.file, name, list(self.frame.columns))
        return self.frame[found]


def squeeze(text: str) -> str:
    """Lower case with single spaces: two headers that squeeze alike are the same header."""
    return " ".join(text.replace("\ufeff", "").split()).casefold()


def missing_column(file: str, name: str, there_are: Iterable[str]) -> InputProblem:
    """Say that a column is missing and which columns there are."""
    names = [f"“{column}”" for column in list(there_are)[:40]]
    return InputProblem(
        file,
        f"There is no column “{name}”.",
        f"The columns are: {', '.join(names)}. Choose one of these, or rename the column in the file.",
        column=name,
    )


def read_table(
    path: Path | str,
    *,
    missing: Iterable[str] = (),
    sheet: str | None = None,
    limits: TableLimits = FILE_LIMITS,
) -> Table:
    """Read a table file into strings; values equal to one of ``missing`` (such as "NA") become "".

    The kind of file is taken from its bytes and name together; a file that poses as another kind is refused.
    Rows that do not fit the header are left out and listed in ``problems``. Raises InputProblem.
    """
    path = Path(path)
    start = first_bytes(path)
    suffix = path.suffix.lower()
    _refuse_macros(path, suffix, start)
    notices: list[RowProblem] = []
    records: Iterable[list[str]]
    if suffix in _WORKBOOKS:
        if not is_zip(start):
            raise InputProblem(
                path.name,
                "The name says it is a spreadsheet, but the contents are not.",
                "Open it in a spreadsheet program and save it again, or rename it to .csv if it is text.",
            )
        records = read_workbook(path, sheet, limits.max_bytes)
    else:
        refuse_disguise(path.name, start)
        records, notices = _text_records(path, limits)
    table = build_table(path.name, records, limits)
    table.problems[:0] = notices
    wanted = [word for word in missing if word]
    if wanted:
        table.frame = table.frame.replace(wanted, "")
    return table


def build_table(file: str, records: Iterable[list[str]], limits: TableLimits = FILE_LIMITS) -> Table:
    """Build a Table from records, the first that is not blank being the header; refuse or list what is wrong."""
    stream = enumerate(records, start=1)
    header_row, header = next(((row, r) for row, r in stream if _has_value(r)), (0, []))
    if not header_row:
        raise InputProblem(file, "The file has no rows.", "Export it again with its header row.")
    header = [" ".join(name.replace("\ufeff", "").split()) for name in header]
    while header and not header[-1]:
        header.pop()
    _check_header(file, header, header_row, limits)
    rows: list[int] = []
    kept: list[list[str]] = []
    problems: list[RowProblem] = []
    skipped = 0
    for row, record in stream:
        if not _has_value(record):
            continue
        if row - header_row > limits.max_rows:
            raise InputProblem(
                file,
                f"The file has more than {limits.max_rows:,} rows.",
                "Split it into smaller files.",
            )
        fault = _fault(record, len(header), limits)
        if fault is None:
            rows.append(row)
            kept.append(record[: len(header)])
            continue
        skipped += 1
        if skipped <= _MAX_LISTED:
            problems.append(RowProblem(file, row, None, *fault))
    if not kept:
        raise _no_rows(file, problems)
    frame = pd.DataFrame(kept, columns=header, dtype=str)
    return Table(file, frame.apply(lambda column: column.str.strip()), np.asarray(rows), problems)


def _has_value(record: list[str]) -> bool:
    return any(value and not value.isspace() for value in record)


def _no_rows(file: str, problems: list[RowProblem]) -> InputProblem:
    if problems:
        first = problems[0]
        return InputProblem(file, f"No row could be read. {first.problem}", first.fix, row=first.row)
    return InputProblem(file, "The file has a header but no rows.", "Export it again with its rows.", row=1)


def _check_header(file: str, header: list[str], row: int, limits: TableLimits) -> None:
    if len(header) > limits.max_columns:
        raise InputProblem(
            file,
            f"The file has {len(header):,} columns; the limit is {limits.max_columns:,}.",
            "Leave out the columns that are not needed.",
            row=row,
        )
    if "" in header:
        raise InputProblem(
            file,
            f"Column {header.index('') + 1} has no name.",
            "Give every column a name in the first row, or delete the empty column.",
            row=row,
        )
    twice = [name for name, count in Counter(squeeze(name) for name in header).items() if count > 1]
    if twice:
        shown = next(name for name in header if squeeze(name) == twice[0])
        raise InputProblem(
            file,
            f"Two columns are both called “{shown}”.",
            "Give each column its own name.",
            row=row,
            column=shown,
        )


def _fault(record: list[str], width: int, limits: TableLimits) -> tuple[str, str] | None:
    """Say what is wrong with a record as (problem, fix), or None when it is sound."""
    if len(record) < width:
        return (
            f"It has {len(record)} values but there are {width} columns.",
            "Add the missing values, or leave empty cells for them.",
        )
    if len(record) > width and _has_value(record[width:]):
        return (
            f"It has {len(record)} values but there are {width} columns.",
            "Put quotation marks around values that contain the separator.",
        )
    if any("\x00" in value for value in record):
        return ("It holds a zero byte.", "Export the file again as UTF-8 CSV.")
    if max(map(len, record), default=0) > limits.max_cell:
        return (
            f"A cell has more than {limits.max_cell:,} characters.",
            "Shorten it; perhaps a quotation mark is missing.",
        )
    if any(not value.isascii() and has_undecoded(value) for value in record):
        return ("It holds letters that cannot be read.", "Save the file as UTF-8 and try again.")
    return None


def _refuse_macros(path: Path, suffix: str, start: bytes) -> None:
    if suffix in _MACROS and (is_zip(start) or is_old_office(start)):
        raise InputProblem(
            path.name,
            f"Files that end in {suffix} are not read, because they can hold programs or are out of date.",
            "Open it in a spreadsheet program and save it as .xlsx or .csv.",
        )
    if suffix in _WORKBOOKS and is_old_office(start):
        raise InputProblem(
            path.name, "The file is locked by a password.", "Save a copy without the password and try again."
        )


def _text_records(path: Path, limits: TableLimits) -> tuple[Iterator[list[str]], list[RowProblem]]:
    decoded = decode(read_bytes(path, limits.max_bytes))
    text = decoded.text
    notices = []
    if decoded.notice:
        notices.append(RowProblem(path.name, None, None, decoded.notice, "", skipped=False))
    told = re.match(r"sep=(.)\r?\n", text, flags=re.IGNORECASE)
    if told:
        text = text[told.end() :]
        return _records(path.name, text, told.group(1), 1), notices
    return _records(path.name, text, choose_delimiter(text), 0), notices


def choose_delimiter(text: str) -> str:
    """Choose among four delimiters by trying each on the first lines: the one whose rows agree most on a width."""
    head = text[:64_000]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            for count, record in enumerate(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)):
                if count >= 60:
                    break
                if record:
                    widths[len(record)] += 1
        except csv.Error:
            continue
        widths.pop(1, None)
        if not widths:
            continue
        width, agreeing = widths.most_common(1)[0]
        score = agreeing + width / 1000
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _records(file: str, text: str, delimiter: str, lines_before: int) -> Iterator[list[str]]:
    """Parse delimited text; a quotation mark that is never closed refuses the file with the row where it began."""
    for _ in range(lines_before):
        yield []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    row = lines_before
    while True:
        row += 1
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputProblem(
                file,
                "From here on the file cannot be split into cells.",
                "Look for a quotation mark that is opened and never closed.",
                row=row,
            ) from error
