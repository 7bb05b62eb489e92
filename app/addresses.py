"""Whole addresses, for what leaves the site; from the settings, so that no Host header gets into a letter."""

from __future__ import annotations

from typing import Any

from flask import current_app


def address_of(endpoint: str, **values: Any) -> str:
    """The whole address of a page, also in a job or a command, where there is no request."""
    path = current_app.url_map.bind("").build(endpoint, values)
    return f"{current_app.config['SETTINGS'].address}{path}"
