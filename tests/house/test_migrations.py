"""One head; the models and the migrations agree; up, down and up again is clean."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from app.migrations import alembic_config, current_revision, head, migrate
from app.queries import published
from tests.databases import scratch_database, settings_for


def test_up_down_up_is_clean_and_agrees_with_the_models(worker: str) -> None:
    with scratch_database(f"wdw_migrations_{worker}") as url:
        engine = create_engine(settings_for(url).sqlalchemy_url)
        migrate(engine)
        migrate(engine, "base", down=True)
        left = set(inspect(engine).get_table_names()) - {"alembic_version", "spatial_ref_sys"}
        assert not left
        migrate(engine)
        with engine.begin() as connection:
            command.check(alembic_config(connection))
            assert current_revision(connection) == head()
            heads = ScriptDirectory.from_config(alembic_config(connection)).get_heads()
        engine.dispose()
    assert list(heads) == [head()]


def test_a_database_that_is_up_to_date_is_left_alone_and_changed_views_are_made_anew(
    worker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scratch_database(f"wdw_views_{worker}") as url:
        engine = create_engine(settings_for(url).sqlalchemy_url)
        number_of = text("SELECT 'public_need'::regclass::oid")
        migrate(engine)
        with engine.connect() as connection:
            before = connection.scalar(number_of)
        migrate(engine)
        with engine.connect() as connection:
            assert connection.scalar(number_of) == before
        monkeypatch.setitem(
            published.PUBLIC_VIEWS, "public_need", published.PUBLIC_VIEWS["public_need"] + " LIMIT 5"
        )
        migrate(engine)
        with engine.connect() as connection:
            assert connection.scalar(number_of) != before
        engine.dispose()
