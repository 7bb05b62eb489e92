"""Excel sheets: read as strings; traps are refused before a parser sees them."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from geodata.problems import InputProblem
from geodata.readers.tables import read_table
from tests.unit.geodata.workbook_files import sheet_xml, write_workbook

ROWS: list[list[str | float]] = [["name", "people"], ["Acorn", 12.0], ["Béech", 1.5]]


def test_a_sheet_is_read_as_strings_with_its_row_numbers(tmp_path: Path) -> None:
    table = read_table(write_workbook(tmp_path / "a.xlsx", {"Data": sheet_xml(ROWS)}))
    assert table.frame.to_dict("list") == {"name": ["Acorn", "Béech"], "people": ["12", "1.5"]}
    assert list(table.rows) == [2, 3]


def test_two_filled_sheets_are_asked_about_and_a_hidden_one_is_not(tmp_path: Path) -> None:
    sheets = {"First": sheet_xml(ROWS), "Second": sheet_xml([["other"], ["x"]])}
    both = write_workbook(tmp_path / "both.xlsx", sheets)
    with pytest.raises(InputProblem, match="There are 2 sheets: First, Second"):
        read_table(both)
    assert list(read_table(both, sheet="Second").frame.columns) == ["other"]
    with pytest.raises(InputProblem, match="no sheet “Third”"):
        read_table(both, sheet="Third")
    hidden = write_workbook(tmp_path / "hidden.xlsx", sheets, hidden="Second")
    assert list(read_table(hidden).frame.columns) == ["name", "people"]


def test_a_lone_far_cell_is_refused_at_once(tmp_path: Path) -> None:
    far = sheet_xml(ROWS).replace('r="B3"', 'r="XFD1048576"')
    started = time.process_time()
    with pytest.raises(InputProblem, match="16,384 columns"):
        read_table(write_workbook(tmp_path / "far.xlsx", {"Data": far}))
    assert time.process_time() - started < 2


def test_entities_macros_and_unsafe_names_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaa">]>' + sheet_xml(ROWS)
    with pytest.raises(InputProblem, match="document type"):
        read_table(write_workbook(tmp_path / "bomb.xlsx", {"Data": bomb}))
    macro = write_workbook(tmp_path / "macro.xlsx", {"Data": sheet_xml(ROWS)}, extra={"xl/vbaProject.bin": "x"})
    with pytest.raises(InputProblem, match="macros"):
        read_table(macro)
    slip = write_workbook(tmp_path / "slip.xlsx", {"Data": sheet_xml(ROWS)}, extra={"../x.xml": "x"})
    with pytest.raises(InputProblem, match="unsafe name"):
        read_table(slip)


def test_a_zip_that_unpacks_to_far_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ratio.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/s0.xml", b" " * 20_000_000)
    with pytest.raises(InputProblem, match="looks like a trap"):
        read_table(path)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    whole = write_workbook(tmp_path / "a.xlsx", {"Data": sheet_xml(ROWS)})
    whole.write_bytes(whole.read_bytes()[:300])
    with pytest.raises(InputProblem, match="damaged or cut short"):
        read_table(whole)


_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def write_ods(path: Path, cells: str) -> Path:
    """The smallest OpenDocument sheet that programs accept."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    sheet = f'<table:table table:name="Data">{cells}</table:table>'
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    content = f"<office:document-content {spaces}>{body}</office:document-content>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", _MANIFEST)
        archive.writestr("content.xml", content)
    return path


def ods_row(*texts: str, repeated: int = 1) -> str:
    cells = "".join(
        f'<table:table-cell table:number-columns-repeated="{repeated}" office:value-type="string">'
        f"<text:p>{text}</text:p></table:table-cell>"
        for text in texts
    )
    return f"<table:table-row>{cells}</table:table-row>"


def test_an_opendocument_sheet_is_read_and_a_cell_repeated_without_end_refused(tmp_path: Path) -> None:
    table = read_table(write_ods(tmp_path / "a.ods", ods_row("name", "note") + ods_row("Acorn", "one")))
    assert table.frame.to_dict("records") == [{"name": "Acorn", "note": "one"}]
    with pytest.raises(InputProblem, match="repeated thousands of times"):
        read_table(write_ods(tmp_path / "b.ods", ods_row("name") + ods_row("x", repeated=1_000_000)))
