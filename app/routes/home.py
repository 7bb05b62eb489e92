"""The first page, and how the numbers are made."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.actions.site import describe_site
from app.actions.themes import list_themes
from app.db import db
from app.security import public

home = Blueprint("home", __name__)


@home.get("/")
@public
def index() -> str:
    return render_template("home/index.html", summary=describe_site(db.session), themes=list_themes(db.session))


@home.get("/method")
@public
def method() -> str:
    return render_template("method/index.html")
