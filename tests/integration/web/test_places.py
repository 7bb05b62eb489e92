"""The places map: what the tiles hold, what the list holds, and what neither may hold."""

from __future__ import annotations

from math import asinh, dist, pi, radians, tan
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.places import PlacesQuestion, list_places
from app.queries.map_points import LEAST_COUNTED_ZOOM, get_map_state
from tests.integration.tiles.records import make_tile
from tests.integration.web import web_town
from tests.integration.web.pages import Page

PINS = len(web_town.FOOD_AT) + 1 + 6  # services, one organisation known by its address, needs
AROUND = (-2.4, 53.4, -2.1, 53.55)


def tiles_around(zoom: int) -> list[tuple[int, int]]:
    """Every tile of ``zoom`` that Web Town may touch, by the usual formula."""
    side = 2**zoom
    west, south, east, north = AROUND
    xs = [int((lon + 180) / 360 * side) for lon in (west, east)]
    ys = [int((1 - asinh(tan(radians(lat))) / pi) / 2 * side) for lat in (north, south)]
    return [(x, y) for x in range(xs[0], xs[1] + 1) for y in range(ys[0], ys[1] + 1)]


def cells_of(session: Session, zoom: int, words: str = "") -> list[Any]:
    themes = get_map_state(session).themes
    tiles = (make_tile(session, themes, zoom, x, y, words=words) for x, y in tiles_around(zoom))
    return [cell for tile in tiles if tile for cell in tile["cells"]]


@pytest.mark.parametrize("zoom", [LEAST_COUNTED_ZOOM, 8, 11, 12, 13, 14])
def test_every_pin_is_in_exactly_one_cell_at_every_zoom(town: Session, zoom: int) -> None:
    cells = cells_of(town, zoom)
    assert sum(group[2] for cell in cells for group in cell[4]) == PINS


def test_near_tiles_name_every_pin(town: Session) -> None:
    cells = cells_of(town, 13)
    names = sorted(item[3] for cell in cells for item in cell[5])
    assert len(names) == PINS
    assert "Kitchen 1 lunch" in names
    assert "Paper Kitchen" in names


def test_places_at_one_spot_are_all_in_the_tile_from_where_single_places_show(town: Session) -> None:
    for number in range(30):
        web_town.add_service(town, f"Shared hall group {number:02}", (7.5, 0.5))
    cells = cells_of(town, 14)
    shared = [cell for cell in cells if any(item[3].startswith("Shared hall") for item in cell[5])]
    assert len(shared) == 1
    assert sum(item[3].startswith("Shared hall") for item in shared[0][5]) == 30


def test_of_a_house_with_hundreds_the_first_by_name_are_in_the_tile_and_all_are_counted(town: Session) -> None:
    for number in range(230):
        web_town.add_service(town, f"Tower {number:03}", (7.5, 0.5))
    for zoom in (14, 17):
        tower = [
            cell
            for cell in cells_of(town, zoom)
            if any(item[3].startswith("Tower") for item in cell[5:] and cell[5])
        ]
        assert len(tower) == 1
        assert sum(group[2] for group in tower[0][4]) >= 230
        assert len(tower[0][5]) == 200


def test_the_words_of_the_search_reach_the_tiles(town: Session) -> None:
    def count(words: str) -> int:
        return sum(group[2] for cell in cells_of(town, 8, words) for group in cell[4])

    assert count("kitchen 3") == 1
    assert count("WARM TO EAT") == 6


def test_before_anything_is_loaded_the_map_shows_britain_and_the_list_says_so(client: FlaskClient) -> None:
    page = client.get("/map")
    assert page.status_code == 200
    assert "L.calmMap(map_places, [-8.0, 49.9, 1.8, 59.0])" in page.text
    assert "Nothing found" in page.text


def test_the_list_counts_and_filters_as_the_map(town_client: FlaskClient) -> None:
    everything = Page(town_client.get("/map").text)
    services = len(web_town.FOOD_AT) + 1
    assert f"{services} organisations, {services} services, 6 needs" in everything.html
    needs = Page(town_client.get("/map?kind=need&theme=food&q=street+2").text)
    assert "1 found" in needs.html
    assert "Nothing found" in town_client.get("/map?theme=sport").text


