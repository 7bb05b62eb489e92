"""A question about a patch: drawn, joined of areas, or around a place; sums by hand of the two towns."""

from __future__ import annotations

import pytest
from pyproj import Transformer
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.gap_answers import GapAnswer, GapQuestion
from app.actions.gaps import answer_gap_question
from app.actions.make_grid import GridShape, make_grid
from app.actions.patches import read_patch, write_corners
from app.errors import BadQuestionError
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import BOTTOM_M, LEFT_M, PEOPLE, add_service, add_survey, middle_of

TO_DEGREES = Transformer.from_crs(27700, 4326, always_xy=True)


@pytest.fixture
def towns(session: Session) -> Session:
    two_towns.build(session)
    for town in ("W", "E"):
        add_survey(session, town, today())
    add_service(session, "West hall", middle_of("W-c"))
    add_service(session, "East hall", (LEFT_M + 2_050, BOTTOM_M + 1_500))
    return session


def corners(*metres: tuple[float, float]) -> str:
    """Metres from the south-west corner of the two towns, as an address holds them."""
    return write_corners([TO_DEGREES.transform(LEFT_M + x, BOTTOM_M + y) for x, y in metres])


MIDDLE_COLUMNS = corners((1_000, 0), (3_000, 0), (3_000, 2_000), (1_000, 2_000))
"""W-b, W-d, E-a and E-c: half of each ward, two of each town."""


def ask(session: Session, patch: str, layer: str = "square", within: str = "W", **more: object) -> GapAnswer:
    return answer_gap_question(session, GapQuestion("food", layer, within, 2_000, patch=patch, **more))  # type: ignore[arg-type]


def test_the_rows_are_the_areas_inside_and_one_row_is_the_whole_patch(towns: Session) -> None:
    answer = ask(towns, MIDDLE_COLUMNS)
    assert {row.area.area_code for row in answer.rows} == {"W-b", "W-d", "E-a", "E-c"}
    assert answer.whole is not None
    assert answer.whole.people == 4 * PEOPLE
    without = sum(row.people_without or 0 for row in answer.rows)
    assert answer.whole.people_without == pytest.approx(without, rel=1e-12)
    assert without > 0
    assert "the patch you drew" in answer.sentence


def test_a_patch_is_compared_with_the_area_asked_about_not_with_itself(towns: Session) -> None:
    everywhere_in_w = answer_gap_question(towns, GapQuestion("food", "square", "W", 2_000))
    answer = ask(towns, corners((1_000, 1_000), (2_000, 1_000), (2_000, 2_000), (1_000, 2_000)))
    assert answer.benchmark_provision == pytest.approx(everywhere_in_w.benchmark_provision, rel=1e-12)
    alone = {row.area.area_code: row for row in everywhere_in_w.rows}["W-b"]
    assert [row.people_without for row in answer.rows] == [pytest.approx(alone.people_without, rel=1e-12)]
    assert answer.benchmark_name == "the average person in Area W"


def test_areas_that_straddle_the_border_count_only_people_inside_and_say_so(towns: Session) -> None:
    answer = ask(towns, MIDDLE_COLUMNS, "ward")
    assert {row.area.area_code: (row.people, row.inside_share) for row in answer.rows} == dict.fromkeys(
        two_towns.WARDS, (PEOPLE, 0.5)
    )
    assert any("4 of the 4 areas lie only partly in the patch you drew" in note for note in answer.notes)
    whole = answer.whole
    assert whole is not None
    assert whole.people_without == ask(towns, MIDDLE_COLUMNS, "square").whole.people_without  # type: ignore[union-attr]


def test_joined_areas_hold_exactly_their_people(towns: Session) -> None:
    joined = ask(towns, "ward: W-north W-south", within="")
    town = answer_gap_question(towns, GapQuestion("food", "square", "W", 2_000, benchmark="everywhere"))
    assert joined.people == town.people
    assert joined.people_without == pytest.approx(town.people_without, rel=1e-12)
    assert joined.patch is not None
    assert joined.patch.name == "Area W-north and Area W-south"
    assert joined.services_over_border == 1


def test_around_a_place_counts_who_can_walk_there(towns: Session) -> None:
    lon, lat = TO_DEGREES.transform(LEFT_M + 500, BOTTOM_M + 500)
    near = f"{lat:.4f},{lon:.4f}"
    assert {row.area.area_code for row in ask(towns, f"10 minutes of {near}").rows} == {"W-c"}
    further = ask(towns, f"20 minutes of {near}")  # 1,600 m of walking: 1,231 m as the crow flies
    assert {row.area.area_code for row in further.rows} == {"W-c", "W-a", "W-d"}
    assert further.whole is not None
    assert further.whole.people == 3 * PEOPLE


def test_where_nobody_lives_there_is_no_row_and_no_error(towns: Session) -> None:
    answer = ask(towns, corners((100, 100), (200, 100), (200, 200)))
    assert (answer.rows, answer.whole, answer.people) == ((), None, 0)
    assert "Nobody is recorded as living in the patch you drew" in answer.sentence


@pytest.mark.parametrize(
    "patch",
    [
        "nonsense",
        "1,2",
        "nan,nan inf,1 2,2",
        "-2,53 -2,53 -2,53",
        "-2,53 -1.99,53.01 -2,53.01 -1.99,53",
        "-2,53 -1,53 -1,54 -2,54",
        "1e999,2 3,4 5,6",
        "170,80 171,80 171,81",
        "ward: nowhere",
        "nolayer: W",
        "0 minutes of M33 2AA",
        "999 minutes of W",
        "10 minutes of nowhere at all",
        " ".join(f"-2.{n:05d},53.4" for n in range(70)),
    ],
)
def test_what_is_no_patch_is_refused_in_words(towns: Session, patch: str) -> None:
    with pytest.raises(BadQuestionError) as refused:
        read_patch(towns, patch)
    assert refused.value.field == "patch"
    assert refused.value.message.endswith(".")


def test_grids_made_here_give_the_totals_of_the_wards(towns: Session) -> None:
    make_grid(towns, over="town", shape=GridShape.SQUARE_MILE)
    make_grid(towns, over="town", shape=GridShape.HEXAGON, size_m=700)
    for patch in ("", MIDDLE_COLUMNS, "ward: W-north E-north"):
        totals = {
            layer: sum(row.people_without or 0 for row in ask(towns, patch, layer).rows)
            for layer in ("square", "ward", "town", "square-mile", "hexagon-700")
        }
        assert totals["square"] > 0
        assert totals == {layer: pytest.approx(totals["square"], rel=1e-9) for layer in totals}
