"""Looking at a file before any parser touches it: size, first bytes, and what is inside an archive."""

from __future__ import annotations

import zipfile
from pathlib import Path

from geodata.problems import InputProblem

MAX_ARCHIVE_BYTES = 2_000_000_000
MAX_ARCHIVE_RATIO = 100
MAX_ARCHIVE_MEMBERS = 10_000

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_JUNK = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


def first_bytes(path: Path, count: int = 512) -> bytes:
    """Return the first bytes of a file, or refuse it when it is missing, a folder or empty."""
    if not path.is_file():
        raise InputProblem(path.name, "There is no such file.", "Check the name and the folder.")
    with path.open("rb") as file:
        start = file.read(count)
    if not start:
        raise InputProblem(path.name, "The file is empty.", "Download or export it again.")
    return start


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """Return all bytes of a file, or refuse it when it is missing, empty or over ``max_bytes``."""
    first_bytes(path, 1)
    size = path.stat().st_size
    if size > max_bytes:
        raise InputProblem(
            path.name,
            f"The file has {size / 1e6:,.0f} MB; the limit is {max_bytes / 1e6:,.0f} MB.",
            "Split it, or leave out columns and rows that are not needed.",
        )
    return path.read_bytes()


def is_zip(start: bytes) -> bool:
    """True when the first bytes are those of a zip archive (also XLSX and ODS)."""
    return start.startswith(_ZIP)


def is_old_office(start: bytes) -> bool:
    """True for the old Office container: .xls, and any Excel file locked by a password."""
    return start.startswith(_OLE)


def refuse_disguise(file: str, start: bytes) -> None:
    """Refuse a web page, XML (such as GDAL VRT), JSON, a zip, PDF or database that poses as a table."""
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise InputProblem(
            file,
            "This is a web page, not a table.",
            "Open the address in a browser, and save the file that the page links to.",
        )
    if head.startswith((b"<?xml", b"<ogrvrt", b"<kml", b"<!doctype", b"<gml")):
        raise InputProblem(file, "This is XML, not a table.", "Export the data as CSV and try again.")
    if head.startswith((b"{", b"[")):
        raise InputProblem(file, "This is JSON, not a table.", "Export the data as CSV and try again.")
    if is_zip(start):
        raise InputProblem(
            file,
            "This is a zip or Excel file under another name.",
            "Rename it to end in .xlsx, or take the CSV out of the zip.",
        )
    if is_old_office(start):
        raise InputProblem(
            file,
            "This is an old or locked Excel file under another name.",
            "Open it in a spreadsheet program and save it as CSV.",
        )
    if head.startswith((b"%pdf", b"sqlite format 3", b"\x1f\x8b")):
        raise InputProblem(file, "This is not a text table.", "Export the data as CSV and try again.")


def open_archive(path: Path, *, max_bytes: int = MAX_ARCHIVE_BYTES) -> zipfile.ZipFile:
    """Open a zip after checking its members: count, total size, ratio, names and locks.

    Raises InputProblem; nothing is unpacked here.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise InputProblem(path.name, "The zip file is damaged or cut short.", "Download it again.") from error
    try:
        _check_members(path.name, archive.infolist(), max_bytes)
    except InputProblem:
        archive.close()
        raise
    return archive


def archive_members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """List the real files of an archive by name: no folders, none of the litter that macOS and Windows add."""
    members = [info for info in archive.infolist() if not info.is_dir() and not is_junk(info.filename)]
    return sorted(members, key=lambda info: info.filename)


def is_junk(name: str) -> bool:
    """True for __MACOSX, .DS_Store, ._resource forks and other litter."""
    lowered = name.replace("\\", "/").lower()
    last = lowered.rsplit("/", 1)[-1]
    return lowered.startswith("__macosx/") or last.startswith("._") or last in _JUNK


def _check_members(file: str, members: list[zipfile.ZipInfo], max_bytes: int) -> None:
    if len(members) > MAX_ARCHIVE_MEMBERS:
        raise InputProblem(
            file,
            f"The zip holds {len(members):,} files; the limit is {MAX_ARCHIVE_MEMBERS:,}.",
            "Take out the files you need and try again.",
        )
    total = packed = 0
    for info in members:
        total += info.file_size
        packed += info.compress_size
        name = info.filename.replace("\\", "/")
        unsafe = name.startswith("/") or ".." in name.split("/") or ":" in name
        is_link = (info.external_attr >> 16) & 0o170000 == 0o120000
        if unsafe or is_link:
            raise InputProblem(file, "The zip holds a file with an unsafe name.", "Make the zip again.")
        if info.flag_bits & 1:
            raise InputProblem(file, "The zip is locked by a password.", "Unlock it and try again.")
    if total > max_bytes or (total > 10_000_000 and total > MAX_ARCHIVE_RATIO * max(packed, 1)):
        raise InputProblem(
            file,
            f"The zip would unpack to {total / 1e6:,.0f} MB, which is too much or looks like a trap.",
            "Unpack it yourself and load the files you need.",
        )
