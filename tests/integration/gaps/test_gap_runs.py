"""Big gap questions in the background: asked once, kept, shown with how far they are, and opened at once."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions import gap_runs
from app.actions.clock import today
from app.actions.gap_answers import GapQuestion
from app.actions.gap_run_store import find_kept
from app.actions.gaps import answer_gap_question, work_out
from app.jobs.runs import run_gap
from app.queries.versions import RECORDS, bump_versions, get_version
from app.vocabulary import GapRunState, Role
from tests.integration.accounts.people import add_person, sign_in, token_of
from tests.integration.gaps import two_towns
from tests.integration.gaps.two_towns import add_service, add_survey, middle_of

QUESTION = GapQuestion("food", "square", "", 1_200)


@pytest.fixture
def towns(session: Session) -> Session:
    two_towns.build(session)
    for code in two_towns.SQUARES:
        add_survey(session, code, today())
    add_service(session, "Hall", middle_of("W-a"))
    session.commit()
    return session


def ask(session: Session, *themes: str) -> list[int]:
    found = gap_runs.ask_for_runs(session, QUESTION, themes or ("food",))
    session.commit()
    return found


def test_what_is_kept_is_the_answer_and_opens_without_a_sum(
    towns: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out = work_out(towns, get_version(towns), QUESTION)
    (run_id,) = ask(towns)
    gap_runs.run(towns, run_id, towns.commit)
    (listed,) = gap_runs.list_runs(towns)
    assert (listed.state, listed.done_share, listed.is_current) == (GapRunState.DONE, 1.0, True)
    assert find_kept(towns, get_version(towns), QUESTION) == worked_out

    def no_sum(*_: object) -> None:
        raise AssertionError("it was worked out again")

    monkeypatch.setattr("app.actions.gaps.work_out", no_sum)
    assert answer_gap_question(towns, QUESTION) == worked_out
    assert str(escape(worked_out.sentence)) in client.get("/gaps?theme=food&layer=square&within=&minutes=15").text


def test_what_changed_since_is_worked_out_again(towns: Session) -> None:
    (run_id,) = ask(towns)
    gap_runs.run(towns, run_id, towns.commit)
    add_service(towns, "Another hall", middle_of("E-d"))
    assert find_kept(towns, get_version(towns), QUESTION) is None
    assert answer_gap_question(towns, QUESTION).services_counted == 2
    assert not gap_runs.list_runs(towns)[0].is_current
    assert ask(towns) != [run_id]


def test_the_same_question_is_queued_once_and_each_theme_by_itself(towns: Session) -> None:
    first = ask(towns, "food", "sport", "food")
    assert len(first) == 2
    assert ask(towns, "sport") == [first[1]]
    jobs = towns.execute(text("SELECT task_name, lock FROM procrastinate_jobs")).all()
    assert jobs == [("run_gap", "gap_runs")] * 2


def test_how_far_it_is_can_be_seen_on_the_way_and_a_second_try_finishes(towns: Session) -> None:
    (run_id,) = ask(towns)
    seen: list[tuple[str, float]] = []

    class KilledError(Exception):
        pass

    def commit() -> None:
        towns.commit()
        (listed,) = gap_runs.list_runs(towns)
        seen.append((listed.state.value, listed.done_share))
        if len(seen) == 2:
            raise KilledError

    with pytest.raises(KilledError):
        gap_runs.run(towns, run_id, commit)
    assert gap_runs.list_runs(towns)[0].state == GapRunState.RUNNING
    gap_runs.run(towns, run_id, towns.commit)
    assert gap_runs.list_runs(towns)[0].state == GapRunState.DONE
    assert seen == [("running", 0.05), ("running", 0.3)]


def test_a_run_that_cannot_be_says_why(towns: Session, app: Flask) -> None:
    (run_id,) = ask(towns, "sport")
    towns.execute(text("UPDATE gap_run SET question = jsonb_set(question, '{theme}', '\"gone\"')"))
    towns.commit()
    with app.app_context():
        run_gap(str(run_id))
    (listed,) = gap_runs.list_runs(towns)
    assert listed.state == GapRunState.FAILED
    assert "no theme called" in listed.problem


def test_an_officer_asks_and_sees_and_opens(towns: Session, client: FlaskClient) -> None:
    sign_in(client, add_person(towns, Role.OFFICER))
    form = {"csrf_token": token_of(client, "/gaps/runs"), "layer": "square", "within": "", "minutes": "15",
            "list_years": "2"}  # fmt: skip
    refused = client.post("/gaps/runs", data=form)
    assert refused.status_code == 400
    assert "No subject is chosen" in refused.text
    assert client.post("/gaps/runs", data={**form, "themes": "food", "minutes": "\x00"}).status_code == 400
    assert client.post("/gaps/runs", data={**form, "themes": "nope"}).status_code == 400
    assert client.post("/gaps/runs", data={**form, "themes": ["food"]}).status_code == 303
    assert "waiting its turn" in client.get("/gaps/runs").text
    (listed,) = gap_runs.list_runs(towns)
    assert listed.question == QUESTION
    gap_runs.run(towns, listed.id, towns.commit)
    page = client.get("/gaps/runs").text
    assert "/gaps?theme=food&amp;layer=square&amp;within=" in page


def test_the_command_waits_for_the_answer(towns: Session, app: Flask) -> None:
    result = app.test_cli_runner().invoke(
        args=["gaps", "run", "--theme", "food", "--layer", "square", "--minutes", "15", "--now"]
    )
    assert result.exit_code == 0, result.output
    assert "food by square, everywhere: done, 100 %" in result.output
    assert find_kept(towns, get_version(towns), QUESTION) is not None
    listed = app.test_cli_runner().invoke(args=["gaps", "runs"])
    assert "done, 100 %" in listed.output
    bump_versions(towns, [RECORDS])
    towns.commit()
    assert "the data changed since" in app.test_cli_runner().invoke(args=["gaps", "runs"]).output
    assert app.test_cli_runner().invoke(args=["gaps", "run", "--theme", "nope"]).exit_code == 1
