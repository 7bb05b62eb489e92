"""The gap page: sentence, table, map, and the same rows in the files."""

from __future__ import annotations

import csv
import re
from io import StringIO

import pytest
from flask.testing import FlaskClient

from app.vocabulary import GapState
from tests.integration.web.pages import Page
from tests.integration.web.web_town import SQUARES, UNLOOKED, code_of


def gap_page(client: FlaskClient, query: str = "") -> Page:
    answer = client.get(f"/gaps{query}")
    assert answer.status_code == 200
    return Page(answer.text)


def test_sentence_then_table_then_map(town_client: FlaskClient) -> None:
    page = gap_page(town_client)
    order = [page.one(id="answer").position, page.one("form").position, page.one("table").position,
             page.one(class_="folium-map").position, page.one(id="sources-title").position]  # fmt: skip
    assert order == sorted(order)
    assert "people in Web Town" in page.one(id="answer").text


def test_every_area_is_a_row_that_leads_to_its_profile(town_client: FlaskClient) -> None:
    page = gap_page(town_client)
    assert {row[0] for row in page.rows()} == {code_of(square) for square in SQUARES}
    links = [tag.attributes["href"] for tag in page.all("a") if "/areas/square/" in tag.attributes.get("href", "")]
    assert len(links) == len(SQUARES)
    assert town_client.get(links[0]).status_code == 200


def test_a_profile_is_opened_with_the_reach_of_the_question(town_client: FlaskClient) -> None:
    page = gap_page(town_client, "?minutes=10")
    link = next(tag for tag in page.all("a") if "/areas/square/" in tag.attributes.get("href", ""))
    assert link.attributes["href"].endswith("?minutes=10&theme=food")
    assert "10-minute walk" in town_client.get(link.attributes["href"]).text


def test_all_four_states_are_in_the_table_and_counted_in_the_legend(town_client: FlaskClient) -> None:
    page = gap_page(town_client)
    shown = [row[6].partition(" Something here?")[0] for row in page.rows()]
    assert shown.count("not enough data") == len(UNLOOKED)
    assert shown.count("none here") > 0
    assert shown.count("unclear") > 0
    legend = {tag.attributes["data-entry"]: int(tag.text.split()[-1]) for tag in page.all("li") if
              "data-entry" in tag.attributes}  # fmt: skip
    assert legend.pop("at_edge") == sum("edge of the map" in " ".join(row) for row in page.rows())
    assert sum(legend.values()) == len(SQUARES)
    assert legend["not_enough_data"] == len(UNLOOKED)
    assert legend["checked_none"] == shown.count("none here")


def test_the_files_hold_the_rows_of_the_table_in_the_same_order(town_client: FlaskClient) -> None:
    table = gap_page(town_client, "?theme=food&minutes=20").rows()
    lines = list(csv.DictReader(StringIO(town_client.get("/gaps.csv?theme=food&minutes=20").text)))
    shapes = town_client.get("/gaps.geojson?theme=food&minutes=20").json
    assert [row[0] for row in table] == [line["area_code"] for line in lines]
    assert [row[0] for row in table] == [feature["id"] for feature in shapes["features"]]
    assert [line["state"] for line in lines] == [feature["properties"]["state"] for feature in shapes["features"]]
    for row, line in zip(table, lines, strict=True):
        assert row[3].replace(",", "") == f"{float(line['people']):.0f}"
        if line["state"] == GapState.SCORE:
            assert row[6].startswith(
                f"{round(float(line['shortfall']) * 100)}\N{NO-BREAK SPACE}%".split("\xa0")[0]
            )


def test_a_file_is_fetched_once_per_version_of_the_data(town_client: FlaskClient) -> None:
    for path in ("/gaps.csv", "/gaps.geojson", "/tiles/outlines.json", "/tiles/places/8/126/82.json"):
        first = town_client.get(path)
        again = town_client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert "/gaps?theme=food" in town_client.get("/gaps.csv").headers["Link"]


def test_geojson_is_rfc_7946_and_names_its_type(town_client: FlaskClient) -> None:
    answer = town_client.get("/gaps.geojson")
    assert answer.mimetype == "application/geo+json"
    assert set(answer.json) >= {"type", "features"}
    assert "crs" not in answer.json
    lon, lat = answer.json["features"][0]["geometry"]["coordinates"][0][0][0]
    assert -3 < lon < -2
    assert 53 < lat < 54


@pytest.mark.parametrize(("sort", "column"), [("people", 3), ("without", 7)])
def test_the_table_sorts_by_link_both_ways(town_client: FlaskClient, sort: str, column: int) -> None:
    def numbers(order: str) -> list[int]:
        rows = gap_page(town_client, f"?sort={sort}&order={order}").rows()
        return [int(row[column].replace(",", "")) for row in rows if row[column] != "–"]

    assert numbers("up") == sorted(numbers("up"))
    assert numbers("down") == numbers("up")[::-1] or sorted(numbers("down"), reverse=True) == numbers("down")
    heading = [tag for tag in gap_page(town_client, f"?sort={sort}&order=down").all("th") if "aria-sort" in
               tag.attributes]  # fmt: skip
    assert [tag.attributes["aria-sort"] for tag in heading] == ["descending"]


def test_a_standard_is_asked_for_by_number(town_client: FlaskClient) -> None:
    page = gap_page(town_client, "?benchmark=standard&people_per_service=2000")
    assert "one service for every 2,000 people" in page.html
    assert page.one(id="field-people_per_service").attributes["value"] == "2000"


def test_within_takes_a_code_alone_and_the_form_shows_its_name(town_client: FlaskClient) -> None:
    page = gap_page(town_client, "?within=W0")
    assert "South West" in page.one(id="answer").text
    assert len(page.rows()) == 12
    chosen = [tag.text for tag in page.all("option") if "selected" in tag.attributes]
    assert "South West" in chosen


def test_a_map_of_too_many_areas_for_one_file_is_refused_in_plain_words(
    town_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert town_client.get("/gaps.html").status_code == 200
    monkeypatch.setattr("app.actions.area_shapes.MOST_AREAS_IN_A_FILE", 10)
    answer = town_client.get("/gaps.html")
    assert answer.status_code == 400
    assert "48 areas are too many for a map in one file" in answer.text
    assert "Ask within a smaller area" in answer.text


def test_only_the_scripts_of_the_file_may_run_in_it(town_client: FlaskClient) -> None:
    page = town_client.get("/gaps.html").text
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "unsafe" not in policy[1]
    assert "default-src &#39;none&#39;" in policy[1]
    assert page.count("<script>") == policy[1].split("style-src")[0].count("sha256-")
    assert not re.search(r"<(?:link|img|script|iframe)\b[^>]*(?:src|href)=", page)


@pytest.mark.parametrize(
    "path",
    ["/gaps", "/gaps/sure", "/gaps/week", "/gaps/all", "/gaps/kinds", "/gaps/overlap", "/what-if", "/standards"],
)
def test_pages_for_planning_have_no_button_to_leave_at_once(town_client: FlaskClient, path: str) -> None:
    assert "Leave this page" not in town_client.get(path).text
    assert "Leave this page" in town_client.get("/find").text