def add_rarities(town: Session) -> None:
    """Four services: for women, in term time only, with no times, and one of nobody knows for whom."""
    ids = {
        name: web_town.add_service(town, name, (7.5, 0.5))[1] for name in ("Women", "Term", "Timeless", "Whoever")
    }
    for statement in (
        "UPDATE service SET audiences = '{women}' WHERE id = :Women",
        "UPDATE schedule SET term_time_only = true WHERE service_id = :Term",
        "DELETE FROM schedule WHERE service_id = :Timeless",
        "UPDATE service SET audiences = '{}' WHERE id = :Whoever",
    ):
        town.execute(text(statement), {name: value for name, value in ids.items() if name in statement})


@pytest.mark.parametrize(
    ("hidden", "kept"),
    [
        ({"need"}, {"organisation", "service"}),
        ({"organisation", "service"}, {"need"}),
        ({"organisation", "service", "need"}, set()),
    ],
)
def test_kinds_that_the_map_hides_are_in_neither_rows_nor_counts(
    town: Session, hidden: set[str], kept: set[str]
) -> None:
    everything = list_places(town, PlacesQuestion())
    for middle in (None, (-2.25, 53.47)):
        answer = list_places(town, PlacesQuestion(hidden=frozenset(hidden), middle=middle))
        assert {name for name, count in answer.counts.items() if count} == kept
        assert all(answer.counts[kind] == everything.counts[kind] for kind in kept)
        assert {row.kind for row in answer.rows} <= kept


@pytest.mark.parametrize("hide", ["x", "needs,needs,,", "borders", "%00", "needs" * 900, "groups&hide=needs"])
def test_any_words_about_what_is_hidden_are_borne(town_client: FlaskClient, hide: str) -> None:
    assert town_client.get(f"/map/list?hide={hide}").status_code == 200
    assert town_client.get(f"/map?hide={hide}").status_code == 200


TUESDAY_LUNCH = 1440 + 750


@pytest.mark.parametrize(
    ("audience", "is_open_now", "minute", "unsaid"),
    [
        ("men", False, 0, {"audiences": 1}),
        ("women", False, 0, {"audiences": 1}),
        ("", True, TUESDAY_LUNCH, {"minute": 1}),
        ("", True, TUESDAY_LUNCH + 300, {"minute": 1}),
        ("women", True, TUESDAY_LUNCH, {"audiences": 1, "minute": 1}),
    ],
)
def test_list_and_map_keep_the_same_services_for_whom_and_when(
    town: Session,
    monkeypatch: pytest.MonkeyPatch,
    audience: str,
    is_open_now: bool,
    minute: int,
    unsaid: dict[str, int],
) -> None:
    add_rarities(town)
    monkeypatch.setattr("app.actions.places.minute_of_week", lambda: minute)
    answer = list_places(town, PlacesQuestion(kind="service", audience=audience, is_open_now=is_open_now))
    themes = get_map_state(town).themes
    asked = {"audience": audience, "minute": minute if is_open_now else None}
    tiles = [make_tile(town, themes, 12, x, y, **asked) for x, y in tiles_around(12)]
    groups = [group for tile in tiles if tile for cell in tile["cells"] for group in cell[4]]
    assert sum(group[2] for group in groups if group[0] == 1) == sum(row.has_point for row in answer.rows)
    assert answer.unsaid == unsaid


def test_the_nearest_to_the_middle_of_the_map_come_first_and_what_has_no_point_last(town: Session) -> None:
    hidden, _service = web_town.add_service(town, "Refuge", (0.5, 0.6), privacy="hidden")
    lon, lat = town.execute(
        text(f"SELECT ST_X(p), ST_Y(p) FROM (SELECT {web_town.point_sql(web_town.FOOD_AT[6])} AS p) AS at")
    ).one()
    answer = list_places(town, PlacesQuestion(kind="organisation", middle=(lon, lat)))
    assert answer.rows[0].name == "Kitchen 7"
    assert answer.rows[-1].id == hidden
    assert hidden not in answer.away_m
    metres = [answer.away_m[row.id] for row in answer.rows[:-1]]
    assert metres == sorted(metres)
    assert metres[0] < 2
    straight = 1_000 * dist(web_town.FOOD_AT[6], web_town.FOOD_AT[7])
    assert answer.away_m[next(row.id for row in answer.rows if row.name == "Kitchen 8")] == pytest.approx(
        straight, rel=0.01
    )


