"""The first page, and how the numbers are made."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.actions.site import describe_site
from app.actions.themes import list_themes
from app.actions.worked_example import WorkedExample, find_example
from app.db import db
from app.queries.failures import DATABASE_FAILURES
from app.security import public

home = Blueprint("home", __name__)


@home.get("/")
@public
def index() -> str:
    return render_template("home/index.html", summary=describe_site(db.session), themes=list_themes(db.session))


@home.get("/method")
@public
def method() -> str:
    return render_template("method/index.html", example=example_of_today())


def example_of_today() -> WorkedExample | None:
    """None also while the database does not answer: the words of the page need none."""
    try:
        return find_example(db.session)
    except DATABASE_FAILURES:
        db.session.rollback()
        return None
