"""A pack from the click to its files, and back to the same numbers."""

from __future__ import annotations

import csv
import json
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import geopandas
import numpy as np
import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.evidence import get_pack
from app.actions.evidence_check import check_code
from app.actions.evidence_store import window
from app.actions.gap_answers import GapQuestion
from app.actions.gap_inputs import find_all_pairs, load_gap_inputs, sum_services
from app.actions.gap_measure import measure
from app.actions.gap_scope import find_scope
from app.actions.gap_sure import find_stability
from app.actions.gaps import answer_gap_question
from app.jobs import evidence as jobs
from app.queries.versions import RECORDS, bump_versions, get_version
from tests.integration.accounts.people import token_of
from tests.integration.evidence.conftest import MakePack, click
from tests.integration.web import web_town
from tests.integration.web.pages import Page

FILES = ("evidence.pdf", "areas.csv", "services.csv", "evidence.gpkg", "map.png", "map.svg", "map-print.png",
         "map-print.svg", "README.txt", "evidence.zip")  # fmt: skip


def fetch(client: FlaskClient, code: str, name: str) -> bytes:
    answer = client.get(f"/evidence/{code}/{name}")
    assert answer.status_code == 200, name
    return answer.data


def test_a_pack_says_what_the_gap_page_said_and_has_every_file(officer: FlaskClient, make: MakePack) -> None:
    code = make(minutes="20")
    sentence = Page(officer.get("/gaps?theme=food&minutes=20").text).one(id="answer").text
    page = Page(officer.get(f"/evidence/{code}").text)
    assert page.one("p", class_="answer").text == sentence
    live = list(csv.DictReader(StringIO(officer.get("/gaps.csv?theme=food&minutes=20").text)))
    kept = list(csv.DictReader(StringIO(fetch(officer, code, "areas.csv").decode())))
    shown = [{name: value for name, value in row.items() if name != "page"} for row in live]
    assert [{name: value for name, value in row.items() if name != "page"} for row in kept] == shown
    links = [
        tag.attributes["href"]
        for tag in page.all("a")
        if tag.attributes.get("href", "").startswith(f"/evidence/{code}/")
    ]
    assert set(links) == {f"/evidence/{code}/{name}" for name in FILES}
    with zipfile.ZipFile(BytesIO(fetch(officer, code, "evidence.zip"))) as packed:
        inside = set(packed.namelist())
        assert inside == {*FILES, "inputs/people.csv", "inputs/question.json"} - {"evidence.zip"}
        assert packed.read("areas.csv") == fetch(officer, code, "areas.csv")
        question = json.loads(packed.read("inputs/question.json"))
    assert (question["question.theme"], question["question.reach_m"]) == ("food", "1600")
    assert question["answer"] == sentence


@pytest.mark.usefixtures("no_paper")
def test_a_pack_keeps_in_how_many_ways_the_worst_areas_stay_there(
    officer: FlaskClient, make: MakePack, town: Session
) -> None:
    code = make()
    sure = find_stability(town, get_pack(town, code).question)
    assert sure is not None
    assert sure.worst
    page = officer.get(f"/evidence/{code}").text
    for row in sure.worst:
        assert f"<li>{row.area.name}: {row.stable} of {len(sure.ways)}</li>" in page


def test_the_paper_is_tagged_and_says_title_language_and_what_pictures_show(
    officer: FlaskClient, make: MakePack
) -> None:
    code = make()
    paper = pypdf.PdfReader(BytesIO(fetch(officer, code, "evidence.pdf")))
    root = paper.trailer["/Root"]
    assert len(paper.pages) >= 2
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert paper.metadata is not None
    assert paper.metadata.title == "Evidence: Who lacks enough good food? Web Town"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    found = tags(root["/StructTreeRoot"])
    assert {"H1", "H2", "Table", "TH", "TD", "Figure", "Caption"} <= {kind for kind, _ in found}
    figures = [node for kind, node in found if kind == "Figure"]
    assert len(figures) == 1
    assert "A map of 48 areas" in figures[0]["/Alt"]
    words = " ".join(page.extract_text() for page in paper.pages)
    assert "Kitchen 1" in words
    assert "How firm it is" in words


def tags(node: pypdf.generic.DictionaryObject) -> list[tuple[str, pypdf.generic.DictionaryObject]]:
    found = [(str(node["/S"]).lstrip("/"), node)] if "/S" in node else []
    below = node.get("/K", [])
    for child in below if isinstance(below, list) else [below]:
        node_below = child.get_object()
        if isinstance(node_below, pypdf.generic.DictionaryObject):
            found += tags(node_below)
    return found


