"""Me too: one person once, the count right however many press at once, and shown only from five on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from tests.databases import migrate_to_head, running_app, scratch_database, settings_for
from tests.integration.accounts.people import token_of
from tests.integration.needs.asking import press, rows
from tests.integration.web import web_town

COUNT = "SELECT support_count FROM need WHERE id = :id"


def say_so(client: FlaskClient, need: str, **values: str) -> int:
    return press(client, f"/needs/{need}", f"/needs/{need}/support", **values).status_code


def test_one_person_counts_once_and_can_take_it_back(visitor: FlaskClient, town: Session) -> None:
    need = web_town.add_need(town, "A bench", (3.5, 2.5))
    for _time in range(3):
        assert say_so(visitor, need) == 302
    assert rows(town, COUNT, id=need) == [{"support_count": 4}]
    assert "You say so too" in visitor.get(f"/needs/{need}").text
    for _time in range(2):
        say_so(visitor, need, take_back="1")
    assert rows(town, COUNT, id=need) == [{"support_count": 3}]
    assert "You say so too" not in visitor.get(f"/needs/{need}").text


def test_how_many_is_said_from_five_on(visitor: FlaskClient, town: Session, app: Flask) -> None:
    need = web_town.add_need(town, "A bench", (3.5, 2.5))
    town.commit()
    for shown in ("fewer than five", "5 people say the same"):
        assert say_so(app.test_client(), need) == 302
        for page in (f"/needs/{need}", "/needs"):
            assert shown in visitor.get(page).text.lower()
    assert rows(town, "SELECT supporter_key FROM need_support WHERE length(supporter_key) <> 64") == []


def test_one_network_address_is_held_up_after_forty(town: Session, app: Flask) -> None:
    need = web_town.add_need(town, "A bench", (3.5, 2.5))
    town.commit()
    assert [say_so(app.test_client(), need) for _time in range(41)] == [302] * 40 + [429]
    assert rows(town, COUNT, id=need) == [{"support_count": 43}]


def test_a_need_that_is_not_public_cannot_be_supported(visitor: FlaskClient, town: Session) -> None:
    need = web_town.add_need(town, "Pending", (3.5, 2.5), review_status="pending")
    town.commit()
    answer = press(visitor, "/sign-in", f"/needs/{need}/support")
    assert answer.status_code == 404
    assert rows(town, COUNT, id=need) == [{"support_count": 3}]


def test_twenty_at_once_are_counted_right(worker: str) -> None:
    """Twenty presses of one person are one; twenty people are twenty."""
    with scratch_database(f"wdw_me_too_{worker}") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url)
        with Session(engine) as session:
            web_town.build(session)
            one, many = (web_town.add_need(session, words, (3.5, 2.5)) for words in ("One", "Many"))
            session.commit()
        with running_app(url) as app:
            clients = [app.test_client() for _number in range(20)]
            tokens = [token_of(client, f"/needs/{one}") for client in clients]
            for client in clients:
                client.set_cookie("supporter", "the same person", path="/needs")
            assert post_all(clients, tokens, one) == [302] * 20
            for number, client in enumerate(clients):
                client.set_cookie("supporter", f"person {number}", path="/needs")
            assert post_all(clients, tokens, many) == [302] * 20
        with Session(engine) as session:
            counts = [session.scalar(text(COUNT), {"id": need}) for need in (one, many)]
        engine.dispose()
    assert counts == [4, 23]


def post_all(clients: list[FlaskClient], tokens: list[str], need: str) -> list[int]:
    def post(client: FlaskClient, token: str) -> int:
        return client.post(f"/needs/{need}/support", data={"csrf_token": token}).status_code

    with ThreadPoolExecutor(len(clients)) as crowd:
        return list(crowd.map(post, clients, tokens))
