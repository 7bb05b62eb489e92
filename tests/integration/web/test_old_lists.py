"""A list that is too old to trust is said to be so, and can be counted all the same by a link."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.actions.clock import today
from tests.integration.accounts.people import add_person, sign_in
from tests.integration.gaps import two_towns


def test_an_old_list_is_offered_by_a_link(client: FlaskClient, session: Session) -> None:
    two_towns.build(session)
    two_towns.add_service(session, "Hall", two_towns.middle_of("W-c"))
    two_towns.add_survey(session, "W", today() - timedelta(days=7 * 366))
    page = client.get("/gaps?theme=food&layer=square&within=W").text
    assert "more than two years ago" in page
    assert "list_years=10" in page
    older = client.get("/gaps?theme=food&layer=square&within=W&list_years=10").text
    assert "Count that older list all the same" not in older
    assert "up to ten years old count" in older
    line = client.get("/gaps.csv?theme=food&layer=square&within=W&list_years=10").text.splitlines()[1]
    assert ",10," in line


def test_a_profile_counts_the_lists_that_its_question_did(client: FlaskClient, session: Session) -> None:
    two_towns.build(session)
    two_towns.add_service(session, "Hall", two_towns.middle_of("W-c"))
    two_towns.add_survey(session, "W", today() - timedelta(days=7 * 366))
    table = client.get("/gaps?theme=food&layer=square&within=W&list_years=10").text
    assert "/areas/square/W-a?list_years=10" in table
    profile = client.get("/areas/square/W-a").text
    assert "not enough data" in profile
    assert "list_years=10" in profile
    assert "somebody has looked and there is no" in client.get("/areas/square/W-a?list_years=10").text
    assert client.get("/areas/square/W-a?list_years=3").status_code == 400


def test_what_nobody_has_looked_for_is_not_said_to_be_none(client: FlaskClient, session: Session) -> None:
    """No number of people without, no fair share; what would let something be said stands there instead."""
    two_towns.build(session)
    page = client.get("/gaps?theme=food&layer=square&within=W").text
    figures = page[page.index('class="figures"') :].partition("</dl>")[0]
    assert figures.count("not known") == 2
    assert "What you can do now" in page
    assert "/find?theme=food" in page
    assert "/gaps/all?" in page.partition("What you can do now")[2].partition("</div>")[0]
    assert "plans/new" not in page
    assert "none listed" in page
    sure = client.get("/gaps/sure?theme=food&layer=square&within=W").text
    assert "nobody has looked" in sure.partition("sure-answer")[2][:400]
    assert "none recorded" in sure
    two_towns.add_survey(session, "W-a", today())
    page = client.get("/gaps?theme=food&layer=square&within=W").text
    figures = page[page.index('class="figures"') :].partition("</dl>")[0]
    assert "not known" not in figures
    assert "(where somebody has looked)" in figures
    assert "What you can do now" not in page


def test_whoever_may_plan_is_offered_a_plan_to_look(client: FlaskClient, session: Session) -> None:
    two_towns.build(session)
    two_towns.add_service(session, "Hall", two_towns.middle_of("W-a"), theme="sport")
    sign_in(client, add_person(session))
    page = client.get("/gaps?theme=food&layer=square&within=W").text
    link = page.partition("/plans/new?")[2].partition('"')[0].replace("&amp;", "&")
    assert "goal=look" in link
    assert client.get(f"/plans/new?{link}").status_code == 200
