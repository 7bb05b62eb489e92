"""One area beside those most like it."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from app.actions.area_similar import describe_similar
from app.actions.areas import ANY_QUESTION
from app.db import db
from app.forms.gaps import how_values, read_gap_question
from app.forms.values import read_code
from app.security import public

area_similar = Blueprint("area_similar", __name__)


@area_similar.get("/areas/<layer>/<area_code>/similar")
@public
def show(layer: str, area_code: str) -> str:
    asked = read_gap_question(request.args, ANY_QUESTION)
    found = describe_similar(db.session, read_code(layer), read_code(area_code), asked)
    return render_template("areas/similar.html", found=found, asked=how_values(asked))
