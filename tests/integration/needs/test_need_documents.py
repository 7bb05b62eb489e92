"""A need goes into the database as a document; the public sees the statement, and never where exactly."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.group_documents import ServedArea
from app.actions.need_documents import NeedDocument, read_need, save_need
from app.errors import BadQuestionError
from tests.integration.needs.asking import at
from tests.integration.web import web_town

TODAY = date(2026, 11, 22)


LON, LAT = at(3.46, 2.43)
PIN = NeedDocument(
    theme="food", statement="Nowhere to eat warm on Sundays", audience="older_people", lon=LON, lat=LAT
)


def public_row(session: Session, need_id: object) -> dict[str, object]:
    return dict(
        session.execute(
            text("SELECT *, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM public_need WHERE id = :id"), {"id": need_id}
        )
        .mappings()
        .one()
    )


@pytest.mark.parametrize(
    "document",
    [
        PIN,
        NeedDocument(theme="sport", statement="No pitch", area=ServedArea(layer="ward", code="W1")),
        NeedDocument(theme="food", statement="No shop", shape=(at(1, 1), at(3, 1), at(2, 3))),
    ],
)
def test_a_need_comes_out_as_it_went_in_and_can_be_saved_again(town: Session, document: NeedDocument) -> None:
    need_id = save_need(town, document, today=TODAY)
    assert read_need(town, need_id) == document
    changed = document.model_copy(update={"statement": "Otherwise"})
    assert save_need(town, changed, today=TODAY, need_id=need_id) == need_id
    assert read_need(town, need_id) == changed


def test_the_public_sees_a_grid_corner_and_not_the_pin(town: Session) -> None:
    row = public_row(town, save_need(town, PIN, today=TODAY))
    assert (row["lon"], row["lat"]) == pytest.approx(at(3.5, 2.5), abs=1e-6)
    assert row["area_id"] is None


def test_where_few_people_live_an_area_stands_for_the_pin(town: Session) -> None:
    town.execute(text("UPDATE population_point SET people = 5 WHERE x_m > :x"), {"x": web_town.LEFT_M + 4500})
    lon, lat = at(7.5, 5.5)
    row = public_row(town, save_need(town, PIN.model_copy(update={"lon": lon, "lat": lat}), today=TODAY))
    assert row["geom"] is None
    name = town.scalar(text("SELECT name FROM area WHERE id = :id"), {"id": row["area_id"]})
    assert name == "North East"


def test_a_drawn_shape_is_shown_with_a_rough_pin_in_it(town: Session) -> None:
    document = NeedDocument(theme="food", statement="No shop", shape=(at(1, 1), at(3, 1), at(2, 3)))
    row = public_row(town, save_need(town, document, today=TODAY))
    assert row["shape"] is not None
    assert row["geom"] is not None


@pytest.mark.parametrize(
    ("shape", "word"),
    [
        ((at(1, 1), at(3, 3), at(3, 1), at(1, 3)), "crosses itself"),
        ((at(1, 1), at(1.2, 1), at(1.2, 1.2)), "very small"),
        (((-3.0, 52.0), (0.0, 52.0), (0.0, 54.0)), "very big"),
        ((at(1, 1), at(2, 1)), "at least three"),
    ],
)
def test_a_drawing_that_cannot_be_kept_is_refused(
    town: Session, shape: tuple[tuple[float, float], ...], word: str
) -> None:
    with pytest.raises(BadQuestionError, match=word) as refused:
        save_need(town, NeedDocument(theme="food", statement="x", shape=shape), today=TODAY)
    assert refused.value.field == "shape"


def test_unknown_themes_and_areas_are_refused(town: Session) -> None:
    for document in (
        PIN.model_copy(update={"theme": "nothing"}),
        NeedDocument(theme="food", statement="x", area=ServedArea(layer="ward", code="W9")),
    ):
        with pytest.raises(BadQuestionError):
            save_need(town, document, today=TODAY)


@pytest.mark.parametrize(
    "wrong",
    [{"lat": None}, {"area": {"layer": "ward", "code": "W1"}}, {"statement": " "}, {"lon": float("nan")},
     {"statement": "x" * 1001}, {"is_admin": 1}],
)  # fmt: skip
def test_a_document_that_says_two_things_is_none(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        NeedDocument.model_validate({**PIN.model_dump(), **wrong})