@pytest.mark.usefixtures("no_paper")
def test_the_map_file_opens_with_its_values_services_and_sources(
    officer: FlaskClient, make: MakePack, tmp_path: Path
) -> None:
    code = make()
    path = tmp_path / "evidence.gpkg"
    path.write_bytes(fetch(officer, code, "evidence.gpkg"))
    areas = geopandas.read_file(path, layer="areas")
    kept = list(csv.DictReader(StringIO(fetch(officer, code, "areas.csv").decode())))
    assert areas["area_code"].tolist() == [row["area_code"] for row in kept]
    assert areas.crs.to_epsg() == 4326
    assert areas.geometry.is_valid.all()
    without = [float(row["people_without"]) if row["people_without"] else np.nan for row in kept]
    assert np.allclose(areas["people_without"].astype(float), without, atol=0.06, equal_nan=True)
    services = geopandas.read_file(path, layer="services")
    assert "Kitchen 1 lunch" in set(services["service"])
    assert geopandas.read_file(path, layer="sources")["title"].tolist() == ["Web Town"]


@pytest.mark.usefixtures("no_paper")
@pytest.mark.parametrize(
    "question", [{}, {"within": "ward:W2"}, {"within": "ward:W1", "benchmark": "everywhere"}, {"minutes": "40"},
                 {"patch": "ward: W1", "within": "T1"}],
)  # fmt: skip
def test_it_works_out_the_same_after_everything_has_changed(
    app: Flask, officer: FlaskClient, make: MakePack, town: Session, question: dict[str, str]
) -> None:
    code = make(**question)
    before = fetch(officer, code, "areas.csv")
    turn_over(town)
    check = check_code(town, code)
    assert check.is_same, (check.problem, check.differences[:5])
    assert check.compared > 12
    said = officer.post(f"/evidence/{code}/check", data={"csrf_token": token_of(officer, f"/evidence/{code}")})
    assert "Worked out again: the same." in said.text
    with app.app_context():
        jobs.make_pack(code)
    assert fetch(officer, code, "areas.csv") == before


def turn_over(town: Session) -> None:
    """Services, people and surveys become others."""
    web_town.add_service(town, "New Kitchen", (6.5, 1.5))
    town.execute(text("UPDATE population_point SET people = people * 2 + (x_m / 300 + y_m / 700)::integer % 7"))
    town.execute(text("UPDATE organisation SET stage = 'closed' WHERE name = 'Kitchen 3'"))
    web_town.forget_looks(town, "S10", "S21", "S32", "S53")
    bump_versions(town, ["areas", "records"])
    town.commit()


@pytest.mark.usefixtures("no_paper")
def test_inputs_that_were_tampered_with_are_found_out(make: MakePack, town: Session) -> None:
    code = make()
    town.execute(
        text("""
        UPDATE evidence_part SET content = content || '\\x00' WHERE sha256 =
            (SELECT parts ->> 'people' FROM evidence WHERE code = :code)
        """),
        {"code": code},
    )
    check = check_code(town, code)
    assert not check.is_same
    assert "checksum" in check.problem


