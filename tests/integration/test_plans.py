"""Where to go: the page, its files and who may ask, on Web Town."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.gap_answers import GapQuestion
from app.actions.plan_answers import AIMS, PlanQuestion
from app.actions.plan_siting import answer_plan
from app.errors import BadQuestionError
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in
from tests.integration.web import web_town

GAP = GapQuestion("", "square", "town:T1")


def town_code(session: Session) -> str:
    code = session.scalar(
        text("SELECT a.area_code FROM area a JOIN area_layer l ON l.id = a.area_layer_id WHERE l.key = 'town'")
    )
    return f"town:{code}"


def plan(session: Session, **more: object) -> PlanQuestion:
    gap = GapQuestion("", "square", town_code(session))
    return PlanQuestion(("food",), gap, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("aim", AIMS)
@pytest.mark.parametrize("candidates", ["venues", "areas", "anywhere"])
def test_every_aim_answers_and_the_proof_holds(town: Session, aim: str, candidates: str) -> None:
    at_once = answer_plan(town, plan(town, aim=aim, candidates=candidates, count=3))
    proven = answer_plan(town, plan(town, aim=aim, candidates=candidates, count=3), proven=True)
    assert 0 < proven.at_least <= 1
    assert proven.is_proven
    assert at_once.need_reached <= at_once.need_reachable + 1e-9 <= at_once.need_total + 2e-9
    if aim in ("most", "twice"):
        assert at_once.value <= proven.value + 1e-9 <= at_once.bound + 2e-9
    assert sum(site.adds for site in at_once.sites) == pytest.approx(at_once.need_reached)
    assert sum(site.people_newly for site in at_once.sites) == pytest.approx(at_once.people_newly)


def test_more_places_never_reach_less_and_what_is_barred_is_not_chosen(town: Session) -> None:
    reached = [answer_plan(town, plan(town, candidates="areas", count=n), proven=True).value for n in (1, 2, 4)]
    assert reached == sorted(reached)
    first = answer_plan(town, plan(town, candidates="areas", count=2))
    barred = tuple(site.key for site in first.sites)
    without = answer_plan(town, plan(town, candidates="areas", count=2, barred=barred))
    assert not {site.key for site in without.sites} & set(barred)
    kept = answer_plan(town, plan(town, candidates="areas", count=2, pinned=(without.sites[-1].key,)))
    assert without.sites[-1].key in {site.key for site in kept.sites if site.is_pinned}


def test_areas_of_another_hub_are_left_to_it(town: Session) -> None:
    free = answer_plan(town, plan(town, candidates="areas", count=1))
    code = free.sites[0].key.partition(":")[2]
    source = web_town.source_id(town)
    hub = web_town.insert(
        town, "hub", name="Other hub", summary="", source_id=source, source_ref="other-hub"
    )  # fmt: skip
    town.execute(
        text(
            "INSERT INTO patch (hub_id, area_id) SELECT :hub, a.id FROM area a "
            "JOIN area_layer l ON l.id = a.area_layer_id WHERE l.key = 'square' AND a.area_code = :code"
        ),
        {"hub": hub, "code": code},
    )
    spared = answer_plan(town, plan(town, candidates="areas", count=1))
    assert spared.sites[0].key != free.sites[0].key
    assert spared.held_total == 1
    mine = answer_plan(town, plan(town, candidates="areas", count=1), [hub])
    both = answer_plan(town, plan(town, candidates="areas", count=1, spares_others=False))
    assert mine.sites[0].key == both.sites[0].key == free.sites[0].key


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 51}, "count"),
        ({"floor": 101}, "floor"),
        ({"aim": "best"}, "aim"),
        ({"candidates": "x"}, "aim"),
        ({"floor": 10, "floor_layer": "nope"}, "floor_layer"),
    ],
)
def test_a_plan_that_makes_no_sense_says_which_word(town: Session, changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestionError) as refused:
        answer_plan(town, plan(town, **changes))
    assert refused.value.field == field
    assert refused.value.fix


def test_the_page_names_places_and_files_hold_the_same(convener: FlaskClient) -> None:
    page = convener.get("/plans/new?theme=food&candidates=areas&count=3").text
    lines = list(csv.DictReader(StringIO(convener.get("/plans/new.csv?theme=food&candidates=areas&count=3").text)))
    shapes = json.loads(convener.get("/plans/new.geojson?theme=food&candidates=areas&count=3").text)
    assert [line["name"] for line in lines] == [shape["properties"]["name"] for shape in shapes["features"]]
    assert 1 <= len(lines) <= 3
    assert all(line["name"] in page for line in lines)
    assert "that is proven" in page or "of the best there can be" in page
    assert "nobody has looked" in page


def test_without_a_theme_the_form_is_shown_and_nonsense_is_kept(convener: FlaskClient) -> None:
    assert convener.get("/plans/new").status_code == 200
    wrong = convener.get("/plans/new?theme=food&count=many")
    assert wrong.status_code == 400
    assert 'value="many"' in wrong.text
    for query in (
        "theme=\x00",
        "theme=nope",
        "theme=food&pinned=" + "x" * 500,
        "theme=food&layer=nope",
        "count=1&count=2",
    ):
        assert convener.get(f"/plans/new?{query}").status_code == 400


def test_visitors_are_asked_to_sign_in_and_moderators_turned_away(client: FlaskClient, town: Session) -> None:
    assert client.get("/plans/new").status_code == 302
    sign_in(client, add_person(town, Role.MODERATOR))
    assert client.get("/plans/new").status_code == 403
