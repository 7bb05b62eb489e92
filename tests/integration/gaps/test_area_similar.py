"""One area beside those most like it: who they are, why, and each kind of help as each profile says it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.area_similar import describe_similar
from app.actions.areas import ANY_QUESTION, describe_area
from app.actions.clock import today
from app.errors import NotFoundError
from app.vocabulary import GapState
from tests.integration.gaps import two_towns
from tests.integration.gaps.test_similar import add_number
from tests.integration.gaps.two_towns import SQUARES, add_service, add_survey, middle_of

ASKED = replace(ANY_QUESTION, need_strength=0.0, reach_m=1_000)


@pytest.fixture
def towns(session: Session) -> Session:
    """By the number “poor” W-a is nearest to W-b, then W-c, W-d and E. Food is looked for in W and E-a only."""
    two_towns.build(session)
    session.execute(
        text("INSERT INTO site (id, name, is_invented, base_layer_id) SELECT 1, 'Towns', true, id FROM area_layer "
             "WHERE key = 'square' ON CONFLICT DO NOTHING")
    )  # fmt: skip
    add_number(
        session,
        "poor",
        {code: place * 10 for place, code in enumerate(sorted(SQUARES, key=lambda code: (code[0] != "W", code)))},
    )
    for code in ("W-a", "W-b", "W-c", "W-d", "E-a"):
        add_survey(session, code, today(), theme="food")
    add_service(session, "Kitchen", middle_of("W-a"))
    add_service(session, "Pantry", middle_of("W-c"))
    return session


def test_the_nearest_come_first_and_an_area_is_not_like_itself(towns: Session) -> None:
    found = describe_similar(towns, "square", "W-a", ASKED)
    assert [area.area_code for area in found.others][:3] == ["W-b", "W-c", "W-d"]
    assert len(found.others) == 7
    poor = next(number for number in found.numbers if number.name == "poor")
    assert (poor.here, poor.others, poor.unit) == (0, (10, 20, 30, 40, 50, 60, 70), "points")
    assert poor.average == 40
    assert poor.source is not None
    assert poor.source.key in {source.key for source in found.sources}


def test_every_cell_is_what_the_profile_of_that_area_says(towns: Session) -> None:
    found = describe_similar(towns, "square", "W-a", ASKED)
    for place, area in enumerate((found.area, *found.others)):
        own = {gap.theme: gap.gap for gap in describe_area(towns, "square", area.area_code, ASKED).themes}
        for line in found.help:
            cell = (line.here, *line.others)[place]
            assert cell.state == own[cell.theme].state
            if cell.state != GapState.NOT_ENOUGH_DATA:
                assert cell.shortfall == own[cell.theme].shortfall


def test_the_average_is_of_the_people_of_those_that_can_be_said(towns: Session) -> None:
    towns.execute(
        text("UPDATE population_point SET people = people * 3 WHERE area_id = (SELECT id FROM area WHERE "
             "area_code = 'E-a')")
    )  # fmt: skip
    found = describe_similar(towns, "square", "W-a", ASKED)
    food = next(line for line in found.help if line.here.theme == "food")
    said = {area.area_code: cell.shortfall for area, cell in zip(found.others, food.others, strict=True)}
    assert {code for code, short in said.items() if short is not None} == {"W-b", "W-c", "W-d", "E-a"}
    assert (said["W-b"], said["W-c"], said["W-d"], said["E-a"]) == (1, 0, 1, 1)
    # 1,000 people in each, 3,000 in E-a: (1 + 0 + 1 + 3) of 6 have none.
    assert food.average == pytest.approx(5 / 6)
    assert food.known == 4
    others = [line for line in found.help if line.here.theme != "food"]
    assert others
    assert all(line.average is None and line.known == 0 for line in others)


def test_compared_with_those_like_each_one_they_are_still_held_against_one_share(towns: Session) -> None:
    plain = describe_similar(towns, "square", "W-a", ASKED)
    alike = describe_similar(towns, "square", "W-a", replace(ASKED, benchmark="similar"))
    assert alike.help == plain.help
    assert "on this map" in alike.benchmark_name


def test_where_nobody_lives_nothing_is_beside_it(client: FlaskClient, towns: Session) -> None:
    towns.execute(
        text("DELETE FROM population_point WHERE area_id = (SELECT id FROM area WHERE area_code = 'W-a')")
    )
    assert describe_similar(towns, "square", "W-a", ASKED).others == ()
    towns.commit()
    assert "No area can be set beside it" in client.get("/areas/square/W-a/similar").text
    with pytest.raises(NotFoundError):
        describe_similar(towns, "square", "nowhere", ASKED)


def test_the_page_names_them_with_sources_and_the_profile_leads_to_it(client: FlaskClient, towns: Session) -> None:
    towns.commit()
    profile = client.get("/areas/square/W-a?minutes=12&weight=0").text
    assert "/areas/square/W-a/similar?minutes=12" in profile
    assert "Distances are 1.3 times the straight line." in profile
    page = client.get("/areas/square/W-a/similar?minutes=12&weight=0&benchmark=similar")
    assert page.status_code == 200
    named = ("areas are most like Area W-a", "/areas/square/W-b?minutes=12", "0 points", "40 points", "4 of 7",
             "not known", "Distances are 1.3 times the straight line", "person on this map")  # fmt: skip
    for words in named:
        assert words in page.text, words


@pytest.mark.parametrize(
    ("query", "status"),
    [("?minutes=9999", 400), ("?minutes=1&minutes=2", 400), ("?benchmark=nope", 400), ("?travel=%00", 400),
     ("?benchmark=standard", 400), ("?benchmark=standard&people_per_service=2000", 200), ("?audience=nope", 400),
     (f"?language={'x' * 3000}", 400), ("?decay=step&free=1", 200)],
)  # fmt: skip
def test_what_makes_no_sense_is_said(client: FlaskClient, towns: Session, query: str, status: int) -> None:
    towns.commit()
    assert client.get("/areas/square/W-a/similar" + query).status_code == status
