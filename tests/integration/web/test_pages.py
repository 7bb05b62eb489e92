"""The other pages: home, profile, organisation, need, sources, and what is shown when things fail."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.errors import LoadRefusedError
from tests.databases import running_app, scratch_database
from tests.integration.web import web_town
from tests.integration.web.pages import Page

OUTSIDE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//(?!leafletjs|www\.bbc\.co\.uk/weather)""")
PAGES = ["/", "/map", "/gaps", "/areas/square/S33", "/areas/ward/W1", "/sources", "/method", "/nope"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole_and_loads_nothing_from_elsewhere(town_client: FlaskClient, path: str) -> None:
    answer = town_client.get(path)
    page = Page(answer.text)
    assert len(page.all("h1")) == 1
    assert page.one("html").attributes["lang"] == "en-GB"
    assert len(page.one("title").text.strip()) > 8
    assert not OUTSIDE.search(answer.text)
    assert [tag for tag in page.tags if "style" in tag.attributes] == []
    assert [tag for tag in page.tags for name in tag.attributes if name.startswith("on")] == []
    nonces = {tag.attributes.get("nonce") for tag in page.all("script") if "src" not in tag.attributes}
    assert all(f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"] for nonce in nonces)
    ids = [tag.attributes["id"] for tag in page.tags if "id" in tag.attributes]
    assert len(ids) == len(set(ids))


def test_every_link_of_every_page_leads_somewhere(town_client: FlaskClient) -> None:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting and len(seen) < 120:
        path = waiting.pop(0)
        answer = town_client.get(path)
        assert answer.status_code in (200, 302), path
        found = [tag.attributes.get("href", "").split("#")[0] for tag in Page(answer.text).all("a")]
        new = [link for link in dict.fromkeys(found) if link.startswith("/") and link not in seen]
        seen.update(new)
        waiting.extend(new)
    assert {"/gaps", "/map", "/sources", "/method"} <= seen


def test_an_invented_place_says_so_on_every_page(town_client: FlaskClient) -> None:
    assert [path for path in PAGES if "Invented place." not in town_client.get(path).text] == []


def test_a_profile_says_why_and_names_what_reaches_here(town_client: FlaskClient) -> None:
    html = town_client.get("/areas/square/S33").text
    assert "What is short here" in html
    assert "Kitchen 6 lunch" in html or "Kitchen 9 lunch" in html
    assert "Deprivation score" in html
    assert "Square 2-3" in html


def test_an_organisation_shows_what_where_when_and_how_sure(town: Session, client: FlaskClient) -> None:
    organisation, service = web_town.add_service(town, "Green Hall", (3, 3), website="https://green.example/")
    for path in (f"/organisations/{organisation}", f"/services/{service}"):
        html = client.get(path).text
        for shown in ("Green Hall lunch", "1 High Street", "Every Tuesday, midday to 2pm", "Free",
                      "Just turn up", "Step-free", "English, Polish",
                      "https://green.example/", "Web Town, Nobody (CC0)"):  # fmt: skip
            assert shown in html, (path, shown)


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://x/", "http://["]
)
def test_a_website_that_is_none_is_no_link(town: Session, client: FlaskClient, website: str) -> None:
    organisation, _ = web_town.add_service(town, "Odd Site", (3, 3), website=website)
    page = Page(client.get(f"/organisations/{organisation}").text)
    assert website not in [tag.attributes.get("href") for tag in page.all("a")]


def test_a_need_says_what_is_missing_and_where_roughly(town: Session, client: FlaskClient) -> None:
    need = web_town.add_need(town, "No place to sit with a baby", (3.5, 3.5))
    html = client.get(f"/needs/{need}").text
    assert "No place to sit with a baby" in html
    assert "Square 3-3" in html


def test_before_anything_is_loaded_the_pages_say_how_to_begin(client: FlaskClient) -> None:
    for path in ("/", "/gaps", "/sources"):
        assert "scripts/flask demo load" in client.get(path).text
    assert client.get("/map").status_code == 200
    assert client.get("/gaps.csv").status_code == 404
    assert client.get("/tiles/outlines.json").json["features"] == []


def test_a_dead_database_is_a_503_page_that_says_when_to_come_back() -> None:
    with running_app("postgresql://nobody@/none?host=/nowhere") as app:
        for path in ("/", "/gaps", "/map", "/areas/a/b", "/sources"):
            answer = app.test_client().get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
            assert "does not answer" in Page(answer.text).one("main").text
        assert app.test_client().get("/method").status_code == 200


def test_a_database_without_tables_says_which_command_makes_them(worker: str) -> None:
    with scratch_database(f"wdw_web_bare_{worker}") as url, running_app(url) as app:
        answer = app.test_client().get("/gaps")
    assert answer.status_code == 503
    assert "scripts/flask db upgrade" in answer.text


def test_an_error_of_ours_is_shown_in_its_own_words_with_its_status(
    town_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise LoadRefusedError("The file does not fit.", "Send the other one.")

    monkeypatch.setattr(import_module("app.routes.sources"), "list_loaded_sources", refuse)
    answer = town_client.get("/sources")
    assert answer.status_code == 422
    assert "The file does not fit." in answer.text
    assert "Send the other one." in answer.text


def test_a_fault_of_ours_is_a_calm_500_without_a_trace(
    town_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(import_module("app.routes.gaps"), "answer_gap_question", break_down)
    answer = town_client.get("/gaps")
    assert answer.status_code == 500
    assert "not your fault" in answer.text
    assert "secret detail" not in answer.text


def test_a_page_leaves_nothing_uncommitted(town: Session, client: FlaskClient) -> None:
    for path in PAGES:
        client.get(path)
    assert not town.new
    assert not town.dirty
