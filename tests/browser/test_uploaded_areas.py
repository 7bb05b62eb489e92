"""An officer uploads areas, looks at them, loads them, shows gaps by them, and takes them away again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.actions import uploaded_areas as actions
from app.vocabulary import Role
from tests.browser.conftest import DESKTOP, NARROW, PHONE, OpenPage, check_page, overflow_of, serving, settle
from tests.browser.signing_in import sign_in
from tests.databases import migrate_to_head, scratch_database, settings_for
from tests.integration.accounts.people import add_person
from tests.integration.web import web_town

OFFICER = "uploader@example.org"
NO_SCRIPTS: dict[str, Any] = {**DESKTOP, "java_script_enabled": False}
SCREENS = {"desktop": DESKTOP, "phone": PHONE, "narrow": NARROW, "no scripts": NO_SCRIPTS}
WORDS = {"name": "Rounds", "singular": "Round", "vintage": "2026", "publisher": "Town Hall", "licence": "OGL v3.0"}


@pytest.fixture(scope="module")
def app(worker: str) -> Iterator[Flask]:
    """Web Town with an officer, in a database of its own."""
    with scratch_database(f"wdw_uploads_{worker}") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url)
        with Session(engine) as session:
            web_town.build(session)
            add_person(session, Role.OFFICER, OFFICER)
            session.commit()
        engine.dispose()
        with serving(url) as app:
            yield app


@pytest.fixture(scope="module")
def server(app: Flask) -> str:
    """In the place of Web Town: what ``open_page`` opens."""
    return str(app.config["SETTINGS"].base_url)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One area around everybody; its name is long and without a space."""
    monkeypatch.setattr(actions, "FOLDER", tmp_path / "uploads")
    ring = [[-5, 50], [1, 50], [1, 56], [-5, 56], [-5, 50]]
    feature = {"type": "Feature", "properties": {"code": "R1", "name": "Round" * 30},
               "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip
    path = tmp_path / "rounds.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


def look(page: Page, heading: str, *, has_scripts: bool) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    check_page(page, has_scripts=has_scripts)
    if has_scripts:
        assert overflow_of(page) <= 0


@pytest.mark.parametrize("screen", SCREENS)
def test_areas_are_uploaded_used_and_taken_away(open_page: OpenPage, file: Path, screen: str) -> None:
    has_scripts = screen != "no scripts"
    page = open_page("/sign-in", SCREENS[screen], later=422)
    sign_in(page, OFFICER)
    page.goto("/data")
    page.get_by_role("link", name="Upload areas of your own").click()
    look(page, "Upload areas", has_scripts=has_scripts)
    for name, words in WORDS.items():
        page.locator(f"#field-{name}").fill(words)
    page.get_by_role("button", name="Look at the areas").click()
    expect(page.get_by_role("alert")).to_contain_text("No file is chosen.")
    look(page, "Upload areas", has_scripts=has_scripts)
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Look at the areas").click()
    look(page, "Rounds (2026)", has_scripts=has_scripts)
    expect(page.get_by_text("0 live outside all of them.")).to_be_visible()
    page.get_by_role("button", name="Load them").click()
    expect(page.get_by_role("status").filter(has_text="Loaded: Rounds (2026).")).to_be_visible()
    look(page, "Upload areas", has_scripts=has_scripts)
    page.get_by_role("link", name="Show the gaps by them").click()
    page.wait_for_url("**/gaps?layer=rounds-2026")
    if has_scripts:
        settle(page)
    expect(page.locator("#field-layer")).to_have_value("rounds-2026")
    page.goto("/data/areas")
    page.get_by_role("button", name="Remove this layer").click()
    expect(page.get_by_text("No areas were uploaded yet.")).to_be_visible()
