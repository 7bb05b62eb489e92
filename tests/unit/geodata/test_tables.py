"""CSV and its cousins: separators, spellings, ragged rows, impostors and limits."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from geodata.problems import InputProblem
from geodata.readers.tables import TableLimits, choose_delimiter, read_table

SMALL = TableLimits(max_bytes=2_000, max_rows=3, max_columns=3, max_cell=50)


@pytest.fixture
def write(tmp_path: Path):
    def write_file(content: str | bytes, name: str = "list.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_each_separator_is_found(write, separator: str) -> None:
    text = "name,note\nAcorn,one\nBeech,two\n".replace(",", separator)
    table = read_table(write(text))
    assert table.frame.to_dict("list") == {"name": ["Acorn", "Beech"], "note": ["one", "two"]}


def test_commas_inside_quotes_do_not_beat_the_real_separator(write) -> None:
    table = read_table(write('name;address\nAcorn;"1, High Street, Sale"\nBeech;"2, Low Street, Sale"\n'))
    assert list(table.frame["address"]) == ["1, High Street, Sale", "2, Low Street, Sale"]


def test_a_sep_line_is_obeyed_and_counted(write) -> None:
    table = read_table(write("sep=;\nname;note\nAcorn;one\n"))
    assert list(table.frame.columns) == ["name", "note"]
    assert list(table.rows) == [3]


def test_rows_count_as_a_spreadsheet_does_also_around_blank_lines_and_line_breaks(write) -> None:
    table = read_table(write('name,note\nAcorn,"two\nlines"\n\nBeech,x\n,,\n'))
    assert list(table.rows) == [2, 4]
    assert table.frame["note"][0] == "two\nlines"


def test_missing_words_become_blank_only_where_asked(write) -> None:
    path = write("name,note\nNA,NA\n")
    assert read_table(path).frame["name"][0] == "NA"
    assert read_table(path, missing=["NA"]).frame["name"][0] == ""


def test_ragged_rows_are_left_out_and_named(write) -> None:
    table = read_table(write("name,note\nAcorn,one\nBeech\nCedar,x,y\nDate,z,,\n"))
    assert list(table.frame["name"]) == ["Acorn", "Date"]
    assert [(p.row, p.skipped) for p in table.problems] == [(3, True), (4, True)]
    assert "It has 1 values but there are 2 columns" in str(table.problems[0])


def test_a_row_with_unreadable_letters_or_a_zero_byte_is_left_out(write) -> None:
    table = read_table(write(b"name,note\nCaf\xc3\xa9,ok\nCaf\xe9,bad\nNul\x00,bad\n"))
    assert list(table.frame["name"]) == ["Café"]
    assert [p.row for p in table.problems] == [None, 3, 4]


def test_headers_match_whatever_their_case_and_spaces(write) -> None:
    table = read_table(write("  Charity   Name ,x\nAcorn,1\n"))
    assert table.find_column("charity name") == "Charity Name"
    with pytest.raises(InputProblem, match=r"There is no column “postcode”.*“Charity Name”, “x”"):
        table.get_column("postcode")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("name,note\n", "header but no rows"),
        ("name,,note\na,b,c\n", "Column 2 has no name"),
        ("name,Name \na,b\n", "Two columns are both called"),
        ("<!DOCTYPE html><html>", "web page"),
        (" <OGRVRTDataSource>", "XML"),
        ('\n{"type": "FeatureCollection"}', "JSON"),
        ('[{"a": 1}]', "JSON"),
        (b"PK\x03\x04....", "zip or Excel file"),
        (b"\xd0\xcf\x11\xe0....", "old or locked Excel"),
        (b"\x1f\x8b\x08", "not a text table"),
    ],
)
def test_impostors_and_empty_files_are_refused_in_plain_words(write, content: str | bytes, said: str) -> None:
    with pytest.raises(InputProblem, match=said):
        read_table(write(content))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a,b,c\n" + "1,2,3\n" * 4, "more than 3 rows"),
        ("a,b,c,d\n1,2,3,4\n", "4 columns; the limit is 3"),
        ("a\n" + "x" * 3_000, "the limit is"),
    ],
)
def test_limits_refuse_the_file(write, content: str, said: str) -> None:
    with pytest.raises(InputProblem, match=said):
        read_table(write(content), limits=SMALL)


def test_at_the_limit_a_file_is_read(write) -> None:
    table = read_table(write("a,b,c\n" + "1,2,3\n" * 3), limits=SMALL)
    assert len(table.frame) == 3


def test_a_huge_cell_leaves_out_its_row(write) -> None:
    table = read_table(write("a,b\n" + "x" * 51 + ",1\ny,2\n"), limits=SMALL)
    assert list(table.frame["a"]) == ["y"]


def test_a_quotation_mark_never_closed_is_refused_with_its_row(write) -> None:
    with pytest.raises(InputProblem, match=r"row 2: From here on.*quotation mark"):
        read_table(write('a,b\n"' + "x" * 200_000))


def test_choosing_a_separator_stays_quick_on_hostile_text() -> None:
    started = time.process_time()
    choose_delimiter(',"' * 20_000)
    assert time.process_time() - started < 1


def test_a_spreadsheet_under_a_wrong_name_and_old_formats_are_refused(write) -> None:
    with pytest.raises(InputProblem, match="contents are not"):
        read_table(write("a,b\n1,2\n", "list.xlsx"))
    with pytest.raises(InputProblem, match=r"Files that end in \.xlsm are not read"):
        read_table(write(b"PK\x03\x04", "list.xlsm"))
    with pytest.raises(InputProblem, match="locked by a password"):
        read_table(write(b"\xd0\xcf\x11\xe0", "list.xlsx"))
    with pytest.raises(InputProblem, match="no such file"):
        read_table(Path("nowhere.csv"))
