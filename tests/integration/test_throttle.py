"""What may be done only so often: counted in the database, for every process, without keeping who it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.actions.throttle import forget_old_tries, forget_tries, in_words, note_try
from app.addresses import address_of
from app.db import db
from app.errors import TooOftenError
from app.security import public
from tests.databases import migrate_to_head, running_app, scratch_database, settings_for, undone

HOUR_S = 3600


def note(session: Session, key: str = "somebody", what: str = "me too") -> None:
    note_try(session, what, key, most=3, within_s=HOUR_S)


def test_the_fourth_of_three_waits_and_is_not_counted(session: Session) -> None:
    for _ in range(3):
        note(session)
    for _ in range(2):
        with pytest.raises(TooOftenError, match="Wait an hour, then try again") as refused:
            note(session)
        assert HOUR_S - 5 <= refused.value.wait_s <= HOUR_S
    assert session.scalar(text("SELECT count(*) FROM tried")) == 3
    note(session, "somebody else")
    note(session, what="another thing")


def test_it_may_be_done_again_when_the_oldest_no_longer_counts(session: Session) -> None:
    for _ in range(3):
        note(session)
    session.execute(
        text("UPDATE tried SET counts_until_utc = now() + interval '20 s' WHERE id = (SELECT min(id) FROM tried)")
    )
    with pytest.raises(TooOftenError, match=r"Wait (19|20) seconds"):
        note(session)
    session.execute(
        text("UPDATE tried SET counts_until_utc = now() - interval '1 s' WHERE id = (SELECT min(id) FROM tried)")
    )
    note(session)
    with pytest.raises(TooOftenError, match="Wait an hour"):
        note(session)
    assert forget_old_tries(session) == 1
    assert session.scalar(text("SELECT count(*) FROM tried")) == 3


def test_forgiven_tries_do_not_count(session: Session) -> None:
    for _ in range(3):
        note(session)
    forget_tries(session, "me too", "somebody")
    note(session)


def test_who_tried_is_not_kept(session: Session) -> None:
    note(session, "ada@example.org")
    assert "ada" not in session.execute(text("SELECT key FROM tried")).scalar_one()


def test_tries_at_the_same_moment_are_all_counted(worker: str) -> None:
    with scratch_database(f"wdw_throttle_{worker}") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url, pool_size=16)

        def attempt(_number: int) -> bool:
            with Session(engine) as session:
                try:
                    note(session)
                except TooOftenError:
                    return False
                session.commit()
                return True

        with ThreadPoolExecutor(16) as pool:
            done = list(pool.map(attempt, range(40)))
        engine.dispose()
    assert done.count(True) == 3


@pytest.mark.parametrize(
    ("wait_s", "words"),
    [(0.2, "a second"), (41, "41 seconds"), (59.5, "a minute"), (60, "a minute"), (61, "2 minutes"),
     (3599, "an hour"), (3601, "2 hours")],
)  # fmt: skip
def test_a_wait_is_said_as_people_say_it(wait_s: float, words: str) -> None:
    assert in_words(wait_s) == words


def test_a_page_says_when_to_come_back(database_url: str) -> None:
    with running_app(database_url) as app:

        @public
        def often() -> str:
            note(db.session)
            db.session.commit()
            return "done"

        app.add_url_rule("/often", "often", often)
        with undone(app):
            client = app.test_client()
            assert [client.get("/often").status_code for _ in range(4)] == [200, 200, 200, 429]
            refused = client.get("/often")
    assert HOUR_S - 5 <= int(refused.headers["Retry-After"]) <= HOUR_S
    assert "Wait an hour, then try again." in refused.text


def test_an_address_in_a_letter_is_whole_and_does_not_follow_the_request(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        assert address_of("home.index") == "http://127.0.0.1:8000/"
    with app.test_request_context(base_url="http://localhost:9999"):
        assert address_of("gaps.show", theme="food & more") == "http://127.0.0.1:8000/gaps?theme=food+%26+more"
