"""Where people live, and which area of each layer they count towards."""

from __future__ import annotations

import pandas as pd
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.load_areas import LayerCard, load_areas
from app.actions.loading import LoadReport
from app.actions.make_population_points import make_population_points
from app.errors import LoadRefusedError
from tests.integration.loading.small_world import (
    BLOCK_CODES,
    BLOCKS,
    areas_frame,
    blocks,
    card,
    column,
    fingerprint,
    load_blocks,
    load_homes,
    load_people,
    load_rows,
    lon_lat,
    square,
)


def make_points(session: Session, **options: object) -> LoadReport:
    return make_population_points(session, layer_key="block-1", indicator_key="people", **options)  # type: ignore[arg-type]


def people_by_area(session: Session, layer: str) -> dict[str, float]:
    rows = session.execute(
        text(
            "SELECT a.area_code, sum(p.people) FROM point_area pa JOIN population_point p "
            "ON p.id = pa.population_point_id JOIN area a ON a.id = pa.area_id "
            "JOIN area_layer l ON l.id = pa.area_layer_id WHERE l.key = :layer GROUP BY 1"
        ),
        {"layer": layer},
    )
    return dict(rows.all())


def test_postcodes_of_one_cell_become_one_point_in_their_middle(session: Session) -> None:
    load_blocks(session)
    load_people(session)
    # Three homes share the 250 m cell at 0..250; one lies in the next cell east.
    load_homes(session, {"ZZ11AA": (10, 10), "ZZ11AB": (40, 10), "ZZ11AD": (70, 100), "ZZ11AE": (300, 10)})
    make_points(session)
    rows = session.execute(
        text(
            "SELECT round(x_m), round(y_m), share, people FROM population_point p JOIN area a ON a.id = p.area_id "
            "WHERE area_code = 'B00' ORDER BY x_m"
        )
    ).all()
    assert [tuple(row) for row in rows] == [
        (380_040, 390_040, 0.75, 75.0),
        (380_300, 390_010, 0.25, 25.0),
    ]


def test_an_area_without_postcodes_keeps_its_people_on_one_point_inside(session: Session) -> None:
    load_blocks(session)
    load_people(session)
    make_points(session)
    assert column(session, "SELECT count(*) FROM population_point") == [9]
    inside = column(
        session, "SELECT ST_Within(p.geom, a.geom) FROM population_point p JOIN area a ON a.id = p.area_id"
    )
    assert all(inside)
    assert column(session, "SELECT sum(people) FROM population_point") == [sum(100 + i for i in range(9))]


def test_ended_postcodes_and_other_sources_are_nobodys_home(session: Session) -> None:
    load_blocks(session)
    load_people(session)
    load_homes(session, {"ZZ11AA": (100, 100)})
    load_homes(session, {"ZZ11AB": (900, 900)}, key="other")
    session.execute(text("UPDATE postcode SET terminated_on = '2020-01-01' WHERE postcode = 'ZZ11AA'"))
    report = make_points(session, postcode_sources=["homes"])
    assert report.notes == ["9 areas have no postcode inside: their people stand on one point."]
    assert column(session, "SELECT count(*) FROM population_point") == [9]


def test_shares_of_every_area_sum_to_one(session: Session) -> None:
    load_blocks(session)
    load_people(session)
    load_homes(session, {f"ZZ1{i}AA": (37 * i % 3000, 91 * i % 3000) for i in range(10)})
    make_points(session)
    assert column(session, "SELECT sum(share) FROM population_point GROUP BY area_id") == pytest.approx([1.0] * 9)


def test_nested_layers_agree_exactly_though_their_borders_differ(session: Session) -> None:
    load_blocks(session)
    load_rows(session)
    load_people(session)
    # One of B00's forty homes lies in the 20 m by which the strip R1 was drawn too low.
    homes = {f"ZZ{i % 10}{i // 10}AA": (25.0 * i, 990.0 if i == 3 else 500.0) for i in range(40)}
    load_homes(session, homes)
    make_points(session)
    blocks_people = people_by_area(session, "block-1")
    rows_people = people_by_area(session, "row-1")
    for i in range(3):
        assert rows_people[f"R{i}"] == pytest.approx(sum(blocks_people[f"B{i}{j}"] for j in range(3)), rel=1e-12)


def test_a_split_area_counts_where_its_people_live(session: Session) -> None:
    load_blocks(session)
    halves = {"W": square(0, 0, 500, 3000), "E": square(500, 0, 3000, 3000)}
    load_areas(
        session, areas_frame(halves), LayerCard("half-1", "Halves", "Half", "1"), card("h"), file="h.geojson"
    )
    load_people(session)
    load_homes(session, {"ZZ11AA": (100, 100), "ZZ11AB": (400, 800), "ZZ11AD": (900, 100)})
    make_points(session)
    people = people_by_area(session, "half-1")
    west_of_first = 100.0 * 2 / 3
    assert people["W"] == pytest.approx(west_of_first)  # the points of B10 and B20 stand in the middle or east
    assert people["W"] + people["E"] == pytest.approx(sum(100 + i for i in range(9)))


