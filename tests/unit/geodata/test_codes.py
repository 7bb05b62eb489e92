"""Official codes tell which kind of area and which year they belong to."""

from __future__ import annotations

import pytest

from geodata.codes import check_vintage, detect_vintage
from geodata.problems import InputProblem


@pytest.mark.parametrize(
    ("codes", "looks"),
    [
        (["E01000001", "E01034001"], "LSOA 2021 (England)"),
        (["E01000001", "E01033000"], "LSOA 2011 or 2021 (England)"),
        ([f"E01{n:06}" for n in range(32_000, 33_700)], "LSOA 2011 (England)"),
        (["E01000001", "W01000001", "E01035000"], "LSOA 2021 (England and Wales)"),
        (["E05015239"], "ward (England)"),
        (["E08000009", "E08000001"], "metropolitan district (England)"),
        (["E02000984"], "MSOA (England)"),
        (["S01006514"], "data zone (Scotland)"),
        (["E01000001", "E05000001"], ""),
        (["central"], ""),
        ([], ""),
    ],
)
def test_kinds_and_years(codes: list[str], looks: str) -> None:
    assert detect_vintage(codes) == looks


def test_a_wrong_year_is_told_in_numbers() -> None:
    ours = [f"E01{n:06}" for n in range(33_000, 34_702)]
    theirs = [f"E01{n:06}" for n in range(31_000, 33_700)]
    (problem,) = check_vintage("imd.csv", theirs, ours, layer="lsoa-2021")
    assert "700 of 1,702 areas of lsoa-2021 are in the file; 1,002 get no value" in str(problem)
    assert "The file’s codes look like LSOA 2011 (England); the layer’s like LSOA 2021 (England)" in str(problem)
    assert not problem.skipped


def test_a_full_match_says_nothing_and_no_match_refuses() -> None:
    assert check_vintage("a.csv", ["E01000001", "E01000002"], ["E01000001"]) == []
    with pytest.raises(InputProblem, match="None of the 1 areas of this layer is in the file"):
        check_vintage("a.csv", ["E05000001"], ["E01000001"])