@pytest.mark.parametrize("at", ["x", "99/91/0", "12/53.4/-200", "12/1e9/0", "٣/53/-2", "12/53.4/-2.3/4"])
def test_a_middle_that_is_nowhere_is_as_good_as_none(town_client: FlaskClient, at: str) -> None:
    answer = town_client.get("/map/list", query_string={"at": at})
    assert answer.status_code == 200
    assert "middle of the map" not in answer.text


def test_pages_of_the_list_keep_filters_and_middle(town: Session, client: FlaskClient) -> None:
    for number in range(60):
        web_town.add_service(town, f"Many {number:02}", (1, 1))
    first = Page(client.get("/map/list?q=many&open=&at=12/53.45/-2.3").text)
    following = next(tag for tag in first.all("a") if tag.attributes.get("rel") == "next")
    assert following.attributes["href"] == "/map?q=many&at=12/53.45/-2.3&page=2"
    assert client.get("/map/list?kind=pub").status_code == 400


def test_a_long_list_has_pages_and_the_last_one_ends(town: Session, client: FlaskClient) -> None:
    for number in range(60):
        web_town.add_service(town, f"Many {number:02}", (1, 1))
    first = Page(client.get("/map?q=many").text)
    following = next(tag for tag in first.all("a") if tag.attributes.get("rel") == "next")
    last = client.get("/map?q=many&page=3")
    assert "page=2" in following.attributes["href"]
    assert last.status_code == 200
    assert 'rel="next"' not in last.text


CANARY = "Canary7314"


@pytest.fixture
def canaries(town: Session) -> dict[str, str]:
    """Records that nobody may see, each with a name that cannot be anywhere by chance."""
    ids = {}
    for status in ("pending", "rejected", "hidden"):
        ids[f"organisation {status}"], ids[f"service {status}"] = web_town.add_service(
            town, f"{CANARY} {status}", (2.2, 2.2), review_status=status
        )
        ids[f"need {status}"] = web_town.add_need(
            town, f"{CANARY} need {status}", (2.2, 2.2), review_status=status
        )
    ids["need withheld"] = web_town.add_need(town, f"{CANARY} need withheld", (2.2, 2.2), privacy="hidden")
    for privacy in ("hidden", "area", "rough"):
        web_town.add_service(
            town, f"Refuge {privacy}", (2.2, 2.2), privacy=privacy, place=f"{CANARY} house {privacy}"
        )
    town.commit()
    return ids


def test_what_is_not_public_is_in_no_answer(canaries: dict[str, str], client: FlaskClient) -> None:
    paths = ["/", "/map", "/map?q=canary", "/map?q=refuge", "/gaps", "/gaps.csv", "/gaps.geojson", "/sources",
             "/areas/square/S22", "/areas/ward/W0", "/areas/town/T1"]  # fmt: skip
    paths += [f"/tiles/places/{zoom}/{x}/{y}.json" for zoom in (8, 14) for x, y in tiles_around(zoom)]
    seen = [path for path in paths if CANARY in client.get(path).text.replace("q=canary", "")]
    assert seen == []


def test_the_page_of_what_is_not_public_is_not_there(canaries: dict[str, str], client: FlaskClient) -> None:
    answers = {what: client.get(f"/{what.split()[0]}s/{ident}").status_code for what, ident in canaries.items()}
    assert set(answers.values()) == {404}


def test_a_withheld_place_is_on_no_tile_and_a_rough_one_not_where_it_is(
    canaries: dict[str, str], town: Session
) -> None:
    items = {item[3]: (item[4], item[5]) for cell in cells_of(town, 14) for item in cell[5]}
    assert "Refuge rough lunch" in items
    assert "Refuge hidden lunch" not in items
    assert "Refuge area lunch" not in items
    exact = web_town.add_service(town, "Exactly there", (2.2, 2.2))
    assert exact
    again = {item[3]: (item[4], item[5]) for cell in cells_of(town, 14) for item in cell[5]}
    assert again["Exactly there lunch"] != again["Refuge rough lunch"] == items["Refuge rough lunch"]
