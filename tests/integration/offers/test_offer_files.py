"""Offers and asks as files: the same as the list, as rough as the list, and nothing else."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from tests.integration.offers.offering import ANN, add_offer
from tests.integration.web import web_town


def lines_of(visitor: FlaskClient, query: str = "") -> list[dict[str, str]]:
    answer = visitor.get(f"/offers.csv{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(StringIO(answer.text)))


def features_of(visitor: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    answer = visitor.get(f"/offers.geojson{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/geo+json"
    return list(json.loads(answer.text)["features"])


def test_both_files_hold_what_the_list_holds_and_say_where_it_is_from(visitor: FlaskClient, town: Session) -> None:
    exact = add_offer(
        town, "The chapel", (6.5, 1.5), ANN, "Ann", privacy="exact", address="Chapel Lane",
        ends_on=today() + timedelta(days=9),
    )  # fmt: skip
    ask = add_offer(town, "A van on Fridays", (2.5, 1.5), direction="ask", kind="transport", theme_key=None)
    lines = {line["id"]: line for line in lines_of(visitor)}
    shapes = {shape["id"]: shape for shape in features_of(visitor)}
    assert set(lines) == set(shapes) == {str(exact), str(ask)}
    chapel, van = lines[str(exact)], shapes[str(ask)]["properties"]
    assert (chapel["direction"], chapel["kind"], chapel["themes"]) == ("offer", "space", "food")
    assert (chapel["description"], chapel["address"]) == ("The chapel", "Chapel Lane")
    assert (chapel["assured_date"], chapel["valid_to"]) == ("2026-11-01", str(today() + timedelta(days=9)))
    assert chapel["page"].endswith(f"/offers/{exact}")
    assert chapel["source"]
    assert chapel["licence"]
    assert (van["direction"], van["kind"], van["themes"], van["address"]) == ("ask", "transport", [], None)
    assert (chapel["location_precision"], van["location_precision"]) == ("exact", "rough")
    assert float(chapel["longitude"]) == pytest.approx(shapes[str(exact)]["geometry"]["coordinates"][0])
    whole = visitor.get("/offers.csv").text + visitor.get("/offers.geojson").text
    assert ANN not in whole
    assert "Ann" not in whole


def test_a_rough_place_is_as_rough_as_on_the_list_and_an_area_has_no_point(
    visitor: FlaskClient, town: Session
) -> None:
    rough = add_offer(town, "My kitchen", (6.43, 1.37))
    code = "l.key = 'square' AND a.area_code = 'S33'"
    area_id = town.scalar(
        text(f"SELECT a.id FROM area a JOIN area_layer l ON l.id = a.area_layer_id WHERE {code}")
    )
    only_area = add_offer(town, "My loft", (3.5, 3.5), privacy="area", area_id=area_id)
    kept, shown = town.execute(
        text("SELECT ST_AsText(geom), ST_AsText(public_geom) FROM offer WHERE id = :id"), {"id": rough}
    ).one()
    assert kept != shown
    shapes = {shape["id"]: shape for shape in features_of(visitor)}
    lon, lat = shapes[str(rough)]["geometry"]["coordinates"]
    assert (lon, lat) == pytest.approx(
        tuple(float(part) for part in shown.removeprefix("POINT(").removesuffix(")").split())
    )
    assert shapes[str(only_area)]["geometry"] is None
    loft = {line["id"]: line for line in lines_of(visitor)}[str(only_area)]
    assert (loft["longitude"], loft["latitude"], loft["location_precision"]) == ("", "", "area")
    assert loft["area"]


@pytest.mark.parametrize(
    "hidden",
    [
        {"review_status": "pending"}, {"review_status": "rejected"}, {"privacy": "hidden"},
        {"ends_on": date(2026, 1, 1)}, {"withdrawn_at_utc": "2026-11-01"},
    ],
)  # fmt: skip
def test_what_is_not_on_the_list_is_in_no_file(
    visitor: FlaskClient, town: Session, hidden: dict[str, Any]
) -> None:
    add_offer(town, "Everybody may read this", (6.5, 1.5))
    add_offer(town, "Nobody may read this", (2.5, 1.5), **hidden)
    for address in ("/offers.csv", "/offers.geojson"):
        file = visitor.get(address).text
        assert "Everybody may read this" in file
        assert "Nobody may read this" not in file


def test_what_a_group_asks_for_on_its_page_is_in_the_files_too(visitor: FlaskClient, town: Session) -> None:
    group = town.execute(text("SELECT id, name FROM public_organisation ORDER BY name LIMIT 1")).one()
    web_town.insert(town, "ask", organisation_id=group.id, kind="equipment", words="A big fridge")
    town.commit()
    (line,) = [line for line in lines_of(visitor) if line["description"] == "A big fridge"]
    assert (line["direction"], line["organization_id"], line["organization"]) == ("ask", str(group.id), group.name)


def test_filters_are_those_of_the_list_and_anything_else_is_said_to_be_wrong(
    visitor: FlaskClient, town: Session
) -> None:
    add_offer(town, "The chapel", (6.5, 1.5))
    add_offer(town, "A van", (2.5, 1.5), direction="ask", kind="transport", theme_key=None)
    assert [line["description"] for line in lines_of(visitor, "?kind=transport")] == ["A van"]
    assert [line["description"] for line in lines_of(visitor, "?direction=offer&theme=food")] == ["The chapel"]
    assert features_of(visitor, "?direction=ask&theme=food") == []
    for query in (
        "theme=nope",
        "kind=%00",
        "direction=both",
        "page=2",
        "near=ZZ1",
        "kind=space&kind=skill",
        "x=1",
    ):
        for address in ("/offers.csv", "/offers.geojson"):
            answer = visitor.get(f"{address}?{query}")
            assert answer.status_code == 400, query
    page = visitor.get("/offers?kind=transport").text
    assert "/offers.csv?kind=transport" in page
    assert "/offers.geojson?kind=transport" in page


def test_a_copy_is_kept_until_an_offer_is_another_and_words_are_safe_in_a_spreadsheet(
    visitor: FlaskClient, town: Session
) -> None:
    add_offer(town, "=HYPERLINK(1)", (6.5, 1.5))
    first = visitor.get("/offers.csv")
    assert "'=HYPERLINK(1)" in first.text
    same = {"If-None-Match": first.headers["ETag"]}
    assert visitor.get("/offers.csv", headers=same).status_code == 304
    add_offer(town, "The chapel", (6.5, 1.5))
    changed = visitor.get("/offers.csv", headers=same)
    assert changed.status_code == 200
    assert "The chapel" in changed.text
