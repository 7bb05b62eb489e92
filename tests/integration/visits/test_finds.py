"""Groups that nobody had listed: on the map at once or after a look, and who found them."""

from __future__ import annotations

from datetime import time

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.vocabulary import Role
from tests.integration.accounts.people import add_person, sign_in, sign_out, token_of
from tests.integration.visits.noting import add_listing, found, one, send, where


def test_a_found_group_inside_the_patches_is_on_the_map_at_once_and_says_who_found_it(
    client: FlaskClient, town: Session, stop: str
) -> None:
    lon, lat = where(town, stop)
    form = found(where="phone", position=f"{lat:.5f},{lon:.5f}")
    assert send(client, f"{stop}/group", **form)["said"] == "It is on the map."
    assert "arrived before" in send(client, f"{stop}/group", **form)["said"]
    row = town.execute(
        text(
            "SELECT o.id, s.title, v.description FROM public_organisation o JOIN source s ON s.id = o.source_id "
            "JOIN public_service v ON v.organisation_id = o.id WHERE o.name = 'Soup by the bridge'"
        )
    ).one()
    assert row.title == "Found on a visit by River hub"
    assert row.description == "Tuesdays, in the evening"
    assert "Found on a visit by River hub" in client.get(f"/organisations/{row.id}").text
    assert one(town, "SELECT count(*) FROM visit WHERE submission_id IS NOT NULL") == 1
    token = token_of(client, stop)
    client.post(f"{stop}/take-back", data={"csrf_token": token, "visit_id": form["visit_id"]})
    assert one(town, "SELECT count(*) FROM public_organisation WHERE name = 'Soup by the bridge'") == 0
    assert one(town, "SELECT state FROM submission") == "withdrawn"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"where": "words"}, "outside the areas of your hub, or nobody knows"),
        ({"name": "Refuge kitchen"}, "refuge"),
        ({"when_words": "ring 0161 496 0000"}, "holds one"),
        ({"name": "Bread House"}, "on the map already"),
    ],
)
def test_a_found_group_waits_where_something_speaks_against_it(
    client: FlaskClient, town: Session, stop: str, more: dict[str, str], why: str
) -> None:
    lon, lat = where(town, stop)
    add_listing(town, stop, name="Bread House")
    said = send(client, f"{stop}/group", **found(**{"where": "phone", "position": f"{lat},{lon}", **more}))["said"]
    assert "A moderator looks at it" in said
    assert why in said
    assert one(town, "SELECT state FROM submission") == "waiting"


def test_outside_her_patches_and_for_officers_a_found_group_waits_and_is_credited_when_approved(
    client: FlaskClient, town: Session, stop: str
) -> None:
    lon, lat = where(town, stop)
    town.execute(text("DELETE FROM patch"))
    town.commit()
    form = found(where="phone", position=f"{lat},{lon}")
    assert "outside the areas of your hub" in send(client, f"{stop}/group", **form)["said"]
    sign_out(client)
    sign_in(client, add_person(town, Role.OFFICER))
    other = found(where="phone", position=f"{lat},{lon}", name="Bread on Tuesdays")
    assert "A moderator looks" in send(client, f"{stop}/group", **other)["said"]
    sign_out(client)
    sign_in(client, add_person(town, Role.MODERATOR))
    submission = one(town, "SELECT submission_id FROM visit WHERE group_name = 'Soup by the bridge'")
    form = {"csrf_token": token_of(client, f"/moderation/{submission}"), "decision": "approve"}
    assert client.post(f"/moderation/{submission}", data=form).status_code == 302
    title = "SELECT s.title FROM organisation o JOIN source s ON s.id = o.source_id WHERE o.name = :name"
    assert one(town, title, name="Soup by the bridge") == "Found on a visit by River hub"


def test_somebodys_home_is_shown_as_an_area_only(client: FlaskClient, town: Session, stop: str) -> None:
    lon, lat = where(town, stop)
    send(client, f"{stop}/group", **found(where="phone", position=f"{lat},{lon}", is_home="yes"))
    row = town.execute(
        text(
            "SELECT f.geom IS NULL AS is_pinned_nowhere FROM public_footprint f JOIN public_organisation o "
            "ON o.id = f.organisation_id WHERE o.name = 'Soup by the bridge' AND f.role = 'meets_at'"
        )
    ).one()
    assert row.is_pinned_nowhere
    assert "The old mill" not in client.get("/find?q=soup").text


def test_exact_times_that_somebody_said_are_kept_as_on_the_form_for_groups(
    client: FlaskClient, town: Session, stop: str
) -> None:
    lon, lat = where(town, stop)
    at = {"where": "phone", "position": f"{lat:.5f},{lon:.5f}", "day": "", "part": ""}
    times = {"days-0": ["2", "4"], "opens-0": "18:30", "closes-0": "8pm", "days-1": "6", "opens-1": "10:00",
             "closes-1": "12:00", "week-1": "1", "term-1": "yes"}  # fmt: skip
    assert send(client, f"{stop}/group", **found(**at, **times))["said"] == "It is on the map."
    rows = town.execute(
        text("SELECT c.weekday, c.opens, c.closes, c.week_of_month, c.term_time_only FROM public_schedule c "
             "JOIN public_service v ON v.id = c.service_id WHERE v.name = 'Soup by the bridge' ORDER BY c.weekday")
    )  # fmt: skip
    assert [tuple(row) for row in rows] == [
        (2, time(18, 30), time(20), None, False), (4, time(18, 30), time(20), None, False),
        (6, time(10), time(12), 1, True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("times", "problem"),
    [
        ({"opens-0": "18:30", "closes-0": "20:00"}, "Which day is that?"),
        ({"days-0": "2"}, "When does it start?"),
        ({"days-0": "2", "opens-0": "6pm"}, "When does it end?"),
        ({"days-0": "2", "opens-0": "\x00", "closes-0": "20:00"}, "cannot be read"),
        ({"days-0": "2", "opens-0": "99:99", "closes-0": "20:00"}, "is not a time"),
    ],
)
def test_times_that_make_no_sense_are_said_and_what_was_typed_is_kept(
    client: FlaskClient, town: Session, stop: str, times: dict[str, str], problem: str
) -> None:
    form = found(**times)
    refused = send(client, f"{stop}/group", 400, **form)
    assert problem in refused["problem"] or problem in refused["fix"]
    page = client.post(f"{stop}/group", data={"csrf_token": token_of(client, stop), **form})
    assert page.status_code == 400
    assert '<details class="visit-times" open>' in page.text
    assert "Soup by the bridge" in page.text
    assert one(town, "SELECT count(*) FROM visit") == 0
