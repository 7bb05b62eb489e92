"""Where there are too many records to sort them all, a page is the same as if they had been sorted."""

from __future__ import annotations

import re
from itertools import product

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.actions.map_cells import world_position
from app.actions.places import PlacesQuestion, list_places
from app.actions.remembered import Remembered
from app.queries import places
from app.queries.places import KINDS, Kept
from tests.integration.tiles.records import THEMES, add_need, add_organisation, add_service, run
from tests.integration.tiles.test_point_tiles import scatter

FEW, MANY = dict.fromkeys(KINDS, 1), dict.fromkeys(KINDS, places.MOST_COUNTED + 1)
MIXED = {**FEW, "service": places.MOST_COUNTED + 1}
ASKED = [
    Kept(), Kept(kind="organisation"), Kept(kind="service"), Kept(kind="need"), Kept(theme=THEMES[0]),
    Kept(audience="women"), Kept(words="service 0.1"), Kept(kind="service", theme=THEMES[1], audience="men"),
]  # fmt: skip
MIDDLES = [None, (-2.3, 53.4), (-2.3, 53.9), (179.9, -17.5)]


@pytest.fixture
def crowd(town: Session) -> Session:
    scatter(town, 220, 11)
    for number in range(5):  # on both sides of the line where the day changes, and at one spot
        add_need(town, 179.99 - 359.98 * (number % 2), -17.5, f"Far {number % 3}")
    add_organisation(town, "x" * 120 + "b")
    add_organisation(town, "x" * 120 + "a")
    run(
        town,
        "UPDATE service SET name = o.name FROM organisation o "
        "WHERE o.id = organisation_id AND o.name < 'Organisation 0.3'",
    )
    return town


@pytest.mark.parametrize("middle", MIDDLES)
def test_a_page_of_many_is_the_page_of_all_of_them_sorted(
    crowd: Session, middle: tuple[float, float] | None
) -> None:
    near = world_position(*middle) if middle else None
    for kept, skip in product(ASKED, (0, 15, 60)):

        def page(counts: dict[str, int]) -> list[tuple[str, float | None]]:
            rows = places.list_places(crowd, kept, counts, near=near, limit=15, skip=skip)  # noqa: B023
            return [(row.id, row.away) for row in rows]

        sorted_all = page(FEW)
        assert page(MANY) == sorted_all, (kept, skip)
        assert page(MIXED) == sorted_all, (kept, skip)


def test_looking_farther_when_the_nearest_pins_do_not_fill_a_page(
    crowd: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    near, kept = world_position(-2.3, 53.4), Kept(words="service 0.")
    expected = places.list_places(crowd, kept, FEW, near=near, limit=20, skip=0)
    for farther in ((0.005, 0.01), (0.005, 0.3), (0.3,)):
        monkeypatch.setattr("app.queries.places.FARTHER", farther)
        assert places.list_places(crowd, kept, MANY, near=near, limit=20, skip=0) == expected


def test_nobody_counts_beyond_what_the_list_can_show(
    crowd: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = list_places(crowd, PlacesQuestion())
    assert not exact.has_more
    assert exact.total == sum(exact.counts.values()) > 100
    for module in ("app.queries.places", "app.actions.places"):
        monkeypatch.setattr(f"{module}.MOST_COUNTED", 60)
    monkeypatch.setattr("app.actions.places.COUNTS", Remembered(9))
    monkeypatch.setattr("app.actions.places.PlacesAnswer.most_counted", 60)
    answer = list_places(crowd, PlacesQuestion())
    assert answer.has_more
    assert set(answer.counts.values()) == {61}
    assert (answer.total, answer.page.last) == (180, 4)
    assert [row.id for row in answer.rows] == [row.id for row in exact.rows]
    first, last = client.get("/map/list").text, client.get("/map/list?page=4").text
    assert "More than 180 found" in first
    assert "more than 60 organisations, more than 60 services, more than 60 needs" in first
    assert "more than this list can show" not in first
    assert "more than this list can show" in last
    assert client.get("/map?page=5").status_code == 400
    assert "Many more may fit" in client.get("/map/list?audience=women").text


@pytest.mark.parametrize("asked", ["", "?kind=need", "?at=12/53.4/-2.3", "?kind=service&at=8/53/-2"])
def test_no_statement_of_a_long_list_sorts_all_there_is(
    crowd: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    """Each kind that there are many of has a limit of its own, or stands near pins that are limited."""
    monkeypatch.setattr("app.queries.places.MOST_COUNTED", 5)
    monkeypatch.setattr("app.actions.places.MOST_COUNTED", 500)
    monkeypatch.setattr("app.actions.places.COUNTS", Remembered(9))
    seen: list[str] = []
    real = places._rows
    monkeypatch.setattr(
        places,
        "_rows",
        lambda session, statement, *rest: seen.append(statement) or real(session, statement, *rest),
    )
    assert client.get(f"/map/list{asked}").status_code == 200
    branches = len(re.findall(r"SELECT [012] AS kind, [osn]\.id", seen[0]))
    assert branches == seen[0].count("LIMIT :first") + seen[0].count("JOIN reached")


@pytest.mark.parametrize(
    ("day", "hour", "is_open"), [(7, 23, True), (1, 1, True), (1, 3, False), (7, 1, False), (2, 1, False)]
)
def test_what_goes_on_past_midnight_is_open_on_the_next_day(
    town: Session, day: int, hour: int, is_open: bool
) -> None:
    group = add_organisation(town, "Night shelter")
    service = add_service(town, group, "Beds for the night")
    run(
        town, "INSERT INTO schedule (service_id, weekday, opens, closes) VALUES (:s, 7, '22:00', '02:00')",
        s=service,
    )  # fmt: skip
    found = places.count_places(town, Kept(minute=(day - 1) * 1440 + hour * 60))
    assert found == {"organisation": int(is_open), "service": int(is_open), "need": 0}
