"""The week of a gap question from database to page: what is open when, and who has nothing open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.find_times import DAYS, PARTS_OF_DAY
from app.actions.gap_answers import GapQuestion
from app.actions.gap_fit import PERHAPS, YES, fits
from app.actions.gap_week import ANY, GapWeek, WeekCell, describe_week
from app.queries.provision import services_table
from app.queries.versions import RECORDS, bump_versions
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import PEOPLE, add_service, add_survey, middle_of, set_facts

NEAR = GapQuestion("food", "square", "W", 1_000)
"""So near that only the people of a service's own square reach it."""


def opens_on(
    session: Session, service: str, weekday: int, opens: str, closes: str, week: int | None = None
) -> None:
    session.execute(
        text(
            "INSERT INTO schedule (service_id, weekday, opens, closes, week_of_month) "
            "VALUES (:s, :d, CAST(:o AS time), CAST(:c AS time), :w)"
        ),
        {"s": service, "d": weekday, "o": opens, "c": closes, "w": week},
    )
    bump_versions(session, [RECORDS])


@pytest.fixture
def towns(session: Session) -> Session:
    """Tuesday hall in W-a, first Saturdays in W-b, W-c never told, W-d nothing; E-a (over the border) Sundays."""
    two_towns.build(session)
    for code in ("W-a", "W-b", "W-c", "W-d"):
        add_survey(session, code, today())
    opens_on(session, add_service(session, "Tuesday", middle_of("W-a")), 2, "10:00", "12:00")
    opens_on(session, add_service(session, "Saturday", middle_of("W-b")), 6, "22:00", "02:00", 1)
    add_service(session, "Silent", middle_of("W-c"))
    opens_on(session, add_service(session, "Sunday", middle_of("E-a")), 7, "13:00", "15:00")
    return session


def cell(week: GapWeek, day: str, part: str) -> WeekCell:
    return next(c for row in week.days for c in row.cells if (c.day, c.part) == (day, part))


def test_each_part_counts_what_is_open_and_who_has_nothing(towns: Session) -> None:
    week = describe_week(towns, NEAR)
    assert (week.people, week.people_known, week.services, week.services_untold) == (4 * PEOPLE, 4 * PEOPLE, 3, 1)
    tuesday = cell(week, "tuesday", "morning")
    assert (tuesday.open_least, tuesday.open_most, tuesday.some_weeks) == (1, 2, 0)
    assert (tuesday.without_least, tuesday.without_most) == (2 * PEOPLE, 3 * PEOPLE)
    saturday = cell(week, "saturday", "evening")
    assert (saturday.open_least, saturday.open_most, saturday.some_weeks) == (0, 2, 1)
    assert (saturday.without_least, saturday.without_most) == (2 * PEOPLE, 4 * PEOPLE)
    assert cell(week, "sunday", "morning").open_most == 1
    any_time = cell(week, ANY, ANY)
    assert (any_time.open_least, any_time.open_most, any_time.without_least) == (1, 3, PEOPLE)
    assert "For 1 service nobody has told us when." in week.sentence
    assert "at least 3,000 and at most 4,000 of 4,000 people in Area W" in week.sentence
    by_day = {row.day: dict(zip(week.hours, row.open_range, strict=True)) for row in week.by_hour}
    assert (by_day["tuesday"][11], by_day["tuesday"][12]) == ((1, 2), (0, 1))
    assert (by_day["saturday"][23], by_day["sunday"][1], by_day["sunday"][2]) == ((0, 2), (0, 2), (0, 1))


def test_what_is_over_the_border_counts_for_who_reaches_it(towns: Session) -> None:
    week = describe_week(towns, replace(NEAR, reach_m=1_400))
    assert cell(week, "sunday", "afternoon").open_least == 1
    assert cell(week, "sunday", "afternoon").without_most == 3 * PEOPLE


def test_every_cell_says_what_the_gap_page_would_count(towns: Session) -> None:
    table = services_table(towns, "food")
    week = describe_week(towns, replace(NEAR, within=""))
    for day in (*DAYS, ANY):
        for part in (*PARTS_OF_DAY, ANY):
            fit = fits(table, replace(NEAR, day=day, part=part), today())
            found = cell(week, day, part)
            if day or part:
                assert (found.open_least, found.open_most) == ((fit == YES).sum(), (fit >= PERHAPS).sum())


def test_a_filter_counts_only_what_fits_and_perhaps_fits(towns: Session) -> None:
    set_facts(towns, "Tuesday", cost="paid")
    set_facts(towns, "Silent", cost="unknown")
    week = describe_week(towns, replace(NEAR, is_free=True))
    assert week.services == 2
    assert (cell(week, "tuesday", "morning").open_least, cell(week, "tuesday", "morning").open_most) == (0, 1)


def test_where_nobody_has_looked_nothing_is_not_said_to_be_none(session: Session) -> None:
    two_towns.build(session)
    opens_on(session, add_service(session, "Tuesday", middle_of("W-a")), 2, "10:00", "12:00")
    week = describe_week(session, NEAR)
    assert {c.fill for row in week.days for c in row.cells} == {"not_enough_data"}
    assert cell(week, "tuesday", "morning").open_least == 1
    assert "Nobody has looked" in week.sentence
    add_survey(session, "W-a", today())
    bump_versions(session, [RECORDS])
    half = describe_week(session, NEAR)
    assert half.people_known == PEOPLE
    assert cell(half, "tuesday", "morning").without_most == 0
    assert any("3,000 people live where nobody has looked" in note for note in half.notes)


def test_when_nobody_told_anything_the_week_is_not_drawn_as_closed(session: Session) -> None:
    two_towns.build(session)
    add_survey(session, "W", today())
    add_service(session, "Silent", middle_of("W-c"))
    week = describe_week(session, replace(NEAR, reach_m=5_000))
    assert "not the same as being closed" in week.sentence
    assert {(c.without_least, c.without_most) for row in week.days for c in row.cells[:3]} == {(0, 4 * PEOPLE)}
    assert {c.fill for row in week.days for c in row.cells[:3]} == {"unclear-nearly_all_short"}


def test_a_cell_leads_to_the_gap_of_that_day_and_part(client: FlaskClient, towns: Session) -> None:
    towns.commit()
    page = client.get("/gaps/week?theme=food&layer=square&within=W&minutes=12&free=1")
    assert page.status_code == 200
    link = (
        "/gaps?theme=food&amp;layer=square&amp;within=W&amp;minutes=12&amp;day=sunday&amp;part=evening&amp;free=1"
    )
    assert link in page.text
    assert client.get(link.replace("&amp;", "&")).status_code == 200
    one = client.get("/gaps/week?theme=food&layer=square&within=W&area=square:W-a")
    assert "1,000 people live there" in one.text
    assert "/gaps/week?theme=food&amp;layer=square&amp;within=W" in one.text


@pytest.mark.parametrize(
    ("query", "status"),
    [("?area=%00", 400), ("?area=nope", 400), ("?theme=food&theme=sport", 400), ("?minutes=9999", 400),
     ("?day=sunday&part=evening", 200), ("?within=" + "x" * 5000, 400), ("?area=square:W-a&within=nope", 200)],
)  # fmt: skip
def test_what_makes_no_sense_is_said_and_kept(
    client: FlaskClient, towns: Session, query: str, status: int
) -> None:
    towns.commit()
    assert client.get("/gaps/week" + query).status_code == status
