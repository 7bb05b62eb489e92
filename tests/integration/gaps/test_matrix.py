"""All themes at once: every cell is what the theme's own gap page says; order, weights, file and bounds."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.actions import gap_matrix
from app.actions.clock import today
from app.actions.gap_answers import GapQuestion
from app.actions.gap_matrix import MatrixRow, MatrixView, measure_all_themes, show_all_themes
from app.actions.gaps import answer_gap_question
from app.errors import BadQuestionError
from app.vocabulary import GapState
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import TOWNS, add_service, add_survey, middle_of

ASKED = GapQuestion("food", "square", "W", 1_000)


@pytest.fixture
def towns(session: Session) -> Session:
    """Food in W-a; sport in W-a and W-b, and looked for in W-a, W-b and W-c only; the rest of themes unlooked."""
    two_towns.build(session)
    for square in TOWNS["W"]:
        add_survey(session, square, today(), theme="food")
    for square in ("W-a", "W-b", "W-c"):
        add_survey(session, square, today() - timedelta(days=30), theme="sport")
    add_service(session, "Kitchen", middle_of("W-a"))
    add_service(session, "Pool", middle_of("W-a"), theme="sport")
    add_service(session, "Pitch", middle_of("W-b"), theme="sport")
    return session


def rows_of(session: Session, **view: object) -> list[MatrixRow]:
    return list(show_all_themes(session, ASKED, MatrixView(**view)).rows)  # type: ignore[arg-type]


def test_every_cell_is_what_its_own_gap_page_says(towns: Session) -> None:
    for benchmark in ("within", "everywhere"):
        asked = replace(ASKED, benchmark=benchmark, reach_m=1_600)
        matrix = show_all_themes(towns, asked, MatrixView())
        for number, theme in enumerate(matrix.themes):
            answer = answer_gap_question(towns, replace(asked, theme=theme.key), draws=0)
            alone = {row.area.area_code: row for row in answer.rows}
            for row in matrix.rows:
                cell, own = row.cells[number], alone[row.area.area_code]
                assert (cell.theme, cell.state) == (theme.key, own.state)
                assert cell.shortfall == own.shortfall
                assert cell.people_without == own.people_without


def test_kinds_under_half_by_hand(towns: Session) -> None:
    rows = {row.area.area_code: row for row in rows_of(towns)}
    # Food: only W-a has any. Sport: W-a and W-b have some, W-c has none, and nobody has looked in W-d.
    assert {code: (row.under_half, row.known) for code, row in rows.items()} == {
        "W-a": (0, 2), "W-b": (1, 2), "W-c": (2, 2), "W-d": (1, 1),
    }  # fmt: skip
    assert {code: row.average for code, row in rows.items()} == {"W-a": 0, "W-b": 0.5, "W-c": 1, "W-d": 1}
    assert [cell.theme for cell in rows["W-c"].worst] == ["food", "sport"]
    unlooked = next(cell for cell in rows["W-d"].cells if cell.theme == "sport")
    assert (unlooked.state, unlooked.shortfall, unlooked.fill) == (
        GapState.NOT_ENOUGH_DATA, None, "not_enough_data",
    )  # fmt: skip


def test_the_order_is_the_one_asked_for_and_unknown_comes_last_either_way(towns: Session) -> None:
    def codes(**view: object) -> list[str]:
        return [row.area.area_code for row in rows_of(towns, **view)]

    assert codes() == ["W-c", "W-d", "W-b", "W-a"]
    assert codes(sort="area", descending=False) == ["W-a", "W-b", "W-c", "W-d"]
    assert codes(sort="theme-sport") == ["W-c", "W-a", "W-b", "W-d"]
    assert codes(sort="theme-sport", descending=False) == ["W-a", "W-b", "W-c", "W-d"]
    assert codes(sort="average") == ["W-c", "W-d", "W-b", "W-a"]


def test_weights_move_the_average_and_nought_leaves_a_kind_out(towns: Session) -> None:
    thrice = {row.area.area_code: row for row in rows_of(towns, weights=(("sport", 3),))}
    assert thrice["W-b"].average == pytest.approx(0.25)
    without = {row.area.area_code: row for row in rows_of(towns, weights=(("sport", 0),))}
    assert {code: (row.under_half, row.known) for code, row in without.items()} == {
        "W-a": (0, 1), "W-b": (1, 1), "W-c": (1, 1), "W-d": (1, 1),
    }  # fmt: skip
    keys = [theme.key for theme in measure_all_themes(towns, ASKED).themes]
    with pytest.raises(BadQuestionError) as error:
        rows_of(towns, weights=tuple((key, 0) for key in keys))
    assert error.value.field == "weights"


def test_more_areas_than_anybody_waits_for_are_refused(towns: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gap_matrix, "MOST_AREAS", 7)
    assert len(measure_all_themes(towns, ASKED).areas) == 4
    with pytest.raises(BadQuestionError) as error:
        measure_all_themes(towns, replace(ASKED, within=""))
    assert error.value.field == "layer"


def test_the_page_says_which_area_lacks_most_and_the_file_holds_the_same(
    client: FlaskClient, towns: Session
) -> None:
    towns.commit()
    asked = "?layer=square&within=W&minutes=12&count-sport=2"
    page = client.get(f"/gaps/all{asked}")
    assert page.status_code == 200
    assert "In Area W-c 2 of the 2 kinds of help that can be worked out are under half" in page.text
    file = client.get(f"/gaps/all.csv{asked}")
    rows = list(csv.DictReader(StringIO(file.text)))
    assert [row["area_code"] for row in rows] == ["W-c", "W-d", "W-b", "W-a"]
    assert rows[1]["sport_short"] == ""
    assert rows[1]["sport_state"] == "not_enough_data"
    assert rows[2]["average"] == "0.3333"
    assert rows[0]["weights"] == "sport:2"
    assert rows[0]["page"].endswith(asked.replace("?", "/gaps/all?"))


@pytest.mark.parametrize(
    ("query", "status"),
    [("?sort=nope", 400), ("?sort=theme-nope", 400), ("?page=99", 400), ("?count-food=9", 400), ("?page=0", 400),
     ("?count-food=1&count-food=2", 400), ("?layer=%00", 400), ("?within=nope", 400), ("?sort=theme-food", 200),
     ("?theme=nope&order=up", 200)],
)  # fmt: skip
def test_what_makes_no_sense_is_said(client: FlaskClient, towns: Session, query: str, status: int) -> None:
    towns.commit()
    assert client.get("/gaps/all" + query).status_code == status
    assert client.get("/gaps/all.csv?count-nope=1").status_code == 400
