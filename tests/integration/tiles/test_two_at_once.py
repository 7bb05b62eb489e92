"""Two people changing the map at the same time: nobody waits for the whole map, and nothing hidden comes back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.queries.map_points import get_map_state, list_differences
from tests.databases import migrate_to_head, scratch_database, settings_for
from tests.integration.tiles.records import (
    add_basics,
    add_footprint,
    add_organisation,
    add_place,
    add_service,
    pins,
    set_value,
)


@pytest.fixture(scope="module")
def engine(worker: str) -> Iterator[Engine]:
    """A database of its own, because these tests commit."""
    with scratch_database(f"wdw_two_{worker}") as url:
        migrate_to_head(url)
        engine = create_engine(settings_for(url).sqlalchemy_url)
        with Session(engine) as session:
            add_basics(session)
            session.commit()
        yield engine
        engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Iterator[tuple[Session, Session]]:
    with Session(engine) as one, Session(engine) as two:
        for session in (one, two):
            session.execute(text("SET lock_timeout = '4s'"))
        yield one, two
    with Session(engine) as session:
        session.execute(text("TRUNCATE organisation, place, need CASCADE"))
        session.commit()


def test_a_long_load_keeps_nobody_waiting(sessions: tuple[Session, Session]) -> None:
    load, edit = sessions
    for name in ("One", "Two"):
        add_footprint(edit, add_organisation(edit, name), add_place(edit, -2.3, 53.4))
    edit.commit()
    before = get_map_state(edit).version
    edit.commit()
    add_footprint(
        load, add_organisation(load, "Loaded"), add_place(load, -2.3, 53.4)
    )  # the same cell, uncommitted
    edit.execute(text("SET lock_timeout = '200ms'"))
    edit.execute(text("UPDATE organisation SET review_status = 'hidden' WHERE name = 'One'"))
    edit.commit()
    between = get_map_state(edit).version
    edit.commit()
    load.commit()
    assert pins(edit) == [(0, "Loaded"), (0, "Two")]
    assert len({before, between, get_map_state(edit).version}) == 3
    assert not list_differences(edit)


def test_a_place_hidden_while_somebody_moves_in_stays_hidden(sessions: tuple[Session, Session]) -> None:
    one, two = sessions
    place, newcomer = add_place(one, -2.3, 53.4), add_organisation(one, "Newcomer")
    one.commit()
    set_value(one, "place", place, privacy="hidden")  # not yet committed
    with ThreadPoolExecutor(1) as pool:
        moving = pool.submit(add_footprint, two, newcomer, place)
        with pytest.raises(TimeoutError):
            moving.result(timeout=0.3)  # it waits to see what becomes of the place
        one.commit()
        moving.result(timeout=5)
    two.commit()
    assert not pins(two)
    assert not list_differences(two)


def test_two_changes_of_one_organisation_both_count(sessions: tuple[Session, Session]) -> None:
    one, two = sessions
    organisation, first, second = add_organisation(one), add_place(one, -2.3, 53.4), add_place(one, -2.4, 53.4)
    add_footprint(one, organisation, first)
    one.commit()
    add_footprint(one, organisation, second)
    with ThreadPoolExecutor(1) as pool:
        adding = pool.submit(add_service, two, organisation, "New", ("food",))
        with pytest.raises(TimeoutError):
            adding.result(timeout=0.3)
        one.commit()
        adding.result(timeout=5)
    two.commit()
    themes = two.execute(text("SELECT themes FROM map_point")).scalars().all()
    assert themes == [["food"], ["food"]]
    assert not list_differences(two)
