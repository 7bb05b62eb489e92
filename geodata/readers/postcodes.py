"""Postcode tables (Code-Point Open, ONSPD, NSPL, plain latitude and longitude) -> PostcodesFrame, in chunks."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np
import pandas as pd
import pyproj

from geodata.files import archive_members, first_bytes, is_junk, is_zip, open_archive, refuse_disguise
from geodata.frames import POSTCODE_COLUMNS, PostcodesFrame
from geodata.postcodes import normalise_postcode, normalise_postcodes, suggest_postcode
from geodata.problems import InputProblem, RowProblem
from geodata.readers.tables import missing_column

CHUNK_ROWS = 200_000
MAX_LISTED = 200
_MAX_ZIP_BYTES = 4_000_000_000
_POSTCODE_NAMES = (r"pcds", r"pcd8?7?2?", r"post_?\s?code", r"postcode_?.*")
_LAT = r"lat(itude)?(_?wgs84)?"
_LON = r"(long?|lng|longitude)(_?wgs84)?"
_EAST = r"(os)?east(ing)?s?(1m)?"
_NORTH = r"(os)?n(or)?th(ing)?s?(1m)?|osnrth1m"
_GRID = r"(os)?gr(i)?dind"
_ENDED = r"doterm"
_OF_A_PLACE = {"address", "address1", "address line 1", "telephone", "phone", "website", "email", "opening_hours"}
_SIDE_FOLDERS = ("documents", "doc", "docs", "user guide")


@dataclass(frozen=True)
class _Part:
    """One text file to read: on disk, or a member of a zip; ``is_named``: asked for by its own name."""

    path: Path
    member: str | None
    size: int
    is_named: bool = False

    @property
    def name(self) -> str:
        return self.path.name if self.member is None else f"{self.path.name}/{PurePosixPath(self.member).name}"

    @property
    def folders(self) -> tuple[str, ...]:
        return PurePosixPath(self.member or self.path.as_posix()).parent.parts


@dataclass(frozen=True)
class _Layout:
    """Column positions; exactly one of lat/lon and east/north is used."""

    postcode: int
    first: int  # longitude or easting
    second: int  # latitude or northing
    is_grid: bool
    quality: int | None
    bad_quality: tuple[str, ...]
    ended: int | None
    has_header: bool


def read_postcodes(
    paths: Path | str | Iterable[Path | str],
    *,
    include_northern_ireland: bool = False,
    chunk_rows: int = CHUNK_ROWS,
) -> PostcodesFrame:
    """Read postcode files, folders or zips of them; within a chunk the last row of a postcode counts.

    Northern Ireland (BT) is left out unless asked for: its licence does not let everybody use it. Each chunk has
    POSTCODE_COLUMNS, and ``chunk.attrs["bytes_read"]`` for a progress bar. Raises InputProblem, also later.
    """
    listed = [paths] if isinstance(paths, (str, Path)) else list(paths)
    parts = [part for path in listed for part in _list_parts(Path(path))]
    frame = PostcodesFrame(iter(()), sum(part.size for part in parts))
    frame.chunks = _chunks(parts, frame.problems, include_northern_ireland, chunk_rows)
    return frame


def _list_parts(path: Path) -> list[_Part]:
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and not is_junk(p.relative_to(path).as_posix()))
        wanted = [p for p in files if p.suffix.lower() in (".csv", ".txt", ".zip")]
        parts = [replace(part, is_named=False) for file in wanted for part in _list_parts(file)]
        if not parts:
            raise InputProblem(path.name, "The folder holds no CSV or zip file.", "Check the folder.")
        return _without_copies(parts)
    start = first_bytes(path)
    if is_zip(start):
        with open_archive(path, max_bytes=_MAX_ZIP_BYTES) as archive:
            members = [m for m in archive_members(archive) if m.filename.lower().endswith((".csv", ".txt"))]
        if not members:
            raise InputProblem(path.name, "The zip holds no CSV file.", "Download it again.")
        return _without_copies([_Part(path, m.filename, m.file_size) for m in members])
    refuse_disguise(path.name, start)
    return [_Part(path, None, path.stat().st_size, is_named=True)]


def _without_copies(parts: list[_Part]) -> list[_Part]:
    """Leave out lookups in "Documents", and the pieces in "multi_csv" where the whole file stands beside that."""
    main = [part for part in parts if not any(folder.lower() in _SIDE_FOLDERS for folder in part.folders)]
    beside = {(part.path if part.member else None, part.folders) for part in main}

    def is_copy(part: _Part) -> bool:
        is_piece = bool(part.folders) and part.folders[-1].lower() == "multi_csv"
        return is_piece and (part.path if part.member else None, part.folders[:-1]) in beside

    return [part for part in main if not is_copy(part)] or parts


def _chunks(
    parts: list[_Part], problems: list[RowProblem], northern_ireland: bool, chunk_rows: int
) -> Iterator[pd.DataFrame]:
    done = 0
    for part in parts:
        with _open(part) as (stream, raw_bytes):
            layout = _find_layout(part, stream)
            if layout is None:
                note = "It is no table of postcodes and was passed over."
                problems.append(RowProblem(part.name, None, None, note, "", skipped=False))
                continue
            row = 2 if layout.has_header else 1
            for raw in _raw_chunks(part, stream, layout, chunk_rows):
                chunk = _tidy(part.name, raw, row, layout, problems)
                row += len(raw)
                seen = min(part.size, raw_bytes.tell())
                if not northern_ireland:
                    chunk = chunk[~chunk["postcode"].str.startswith("BT")]
                chunk = chunk.drop_duplicates("postcode", keep="last").reset_index(drop=True)
                chunk.attrs["bytes_read"] = done + seen
                yield chunk
        done += part.size


@contextmanager
def _open(part: _Part) -> Iterator[tuple[io.TextIOWrapper, IO[bytes]]]:
    """Open a part as (text, its bytes); postcodes are ASCII, so other bytes may be replaced."""
    if part.member is None:
        with part.path.open("rb") as file, _as_text(file) as text:
            yield text, file
        return
    with zipfile.ZipFile(part.path) as archive, archive.open(part.member) as inner, _as_text(inner) as text:
        yield text, inner


def _as_text(stream: IO[bytes]) -> io.TextIOWrapper:
    return io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")


def _find_layout(part: _Part, stream: io.TextIOWrapper) -> _Layout | None:
    line = stream.readline(100_000)
    record = next(csv.reader([line]), [])
    if record and normalise_postcode(record[0]) and len(record) >= 4:
        stream.seek(0)
        return _Layout(0, 2, 3, True, 1, ("90",), None, has_header=False)
    names = [name.strip().strip('"').lower() for name in record]
    postcode = next((place for rule in _POSTCODE_NAMES if (place := _place(names, rule)) is not None), None)
    if postcode is None:
        if part.is_named:
            raise missing_column(part.name, "postcode", record)
        return None
    told = next((name for name in names if name in _OF_A_PLACE), None)
    if told is not None:
        if not part.is_named:
            return None
        raise InputProblem(
            part.name, f"This is a list of places, not of postcodes: it has the column “{told}”.",
            "A table of postcodes has a row for each, with its latitude and longitude, and nothing of a place.",
        )  # fmt: skip
    east, north = _place(names, _EAST), _place(names, _NORTH)
    lat, lon = _place(names, _LAT), _place(names, _LON)
    ended, quality = _place(names, _ENDED), _place(names, _GRID)
    if lat is not None and lon is not None:
        return _Layout(postcode, lon, lat, False, quality, ("9",), ended, has_header=True)
    if east is not None and north is not None:
        return _Layout(postcode, east, north, True, quality, ("9",), ended, has_header=True)
    raise missing_column(part.name, "lat and long, or easting and northing", record)


def _place(names: list[str], rule: str) -> int | None:
    return next((i for i, name in enumerate(names) if re.fullmatch(rule, name)), None)


def _raw_chunks(part: _Part, stream: io.TextIOWrapper, layout: _Layout, chunk_rows: int) -> Iterator[pd.DataFrame]:
    places = [layout.postcode, layout.first, layout.second, layout.quality, layout.ended]
    wanted = sorted({place for place in places if place is not None})
    try:
        yield from pd.read_csv(
            stream,
            header=None,
            usecols=wanted,
            dtype=str,
            keep_default_na=False,
            chunksize=chunk_rows,
            encoding_errors="replace",
        )
    except pd.errors.EmptyDataError:
        return
    except (pd.errors.ParserError, ValueError) as error:
        raise InputProblem(part.name, "The table is damaged or cut short.", "Download it again.") from error


def _tidy(
    file: str, raw: pd.DataFrame, first_row: int, layout: _Layout, problems: list[RowProblem]
) -> pd.DataFrame:
    postcode = normalise_postcodes(raw[layout.postcode])
    lon, lat = _numbers(raw[layout.first]), _numbers(raw[layout.second])
    nowhere = np.isnan(lon) | np.isnan(lat) | ((lon == 0) & (lat == 0))
    if layout.quality is not None:
        nowhere |= raw[layout.quality].str.strip().isin(layout.bad_quality).to_numpy(dtype=bool)
    if not layout.is_grid:
        nowhere |= lat >= 99
    if layout.is_grid:
        lon, lat = _from_grid(lon, lat, nowhere)
    _refuse_swapped(file, lon, lat, nowhere)
    outside = ~nowhere & ~((lon > -9.5) & (lon < 2.5) & (lat > 49) & (lat < 61.5))
    nowhere |= outside
    lon[nowhere] = lat[nowhere] = np.nan
    _report(file, raw[layout.postcode], postcode, outside, first_row, problems)
    ended = [None] * len(raw) if layout.ended is None else _months(raw[layout.ended])
    frame = pd.DataFrame({"postcode": postcode, "lon": lon, "lat": lat})
    frame["terminated_on"] = pd.Series(ended, index=frame.index, dtype=object)
    return frame.loc[postcode.ne(""), list(POSTCODE_COLUMNS)]


def _numbers(texts: pd.Series) -> np.ndarray:
    values = pd.to_numeric(texts.str.strip(), errors="coerce").to_numpy(dtype=float, copy=True)
    values[~np.isfinite(values)] = np.nan
    return values


def _from_grid(east: np.ndarray, north: np.ndarray, nowhere: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """British National Grid -> longitude and latitude; without the OSTN15 grid this is within 4 metres."""
    change = pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    lon, lat = np.full(len(east), np.nan), np.full(len(north), np.nan)
    lon[~nowhere], lat[~nowhere] = change.transform(east[~nowhere], north[~nowhere])
    return lon, lat


def _refuse_swapped(file: str, lon: np.ndarray, lat: np.ndarray, nowhere: np.ndarray) -> None:
    here = ~nowhere
    if here.sum() >= 5 and np.all((lat[here] > -9.5) & (lat[here] < 2.5) & (lon[here] > 49) & (lon[here] < 61.5)):
        raise InputProblem(
            file,
            "Latitude and longitude are swapped.",
            "Rename the two columns: UK latitudes lie between 49 and 61.",
        )


def _months(texts: pd.Series) -> list[dt.date | None]:
    """Read "199606" as 1 June 1996."""
    known: dict[str, dt.date | None] = {"": None}
    for text in texts.unique():
        match = re.fullmatch(r"(\d{4})(0[1-9]|1[0-2])", text.strip())
        known[text] = dt.date(int(match.group(1)), int(match.group(2)), 1) if match else None
    return [known[text] for text in texts]


def _report(
    file: str,
    typed: pd.Series,
    postcode: pd.Series,
    outside: np.ndarray,
    first_row: int,
    problems: list[RowProblem],
) -> None:
    faulty = postcode.eq("").to_numpy(dtype=bool)
    for i in np.flatnonzero(faulty | outside):
        if len(problems) >= MAX_LISTED:
            return
        text = str(typed.iloc[i])[:20]
        if faulty[i]:
            meant = suggest_postcode(text)
            fix = f"Perhaps “{meant}” is meant." if meant else "Write it like “M33 2AB”."
            problem = RowProblem(file, first_row + int(i), "postcode", f"“{text}” is not a full postcode.", fix)
        else:
            said = f"{text} is placed outside the United Kingdom."
            problem = RowProblem(file, first_row + int(i), None, said, "Its place was left out.", skipped=False)
        problems.append(problem)
