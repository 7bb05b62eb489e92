"""What a visitor reads when something is wrong."""

from __future__ import annotations

from flask import Flask


def register_error_pages(app: Flask) -> None:
    """Placeholder body until the layout lands; see the next commit."""
