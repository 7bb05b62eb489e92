"""The table as CSV: nothing in it runs, and every row can be read back."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO

import pytest

from app.actions.gap_answers import AreaGap, AreaRef, GapAnswer, GapQuestion
from app.actions.gap_files import COLUMNS, gap_csv, safe_text
from app.queries.sources import SourceRow
from app.vocabulary import GapBand, GapState, SureLevel


def row(name: str) -> AreaGap:
    return AreaGap(
        AreaRef("lsoa-2021", "E01", name), 1, 1500.0, 1.25, 2.0, 640.0, 0.42, 0.30, 0.55, 630.0, 900.0,
        GapState.SCORE, GapBand.SHORT, SureLevel.SURE, "Because", date(2026, 1, 2), f"{name}: short",
    )  # fmt: skip


def answer(*names: str) -> GapAnswer:
    source = SourceRow(1, "s", "List", "Council", "OGL v3.0", "Contains…", None, "", False, None)
    return GapAnswer(
        GapQuestion("food", "lsoa-2021", ""), "Food", "Who lacks food?", "Areas", None, "the average", 2.0, "…",
        (), tuple(map(row, names)), 1500.0, 630.0, 3, 0, (source,), "7-7-7",
    )  # fmt: skip


def test_every_row_reads_back_with_its_numbers_and_its_question() -> None:
    read = list(csv.DictReader(StringIO(gap_csv(answer("Sale, north", 'The "Green"'), "https://x/gaps"))))
    assert [line["area"] for line in read] == ["Sale, north", 'The "Green"']
    assert list(read[0]) == list(COLUMNS)
    assert read[0]["shortfall"] == "0.4200"
    assert read[0]["people_without"] == "630.0"
    assert (read[0]["theme"], read[0]["page"]) == ("food", "https://x/gaps")
    assert "Council (OGL v3.0)" in read[0]["sources"]


@pytest.mark.parametrize(
    "name", ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\u00a0=1", " =1", "\n=cmd", "\ufeff=1"]
)
def test_a_name_never_becomes_a_formula(name: str) -> None:
    read = next(csv.DictReader(StringIO(gap_csv(answer(name), "/gaps"), newline="")))
    assert read["area"] == f"'{name}"
    assert read["sentence"] == f"'{name}: short"


@pytest.mark.parametrize("plain", ["-3.5", "+44", "0", "", "O'Neill", "St. Mary's", "2 = 2"])
def test_plain_text_and_numbers_stay_as_they_are(plain: str) -> None:
    assert safe_text(plain) == plain
