"""A record that stops being public leaves the pages and files of packs made before; the sums stay."""

from __future__ import annotations

import csv
import zipfile
from io import BytesIO, StringIO

import pypdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.jobs.evidence import make_pack
from tests.integration.evidence.conftest import MakePack
from tests.integration.evidence.test_packs import FILES, fetch
from tests.integration.web import web_town
from tests.integration.web.pages import Page

AT = (2.37, 1.63)
SAID = ("Qanary",)
HIDE = {
    "hidden": "UPDATE organisation SET review_status = 'hidden' WHERE name = 'Qanary Kitchen'",
    "closed": "UPDATE organisation SET stage = 'closed' WHERE name = 'Qanary Kitchen'",
    "deleted": "DELETE FROM organisation WHERE name = 'Qanary Kitchen'",
    "service": "UPDATE service SET review_status = 'rejected' WHERE name LIKE 'Qanary%'",
}
WITHDRAW = {
    "refuge": "UPDATE organisation SET is_confidential = true WHERE name = 'Qanary Kitchen'",
    "private place": "UPDATE place SET privacy = 'hidden' WHERE name LIKE 'Qanary%'",
    "rough place": "UPDATE place SET privacy = 'rough' WHERE name LIKE 'Qanary%'",
}


def everything(client: FlaskClient, code: str) -> dict[str, str]:
    """All that a pack hands out, by where it is, as text; what is packed is unpacked."""
    said = {"page": client.get(f"/evidence/{code}").text}
    for name in FILES:
        content = fetch(client, code, name)
        said[name] = content.decode("latin-1")
        if name.endswith(".pdf"):
            said[name] = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)
        if name.endswith(".zip"):
            with zipfile.ZipFile(BytesIO(content)) as packed:
                said |= {f"zip/{one}": packed.read(one).decode("latin-1") for one in packed.namelist()}
    return said


def coordinates(town: Session) -> tuple[str, str]:
    row = town.execute(
        text(f"SELECT ST_X(p), ST_Y(p) FROM (SELECT ST_Transform({web_town.point_sql(AT)}, 27700) AS p) a")
    )
    x, y = row.one()
    return f"{x:.1f}", f"{y:.1f}"


@pytest.fixture
def pack(make: MakePack, town: Session, officer: FlaskClient) -> str:
    web_town.add_service(town, "Qanary Kitchen", AT, place="Qanary hall")
    town.commit()
    return make()


@pytest.mark.parametrize("how", [*HIDE, *WITHDRAW])
def test_what_is_taken_off_the_map_leaves_a_pack(
    app: Flask, officer: FlaskClient, town: Session, pack: str, how: str
) -> None:
    before = everything(officer, pack)
    point = coordinates(town)
    assert "Qanary" in before["page"]
    assert "Qanary" in before["evidence.pdf"]
    assert ",".join(point) in before["services.csv"]
    town.execute(text({**HIDE, **WITHDRAW}[how]))
    town.commit()
    at_once = officer.get(f"/evidence/{pack}").text
    for name in FILES:
        assert officer.get(f"/evidence/{pack}/{name}").status_code == 404, "old files are kept back at once"
    with app.app_context():
        make_pack(pack)
    after = everything(officer, pack)
    for where, words in {**after, "at once": at_once}.items():
        assert how not in HIDE or "Qanary" not in words, where
        assert point[0] not in words, where
        assert point[1] not in words, where
    assert (
        Page(after["page"]).one("p", class_="answer").text == Page(before["page"]).one("p", class_="answer").text
    )
    assert [*csv.reader(StringIO(after["areas.csv"]))] == [*csv.reader(StringIO(before["areas.csv"]))]
    if how in HIDE:
        assert "A service no longer listed" in after["page"]


def test_what_comes_back_is_named_again(app: Flask, officer: FlaskClient, town: Session, pack: str) -> None:
    town.execute(text(HIDE["hidden"]))
    town.commit()
    assert "Qanary" not in officer.get(f"/evidence/{pack}").text
    town.execute(text(HIDE["hidden"].replace("'hidden'", "'approved'")))
    town.commit()
    assert "Qanary" in officer.get(f"/evidence/{pack}").text


def test_a_name_that_was_corrected_is_shown_as_it_is_now(
    app: Flask, officer: FlaskClient, town: Session, pack: str
) -> None:
    town.execute(text("UPDATE organisation SET name = 'Other Kitchen' WHERE name = 'Qanary Kitchen'"))
    town.execute(text("UPDATE service SET name = 'Other lunch' WHERE name LIKE 'Qanary%'"))
    town.commit()
    with app.app_context():
        make_pack(pack)
    assert not [where for where, words in everything(officer, pack).items() if "Qanary" in words]
