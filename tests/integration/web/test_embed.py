"""Maps for pages of others: framed where the setting says, no cookie, no form."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.actions.gap_values import fill_of
from app.config import Settings, UnsafeSettingError
from app.security import may_stand_in
from app.vocabulary import GapState
from tests.databases import running_app
from tests.integration.web.pages import Page

PATHS = (
    "/embed/gaps",
    "/embed/map",
    "/embed/gaps?theme=sport&minutes=10",
    "/embed/map?kind=need&theme=food&q=warm",
)


def ancestors(policy: str) -> list[str]:
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    return parts["frame-ancestors"].split()


@pytest.mark.parametrize("path", PATHS)
def test_a_map_alone_has_no_form_no_cookie_and_one_way_out(town_client: FlaskClient, path: str) -> None:
    answer = town_client.get(path)
    page = Page(answer.text)
    assert answer.status_code == 200
    assert not page.all("form")
    assert len(page.all("h1")) == 1
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert answer.cache_control.public
    assert "form-action 'none'" in answer.headers["Content-Security-Policy"]
    out = [tag.attributes for tag in page.all("a") if tag.attributes.get("target") == "_blank"]
    assert any(tag["href"].startswith(path.removeprefix("/embed").partition("?")[0]) for tag in out)


def test_only_the_sites_of_the_setting_may_frame_it_and_no_other_page(database_url: str) -> None:
    with running_app(database_url) as app:
        client = app.test_client()
        assert ancestors(client.get("/embed/map").headers["Content-Security-Policy"]) == ["'self'"]
        app.after_request_funcs[None].insert(1, may_stand_in(["https://www.example.org"]))
        framed = client.get("/embed/map").headers["Content-Security-Policy"]
        assert ancestors(framed) == ["'self'", "https://www.example.org"]
        assert ancestors(client.get("/map").headers["Content-Security-Policy"]) == ["'self'"]


@pytest.mark.parametrize("query", ["theme=xyz", "minutes=abc", "layer=nope"])
def test_a_question_that_cannot_be_understood_is_a_400(town_client: FlaskClient, query: str) -> None:
    assert town_client.get(f"/embed/gaps?{query}").status_code == 400


@pytest.mark.parametrize(
    "host", ["*", "https://*", "https://a.example; script-src *", "example.org", "https://a.example/x", "'none'"]
)
def test_a_host_that_is_no_site_refuses_to_start(host: str) -> None:
    with pytest.raises(UnsafeSettingError, match="WDW_EMBED_HOSTS"):
        Settings(DATABASE_URL="postgresql:///x", demo_mode=True, embed_hosts=[host])  # type: ignore[call-arg]


def test_values_of_the_map_are_the_rows_of_the_table(town_client: FlaskClient, town: Session) -> None:
    shapes = {shape["id"]: shape["properties"] for shape in town_client.get("/gaps.geojson").json["features"]}
    values = town_client.get("/gaps.json").json
    tiles = values["tiles"].rsplit("/", 2)[0]
    codes = town_client.get(f"{tiles}/codes.json").json["codes"]
    levels = town_client.get(f"{tiles}/groups.json").json["levels"]
    assert len(values["rows"]) == len(shapes) == len(values["levels"]["0"]) == 48
    for number, code, name, sentence, groups in values["rows"]:
        assert codes[number] == code
        wanted = shapes[code]
        assert (name, sentence) == (wanted["name"], wanted["sentence"])
        fill = fill_of(GapState(wanted["state"]), wanted["shortfall"])
        assert values["fills"][values["levels"]["0"][number]] == fill
        assert groups == [level["groups"][number] for level in levels]
    assert (
        town_client.get("/gaps.json?area=S22").json
        == town_client.get(f"/gaps.json?number={codes.index('S22')}").json
    )
    assert [row[1] for row in town_client.get("/gaps.json?area=S22").json["rows"]] == ["S22"]
    assert town_client.get("/gaps.json?area=W0").status_code == 404
    assert town_client.get("/gaps.json?number=99").status_code == 404
    assert town_client.get("/gaps.json?number=x").status_code == 404
    assert town_client.get("/gaps.json?shape=1").status_code == 400


def test_an_area_outside_the_question_has_no_letter(town_client: FlaskClient) -> None:
    values = town_client.get("/gaps.json?layer=square&within=ward:W0").json
    asked = {row[0] for row in values["rows"]}
    assert 0 < len(asked) < 48
    assert {number for number, letter in enumerate(values["levels"]["0"]) if letter != "."} == asked


def test_the_link_to_a_profile_carries_how_far_and_how_old(town_client: FlaskClient) -> None:
    assert town_client.get("/gaps.json").json["profile"] == "/areas/square/{code}?theme=food"
    asked = town_client.get("/gaps.json?minutes=10&list_years=5").json["profile"]
    assert asked == "/areas/square/{code}?minutes=10&list_years=5&theme=food"
    page = Page(town_client.get("/gaps?minutes=10&list_years=5").text)
    assert asked.format(code="S22") in {tag.attributes["href"] for tag in page.all("a")}


def test_of_many_areas_words_are_fetched_one_by_one(
    town_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.actions.gap_values.MOST_ROWS_WITH_WORDS", 10)
    values = town_client.get("/gaps.json?minutes=16").json
    assert values["rows"] == []
    assert len(values["levels"]["0"]) == 48
    row = town_client.get("/gaps.json?minutes=16&area=S22").json["rows"][0]
    assert row[1:3] == ["S22", "Square 2-2"]
    assert row[3].startswith("Square 2-2")
