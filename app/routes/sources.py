"""Where everything on the map is from."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.actions.sources import list_loaded_sources
from app.db import db
from app.security import public

sources = Blueprint("sources", __name__)


@sources.get("/sources")
@public
def index() -> str:
    return render_template("sources/index.html", sources=list_loaded_sources(db.session))
