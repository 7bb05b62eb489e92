"""Grids: whole cells that touch the land, with codes that do not depend on what is covered."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.actions.make_grid import MILE_M, GridShape, make_grid
from app.errors import LoadRefusedError
from tests.integration.loading.small_world import column, fingerprint, load_blocks

SIZES = "SELECT size_m2 FROM area JOIN area_layer l ON l.id = area_layer_id AND key = :layer"


def test_square_miles_cover_the_layer_and_only_touching_cells(session: Session) -> None:
    load_blocks(session)
    make_grid(session, over="block-1", shape=GridShape.SQUARE_MILE)
    sizes = column(
        session, "SELECT size_m2 FROM area JOIN area_layer l ON l.id = area_layer_id AND key = 'square-mile'"
    )
    assert sizes == pytest.approx([MILE_M**2] * len(sizes), rel=1e-4)
    # 380 to 383 km east and 390 to 393 km north touch the columns 236 and 237, and the rows 242, 243 and 244.
    codes = column(
        session,
        "SELECT area_code FROM area JOIN area_layer l ON l.id = area_layer_id AND key = 'square-mile' ORDER BY 1",
    )
    assert codes == ["sm-236-242", "sm-236-243", "sm-236-244", "sm-237-242", "sm-237-243", "sm-237-244"]
    bare = column(
        session,
        "SELECT ST_Area(ST_Difference(b.geom, (SELECT ST_Union(geom) FROM area WHERE area_code LIKE 'sm-%'))) "
        "FROM area b WHERE area_code LIKE 'B%'",
    )
    assert bare == pytest.approx([0] * 9, abs=1e-12)


def test_names_are_as_in_a_street_atlas(session: Session) -> None:
    load_blocks(session)
    make_grid(session, over="block-1", shape=GridShape.SQUARE_MILE)
    north_west = column(session, "SELECT name FROM area WHERE area_code = 'sm-236-244'")
    assert north_west == ["Square mile A1"]


def test_a_cell_has_the_same_code_whatever_is_covered(session: Session) -> None:
    load_blocks(session)
    make_grid(session, over="block-1:B11", shape=GridShape.SQUARE_MILE, key="centre")
    make_grid(session, over="block-1", shape=GridShape.SQUARE_MILE)
    shared = column(
        session,
        "SELECT a.geom = b.geom FROM area a JOIN area b ON a.area_code = b.area_code AND a.id < b.id",
    )
    assert shared
    assert all(shared)


def test_hexagons_have_the_width_asked_for(session: Session) -> None:
    load_blocks(session)
    make_grid(session, over="block-1", shape=GridShape.HEXAGON, size_m=500)
    sizes = column(
        session, "SELECT size_m2 FROM area JOIN area_layer l ON l.id = area_layer_id AND key = 'hexagon-500'"
    )
    assert sizes == pytest.approx([500**2 * 3**0.5 / 2] * len(sizes), rel=1e-3)


def test_the_same_grid_again_changes_nothing(session: Session) -> None:
    load_blocks(session)
    make_grid(session, over="block-1", shape=GridShape.HEXAGON)
    before = fingerprint(session)
    report = make_grid(session, over="block-1", shape=GridShape.HEXAGON)
    assert not report.changed
    assert fingerprint(session) == before


@pytest.mark.parametrize(
    ("over", "size_m", "said"),
    [
        ("nowhere", None, "no layer “nowhere”"),
        ("block-1:B99", None, "no area “B99”"),
        ("block-1", 1, "cannot be made"),
        ("block-1", float("nan"), "cannot be made"),
    ],
)
def test_impossible_grids_are_refused(session: Session, over: str, size_m: float | None, said: str) -> None:
    load_blocks(session)
    with pytest.raises(LoadRefusedError, match=said):
        make_grid(session, over=over, shape=GridShape.SQUARE_MILE, size_m=size_m)
