"""The letters of the demo, where nothing leaves the machine; elsewhere there is no such page."""

from __future__ import annotations

import re

from flask import Blueprint, abort, current_app, render_template
from markupsafe import Markup, escape

from app.actions.mail import list_letters
from app.db import db
from app.security import public, traceless

outbox = Blueprint("outbox", __name__, url_prefix="/outbox")


@outbox.get("")
@public
@traceless
def index() -> str:
    if not current_app.config["SETTINGS"].demo_mode:
        abort(404)
    return render_template("outbox/index.html", letters=list_letters(db.session))


@outbox.app_template_filter()
def with_links(text: str) -> Markup:
    """Plain text as it is, with links to pages of ours that can be followed."""
    own = re.escape(current_app.config["SETTINGS"].address)
    parts = re.split(rf"({own}/[^\s<>]*)", text)
    return Markup("").join(
        Markup('<a href="{0}">{0}</a>').format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )
