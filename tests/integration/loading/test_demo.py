"""The invented borough: loaded once, never into a real place's database, and honest raw material for gaps."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.completeness import load_completeness
from app.actions.load_demo import load_demo
from app.actions.load_demo_hubs import add_hub_work
from app.actions.submissions import approve
from app.actions.wishes import count_others
from app.errors import LoadRefusedError
from app.vocabulary import Role
from geodata.demo import make_borough
from geodata.demo.hub_work import read_hub_work
from tests.integration.accounts.people import add_person
from tests.integration.loading.small_world import LOADED_TABLES, TODAY, column, fingerprint


def test_the_borough_is_loaded_and_labelled_as_invented(session: Session) -> None:
    reports = load_demo(session, today=TODAY)
    assert {report.kind for report in reports} >= {"areas", "organisations", "needs", "hubs", "surveys"}
    assert column(session, "SELECT is_invented FROM site") == [True]
    assert column(session, "SELECT bool_and(is_invented) FROM source WHERE key <> 'grid'") == [True]
    assert column(session, "SELECT count(*) > 200 FROM public_organisation") == [True]
    assert column(session, "SELECT count(*) FROM need") == [40]
    assert [problem for report in reports for problem in report.problems] == []


def test_a_moderator_has_work_of_every_kind(session: Session) -> None:
    load_demo(session, today=TODAY)
    waiting = session.execute(text("SELECT kind, flags, geom IS NOT NULL FROM submission ORDER BY 1, 2")).all()
    assert [tuple(row) for row in waiting] == [
        ("changed_group", [], True),
        ("claim", [], True),
        ("correction", [], True),
        ("new_group", [], True),
        ("new_group", ["looks_known"], True),
        ("new_need", [], True),
        ("new_need", ["phone_in_text"], True),
    ]
    assert column(session, "SELECT DISTINCT state FROM submission") == ["waiting"]
    moderator_id = add_person(session, Role.MODERATOR).id
    for submission_id in column(session, "SELECT id FROM submission ORDER BY id"):
        approve(session, submission_id, moderator_id, TODAY)
    assert column(session, "SELECT name FROM public_organisation WHERE name LIKE 'Skarth Stove%'")
    cost = "SELECT cost FROM public_service s JOIN submission b ON b.record_id = s.organisation_id WHERE b.kind = "
    assert column(session, cost + "'changed_group' AND s.name = 'Shared meal'") == ["free"]


def test_what_waits_and_who_sent_it_is_not_public(session: Session) -> None:
    load_demo(session, today=TODAY)
    senders = column(session, "SELECT email FROM contact WHERE purpose = 'sender' ORDER BY 1")
    assert len(senders) == 6
    assert not set(senders) & set(column(session, "SELECT email FROM public_contact"))
    assert column(session, "SELECT count(*) FROM public_organisation WHERE name LIKE 'Skarth Stove%'") == [0]
    assert column(session, "SELECT count(*) FROM public_need WHERE statement LIKE '%0306%'") == [0]
    refuge = "FROM {} p JOIN organisation o ON o.id = p.organisation_id WHERE o.is_confidential"
    assert column(session, "SELECT count(*) " + refuge.format("public_service")) == [1]
    assert column(session, "SELECT role " + refuge.format("public_footprint")) == ["serves"]
    assert column(session, "SELECT count(p.place_id) " + refuge.format("public_footprint")) == [0]


def test_groups_can_be_reached_and_ask_for_help(session: Session) -> None:
    load_demo(session, today=TODAY)
    assert column(session, "SELECT count(*) > 60 FROM public_contact") == [True]
    assert column(session, "SELECT count(*) FROM contact WHERE publish AND consent_words = ''") == [0]
    assert column(session, "SELECT count(*) > 60 FROM public_ask") == [True]
    assert column(session, "SELECT count(DISTINCT room) FROM public_service") == [4]
    assert count_others(session, "young-people", TODAY) == 14
    assert count_others(session, "carers", TODAY) is None


def test_two_lists_say_how_complete_the_map_is(session: Session) -> None:
    load_demo(session, today=TODAY)
    found = load_completeness(session, "demo", "food")
    layers = {layer.key: known for layer in found.layers for known in [found.known[layer.id].values()]}
    (borough,) = layers["borough-2024"]
    everything = column(
        session,
        "SELECT count(DISTINCT organisation_id) FROM public_provision "
        "WHERE theme_key = 'food' AND geom IS NOT NULL",
    )
    assert borough.found == everything[0]
    assert borough.found < borough.low < borough.estimated < borough.high
    shares = {
        known.area_id: known.share
        for theme in ("food", "company", "children", "warm-places")
        for by_area in load_completeness(session, "demo", theme).known.values()
        for known in by_area.values()
    }
    assert len(shares) > 1
    assert column(session, "SELECT count(*) FROM public_organisation WHERE missing_since IS NOT NULL") == [0]


def test_no_group_and_no_hall_is_doubled_by_the_second_list(session: Session) -> None:
    load_demo(session, today=TODAY)
    known = len(make_borough(today=TODAY).records.organisations)
    assert column(session, "SELECT count(*) FROM organisation") == [known]
    halls = "SELECT name || ' ' || postcode FROM place WHERE privacy = 'exact' AND name <> ''"
    assert column(session, f"SELECT count(*) FROM ({halls} GROUP BY 1 HAVING count(*) > 1) twice") == [0]
    walks = "SELECT DISTINCT s.key FROM survey v JOIN source s ON s.id = v.source_id WHERE v.kind = 'walk_round'"
    assert column(session, walks) == ["demo-walk-round"]


def test_people_of_small_areas_wards_and_borough_agree(session: Session) -> None:
    load_demo(session, today=TODAY)
    sums = column(
        session,
        "SELECT sum(p.people) FROM point_area pa JOIN population_point p ON p.id = pa.population_point_id "
        "JOIN area_layer l ON l.id = pa.area_layer_id WHERE l.key LIKE '%-2024' GROUP BY l.key",
    )
    assert sums == pytest.approx([sums[0]] * 3, rel=1e-12)


PEOPLE_TABLES = ("ask", "contact", "submission", "wish", "audit_entry")


def test_a_second_load_is_left_alone(session: Session) -> None:
    load_demo(session, today=TODAY)
    before = fingerprint(session, (*LOADED_TABLES, *PEOPLE_TABLES))
    assert load_demo(session, today=TODAY + dt.timedelta(days=30)) == []
    assert fingerprint(session, (*LOADED_TABLES, *PEOPLE_TABLES)) == before


def test_a_new_version_of_the_island_is_loaded_over_the_old(session: Session) -> None:
    load_demo(session, today=TODAY)
    session.execute(text("UPDATE source SET checksum = 'of an older version' WHERE key = 'demo'"))
    before = fingerprint(session, PEOPLE_TABLES)
    reports = load_demo(session, today=TODAY)
    assert reports
    assert fingerprint(session, PEOPLE_TABLES) == before
    assert not [report.title for report in reports if report.changed]


def test_it_never_mixes_with_a_real_place(session: Session) -> None:
    session.execute(text("INSERT INTO site (id, name) VALUES (1, 'Trafford')"))
    with pytest.raises(LoadRefusedError, match="holds the map of Trafford"):
        load_demo(session, today=TODAY)
    assert load_demo(session, today=TODAY, if_empty=True) == []


def test_the_command_says_what_it_did(own_app: Flask, own_session: Session) -> None:
    runner = own_app.test_cli_runner()
    first, second = runner.invoke(args=["demo", "load"]), runner.invoke(args=["demo", "load", "--if-empty"])
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Everything in it is invented." in first.output
    assert second.output == "There is a map already.\n"
    assert column(own_session, "SELECT count(*) FROM site") == [1]
    assert runner.invoke(args=["demo", "logins"]).exit_code == 0


def test_hubs_have_been_at_work_and_that_is_added_once(session: Session) -> None:
    load_demo(session, today=TODAY)
    assert add_hub_work(session, read_hub_work(), today=TODAY)
    assert column(session, "SELECT count(*) FROM plan_stop") == [9]
    assert column(session, "SELECT count(*) > 8 FROM public_offer") == [True]
    found = column(session, "SELECT o.name FROM visit v JOIN submission s ON s.id = v.submission_id "
                            "JOIN public_organisation o ON o.id = s.record_id ORDER BY 1")  # fmt: skip
    assert found == ["Cards at the Lifeboat House", "Kettle on the Quay", "Netmenders' Stove"]
    assert column(session, "SELECT max(made_at_utc)::date < current_date FROM plan") == [True]
    assert not add_hub_work(session, read_hub_work(), today=TODAY)
