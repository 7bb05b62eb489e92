"""Asked after six months, three times a month apart; confirmed by one press; it sinks and never vanishes."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.actions.clock import today
from app.actions.freshness import let_sink, send_reminders
from app.models import Contact
from tests.integration.accounts.people import token_of
from tests.integration.freshness.conftest import confirmed_ago, time_passes
from tests.integration.moderation.sent import column


def ask(town: Session) -> int:
    return send_reminders(
        town, lambda token: f"https://map.example/still-right/{token}", "https://map.example/forget"
    )


def link_of(town: Session) -> str:
    body = column(town, "SELECT body FROM mail ORDER BY made_at_utc DESC, id LIMIT 1")[0]
    found = re.search(r"(/still-right/\S+)", body)
    assert found
    return found[1]


@pytest.mark.parametrize(("ago", "asked"), [("5 months 29 days", 0), ("6 months 1 day", 1)])
def test_a_group_is_asked_after_six_months(
    town: Session, kitchen: UUID, cook: Contact, ago: str, asked: int
) -> None:
    confirmed_ago(town, kitchen, ago)
    assert ask(town) == asked
    assert ask(town) == 0


def test_three_letters_a_month_apart_then_it_sinks_and_says_so(
    town: Session, client: FlaskClient, kitchen: UUID, cook: Contact
) -> None:
    confirmed_ago(town, kitchen, "7 months")
    for number in (1, 2, 3):
        assert ask(town) == 1
        time_passes(town, "20 days")
        assert ask(town) == 0
        assert let_sink(town) == 0
        time_passes(town, "12 days")
        last = column(town, "SELECT count(*) FROM mail WHERE body LIKE '%last time we ask%'")
        assert last == [int(number == 3)]
    assert ask(town) == 0
    assert let_sink(town) == 1
    assert let_sink(town) == 0
    assert column(town, "SELECT is_missing FROM findable WHERE organisation_id = :id", id=kitchen) == [True]
    assert column(town, "SELECT count(*) FROM public_organisation WHERE id = :id", id=kitchen) == [1]
    town.commit()
    assert "nobody has told us that it is still there" in client.get(f"/organisations/{kitchen}").text


def test_looking_changes_nothing_and_one_press_confirms_everything(
    town: Session, client: FlaskClient, kitchen: UUID, cook: Contact
) -> None:
    confirmed_ago(town, kitchen, "7 months")
    town.execute(text("UPDATE organisation SET unanswered_since = CURRENT_DATE WHERE id = :id"), {"id": kitchen})
    ask(town)
    town.commit()
    link = link_of(town)
    for _scan in range(3):
        answer = client.get(link)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "Kitchen 1 lunch" in answer.text
    client.head(link)
    assert column(town, "SELECT count(*) FROM reminder WHERE answered_at_utc IS NULL") == [1]
    done = client.post(link, data={"csrf_token": token_of(client, link), "answer": "still_right"})
    assert "confirmed today" in done.text
    row = town.execute(
        text("SELECT confirmed_on, unanswered_since FROM organisation WHERE id = :id"), {"id": kitchen}
    ).one()
    assert tuple(row) == (today(), None)
    assert column(town, "SELECT confirmed_on FROM public_service WHERE organisation_id = :id", id=kitchen) == [
        today()
    ]
    assert column(town, "SELECT confirmed_on FROM findable WHERE organisation_id = :id", id=kitchen) == [today()]
    assert column(town, "SELECT answer FROM reminder") == ["still_right"]


def test_something_changed_leads_to_the_form_of_the_group(
    town: Session, client: FlaskClient, kitchen: UUID, cook: Contact
) -> None:
    confirmed_ago(town, kitchen, "7 months")
    ask(town)
    town.commit()
    link = link_of(town)
    answer = client.post(link, data={"csrf_token": token_of(client, link), "answer": "changed"})
    assert (answer.status_code, str(answer.location)[:6]) == (302, "/edit/")
    assert "Kitchen 1" in client.get(answer.location).text


def test_a_group_that_closed_leaves_the_map_and_is_not_asked_again(
    town: Session, client: FlaskClient, kitchen: UUID, cook: Contact
) -> None:
    confirmed_ago(town, kitchen, "7 months")
    ask(town)
    town.commit()
    link = link_of(town)
    client.post(link, data={"csrf_token": token_of(client, link), "answer": "closed"})
    assert column(town, "SELECT count(*) FROM public_organisation WHERE id = :id", id=kitchen) == [0]
    assert column(town, "SELECT stage FROM organisation WHERE id = :id", id=kitchen) == ["closed"]
    assert column(town, "SELECT verb FROM audit_entry") == ["closed"]
    assert client.get(link).status_code == 410
    time_passes(town, "2 months")
    assert ask(town) == 0


@pytest.mark.parametrize("link", ["/still-right/x", "/still-right/" + "a" * 500])
def test_a_link_that_never_was_is_not_found(town: Session, client: FlaskClient, link: str) -> None:
    assert client.get(link).status_code == 404


def test_a_group_without_an_address_is_never_asked(town: Session, kitchen: UUID) -> None:
    confirmed_ago(town, kitchen, "3 years")
    assert ask(town) == 0
