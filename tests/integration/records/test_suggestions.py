"""“Something wrong?” and “this is my group”: taken without an account, read by a person, never shown."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.suggestions import MOST_PER_HOUR
from tests.integration.records.forms import Form
from tests.integration.web import web_town
from tests.integration.web.pages import Page

CLAIM = {"name": "Ada", "email": "Ada@Example.org", "involved": "runs", "words": "I am on the poster"}


def rows(session: Session, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in session.execute(text(sql))]


def test_a_correction_waits_for_a_moderator_and_changes_nothing(town: Session, form: Form) -> None:
    group, service = web_town.add_service(town, "Green Hall", (3, 3))
    answer = form.send(
        f"/organisations/{group}/wrong?service={service}", wrong="times", words="It is on Fridays now"
    )
    assert (answer.status_code, answer.location) == (303, f"/organisations/{group}/thanks?about=wrong")
    sent = rows(town, "SELECT kind, state, record_id::text, note, contact_id FROM submission")
    note = "About: Green Hall lunch\n\nThe days or times are wrong.\n\nIt is on Fridays now"
    assert sent == [("correction", "waiting", group, note, None)]
    assert "Fridays" not in form.client.get(f"/organisations/{group}").text
    assert rows(town, "SELECT count(*) FROM mail") == [(0,)]


def test_whoever_leaves_an_address_hears_of_it_and_it_is_kept_apart(town: Session, form: Form) -> None:
    group, _ = web_town.add_service(town, "Green Hall", (3, 3))
    form.send(f"/organisations/{group}/wrong", wrong="closed", email="Ada@Example.org")
    assert rows(town, "SELECT email, purpose, publish, organisation_id FROM contact") == [
        ("ada@example.org", "sender", False, None)
    ]
    assert "ada@" not in form.client.get(f"/organisations/{group}").text.lower()


def test_a_claim_is_sent_once_and_answered_by_a_letter_without_the_words_of_a_stranger(
    town: Session, form: Form
) -> None:
    group, _ = web_town.add_service(town, "Green Hall", (3, 3))
    path = f"/organisations/{group}/claim"
    filled = {**form.open(path), **CLAIM}
    for _time in range(2):
        assert form.client.post(path, data=filled).status_code == 303
    assert rows(town, "SELECT kind, note FROM submission") == [
        ("claim", "I run it, or help to run it.\n\nI am on the poster")
    ]
    letter = rows(town, "SELECT to_address, subject, body FROM mail LIMIT 1")[0]
    assert letter[0] == "ada@example.org"
    assert "Green Hall" in str(letter[2])
    assert not any(words in f"{letter[1]} {letter[2]}" for words in ("Ada", "poster"))
    assert "a link comes by e-mail" in form.client.get(f"/organisations/{group}/thanks?about=claim").text


@pytest.mark.parametrize(
    ("which", "typed", "field"),
    [
        ("wrong", {}, "wrong"),
        ("wrong", {"wrong": "everything"}, "wrong"),
        ("wrong", {"wrong": "other", "words": ""}, "words"),
        ("wrong", {"wrong": "times", "email": "ada at example"}, "email"),
        ("wrong", {"wrong": "times", "words": "x" * 1_501}, "words"),
        ("claim", {**CLAIM, "email": ""}, "email"),
        ("claim", {**CLAIM, "email": "ada@"}, "email"),
        ("claim", {**CLAIM, "involved": ""}, "involved"),
        ("claim", {**CLAIM, "name": " \u200b "}, "name"),
        ("claim", {**CLAIM, "words": "a\0b"}, "words"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_field_and_nothing_is_lost(
    town: Session, form: Form, which: str, typed: dict[str, str], field: str
) -> None:
    group, _ = web_town.add_service(town, "Green Hall", (3, 3))
    answer = form.send(f"/organisations/{group}/{which}", **{"words": "Kept words", **typed})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.one("title").text.startswith("Error:")
    assert page.one("a", href=f"#field-{field}")
    assert page.one(id=f"wrong-{field}")
    if "words" not in typed:
        assert "Kept words" in page.one("textarea").text
    assert rows(town, "SELECT count(*) FROM submission") == [(0,)]


def test_a_robot_is_thanked_and_nothing_is_kept(town: Session, form: Form) -> None:
    group, _ = web_town.add_service(town, "Green Hall", (3, 3))
    assert form.send(f"/organisations/{group}/wrong", wrong="times", web_page="http://x").status_code == 303
    assert rows(town, "SELECT count(*) FROM submission") == [(0,)]


def test_a_form_sent_at_once_is_asked_to_look_again(town: Session, client: FlaskClient) -> None:
    group, _ = web_town.add_service(town, "Green Hall", (3, 3))
    answer = Form(client).send(f"/organisations/{group}/wrong", wrong="times", words="Kept words")
    assert answer.status_code == 422
    assert "Kept words" in answer.text
    assert rows(town, "SELECT count(*) FROM submission") == [(0,)]


def test_a_form_that_was_open_too_long_keeps_what_was_typed(town: Session, form: Form) -> None:
    group, _ = web_town.add_service(town, "Green Hall", (3, 3))
    answer = form.send(f"/organisations/{group}/wrong", wrong="times", words="Kept words", csrf_token="")
    assert answer.status_code == 400
    assert "Kept words" in answer.text


def test_more_than_a_person_would_send_is_held_up(town: Session, form: Form) -> None:
    group, _ = web_town.add_service(town, "Green Hall", (3, 3))
    answers = [form.send(f"/organisations/{group}/wrong", wrong="times") for _ in range(MOST_PER_HOUR + 1)]
    assert [answer.status_code for answer in answers] == [303] * MOST_PER_HOUR + [429]


@pytest.mark.parametrize("status", ["pending", "rejected", "hidden"])
def test_nothing_can_be_said_about_what_is_not_public(town: Session, form: Form, status: str) -> None:
    group, service = web_town.add_service(town, "Canary Hall", (3, 3), review_status=status)
    for path in ("wrong", "claim", "thanks", "poster"):
        answer = form.client.get(f"/organisations/{group}/{path}")
        assert answer.status_code == 404
        assert "Canary" not in answer.text
    for path in ("", "/poster", "/calendar.ics"):
        assert form.client.get(f"/services/{service}{path}").status_code == 404