def test_a_point_over_the_edge_counts_nearby_only_when_half_its_area_does(session: Session) -> None:
    load_blocks(session, ["B00", "B01"])
    load_people(session, {"B00": 100.0, "B01": 100.0})
    # This layer holds three of B00's four homes and one of B01's four.
    shape = {"P": square(0, 0, 600, 1000), "Q": square(1600, 0, 2000, 1000)}
    load_areas(session, areas_frame(shape), LayerCard("part-1", "Parts", "Part", "1"), card("p"), file="p.geojson")
    homes = {f"ZZ{i}1AA": (50.0 + 250 * i, 500.0) for i in range(4)}
    homes |= {f"ZZ{i}2AA": (1050.0 + 250 * i, 500.0) for i in range(4)}
    load_homes(session, homes)
    make_points(session)
    assert people_by_area(session, "part-1") == pytest.approx({"P": 100.0, "Q": 25.0})


def test_again_changes_nothing_and_new_areas_are_placed(session: Session) -> None:
    load_blocks(session)
    load_people(session)
    load_homes(session, {"ZZ11AA": (100, 100), "ZZ11AB": (900, 900)})
    make_points(session)
    before = fingerprint(session)
    assert not make_points(session).changed
    assert fingerprint(session) == before
    load_rows(session)
    assert sum(people_by_area(session, "row-1").values()) == pytest.approx(sum(100 + i for i in range(9)))


def test_given_points_are_used_and_unknown_areas_reported(session: Session) -> None:
    load_blocks(session)
    load_people(session)
    rows = [("B00", *lon_lat(200, 200), 0.5), ("B00", *lon_lat(800, 800), 0.5), ("B99", *lon_lat(0, 0), 1.0)]
    report = make_points(session, points=pd.DataFrame(rows, columns=["area_code", "lon", "lat", "share"]))
    assert [problem.problem for problem in report.problems] == ["The layer has no area “B99”."]
    assert column(session, "SELECT count(*) FROM population_point") == [10]


def test_points_follow_a_new_number_of_people(session: Session) -> None:
    load_blocks(session)
    load_people(session)
    make_points(session)
    session.execute(
        text("INSERT INTO site (id, name, population_indicator_id) SELECT 1, 'Here', id FROM indicator")
    )
    load_people(session, dict.fromkeys(BLOCK_CODES, 10.0))
    assert column(session, "SELECT DISTINCT people FROM population_point") == [10.0]


def test_points_go_with_areas_that_are_replaced(session: Session) -> None:
    load_blocks(session)
    load_people(session)
    make_points(session)
    load_areas(session, blocks(BLOCK_CODES[1:]), BLOCKS, card("areas-block-1"), file="b.geojson", replace=True)
    assert column(session, "SELECT count(*) FROM population_point") == [8]
    assert column(session, "SELECT count(*) FROM point_area") == [8]


@pytest.mark.parametrize(
    ("layer", "indicator", "said"),
    [("nowhere", "people", "no layer “nowhere”"), ("block-1", "nothing", "no indicator “nothing”")],
)
def test_unknown_names_are_refused(session: Session, layer: str, indicator: str, said: str) -> None:
    load_blocks(session)
    load_people(session)
    with pytest.raises(LoadRefusedError, match=said):
        make_population_points(session, layer_key=layer, indicator_key=indicator)


@pytest.mark.parametrize(("border", "people"), [(985, {"P": 100.0}), (900, {"P": 90.0, "Q": 10.0})])
def test_homes_in_the_strip_between_two_drawings_of_a_border(
    session: Session, border: float, people: dict[str, float]
) -> None:
    """One home of ten lies over the border: with hardly any land there, it is only the drawing."""
    load_blocks(session, ["B00"])
    load_people(session, {"B00": 100.0})
    shapes = {"P": square(0, 0, 1000, border), "Q": square(0, border, 1000, 3000)}
    layer = LayerCard("part-1", "Parts", "Part", "1")
    load_areas(session, areas_frame(shapes), layer, card("p"), file="p.geojson")
    homes = {f"ZZ{i}1AA": (100.0 + 90 * i, 100.0) for i in range(9)}
    load_homes(session, homes | {"ZZ91AA": (500.0, 990.0)})
    make_points(session)
    assert people_by_area(session, "part-1") == pytest.approx(people)
