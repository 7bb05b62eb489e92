"""A patch that a hub draws: an area like any other, claimed like any other, gone when nobody needs it."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.gap_answers import GapQuestion
from app.actions.plan_answers import PlanQuestion
from app.actions.plan_siting import answer_plan
from tests.integration.accounts.people import token_of
from tests.integration.needs.asking import at, rows
from tests.integration.test_hubs import add_hub, convener_of, post
from tests.integration.web import web_town

PEOPLE = (
    "SELECT coalesce(sum(p.people), 0) FROM point_area pa JOIN population_point p ON p.id = pa.population_point_id"
)
IN_LAYER = " WHERE pa.area_layer_id = (SELECT id FROM area_layer WHERE kind = 'drawn')"


@pytest.fixture
def hub(client: FlaskClient, town: Session) -> UUID:
    hub = add_hub(town, "East hub", "ward", [])
    convener_of(client, town, hub)
    return hub


def box(west: float, south: float, east: float, north: float) -> str:
    """Corners in squares of Web Town, as the map writes them."""
    spots = [at(x, y) for x, y in ((west, south), (east, south), (east, north), (west, north))]
    return " ".join(f"{lon:.5f},{lat:.5f}" for lon, lat in spots)


def draw(client: FlaskClient, hub: UUID, **form: str) -> tuple[int, str]:
    page = f"/hubs/{hub}/patches/draw"
    answer = client.post(page, data={"csrf_token": token_of(client, page), "how": "draw", **form})
    return answer.status_code, answer.text


def people_in(town: Session, condition: str) -> float:
    found = text("SELECT sum(people) FROM population_point p JOIN area a ON a.id = p.area_id WHERE " + condition)
    return float(town.scalar(found) or 0)


def test_what_is_drawn_is_an_area_with_its_people_and_is_claimed(
    client: FlaskClient, town: Session, hub: UUID
) -> None:
    assert draw(client, hub, name="Harbour estate", corners=box(4.1, 0.1, 5.9, 0.9))[0] == 303
    (area,) = rows(
        town, "SELECT a.*, l.key FROM area a JOIN area_layer l ON l.id = a.area_layer_id WHERE l.kind = 'drawn'"
    )
    assert (area["area_code"], area["name"]) == ("harbour-estate", "Harbour estate")
    assert area["size_m2"] == pytest.approx(1.8 * 0.8 * 1e6, rel=1e-3)
    assert town.scalar(text(PEOPLE + IN_LAYER)) == people_in(town, "area_code IN ('S40', 'S50')")
    page = client.get(f"/hubs/{hub}").text
    assert "Harbour estate" in page
    assert "Until " in page
    address = f"/areas/{area['key']}/harbour-estate"
    assert "Harbour estate" in client.get(address).text
    gaps = client.get(f"/gaps?theme=food&layer={area['key']}")
    assert gaps.status_code == 200
    assert "Harbour estate" in gaps.text
    assert "Patches drawn by East hub" in client.get("/sources").text


def test_others_keep_out_of_a_drawn_patch_while_it_is_claimed(
    client: FlaskClient, town: Session, hub: UUID
) -> None:
    draw(client, hub, name="Harbour estate", corners=box(4.1, 0.1, 5.9, 0.9))
    asked = PlanQuestion(("food",), GapQuestion("", "square", ""), candidates="areas", count=1)
    other = add_hub(town, "Other hub", "ward", [])
    assert answer_plan(town, asked, [other]).held_total == 2
    assert answer_plan(town, asked, [hub]).held_total == 0
    assert "East hub" in client.get(f"/hubs/{hub}").text


def test_leaving_it_takes_it_away_unless_something_rests_on_it(
    client: FlaskClient, town: Session, hub: UUID
) -> None:
    draw(client, hub, name="Harbour estate", corners=box(4.1, 0.1, 5.9, 0.9))
    draw(client, hub, name="Mill fields", corners=box(6.1, 0.1, 7.9, 0.9))
    ids = {
        row["name"]: row["area_id"]
        for row in rows(town, "SELECT p.area_id, a.name FROM patch p JOIN area a ON a.id = p.area_id")
    }
    web_town.insert(
        town, "area_follower", returning="area_id", area_id=ids["Mill fields"],
        contact_id=web_town.insert(town, "contact", purpose="area_follower", email="jo@example.org"),
    )  # fmt: skip
    for area_id in ids.values():
        assert post(client, f"/hubs/{hub}/patches/leave", area_id=str(area_id)) == 303
    drawn = "SELECT a.name FROM area a JOIN area_layer l ON l.id = a.area_layer_id WHERE l.kind = 'drawn'"
    assert rows(town, drawn) == [{"name": "Mill fields"}], "somebody follows it"
    assert town.scalar(text(PEOPLE + IN_LAYER)) == people_in(town, "area_code IN ('S60', 'S70')")
    town.execute(text("DELETE FROM area_follower"))
    draw(client, hub, name="Mill fields north", corners=box(6.1, 1.1, 7.9, 1.9))
    for area_id in (ids["Mill fields"], *town.scalars(text("SELECT area_id FROM patch"))):
        post(client, f"/hubs/{hub}/patches", area=f"hub-{hub.hex[:12]}:mill-fields")
        assert post(client, f"/hubs/{hub}/patches/leave", area_id=str(area_id)) == 303
    assert rows(town, "SELECT name FROM area_layer WHERE kind = 'drawn'") == [], (
        "the last one takes the layer along"
    )
    assert "Patches drawn by" not in client.get("/sources").text


def test_a_walk_around_a_place_needs_no_script(client: FlaskClient, town: Session, hub: UUID) -> None:
    lon, lat = at(4.5, 0.5)
    status, page = draw(client, hub, name="Round the mill", how="near", near=f"{lat},{lon}", walk="15")
    assert status == 303, page
    assert town.scalar(text(PEOPLE + IN_LAYER)) == people_in(town, "area_code = 'S40'")


BOX = box(4.1, 0.1, 5.9, 0.9)


@pytest.mark.parametrize(
    ("words", "form"),
    [
        ("is empty", {"name": "", "corners": BOX}),
        ("too long", {"name": "x" * 81, "corners": BOX}),
        ("cannot be read", {"name": "a\x00", "corners": BOX}),
        ("has 0 corners", {"corners": ""}),
        ("has 2 corners", {"corners": "-2.3,53.4 -2.2,53.4"}),
        ("cannot be read", {"corners": "nan,nan x"}),
        ("crosses itself", {"corners": "-2.3,53.4 -2.2,53.5 -2.2,53.4 -2.3,53.5"}),
        ("too big", {"corners": "-5,50 1,50 1,55 -5,55"}),
        ("Nobody lives inside", {"corners": "10.1,53.1 10.2,53.1 10.2,53.2"}),
        ("No place is given", {"how": "near", "near": ""}),
        ("Nothing is drawn yet", {"how": ""}),
        ("“fly” is not something", {"how": "fly"}),
        ("is drawn already", {"name": "MILL FIELDS", "corners": BOX}),
        ("It lies on “Mill fields”", {"corners": box(6.5, 0.2, 7.5, 0.8)}),
    ],
)
def test_what_cannot_be_a_patch_is_said_and_what_was_typed_stays(
    client: FlaskClient, town: Session, hub: UUID, words: str, form: dict[str, str]
) -> None:
    assert draw(client, hub, name="Mill fields", corners=box(6.1, 0.1, 7.9, 0.9))[0] == 303
    status, page = draw(client, hub, **{"name": "Harbour estate", **form})
    assert status == 422
    assert words in page
    assert "Harbour estate" in page or "name" in form
    assert len(rows(town, "SELECT area_id FROM patch")) == 1


def test_a_hub_of_others_is_drawn_in_by_nobody_else(client: FlaskClient, town: Session, hub: UUID) -> None:
    other = add_hub(town, "Other hub", "ward", [])
    assert client.get(f"/hubs/{other}/patches/draw").status_code == 404
    form = {
        "csrf_token": token_of(client, f"/hubs/{hub}/patches/draw"),
        "how": "draw",
        "name": "X",
        "corners": BOX,
    }
    assert client.post(f"/hubs/{other}/patches/draw", data=form).status_code == 404


def test_its_map_shows_where_in_the_place_it_lies(client: FlaskClient, town: Session, hub: UUID) -> None:
    draw(client, hub, name="Harbour estate", corners=BOX)
    shapes = client.get(f"/tiles/outlines/hub-{hub.hex[:12]}/harbour-estate.json").json
    assert shapes
    here = [shape["properties"]["name"] for shape in shapes["features"] if shape["properties"]["here"]]
    assert here == ["Harbour estate"]
    assert len(shapes["features"]) == 1 + 4, "and the wards"


def test_it_is_no_border_of_the_maps(client: FlaskClient, town: Session, hub: UUID) -> None:
    before = client.get("/tiles/outlines.json").json
    for number in range(4):
        south = number + 0.1
        assert draw(client, hub, name=f"Strip {number}", corners=box(0.1, south, 7.9, south + 0.8))[0] == 303
    assert client.get("/tiles/outlines.json").json == before
