"""One matrix of route x access: deny by default, nothing unlisted, no address vanishes unnoticed."""

from __future__ import annotations

from pathlib import Path

import yaml
from flask import Flask

from app.security import access_of
from tests.databases import running_app

MATRIX = Path(__file__).with_name("route_matrix.yaml")


def test_the_matrix_lists_every_route_as_it_is(app: Flask) -> None:
    routes = {
        rule.endpoint: {
            "url": rule.rule,
            "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
            "access": access_of(app, rule.endpoint),
        }
        for rule in app.url_map.iter_rules()
    }
    assert routes == yaml.safe_load(MATRIX.read_text())


def test_a_view_that_says_nothing_is_closed(database_url: str) -> None:
    with running_app(database_url) as app:
        app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
        assert app.test_client().get("/forgotten").status_code == 403
