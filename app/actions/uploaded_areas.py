"""Layers of areas that officers upload: the file waits in a folder until somebody has seen what it holds."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

import geopandas as gpd
import numpy as np
import shapely

from app.actions.load_areas import LayerCard, load_areas
from app.actions.loading import LoadReport, SourceCard, begin_load, checksum_of
from app.config import ROOT
from app.errors import BadQuestionError, LoadRefusedError, NotFoundError
from app.queries import Session, loading_areas
from app.queries import uploaded_areas as queries
from app.queries.uploaded_areas import RemovalRow, UploadedLayerRow
from app.queries.versions import AREAS, bump_versions
from app.vocabulary import AreaLayerKind
from geodata.files import archive_members, first_bytes, is_zip, open_archive
from geodata.frames import AreasFrame
from geodata.problems import InputProblem, RowProblem
from geodata.readers.areas import AreasFields, make_slug, read_areas, read_fields

FOLDER = ROOT / "var" / "uploads"
KEPT_S = 86_400
"""So long a file waits for somebody to load it."""
PREFIX = "upload-"
MOST_AREAS = 2_000
"""More would keep a page waiting; the command has no such limit."""
MOST_UNPACKED_BYTES, MOST_MEMBERS = 200_000_000, 100
FIRST_SHOWN = 10
MOST_REMOVALS = 50
CODE = re.compile(r"[0-9a-f]{32}")
CRS_CHOICES = ("", "EPSG:27700", "EPSG:29902", "EPSG:3857")


@dataclass(frozen=True)
class UploadWords:
    """What is asked about a file; ``inner_file`` where it holds several layers."""

    name: str
    singular: str
    vintage: str
    publisher: str
    licence: str
    attribution: str = ""
    inner_file: str = ""

    @property
    def key(self) -> str:
        """Of the layer: the same name and year are the same layer."""
        slug = make_slug(self.name) or hashlib.sha256(self.name.encode()).hexdigest()[:8]
        return f"{slug}-{make_slug(self.vintage) or 'undated'}"


@dataclass(frozen=True)
class Upload:
    """A file that waits."""

    code: str
    path: Path
    words: UploadWords


@dataclass(frozen=True)
class Columns:
    """Where codes and names are (None: made from the other), and the CRS where the file names none."""

    code_field: str | None
    name_field: str | None
    crs: str = ""


@dataclass(frozen=True)
class People:
    """Of this map, by where they live: all, in none of the areas, in more than one."""

    total: float
    nowhere: float
    several: float


@dataclass(frozen=True)
class Preview:
    """What loading would do; exactly one of ``error`` and ``people`` is None."""

    fields: AreasFields
    columns: Columns
    error: BadQuestionError | None
    people: People | None = None
    area_count: int = 0
    first: tuple[tuple[str, str], ...] = ()  # code and name
    problems: tuple[RowProblem, ...] = ()
    replaces: bool = False


def list_uploaded(session: Session) -> list[UploadedLayerRow]:
    return queries.list_uploaded(session, PREFIX)


def keep_upload(
    session: Session, words: UploadWords, account_id: UUID, file_name: str, save: Callable[[Path], object]
) -> str:
    """Keep a file until it is loaded; returns its code. Raises BadQuestionError for one that holds no areas."""
    _refuse_taken(session, words)
    forget_old_uploads()
    code = secrets.token_hex(16)
    folder = FOLDER / code
    (folder / "file").mkdir(parents=True, mode=0o700)
    path = folder / "file" / (re.sub(r"[^A-Za-z0-9._-]+", "-", file_name).lstrip(".-")[-80:] or "areas")
    try:
        save(path)
        _read_fields(path, words)
        about = {"account_id": str(account_id), "words": asdict(words)}
        (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    except BaseException:
        forget_upload(code)
        raise
    return code


def get_upload(code: str, account_id: UUID) -> Upload:
    """A file that this person sent. Raises NotFoundError, also for a file of somebody else."""
    try:
        if not CODE.fullmatch(code):
            raise FileNotFoundError
        about = json.loads((FOLDER / code / "about.json").read_text(encoding="utf-8"))
        (path,) = (FOLDER / code / "file").iterdir()
        if about["account_id"] != str(account_id):
            raise FileNotFoundError
    except (OSError, ValueError) as error:
        raise NotFoundError(
            "This file is not here any more: it was loaded, or it waited for more than a day.", "Send it again."
        ) from error
    return Upload(code, path, UploadWords(**about["words"]))


def forget_upload(code: str) -> None:
    shutil.rmtree(FOLDER / code, ignore_errors=True)


def forget_old_uploads() -> int:
    """Delete the files nobody loaded within a day; returns how many."""
    before, count = time.time() - KEPT_S, 0
    for folder in FOLDER.glob("*"):
        with suppress(FileNotFoundError):  # it was loaded meanwhile
            if folder.stat().st_mtime < before:
                shutil.rmtree(folder, ignore_errors=True)
                count += 1
    return count


def preview(session: Session, upload: Upload, choose: Callable[[AreasFields], Columns]) -> Preview:
    """Read the file as it would be loaded; what is wrong with it or with the columns is its ``error``."""
    fields = _read_fields(upload.path, upload.words)
    columns = Columns(None, None)
    try:
        columns = choose(fields)
        frame = _read(upload, columns)
        _refuse_taken(session, upload.words)
    except BadQuestionError as error:
        return Preview(fields, columns, error)
    first = frame.areas.head(FIRST_SHOWN)
    return Preview(
        fields, columns, None, count_people(session, frame.areas), len(frame.areas),
        tuple(zip(first["area_code"], first["name"], strict=True)), tuple(frame.problems),
        loading_areas.find_layer(session, upload.words.key) is not None,
    )  # fmt: skip


def load_upload(
    session: Session, upload: Upload, choose: Callable[[AreasFields], Columns], today_words: str
) -> LoadReport:
    """Load the areas, in place of those of the same name and year. Raises BadQuestionError, LoadRefusedError."""
    words = upload.words
    frame = _read(upload, choose(_read_fields(upload.path, words)))
    _refuse_taken(session, words)
    layer = LayerCard(words.key, words.name, words.singular, words.vintage, AreaLayerKind.DRAWN)
    card = SourceCard(
        f"{PREFIX}{words.key}", f"{words.name} ({words.vintage})", words.publisher, words.licence,
        words.attribution, note=f"Uploaded on {today_words}; who uploaded it is not published.",
        checksum=checksum_of([upload.path]),
    )  # fmt: skip
    return load_areas(session, frame, layer, card, file=upload.path.name, replace=True)


def list_removals(session: Session) -> list[RemovalRow]:
    """The last layers that were removed, the newest first."""
    return queries.list_removals(session, MOST_REMOVALS)


def remove_layer(session: Session, key: str, account_id: UUID) -> None:
    """Remove an uploaded layer; a line that says so stays.

    Raises NotFoundError for another, LoadRefusedError when something rests on it.
    """
    layer, source_key = loading_areas.find_layer(session, key), queries.find_source_key(session, key)
    if layer is None or source_key is None or not source_key.startswith(PREFIX):
        raise NotFoundError("There is no such uploaded layer.", "The page of uploaded areas lists them.")
    begin_load(session)
    loading_areas.stage_areas(session, gpd.GeoDataFrame({"area_code": [], "name": []}, geometry=[]))
    users = [
        *loading_areas.list_users_of_removed(session, layer.id),
        *queries.list_users_of_layer(session, layer.id),
    ]
    if users:
        raise LoadRefusedError(
            f"“{layer.name}” cannot go while something rests on its areas: {'; '.join(users)}.",
            "Change or remove that first.",
        )
    queries.add_removal(session, layer.id, account_id)
    loading_areas.remove_areas_not_staged(session, layer.id)
    queries.delete_layer(session, layer.id)
    bump_versions(session, [AREAS])


def count_people(session: Session, areas: gpd.GeoDataFrame) -> People:
    """Where the people of this map live, seen from these areas (EPSG:4326)."""
    table = queries.people_table(session)
    people = table["people"].to_numpy(dtype=float)
    points = shapely.points(table["lon"].to_numpy(dtype=float), table["lat"].to_numpy(dtype=float))
    found, _areas = shapely.STRtree(areas.geometry.to_numpy()).query(points, predicate="intersects")
    times = np.bincount(found, minlength=len(people))
    return People(float(people.sum()), float(people[times == 0].sum()), float(people[times > 1].sum()))


def _read(upload: Upload, columns: Columns) -> AreasFrame:
    try:
        return read_areas(
            upload.path, columns.code_field, columns.name_field, inner_file=upload.words.inner_file or None,
            assume_crs=columns.crs or None,
        )  # fmt: skip
    except InputProblem as problem:
        field = "code_field" if problem.detail.row else ""
        raise BadQuestionError(problem.detail.problem, problem.detail.fix, field=field) from problem


def _read_fields(path: Path, words: UploadWords) -> AreasFields:
    """The fields of a file fit for a page. Raises BadQuestionError."""
    try:
        if is_zip(first_bytes(path)):
            _refuse_big_archive(path)
        fields = read_fields(path, inner_file=words.inner_file or None)
    except InputProblem as problem:
        raise BadQuestionError(problem.detail.problem, problem.detail.fix, field="file") from problem
    if fields.count > MOST_AREAS:
        raise BadQuestionError(
            f"The file holds {fields.count:,} areas; a page takes {MOST_AREAS:,} at most.",
            "Whoever looks after the server can load it: scripts/flask data load-areas FILE "
            f"--layer {words.key} --name … --vintage … --kind drawn",
            field="file",
        )
    if not fields.values:
        raise BadQuestionError(
            "The areas have neither codes nor names.", "Export the layer with its columns.", field="file"
        )
    return fields


def _refuse_big_archive(path: Path) -> None:
    with open_archive(path, max_bytes=MOST_UNPACKED_BYTES) as archive:
        count = len(archive_members(archive))
    if count > MOST_MEMBERS:
        raise InputProblem(
            path.name, f"The zip holds {count:,} files; a page takes {MOST_MEMBERS} at most.",
            "Zip the files of one layer only.",
        )  # fmt: skip


def _refuse_taken(session: Session, words: UploadWords) -> None:
    source_key = queries.find_source_key(session, words.key)
    if source_key is not None and not source_key.startswith(PREFIX):
        raise BadQuestionError(
            f"There is a layer “{words.key}” already that was not uploaded here.",
            "Give yours another name or year.",
            field="name",
        )
