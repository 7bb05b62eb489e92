"""Standards: read by all, set by officers, every version kept, and what gaps are compared with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.actions.areas import describe_area
from app.actions.clock import today
from app.actions.gap_answers import GapQuestion
from app.actions.gap_matrix import MatrixView, show_all_themes
from app.actions.gaps import answer_gap_question
from app.actions.standards import StandardWords, get_theme_standards, set_standard
from app.errors import BadQuestionError, ChangedMeanwhileError, NoStandardError, NotFoundError
from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in, token_of
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import add_service, add_survey, middle_of

ASKED = GapQuestion("food", "square", "W", 1_200, benchmark="ours")
ENOUGH = StandardWords("", 2_000, 20, "foot", "Public health", "The food plan", "https://example.org/plan")
TYPED = {
    "audience": "", "people_per_service": "2,000", "minutes": "20", "travel": "foot", "set_by": "Public health",
    "reason": "The food plan", "link": "https://example.org/plan", "version": "0",
}  # fmt: skip


@pytest.fixture
def towns(session: Session) -> Session:
    two_towns.build(session)
    add_survey(session, "W", today())
    add_service(session, "Kitchen", middle_of("W-a"))
    session.commit()
    return session


def test_a_gap_compared_with_ours_is_the_typed_standard_of_the_same_numbers(towns: Session) -> None:
    set_standard(towns, "food", ENOUGH, None)
    ours = answer_gap_question(towns, ASKED)
    typed = answer_gap_question(
        towns, replace(ASKED, benchmark="standard", people_per_service=2_000, reach_m=1_600)
    )
    assert ours.benchmark_provision == pytest.approx(5)
    assert [(r.area.area_code, r.shortfall, r.shortfall_low) for r in ours.rows] == [
        (r.area.area_code, r.shortfall, r.shortfall_low) for r in typed.rows
    ]
    assert ours.benchmark_name == "our standard: one service for every 2,000 people within a 20-minute walk"
    assert ours.question.reach_m == 1_600


def test_the_gap_page_names_our_standard_and_who_set_it(client: FlaskClient, towns: Session) -> None:
    set_standard(towns, "food", ENOUGH, None)
    towns.commit()
    page = client.get("/gaps?theme=food&layer=square&within=W&benchmark=ours").text
    assert 'href="/standards/food"' in page
    assert "Our standard was set by Public health on" in page
    assert "Our standard was set by" not in client.get("/gaps?theme=food&layer=square&within=W").text


def test_a_new_version_changes_the_answer_at_once_and_that_for_some_people_comes_first(towns: Session) -> None:
    set_standard(towns, "food", ENOUGH, None)
    before = answer_gap_question(towns, ASKED)
    set_standard(towns, "food", replace(ENOUGH, people_per_service=500, version=1), None)
    assert answer_gap_question(towns, ASKED).benchmark_provision == pytest.approx(before.benchmark_provision * 4)
    set_standard(towns, "food", replace(ENOUGH, audience="carers", people_per_service=100, travel="bus"), None)
    carers = answer_gap_question(towns, replace(ASKED, audience="carers"))
    assert (carers.question.people_per_service, carers.question.travel) == (100, "bus")
    assert answer_gap_question(towns, replace(ASKED, audience="men")).question.people_per_service == 500


def test_without_a_standard_it_is_said_and_all_kinds_leave_it_out(towns: Session) -> None:
    with pytest.raises(NoStandardError) as error:
        answer_gap_question(towns, ASKED)
    assert error.value.field == "benchmark"
    with pytest.raises(NoStandardError):
        show_all_themes(towns, ASKED, MatrixView())
    with pytest.raises(NoStandardError):
        describe_area(towns, "square", "W-a", replace(ASKED, theme="", layer="", within=""))
    set_standard(towns, "food", ENOUGH, None)
    matrix = show_all_themes(towns, ASKED, MatrixView())
    assert [theme.key for theme in matrix.themes] == ["food"]
    profile = describe_area(towns, "square", "W-a", replace(ASKED, theme="", layer="", within=""))
    assert [theme.theme for theme in profile.themes] == ["food"]
    with pytest.raises(BadQuestionError):
        show_all_themes(towns, ASKED, MatrixView(sort="theme-sport"))


def test_two_at_once_lose_nothing(towns: Session) -> None:
    set_standard(towns, "food", ENOUGH, None)
    set_standard(towns, "food", replace(ENOUGH, people_per_service=1_000, version=1), None)
    with pytest.raises(ChangedMeanwhileError):
        set_standard(towns, "food", replace(ENOUGH, people_per_service=900, version=1), None)
    set_standard(towns, "food", replace(ENOUGH, people_per_service=900, version=2), None)
    found = get_theme_standards(towns, "food")
    assert [one.people_per_service for one in found.versions] == [900, 1_000, 2_000]
    assert [one.version for one in found.holding] == [3]


def test_a_version_added_between_looking_and_saving_is_no_server_error(
    towns: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_standard(towns, "food", ENOUGH, None)
    monkeypatch.setattr("app.queries.standards.find_newest", lambda *_asked: None)
    with pytest.raises(ChangedMeanwhileError):
        set_standard(towns, "food", ENOUGH, None)


def test_one_that_is_ended_holds_no_more_and_its_history_stays(towns: Session) -> None:
    with pytest.raises(BadQuestionError):
        set_standard(towns, "food", replace(ENOUGH, is_over=True), None)
    set_standard(towns, "food", ENOUGH, None)
    set_standard(towns, "food", replace(ENOUGH, version=1, is_over=True, reason="The plan ended"), None)
    found = get_theme_standards(towns, "food")
    assert found.holding == ()
    assert [one.is_over for one in found.versions] == [True, False]
    with pytest.raises(NoStandardError):
        answer_gap_question(towns, ASKED)


def test_history_cannot_be_rewritten(towns: Session) -> None:
    set_standard(towns, "food", ENOUGH, None)
    for statement in ("UPDATE standard SET minutes = 1", "DELETE FROM standard"):
        with pytest.raises(IntegrityError, match="only grows"), towns.begin_nested():
            towns.execute(text(statement))


@pytest.mark.parametrize("theme", ["nope", "food\x00", "x" * 500])
def test_an_unknown_theme_is_not_found(towns: Session, theme: str) -> None:
    with pytest.raises(NotFoundError):
        set_standard(towns, theme, ENOUGH, None)


@pytest.fixture
def officer(client: FlaskClient, towns: Session) -> FlaskClient:
    sign_in(client, add_person(towns, Role.OFFICER))
    return client


def save(client: FlaskClient, **changes: Any) -> Any:
    form = {**TYPED, "csrf_token": token_of(client, "/standards/food/set"), **changes}
    return client.post("/standards/food/set", data=form)


def test_an_officer_sets_one_and_everybody_reads_it_without_the_officers_name(officer: FlaskClient) -> None:
    assert save(officer).status_code == 303
    officer.delete_cookie("session")
    for address in ("/standards", "/standards/food"):
        page = officer.get(address)
        assert page.status_code == 200
        assert "One for every 2,000 people within a 20-minute walk" in page.text
        assert "Public health" in page.text
        assert "officer@example.org" not in page.text
    assert "The food plan" in page.text
    assert 'href="https://example.org/plan"' in page.text
    assert officer.get("/gaps?theme=food&benchmark=ours").status_code == 200


def test_the_second_of_two_officers_sees_both_and_may_save_on_top(officer: FlaskClient) -> None:
    assert save(officer).status_code == 303
    late = save(officer, people_per_service="700", set_by="Adult care", reason="We see fewer")
    assert late.status_code == 409
    assert "One for every 2,000 people" in late.text
    assert 'value="700"' in late.text
    assert "We see fewer" in late.text
    assert 'name="version" value="1"' in late.text
    assert save(officer, people_per_service="700", version="1").status_code == 303
    page = officer.get("/standards/food").text
    assert "One for every 700 people" in page
    assert "One for every 2,000 people" in page


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"people_per_service": ""}, "A number is missing"),
        ({"people_per_service": "0"}, "not a number"),
        ({"people_per_service": "many"}, "many"),
        ({"minutes": "500"}, "500"),
        ({"travel": "boat"}, "cannot be that"),
        ({"set_by": ""}, "is empty"),
        ({"reason": " "}, "is empty"),
        ({"link": "javascript:alert(1)"}, "not a web address"),
        ({"audience": "nobody"}, "nobody"),
        ({"is_over": "1"}, "no standard to end"),
        ({"version": "-1"}, "-1"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    officer: FlaskClient, changes: dict[str, str], word: str
) -> None:
    answer = save(officer, **changes)
    assert answer.status_code == 422
    assert word in answer.text
    assert "There is a problem" in answer.text
    if "reason" not in changes:
        assert "The food plan" in answer.text


@pytest.mark.parametrize("query", ["?for=nope", "?for=%00", "?for=men&for=men", "?for=" + "x" * 5_000])
def test_a_bad_address_of_the_form_is_400(officer: FlaskClient, query: str) -> None:
    assert officer.get("/standards/food/set" + query).status_code == 400
    assert officer.get("/standards/nope/set").status_code == 404