@pytest.mark.usefixtures("no_paper")
def test_an_answer_that_was_changed_is_found_out(
    make: MakePack, town: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = make()
    monkeypatch.setattr("app.actions.evidence_check.measure", lambda inputs, sums: measure(inputs, sums, draws=20))
    check = check_code(town, code)
    assert {difference.what for difference in check.differences} <= {"shortfall_low", "shortfall_high"}
    assert check.differences


@pytest.mark.parametrize("within", ["ward:W1", "ward:W3", "T1"])
def test_people_left_out_of_the_window_change_nothing(town: Session, within: str) -> None:
    question = GapQuestion("food", "square", within)
    scope = find_scope(town, question)
    inputs = load_gap_inputs(town, get_version(town), scope)
    small = window(inputs)
    assert within == "T1" or small.people.points.count < inputs.people.points.count
    whole = measure(inputs, sum_services(inputs, find_all_pairs(inputs)))
    part = measure(small, sum_services(small, find_all_pairs(small)))
    for name in ("access", "shortfall", "equivalent_people", "nearest_m", "services_in_reach"):
        assert np.allclose(
            getattr(whole.delivered, name), getattr(part.delivered, name), rtol=1e-12, equal_nan=True
        )
    assert np.allclose(whole.low, part.low, rtol=1e-9, equal_nan=True)
    assert np.allclose(whole.near_unknown, part.near_unknown)
    assert np.allclose(whole.inside_share, part.inside_share)


@pytest.mark.usefixtures("no_paper")
def test_two_clicks_make_one_pack_and_changed_data_another(
    officer: FlaskClient, make: MakePack, town: Session
) -> None:
    assert make() == make()
    bump_versions(town, [RECORDS])
    town.commit()
    assert len({make(), make(minutes="10"), make(minutes="10")}) == 2
    assert town.scalar(text("SELECT count(*) FROM evidence")) == 3


def test_a_worker_killed_between_steps_goes_on_where_it_stopped(
    app: Flask, officer: FlaskClient, town: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (click(officer).location or "").rsplit("/", 1)[1]
    waiting = officer.get(f"/evidence/{code}")
    assert "Waiting for its turn" in waiting.text

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with app.app_context(), monkeypatch.context() as patched:
        patched.setattr(jobs, "draw_pictures", die)
        with pytest.raises(KeyboardInterrupt):
            jobs.make_pack(code)
    sentence = answer_gap_question(town, GapQuestion("food", "square", "town:T1")).sentence
    assert sentence in Page(officer.get(f"/evidence/{code}").text).one("p", class_="answer").text
    turn_over(town)
    with app.app_context():
        jobs.make_pack(code)
    assert sentence in Page(officer.get(f"/evidence/{code}").text).one("p", class_="answer").text
    assert fetch(officer, code, "evidence.pdf").startswith(b"%PDF")


def test_what_cannot_be_made_says_so(
    app: Flask, officer: FlaskClient, make: MakePack, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (click(officer).location or "").rsplit("/", 1)[1]
    monkeypatch.setattr(jobs, "write_pdf", lambda *_: 1 / 0)
    with app.app_context(), pytest.raises(ZeroDivisionError):
        jobs.make_pack(code)
    assert "could not be made" in officer.get(f"/evidence/{code}").text


@pytest.mark.parametrize("address", ["x", "0" * 16, "%00", "é" * 200, "x/evidence.pdf", "x/../../etc/passwd"])
def test_addresses_of_nothing_are_not_found(officer: FlaskClient, address: str) -> None:
    assert officer.get(f"/evidence/{address}").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"theme": "nothing"}, {"minutes": "-1"}, {"minutes": "x" * 500}, {"within": "\0"}, {"decay": "9"}]
)
def test_a_question_that_cannot_be_asked_makes_no_pack(
    officer: FlaskClient, town: Session, wrong: dict[str, str]
) -> None:
    assert click(officer, **wrong).status_code == 400
    assert town.scalar(text("SELECT count(*) FROM evidence")) == 0


@pytest.mark.usefixtures("no_paper")
def test_a_visitor_reads_a_pack_and_makes_none(app: Flask, officer: FlaskClient, make: MakePack) -> None:
    code = make()
    visitor = app.test_client()
    assert visitor.get(f"/evidence/{code}").status_code == 200
    assert visitor.get(f"/evidence/{code}/evidence.pdf").status_code == 200
    assert "Make an evidence pack" not in visitor.get("/gaps?theme=food").text
    assert "Make an evidence pack" in officer.get("/gaps?theme=food").text
    token = token_of(visitor, "/needs/new")
    assert visitor.post("/evidence", data={"csrf_token": token, "theme": "food"}).status_code == 302


@pytest.mark.usefixtures("no_paper")
def test_the_command_says_what_is_the_same_and_fails_where_something_is_not(
    app: Flask, make: MakePack, town: Session
) -> None:
    code = make()
    runner = app.test_cli_runner()
    good = runner.invoke(args=["evidence", "check", "--all"])
    assert (good.exit_code, "1 of 1 came out the same." in good.output) == (0, True), good.output
    town.execute(
        text("UPDATE evidence_part SET content = '' WHERE sha256 = (SELECT parts ->> 'known' FROM evidence)")
    )
    bad = runner.invoke(args=["evidence", "check", code])
    assert (bad.exit_code, "cannot be worked out again" in bad.output) == (1, True), bad.output
    assert runner.invoke(args=["evidence", "check", "nothing"]).exit_code == 1
    assert runner.invoke(args=["evidence", "check"]).exit_code == 2
