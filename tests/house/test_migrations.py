"""One head; the models and the migrations agree; up, down and up again is clean."""

from __future__ import annotations

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from app.migrations import _config, current_revision, head, migrate
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
            command.check(_config(connection))
            assert current_revision(connection) == head()
            heads = ScriptDirectory.from_config(_config(connection)).get_heads()
        engine.dispose()
    assert list(heads) == [head()]
