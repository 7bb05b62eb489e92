"""One need."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template

from app.actions.needs import get_need
from app.db import db
from app.security import public

needs = Blueprint("needs", __name__)


@needs.get("/needs/<uuid:need_id>")
@public
def show(need_id: UUID) -> str:
    return render_template("needs/show.html", need=get_need(db.session, need_id))
