"""The examples of docs/borough.md are read by the product itself, so that the page stays true."""

from __future__ import annotations

import re
from pathlib import Path

from geodata.cases import read_case
from geodata.datasets import read_dataset
from geodata.profiles import read_profile
from geodata.readers.records import read_records

PAGE = Path(__file__).parents[3] / "docs" / "borough.md"


def test_the_examples_of_the_page_are_sound_and_fit_together(tmp_path: Path) -> None:
    dataset, profile, case = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    for name, text in (("my-numbers", dataset), ("my-profile", profile), ("smallton", case)):
        (tmp_path / f"{name}.yaml").write_text(text)
    assert read_dataset(tmp_path / "my-numbers.yaml").where == (("Sex", "Persons"),)
    assert read_profile(tmp_path / "my-profile.yaml").fixed_themes == ("food",)
    found = read_case(tmp_path / "smallton.yaml")
    assert found.records[0].profile.key == "my-profile"
    assert found.coverage[0].area_codes == ("E06000099",)


def test_the_table_of_the_page_is_the_spreadsheet_profile(tmp_path: Path) -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith(("| name |", "| Smallton Lunch"))]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in rows]
    path = tmp_path / "my-list.csv"
    path.write_text("\n".join(";".join(row) for row in cells))
    found = read_records(path, read_profile("spreadsheet"))
    assert found.services["themes"][0][0] == "food"
    assert len(found.schedules) == 1
