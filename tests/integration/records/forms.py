"""Filling in a form as a browser does: hidden fields come from the page."""

from __future__ import annotations

from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.integration.web.pages import Page


@dataclass
class Form:
    client: FlaskClient

    def open(self, path: str) -> dict[str, str]:
        """The fields of the form on a page, as they are when it is opened."""
        inputs = Page(self.client.get(path).text).all("input")
        return {
            tag.attributes["name"]: tag.attributes.get("value", "")
            for tag in inputs
            if "name" in tag.attributes and tag.attributes.get("type") not in ("radio", "checkbox")
        }

    def send(self, path: str, **typed: str) -> TestResponse:
        return self.client.post(path, data={**self.open(path), **typed})
