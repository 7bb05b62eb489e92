"""Uploading areas: what is wrong is said in words, what is loaded counts everybody once, what is used stays."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import shapely
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.actions import uploaded_areas as actions
from app.actions.clock import today
from app.actions.make_population_points import make_population_points
from app.errors import NotFoundError
from app.jobs.daily import DAILY
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in, token_of
from tests.integration.loading import small_world
from tests.integration.loading.small_world import column, fingerprint, square

PAGE = "/data/areas"
WORDS = {"name": "Rounds", "singular": "Round", "vintage": "2026", "publisher": "Town Hall", "licence": "OGL v3.0"}
Shapes = dict[str, Any]
WEST, EAST = square(0, 0, 1500, 3000), square(1500, 0, 3000, 3000)
WHOLE: Shapes = {"W": WEST, "E": EAST}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(actions, "FOLDER", tmp_path / "uploads")
    return tmp_path / "uploads"


@pytest.fixture
def world(session: Session) -> Session:
    small_world.load_blocks(session)
    small_world.load_people(session)
    make_population_points(session, layer_key=small_world.BLOCKS.key, indicator_key="people")
    session.commit()
    return session


@pytest.fixture
def officer(client: FlaskClient, world: Session, folder: Path) -> FlaskClient:
    sign_in(client, add_person(world))
    return client


def geojson(shapes: Shapes, *, code: str = "code") -> bytes:
    features = [
        {"type": "Feature", "properties": {code: key, "label_name": f"Round {key}"},
         "geometry": json.loads(shapely.to_geojson(shape))}
        for key, shape in shapes.items()
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def send(client: FlaskClient, content: bytes, file_name: str = "rounds.geojson", **words: str) -> TestResponse:
    file = FileStorage(io.BytesIO(content), file_name)
    boundary, body = encode_multipart({"csrf_token": token_of(client, PAGE), **WORDS, **words, "file": file})
    return client.post(PAGE, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def send_well(client: FlaskClient, content: bytes, file_name: str = "rounds.geojson") -> str:
    """Returns the address of the page that shows what the file holds."""
    answer = send(client, content, file_name)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def load(client: FlaskClient, address: str, **columns: str) -> TestResponse:
    return client.post(address, data={"csrf_token": token_of(client, PAGE), **columns})


def remove(client: FlaskClient, key: str = "rounds-2026") -> TestResponse:
    return client.post(f"{PAGE}/layers/{key}/remove", data={"csrf_token": token_of(client, PAGE)})


def people_by_area(session: Session, key: str = "rounds-2026") -> dict[str, float]:
    rows = session.execute(
        text("SELECT a.area_code, sum(p.people) FROM area_layer l JOIN area a ON a.area_layer_id = l.id "
             "JOIN point_area t ON t.area_id = a.id JOIN population_point p ON p.id = t.population_point_id "
             "WHERE l.key = :key GROUP BY 1"),
        {"key": key},
    )  # fmt: skip
    return {code: float(people) for code, people in rows}


def test_what_was_seen_is_loaded_and_everybody_is_counted_once(officer: FlaskClient, world: Session) -> None:
    before = fingerprint(world)
    address = send_well(officer, geojson(WHOLE))
    page = officer.get(address).text
    assert fingerprint(world) == before
    assert "2 areas" in page
    assert "Round W" in page
    total = sum(100.0 + i for i in range(9))
    assert f"Of the {total:,.0f} people of this map, 0 live outside all of them." in page
    assert load(officer, address).location == f"{PAGE}?loaded=rounds-2026"
    assert sum(people_by_area(world).values()) == pytest.approx(total)
    assert "Loaded: Rounds (2026)." in officer.get(f"{PAGE}?loaded=rounds-2026").text
    row = world.execute(
        text("SELECT l.kind, s.key, s.publisher, s.licence, s.note FROM area_layer l JOIN source s "
             "ON s.id = l.source_id WHERE l.key = 'rounds-2026'")
    ).one()  # fmt: skip
    assert row[:4] == ("drawn", "upload-rounds-2026", "Town Hall", "OGL v3.0")
    assert "officer@example.org" not in row.note


def test_the_file_is_gone_once_it_is_loaded(officer: FlaskClient, folder: Path) -> None:
    address = send_well(officer, geojson(WHOLE))
    assert len(list(folder.glob("*/file/rounds.geojson"))) == 1
    load(officer, address)
    assert list(folder.iterdir()) == []
    assert officer.get(address).status_code == 404


def test_people_in_none_and_in_several_areas_are_counted_before(officer: FlaskClient) -> None:
    two = {"A": square(0, 0, 3000, 1000), "B": square(0, 0, 1000, 3000)}
    page = officer.get(send_well(officer, geojson(two))).text
    outside = sum(100.0 + i for i in (4, 5, 7, 8))
    assert f"{outside:,.0f} live outside all of them." in page
    assert "100 live in more than one." in page


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "empty.geojson", "The file is empty."),
        (b"one,two\n1,2\n", "text.geojson", "This is not GeoJSON"),
        (b'{"type": "FeatureCollection", "features": [', "cut.geojson", "not sound JSON"),
        (b"PK\x03\x04 and no more", "broken.zip", "damaged"),
        (b"SQLite format 3\x00 and no more", "broken.gpkg", "damaged"),
        (zipped({"readme.txt": b"no layer"}), "nothing.zip", "The zip holds no layer."),
        (zipped({"../../evil.geojson": geojson(WHOLE)}), "out.zip", "unsafe name"),
        (zipped({"bomb.geojson": b" " * 250_000_000}), "bomb.zip", "looks like a trap"),
        (zipped({f"{i}.txt": b"" for i in range(101)}), "many.zip", "The zip holds 101 files"),
        (geojson({f"A{i}": WEST for i in range(2_001)}), "big.geojson", "The file holds 2,001 areas"),
    ],
)
def test_a_file_that_holds_no_areas_is_refused_in_words(
    officer: FlaskClient, folder: Path, content: bytes, name: str, said: str
) -> None:
    answer = send(officer, content, name)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Town Hall"' in answer.text
    assert list(folder.iterdir()) == []


def test_a_zip_whose_bytes_were_changed_is_refused(officer: FlaskClient) -> None:
    whole = bytearray(zipped({"rounds.geojson": geojson(WHOLE)}))
    whole[60:80] = bytes(20)
    answer = send(officer, bytes(whole), "rounds.zip")
    assert answer.status_code == 422
    assert "damaged" in answer.text


@pytest.mark.parametrize("missing", ["name", "singular", "vintage", "publisher", "licence"])
def test_every_word_about_the_file_is_asked(officer: FlaskClient, missing: str) -> None:
    answer = send(officer, geojson(WHOLE), **{missing: " "})
    assert answer.status_code == 422
    assert f'id="wrong-{missing}"' in answer.text


def test_points_are_no_areas(officer: FlaskClient) -> None:
    page = officer.get(send_well(officer, geojson({"P": shapely.Point(-2.3, 53.4)})))
    assert page.status_code == 422
    assert "No area has a usable shape." in page.text
    assert "Load them" not in page.text


def test_codes_that_stand_twice_can_be_chosen_otherwise(officer: FlaskClient, world: Session) -> None:
    both = json.loads(geojson(WHOLE))
    for feature in both["features"]:
        feature["properties"]["code"] = "same"
    address = send_well(officer, json.dumps(both).encode())
    twins = officer.get(f"{address}?code_field=0")
    assert twins.status_code == 422
    assert "The code “same” stands on features 1, 2." in twins.text
    refused = load(officer, address, code_field="0", name_field="1")
    assert refused.status_code == 422
    assert world.scalar(text("SELECT count(*) FROM area_layer WHERE key = 'rounds-2026'")) == 0
    assert load(officer, address, code_field="none", name_field="1").status_code == 303
    assert people_by_area(world).keys() == {"round-e", "round-w"}


def test_metres_without_a_coordinate_system_are_asked_about(officer: FlaskClient, world: Session) -> None:
    metres = {
        "W": shapely.box(380_000, 390_000, 381_500, 393_000), "E": shapely.box(381_500, 390_000, 383_000, 393_000),
    }  # fmt: skip
    address = send_well(officer, geojson(metres))
    page = officer.get(address)
    assert page.status_code == 422
    assert "they look like British National Grid" in page.text
    assert load(officer, address, crs="EPSG:27700").status_code == 303
    assert sum(people_by_area(world).values()) == pytest.approx(sum(100.0 + i for i in range(9)))


@pytest.mark.parametrize(
    "query",
    ["code_field=99", "code_field=none&name_field=none", "crs=EPSG:1", "code_field=0&code_field=1", "crs=%00"],
)
def test_odd_choices_are_refused_in_words(officer: FlaskClient, query: str) -> None:
    answer = officer.get(f"{send_well(officer, geojson(WHOLE))}?{query}")
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_the_same_name_and_year_takes_the_place(officer: FlaskClient, world: Session) -> None:
    load(officer, send_well(officer, geojson(WHOLE)))
    address = send_well(officer, geojson({"N": square(0, 1500, 3000, 3000), "W": square(0, 0, 3000, 1500)}))
    assert "these areas take its place" in officer.get(address).text
    assert load(officer, address).status_code == 303
    assert people_by_area(world).keys() == {"N", "W"}


def test_a_layer_that_was_not_uploaded_is_left_alone(officer: FlaskClient, world: Session) -> None:
    world.execute(text("UPDATE area_layer SET key = 'rounds-2026'"))
    world.commit()
    answer = send(officer, geojson(WHOLE))
    assert answer.status_code == 422
    assert "not uploaded here" in answer.text
    assert remove(officer).status_code == 404


def test_what_is_removed_leaves_everything_as_it_was(officer: FlaskClient, world: Session) -> None:
    tables = ("area", "area_layer", "point_area", "population_point", "source", "load_run")
    before = fingerprint(world, tables)
    load(officer, send_well(officer, geojson(WHOLE)))
    assert fingerprint(world, tables) != before
    assert remove(officer).status_code == 303
    assert fingerprint(world, tables) == before
    assert remove(officer).status_code == 404


def test_a_removed_layer_leaves_a_line_with_who_when_and_what_asked_by_it(
    officer: FlaskClient, world: Session
) -> None:
    load(officer, send_well(officer, geojson(WHOLE)))
    load(officer, send_well(officer, geojson({**WHOLE, "W": square(0, 0, 1500, 2900)})))
    for kind, question in (
        ("pack", {"layer": "rounds-2026"}),
        ("pack", {"layer": "block-1", "within": "rounds-2026:E"}),
        ("pack", {"layer": "block-1", "patch": "rounds-2026: E W"}),
        ("pack", {"layer": "block-1", "within": "other"}),
        ("snapshot", {"layer": "block-1", "within": "W"}),
    ):
        world.execute(
            text("INSERT INTO evidence (code, kind, state, question, question_key) "
                 "VALUES (md5(random()::text), :k, 'ready', CAST(:q AS jsonb), 'k')"),
            {"k": kind, "q": json.dumps(question)},
        )  # fmt: skip
    world.commit()
    assert "Removed layers" not in officer.get("/data").text
    assert remove(officer).status_code == 303
    page = officer.get("/data").text
    line = page[page.index("Removed layers") :]
    for words in ("Rounds (2026)", "Town Hall", "officer@example.org", "3 evidence packs, 1 weekly answer: kept",
                  "(2 times)"):  # fmt: skip
        assert words in line
    assert "plan" not in line[line.index("<tbody") : line.index("</tbody")]
    assert "1 layer was removed" in officer.get(PAGE).text
    world.execute(text("DELETE FROM account"))
    assert [(row.name, row.account_email) for row in actions.list_removals(world)] == [("Rounds", None)]


def test_a_layer_that_is_not_removed_leaves_no_line(officer: FlaskClient, world: Session) -> None:
    assert remove(officer).status_code == 404
    assert actions.list_removals(world) == []


def test_a_layer_that_something_rests_on_stays(officer: FlaskClient, world: Session) -> None:
    load(officer, send_well(officer, geojson(WHOLE)))
    (area_id,) = column(world, "SELECT id FROM area WHERE area_code = 'E'")
    (source_id,) = column(world, "SELECT min(id) FROM source")
    world.execute(
        text(
            "INSERT INTO survey (source_id, area_id, kind, checked_on) VALUES (:s, :a, 'walk_round', '2026-01-01')"
        ),
        {"s": source_id, "a": area_id},
    )
    world.commit()
    answer = remove(officer)
    assert answer.status_code == 422
    assert "surveys looked at them: 1" in answer.text
    replaced = load(officer, send_well(officer, geojson({"W": WEST})))
    assert replaced.status_code == 422
    assert people_by_area(world).keys() == {"W", "E"}


def test_nobody_else_opens_a_file(officer: FlaskClient, world: Session) -> None:
    address = send_well(officer, geojson(WHOLE))
    code = address.rsplit("/", 1)[1]
    assert re.fullmatch("[0-9a-f]{32}", code)
    other = add_person(world, Role.ADMIN)
    with pytest.raises(NotFoundError):
        actions.get_upload(code, other.id)
    for wrong in ("..", "x", "0" * 32, f"{code}/file"):
        assert officer.get(f"{PAGE}/waiting/{wrong}").status_code == 404


def test_what_nobody_loaded_goes_after_a_day(
    officer: FlaskClient, world: Session, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_well(officer, geojson(WHOLE))
    task = DAILY["forget uploaded files"]
    task(world, today())
    assert len(list(folder.iterdir())) == 1
    monkeypatch.setattr(actions, "KEPT_S", -1)
    task(world, today())
    assert list(folder.iterdir()) == []


REAL = [
    "areas/gm_ward_2023_bng_shapefile.zip",
    "areas/gm_lsoa_2021_bng.gpkg",
    "areas/trafford_localities_2023.geojson",
    "dirty/council_submissions/areas_shapefile.zip",
]


@pytest.mark.parametrize("path", REAL)
def test_real_files_load_with_the_columns_that_are_guessed(
    officer: FlaskClient, world: Session, shared_data: Path, path: str
) -> None:
    file = shared_data / path
    address = send_well(officer, file.read_bytes(), file.name)
    page = officer.get(address)
    assert page.status_code == 200, page.text
    found = re.search(r"<li>([\d,]+) areas?</li>", page.text)
    assert found
    assert load(officer, address).status_code == 303
    loaded = column(world, "SELECT a.area_code FROM area a JOIN area_layer l ON l.id = a.area_layer_id "
                           "WHERE l.key = 'rounds-2026'")  # fmt: skip
    assert len(loaded) == int(found[1].replace(",", "")) > 1


@pytest.mark.parametrize(
    "name", ["../../about.json", "..", "Straßen \u202eкарта.geojson", "x" * 300, "about.json", "-rf"]
)
def test_any_file_name_stays_in_the_folder(officer: FlaskClient, folder: Path, name: str) -> None:
    address = send_well(officer, geojson(WHOLE), name)
    assert officer.get(address).status_code == 200
    (kept,) = folder.glob("*/file/*")
    assert kept.parent.parent.parent == folder
    assert len(kept.name) <= 80
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize("words", [{"name": "x" * 61}, {"name": "a\0b"}, {"licence": "x" * 5_000}])
def test_words_that_cannot_be_kept_are_refused(officer: FlaskClient, words: dict[str, str]) -> None:
    assert send(officer, geojson(WHOLE), **words).status_code == 422


def test_no_file_two_files_and_text_for_a_file_are_refused(officer: FlaskClient) -> None:
    token = token_of(officer, PAGE)
    two = [(io.BytesIO(geojson(WHOLE)), "a.geojson"), (io.BytesIO(geojson(WHOLE)), "b.geojson")]
    for file in ({}, {"file": "text"}, {"file": two}):
        answer = officer.post(
            PAGE, data={"csrf_token": token, **WORDS, **file}, content_type="multipart/form-data"
        )
        assert answer.status_code == 422
        assert "Choose one file." in answer.text
