"""Guessing passwords is held up: counted in the database, for every process, without keeping who it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.actions.accounts import (
    MOST_TRIES_PER_ACCOUNT,
    MOST_TRIES_PER_ADDRESS,
    TRIES_WINDOW_S,
    forgive_sign_in_tries,
    note_sign_in_try,
)
from app.errors import TooOftenError
from tests.databases import migrate_to_head, scratch_database, settings_for
from tests.integration.accounts.people import add_person, try_sign_in

EMAIL = "officer@example.org"
OFFICE, HOME = "192.0.2.1", "192.0.2.2"
SECRET = "a secret of the tests"


def note(session: Session, email: str = EMAIL, address: str = OFFICE) -> int:
    """Seconds to wait; 0 when the try may go on."""
    try:
        note_sign_in_try(session, email, address, SECRET)
    except TooOftenError as often:
        session.rollback()
        return often.wait_s
    session.commit()
    return 0


def test_the_eleventh_try_waits_even_with_the_right_password(client: FlaskClient, session: Session) -> None:
    add_person(session)
    for _ in range(MOST_TRIES_PER_ACCOUNT):
        assert try_sign_in(client, EMAIL, "wrong but long enough", address=OFFICE).status_code == 200
    refused = try_sign_in(client, EMAIL, address=OFFICE)
    assert refused.status_code == 429
    assert TRIES_WINDOW_S - 60 < int(refused.headers["Retry-After"]) <= TRIES_WINDOW_S
    assert "There were too many tries to sign in from here." in refused.text
    assert "Wait 15 minutes, then try again." in refused.text
    assert try_sign_in(client, EMAIL, address=HOME).status_code == 302


def test_the_same_account_typed_otherwise_is_counted_with_it(session: Session) -> None:
    for typed in (EMAIL, "OFFICER@example.org", " officer@EXAMPLE.org ") * 3 + (EMAIL,):
        assert note(session, typed) == 0
    assert note(session, "Officer@Example.Org") > 0


def test_a_sign_in_forgives_what_went_wrong_before(client: FlaskClient, session: Session) -> None:
    add_person(session)
    for _ in range(MOST_TRIES_PER_ACCOUNT - 1):
        try_sign_in(client, EMAIL, "wrong but long enough", address=OFFICE)
    assert try_sign_in(client, EMAIL, address=OFFICE).status_code == 302
    counted = session.scalar(text("SELECT count(*) FROM tried"))
    assert counted == MOST_TRIES_PER_ACCOUNT - 1  # those of this network address, not of the account
    for _ in range(MOST_TRIES_PER_ACCOUNT):
        assert note(session, address=OFFICE) == 0


def test_one_address_may_not_try_account_after_account(session: Session) -> None:
    waits = [note(session, f"person{number}@example.org") for number in range(MOST_TRIES_PER_ADDRESS + 1)]
    assert not any(waits[:-1])
    assert waits[-1] > 0
    assert note(session, address=HOME) == 0


def test_a_try_that_was_refused_does_not_lengthen_the_wait(session: Session) -> None:
    for _ in range(MOST_TRIES_PER_ACCOUNT):
        note(session)
    for _ in range(3):
        assert note(session) > TRIES_WINDOW_S - 60
    session.execute(text("UPDATE tried SET counts_until_utc = clock_timestamp() + interval '30 seconds'"))
    session.commit()
    assert 25 <= note(session) <= 30
    session.execute(text("UPDATE tried SET counts_until_utc = clock_timestamp() - interval '1 second'"))
    session.commit()
    assert note(session) == 0


def test_neither_the_person_nor_the_address_is_kept(session: Session) -> None:
    note(session)
    kept = session.execute(text("SELECT string_agg(key, ' ') FROM tried")).scalar_one()
    assert "officer" not in kept
    assert OFFICE not in kept
    forgive_sign_in_tries(session, EMAIL, OFFICE, "another secret")
    assert session.scalar(text("SELECT count(*) FROM tried")) == 2


def test_tries_at_the_same_moment_are_all_counted(worker: str) -> None:
    with scratch_database(f"wdw_guessing_{worker}") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url, pool_size=20)

        def guess(_number: int) -> int:
            with Session(engine) as session:
                return note(session)

        with ThreadPoolExecutor(16) as pool:
            waits = list(pool.map(guess, range(40)))
        engine.dispose()
    assert waits.count(0) == MOST_TRIES_PER_ACCOUNT


@pytest.mark.parametrize("email", ["", "not an address", "\0", "x" * 10_000])
def test_whatever_is_typed_counts(session: Session, email: str) -> None:
    for _ in range(MOST_TRIES_PER_ACCOUNT):
        assert note(session, email) == 0
    assert note(session, email) > 0
