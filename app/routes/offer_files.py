"""Offers and asks as open data: the list's filters, as a table and as points."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from app.actions import offer_files as actions
from app.db import db
from app.forms.offers import FILE_FILTERS, read_offers_question
from app.forms.values import refuse_unknown
from app.routes.answers import as_file, as_json, is_current, not_modified
from app.security import public

offer_files = Blueprint("offer_files", __name__)


@offer_files.get("/offers.csv")
@public
def csv() -> Response:
    refuse_unknown(request.args, FILE_FILTERS)
    question = read_offers_question(request.args)
    version = actions.offers_version(db.session)
    if is_current(version):
        return not_modified(version)
    text = actions.offers_csv(db.session, question, page_of_list())
    return as_file(text, "text/csv; charset=utf-8; header=present", "offers.csv", version, page_of_list())


@offer_files.get("/offers.geojson")
@public
def geojson() -> Response:
    refuse_unknown(request.args, FILE_FILTERS)
    question = read_offers_question(request.args)
    version = actions.offers_version(db.session)
    if is_current(version):
        return not_modified(version)
    shapes = actions.offers_geojson(db.session, question, page_of_list())
    return as_json(shapes, "application/geo+json", version, page_of_list())


def page_of_list() -> str:
    return url_for("offers.index", _external=True)
