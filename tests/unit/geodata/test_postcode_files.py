"""Postcode tables of every layout."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from geodata.frames import POSTCODE_COLUMNS
from geodata.problems import InputProblem
from geodata.readers.postcodes import read_postcodes

CODE_POINT = """\
"M33 2AB",10,378700,391900,"E92000001"
"M33 2AD",90,0,0,"E92000001"
"BT1 1AA",10,333800,374500,"N92000002"
"""
NSPL = (
    "pcd,pcds,doterm,oseast1m,osnrth1m,osgrdind,lat,long\n"
    '"M33 2AB","M33 2AB","",378700,391900,1,53.423,-2.322\n'
    '"M33 9ZZ","M33 9ZZ","199606",378700,391900,1,53.423,-2.322\n'
    '"M33 9YY","M33 9YY","",,,9,99.999999,0.000000\n'
    '"JE1 0AA","JE1 0AA","",,,9,99.999999,0.000000\n'
)
PLAIN = "Postcode,lat,long\nEH478BY,55.9,-3.6\nM1 1AA,53.48,-2.23\nM1 1AB,,0.00000\n"


def read(path: Path | list[Path], **options: bool | int) -> pd.DataFrame:
    frame = pd.concat(list(read_postcodes(path, **options).chunks), ignore_index=True)
    assert tuple(frame.columns) == POSTCODE_COLUMNS
    return frame.set_index("postcode")


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_code_point_open_without_a_header(tmp_path: Path) -> None:
    found = read(write(tmp_path, "m.csv", CODE_POINT))
    assert list(found.index) == ["M332AB", "M332AD"]
    assert found.loc["M332AB", ["lon", "lat"]].tolist() == pytest.approx([-2.3221, 53.4236], abs=2e-3)
    assert found.loc["M332AD", ["lon", "lat"]].isna().all()


def test_northern_ireland_only_when_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, "m.csv", CODE_POINT)
    assert "BT11AA" in read(path, include_northern_ireland=True).index


def test_the_national_lookup_with_ended_and_placeless_postcodes(tmp_path: Path) -> None:
    found = read(write(tmp_path, "nspl.csv", NSPL))
    assert found.loc["M339ZZ", "terminated_on"] == dt.date(1996, 6, 1)
    assert found.loc["M332AB", "terminated_on"] is None
    assert found.loc["M339YY", ["lon", "lat"]].isna().all()
    assert list(found.index) == ["M332AB", "M339ZZ", "M339YY", "JE10AA"]


def test_a_plain_table_in_which_blank_means_nowhere(tmp_path: Path) -> None:
    found = read(write(tmp_path, "M.csv", PLAIN))
    assert found.loc["EH478BY", ["lon", "lat"]].tolist() == [-3.6, 55.9]
    assert found.loc["M11AB", ["lon", "lat"]].isna().all()


def test_chunks_hold_every_row_once_and_tell_how_far_they_are(tmp_path: Path) -> None:
    path = write(tmp_path, "M.csv", "Postcode,lat,long\n" + "".join(f"M{n} 1AA,53.4,-2.2\n" for n in range(1, 90)))
    frame = read_postcodes(path, chunk_rows=20)
    chunks = list(frame.chunks)
    assert [len(chunk) for chunk in chunks] == [20, 20, 20, 20, 9]
    assert chunks[-1].attrs["bytes_read"] == frame.total_bytes == path.stat().st_size


def test_a_zip_with_litter_documents_and_pieces_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "nspl.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Data/NSPL_UK.csv", NSPL)
        archive.writestr("Data/multi_csv/NSPL_UK_M.csv", NSPL)
        archive.writestr("Documents/names.csv", "code,name\nA,B\n")
        archive.writestr("__MACOSX/Data/._NSPL_UK.csv", "junk")
        archive.writestr("Data/.DS_Store", "junk")
    frame = read_postcodes(path)
    assert sum(len(chunk) for chunk in frame.chunks) == 4
    assert frame.problems == []


def test_pieces_alone_are_read(tmp_path: Path) -> None:
    path = tmp_path / "nspl.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Data/multi_csv/NSPL_UK_M.csv", NSPL)
        archive.writestr("Data/multi_csv/NSPL_UK_EH.csv", NSPL.replace("M33", "EH1"))
    assert "EH12AB" in read(path).index


def test_a_folder_of_mixed_layouts_and_a_later_file_last(tmp_path: Path) -> None:
    write(tmp_path, "open/m.csv", CODE_POINT)
    write(tmp_path, "open/z.csv", PLAIN)
    write(tmp_path, "open/._m.csv", "junk")
    write(tmp_path, "open/readme.txt", "just words\n")
    frame = read_postcodes([tmp_path / "open", write(tmp_path, "nspl.csv", NSPL)])
    found = pd.concat(list(frame.chunks), ignore_index=True)
    assert len(found) == 9
    assert found["postcode"].iloc[-4] == "M332AB"


def test_faulty_rows_are_listed_and_left_out_or_placed_nowhere(tmp_path: Path) -> None:
    text = "postcode,lat,lon\nM33 2AB,53.4,-2.3\nWA15 OHF,53.4,-2.3\nM33 2AD,40.7,-74\nM33 2AE,x,-2.3\n"
    frame = read_postcodes(write(tmp_path, "a.csv", text))
    found = pd.concat(list(frame.chunks)).set_index("postcode")
    assert list(found.index) == ["M332AB", "M332AD", "M332AE"]
    assert found["lat"].isna().tolist() == [False, True, True]
    assert [(p.row, p.skipped) for p in frame.problems] == [(3, True), (4, False)]
    assert "Perhaps “WA15 0HF” is meant" in str(frame.problems[0])


def test_swapped_columns_wrong_files_and_empty_folders_are_refused(tmp_path: Path) -> None:
    swapped = "postcode,lat,lon\n" + "".join(f"M{n} 1AA,-2.2,53.4\n" for n in range(1, 9))
    with pytest.raises(InputProblem, match="swapped"):
        read(write(tmp_path, "a.csv", swapped))
    with pytest.raises(InputProblem, match="There is no column “postcode”"):
        read(write(tmp_path, "b.csv", "name,lat,lon\na,1,2\n"))
    with pytest.raises(InputProblem, match="There is no column “lat and long"):
        read(write(tmp_path, "c.csv", "postcode,name\nM1 1AA,2\n"))
    with pytest.raises(InputProblem, match="web page"):
        read(write(tmp_path, "d.csv", "<html>"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputProblem, match="holds no CSV"):
        read_postcodes(tmp_path / "empty")
