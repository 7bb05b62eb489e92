"""The two health pages, with and without a database."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.databases import running_app


def test_livez_and_readyz_answer(client: FlaskClient) -> None:
    assert client.get("/livez").data == b"ok\n"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.data) == (200, b"ready\n")


def test_a_dead_database_is_503_for_readyz_and_nothing_for_livez() -> None:
    with running_app("postgresql://nobody@/none?host=/nowhere") as app:
        client = app.test_client()
        assert client.get("/livez").status_code == 200
        ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "does not answer" in ready.text
