"""A list that is too old to trust is said to be so, and can be counted all the same by a link."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.actions.clock import today
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
