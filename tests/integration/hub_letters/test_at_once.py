"""Letters sent at one moment: no group gets two, and no letter goes twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.actions.hub_letters import GroupChoice, NewLetter, Sender, send_letter, stop_letters
from app.actions.plans import Planner
from app.errors import BadQuestionError, ChangedMeanwhileError
from app.vocabulary import Role
from tests.databases import migrate_to_head, scratch_database, settings_for
from tests.integration.accounts.people import add_person
from tests.integration.hub_letters.writing import agree
from tests.integration.test_hubs import add_hub
from tests.integration.web import web_town

HUBS = ("First hub", "Second hub", "Third hub")


@pytest.fixture(scope="module")
def engine(worker: str) -> Iterator[Engine]:
    """Web Town in a database whose commits are real, so that several can work at once; three groups agreed."""
    with scratch_database(f"wdw_hub_letters_{worker}") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url, pool_size=20)
        with Session(engine) as session:
            web_town.build(session)
            for number, group in enumerate(
                session.scalars(text("SELECT id FROM organisation ORDER BY name LIMIT 3"))
            ):
                agree(session, group, f"group{number}@example.org")
            for name in HUBS:
                add_hub(session, name, "ward", ["W0", "W1", "W2", "W3"])
            add_person(session, Role.ADMIN)
        yield engine
        engine.dispose()


@pytest.fixture
def sender(engine: Engine) -> Iterator[Sender]:
    """An administrator; what was sent is gone again after the test."""
    with Session(engine) as session:
        account_id = session.scalar(text("SELECT id FROM account"))
    assert account_id is not None
    yield Sender(Planner(account_id, frozenset(), sees_all=True), "admin@example.org")
    with Session(engine) as session:
        session.execute(text("DELETE FROM hub_letter"))
        session.execute(text("DELETE FROM mail"))
        session.commit()


def send_at_once(engine: Engine, sender: Sender, wanted: list[tuple[UUID, UUID]]) -> list[object]:
    """Send letters (hub, id) at one moment; for each its id, or the class of what refused it."""
    start = threading.Barrier(len(wanted))

    def send(one: tuple[UUID, UUID]) -> object:
        hub_id, letter_id = one
        new = NewLetter(letter_id, GroupChoice(), "A van", "Shall we share one?", shown_to=3)
        with Session(engine) as session:
            start.wait()
            try:
                sent = send_letter(session, hub_id, new, sender, 200, lambda token: f"https://x/{token}")
                session.commit()
            except (BadQuestionError, ChangedMeanwhileError) as refused:
                return type(refused)
            return sent

    with ThreadPoolExecutor(len(wanted)) as pool:
        return list(pool.map(send, wanted))


def hub_ids(engine: Engine) -> list[UUID]:
    with Session(engine) as session:
        return list(session.scalars(text("SELECT id FROM hub ORDER BY name")))


def addresses(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return list(session.scalars(text("SELECT to_address FROM mail ORDER BY to_address")))


GROUPS = [f"group{number}@example.org" for number in range(3)]


def test_of_letters_of_several_hubs_each_group_gets_one(engine: Engine, sender: Sender) -> None:
    done = send_at_once(engine, sender, [(hub_id, uuid4()) for hub_id in hub_ids(engine) for _twice in range(2)])
    assert sum(isinstance(one, UUID) for one in done) == 1
    assert addresses(engine) == GROUPS


def test_one_letter_pressed_many_times_at_once_goes_once(engine: Engine, sender: Sender) -> None:
    letter_id = uuid4()
    done = send_at_once(engine, sender, [(hub_ids(engine)[0], letter_id)] * 6)
    assert done == [letter_id] * 6
    assert addresses(engine) == GROUPS


def waits_or_is_done(engine: Engine, thread: threading.Thread) -> bool:
    """Whether the thread waits for a lock of the database, or has ended."""
    with Session(engine) as session:
        waiting = session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"))
    return bool(waiting) or not thread.is_alive()


def test_who_stops_while_a_letter_is_being_sent_does_not_get_it(engine: Engine, sender: Sender) -> None:
    first, second, _third = hub_ids(engine)
    tokens: dict[str, str] = {}

    def address_of(token: str) -> str:
        tokens[GROUPS[len(tokens)]] = token
        return f"https://x/{token}"

    def letter(to: int) -> NewLetter:
        return NewLetter(uuid4(), GroupChoice(), "A van", "Shall we share one?", shown_to=to)

    def stop() -> None:
        with Session(engine) as session:
            stop_letters(session, tokens[GROUPS[0]])
            session.commit()

    with Session(engine) as session:
        send_letter(session, first, letter(3), sender, 200, address_of)
        session.execute(text("UPDATE hub_letter SET sent_at_utc = now() - interval '8 days'"))
        session.execute(text("DELETE FROM mail"))
        session.commit()
        send_letter(session, second, letter(3), sender, 200, lambda token: f"https://x/{token}")
        stopping = threading.Thread(target=stop)
        stopping.start()
        while not waits_or_is_done(engine, stopping):
            pass
        session.commit()
        stopping.join()
    assert addresses(engine) == GROUPS[1:]
    with Session(engine) as session:
        session.execute(text("UPDATE contact SET hub_letters_stopped_at_utc = NULL"))
        session.commit()
