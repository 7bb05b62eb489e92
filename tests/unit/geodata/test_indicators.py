"""Numbers per area: parsing, filters, bands, and refusing to add up what must not be added."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geodata.datasets import Dataset, read_dataset
from geodata.numbers import parse_numbers
from geodata.problems import InputProblem
from geodata.readers.indicators import read_indicators

ENTRY = """
title: Made-up numbers
publisher: Nobody
licence: none
attribution: none
published: 2026-01-31
layer: lsoa-2021
code_column: Area code
{where}
indicators:
  - {{key: people, name: People, column: All, unit: people, direction: neutral, role: population}}
  - key: young
    name: Young
    columns: {{first: "0", last: "2"}}
    unit: people
    direction: neutral
    role: other
"""


def entry(folder: Path, where: str = "") -> Dataset:
    path = folder / "made-up.yaml"
    path.write_text(ENTRY.format(where=where))
    return read_dataset(path)


def read(folder: Path, text: str, where: str = "") -> dict[tuple[str, str], float]:
    path = folder / "numbers.csv"
    path.write_text(text, encoding="utf-8-sig")
    values = read_indicators(path, entry(folder, where)).values
    return {(row.area_code, row.indicator_key): row.value for row in values.itertuples()}


def test_numbers_are_parsed_and_never_guessed() -> None:
    texts = pd.Series(
        [
            "29,199",
            "1,234,567.5",
            "12.5",
            "-3",
            "−3",
            "£4",
            "5%",
            "1e3",
            "",
            "12,5",
            "1_0",
            "nan",
            "inf",
            "1e400",
            "x",
        ]
    )
    values, faulty = parse_numbers(texts)
    assert list(values[:8]) == [29199, 1234567.5, 12.5, -3, -3, 4, 5, 1000]
    assert values[8:].isna().all()
    assert list(faulty) == [False] * 9 + [True] * 6


def test_long_form_with_bands_added_up_and_blanks_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, 'Area code,All,0,1,2,3\nA,"1,000",1,2,3,4\nB,NA,5,5,5,5\n')
    assert found == {("A", "people"): 1000, ("A", "young"): 6, ("B", "young"): 15}


def test_a_filter_keeps_one_row_per_area_and_without_it_the_file_is_refused(tmp_path: Path) -> None:
    text = "Area code,Sex,All,0,1,2\nA,Persons,10,1,1,1\nA,Females,6,1,0,1\nA,Males,4,0,1,0\n"
    assert read(tmp_path, text, "where: {Sex: Persons}") == {("A", "people"): 10, ("A", "young"): 3}
    with pytest.raises(
        InputProblem, match=r"The area “A” has 3 rows, which differ in “Sex” \(Persons, Females, Males\)"
    ):
        read(tmp_path, text)
    with pytest.raises(InputProblem, match="No row passes the filter"):
        read(tmp_path, text, "where: {Sex: Everyone}")


def test_a_faulty_number_is_listed_with_its_row_and_left_out(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("Area code,All,0,1,2\nA,ten,1,1,1\nB,5,1,x,1\n")
    frame = read_indicators(path, entry(tmp_path))
    assert [(p.row, p.column) for p in frame.problems] == [(2, "All"), (3, "1")]
    assert set(zip(frame.values["area_code"], frame.values["indicator_key"], strict=True)) == {
        ("A", "young"),
        ("B", "people"),
    }


def test_a_missing_column_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputProblem, match="There is no column “All”"):
        read(tmp_path, "Area code,0,1,2\nA,1,1,1\n")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("direction: neutral, role: population", "direction: up, role: population"),
            "indicators 1: direction.*“up” is not known",
        ),
        (("layer: lsoa-2021", "layr: lsoa-2021"), "layr.*This key is not known"),
        (("title: Made-up numbers", "title:"), "title.*This key is missing"),
        (("published: 2026-01-31", "published: soon"), "published.*“soon” is not a date"),
        (("title: Made-up numbers", "title: [a"), "not sound YAML"),
    ],
)
def test_a_faulty_entry_is_refused_with_its_key(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = tmp_path / "made-up.yaml"
    path.write_text(ENTRY.format(where="").replace(*change))
    with pytest.raises(InputProblem, match=said):
        read_dataset(path)
