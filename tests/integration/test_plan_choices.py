"""What a plan may choose among, for how much money, and what moving a place by hand does; on Web Town."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.actions.clock import today
from app.actions.plan_answers import OwnPlace
from app.actions.plan_moves import PLACEHOLDER, move_site
from app.actions.plan_siting import answer_plan
from app.errors import BadQuestionError
from app.forms.plans import read_own_places, write_own_places
from app.queries.versions import RECORDS, bump_versions
from tests.integration.offers.offering import add_offer
from tests.integration.test_plans import plan
from tests.integration.web import web_town

ASKED = "/plans/new?theme=food&count=2&others=share&candidates="


def at(session: Session, *corners: tuple[float, float], price: int | None = None) -> tuple[OwnPlace, ...]:
    """Lines of a list: positions given in squares of the town."""
    found = []
    for corner in corners:
        row = session.execute(text(f"SELECT ST_Y(g), ST_X(g) FROM {web_town.point_sql(corner)} AS g")).one()
        found.append(OwnPlace(f"{row[0]:.6f},{row[1]:.6f}", "", price))
    return tuple(found)


def test_places_of_our_own_list_are_chosen_by_what_they_reach(town: Session) -> None:
    own = at(town, (6.5, 1.5), (0.5, 0.5), (7.4, 0.6))
    answer = answer_plan(town, plan(town, candidates="own", own=own, count=1, spares_others=False), proven=True)
    alone = [
        answer_plan(town, plan(town, candidates="own", own=(place,), count=1, spares_others=False)).need_reached
        for place in own
    ]
    assert answer.need_reached == pytest.approx(max(alone))
    assert answer.sites[0].key == own[alone.index(max(alone))].key
    assert answer.candidates_total == 3


def test_a_budget_buys_what_no_other_choice_for_the_money_beats(town: Session) -> None:
    """Every choice among six priced places is tried by hand."""
    corners = [(6.5, 1.5), (5.5, 0.5), (7.4, 0.6), (4.5, 1.5), (6.5, 2.6), (5.5, 3.5)]
    prices = [300, 120, 150, 80, 260, 90]
    own = tuple(OwnPlace(place.where, "", price) for place, price in zip(at(town, *corners), prices, strict=True))
    asked = plan(town, candidates="own", own=own, budget=400, spares_others=False)
    answer = answer_plan(town, asked, proven=True)
    at_once = answer_plan(town, asked)
    best = 0.0
    for chosen in range(1, 1 << len(own)):
        places = [place for bit, place in enumerate(own) if chosen >> bit & 1]
        if sum(place.price or 0 for place in places) <= 400:
            keys = tuple(place.key for place in places)
            hand = answer_plan(
                town, plan(town, candidates="own", own=own, pinned=keys, is_only_pinned=True, spares_others=False)
            )
            best = max(best, hand.need_reached)
    assert answer.is_proven
    assert answer.need_reached == pytest.approx(best)
    assert answer.cost is not None
    assert answer.cost <= 400
    assert at_once.value <= answer.value + 1e-9 <= at_once.bound + 2e-9
    assert answer.cost_per_person == pytest.approx(answer.cost / answer.people_newly)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"budget": 100}, "price"),
        ({"budget": 100, "price": 10, "aim": "mean"}, "budget"),
        ({"budget": 100_000, "price": 10, "candidates": "anywhere"}, None),
        ({"budget": 1, "price": 10, "aim": "everyone", "candidates": "anywhere"}, "budget"),
        ({"candidates": "own"}, "own"),
        ({"candidates": "own", "own": (OwnPlace("Nowhere at all"),)}, "own"),
        ({"candidates": "own", "own": (OwnPlace("0.00,170.00"),)}, "own"),
        ({"pinned": ("at:0.00000,170.00000",)}, "pinned"),
        ({"pinned": ("at:89.99999,0.00000",)}, "pinned"),
        ({"pinned": ("at:x",)}, "pinned"),
    ],
)
def test_money_and_places_that_make_no_sense_are_said(
    town: Session,
    changes: dict[str, object],
    field: str | None,
) -> None:
    if field is None:
        assert len(answer_plan(town, plan(town, **changes)).sites) <= 48
        return
    with pytest.raises(BadQuestionError) as refused:
        answer_plan(town, plan(town, **changes))
    assert refused.value.field == field
    assert refused.value.fix


def test_libraries_and_community_buildings_are_places_of_public_bodies_and_rooms(
    convener: FlaskClient,
    town: Session,
) -> None:
    assert "no place of this kind" in convener.get(f"{ASKED}community").text
    town.execute(text("INSERT INTO theme (key, name, question, description, icon, sort_order) "
                      "VALUES ('learning', 'Learning', 'Who?', '', 'book', 9)"))  # fmt: skip
    town.execute(text("INSERT INTO service_theme (service_id, theme_key, reason) SELECT id, 'learning', '' "
                      "FROM service WHERE name IN ('Kitchen 1 lunch', 'Kitchen 2 lunch')"))  # fmt: skip
    town.execute(text("UPDATE organisation SET kind = 'public_body' WHERE name = 'Kitchen 2'"))
    bump_versions(town, [RECORDS])
    town.commit()
    page = convener.get(f"{ASKED}community").text
    assert "We chose among one place." in page
    assert "Kitchen 2 hall" in page


def test_spaces_that_somebody_offers_at_an_address_are_places_to_choose(
    convener: FlaskClient, town: Session
) -> None:
    assert "spaces that somebody offers" not in convener.get("/plans/new").text
    assert "Nobody offers a space" in convener.get(f"{ASKED}spaces").text
    add_offer(town, "Back room of the Swan", (6.5, 1.5), privacy="exact", address="1 Swan Lane")
    add_offer(town, "My kitchen", (7.4, 0.6), privacy="rough")
    page = convener.get(f"{ASKED}spaces").text
    assert "spaces that somebody offers" in page
    assert "We chose among one place." in page
    assert "1 Swan Lane" in page


def test_a_place_is_moved_and_the_others_stay(town: Session) -> None:
    asked = plan(town, candidates="areas", count=3, spares_others=False)
    answer = answer_plan(town, asked)
    near = answer.sites[1].near[0]
    moved = answer_plan(town, move_site(asked, answer, 2, near.key))
    assert [site.key for site in moved.sites] == [answer.sites[0].key, near.key, answer.sites[2].key]
    assert moved.is_all_chosen
    assert moved.free_reached == pytest.approx(answer.need_reached)
    assert moved.sites[1].need_reached == pytest.approx(near.need_reached)
    point = move_site(asked, answer, 1, PLACEHOLDER).pinned[0]
    spot = f"at:{answer.sites[1].lat:.5f},{answer.sites[1].lon:.5f}"
    assert point == "at:0.00000,0.00000"
    placed = answer_plan(town, plan(town, candidates="areas", pinned=(spot,), is_only_pinned=True))
    assert placed.sites[0].is_placed
    assert placed.sites[0].need_reached == pytest.approx(answer.sites[1].need_reached)


def test_the_page_moves_a_place_without_scripts_and_names_the_price(
    convener: FlaskClient,
    town: Session,
) -> None:
    (place,) = at(town, (6.5, 1.5))
    start = f"{ASKED}areas&price=50"
    moved = convener.get(f"{start}&move=1&to={place.where}")
    assert moved.status_code == 303
    page = convener.get(moved.location).text
    assert "put on the map by hand" in page
    assert "You chose these places" in page
    assert "Together they cost £100" in page
    wrong = convener.get(f"{start}&move=1&to=Atlantis")
    assert wrong.status_code == 400
    lines = list(csv.DictReader(StringIO(convener.get(moved.location.replace("/new?", "/new.csv?")).text)))
    assert {line["cost"] for line in lines} == {"50"}


def test_what_is_left_out_says_who_looks_after_it_and_until_when(town: Session) -> None:
    free = answer_plan(town, plan(town, candidates="areas", count=1))
    code = free.sites[0].key.partition(":")[2]
    hub = web_town.insert(
        town, "hub", name="East hub", summary="", source_id=web_town.source_id(town), source_ref="east"
    )  # fmt: skip
    until = today() + timedelta(days=30)
    town.execute(
        text("INSERT INTO patch (hub_id, area_id, claimed_until) SELECT :hub, a.id, :until FROM area a "
             "JOIN area_layer l ON l.id = a.area_layer_id WHERE l.key = 'square' AND a.area_code = :code"),
        {"hub": hub, "until": until, "code": code},
    )  # fmt: skip
    answer = answer_plan(
        town, plan(town, candidates="own", own=(OwnPlace(f"{free.sites[0].lat:.6f},{free.sites[0].lon:.6f}"),))
    )
    left = {area.area_code: area for area in answer.left_out}
    assert not answer.sites
    assert (left[code].why, left[code].hub_name, left[code].held_until) == ("held", "East hub", until)
    ruled_out = answer_plan(
        town, plan(town, candidates="areas", count=1, barred=(free.sites[0].key,), spares_others=False)
    )
    assert all(area.why != "held" for area in ruled_out.left_out)


def test_to_reach_everyone_takes_as_many_places_as_it_takes_whatever_is_kept(town: Session) -> None:
    asked = plan(town, candidates="areas", count=1, aim="everyone", spares_others=False)
    answer = answer_plan(town, asked, proven=True)
    kept = tuple(site.key for site in answer.sites[:3])
    again = answer_plan(town, replace(asked, pinned=kept), proven=True)
    assert answer.need_reached == pytest.approx(answer.need_reachable)
    assert (again.value, again.need_reached) == (answer.value, pytest.approx(answer.need_reached))
    cheap = answer_plan(town, replace(asked, price=10, budget=10_000))
    assert cheap.cost == 10 * len(cheap.sites)


def test_a_floor_shows_what_every_ward_gets(town: Session) -> None:
    answer = answer_plan(town, plan(town, candidates="areas", count=6, floor=20, floor_layer="ward"), proven=True)
    assert [area.share for area in answer.floors] == sorted(area.share for area in answer.floors)
    assert answer.meets_floors == all(area.is_met for area in answer.floors)
    reached = sum(area.share * area.need for area in answer.floors)
    assert reached == pytest.approx(answer.need_reached)


@pytest.mark.parametrize(
    "query",
    [
        "own=\x00", "own=" + "x" * 500, "own=a&own=b", "own=" + "%0A".join(f"M{n}" for n in range(300)),
        "own=M33%201AA,1,2&candidates=own", "own=,&candidates=own", "budget=x", "budget=-1", "price=9999999999",
        "only=x", "pinned=at:1.0,2.0", "pinned=at:99.00000,0.00000", "move=x", "move=1&to=\x00",
    ],
)  # fmt: skip
def test_nonsense_is_said_to_be_wrong_and_never_breaks(convener: FlaskClient, query: str) -> None:
    answer = convener.get(f"/plans/new?theme=food&candidates=areas&{query}")
    assert answer.status_code == 400
    assert "There is a problem" in answer.text


def test_a_list_is_read_as_people_type_it_and_stands_in_the_address() -> None:
    typed = "M33 2AB, Sale hall, £120\r\n\n 53.42, -2.31\t90 \nm33  2ac\nM33 2AB, again\n"
    places = read_own_places(MultiDict({"own": typed}))
    assert places == (
        OwnPlace("M33 2AB", "Sale hall", 120), OwnPlace("53.42,-2.31", "", 90), OwnPlace("m33 2ac"),
    )  # fmt: skip
    assert read_own_places(MultiDict({"own": write_own_places(places)})) == places
