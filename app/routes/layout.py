"""What every page shares: the words, the name of the place in the header, the version in asset addresses."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, request

from app.actions.site import find_site
from app.db import db
from app.forms.guard import make_form_time
from app.queries.areas import SiteRow
from app.queries.failures import DATABASE_FAILURES
from app.routes import question_words, when_words
from app.routes.words import BAND_RANGES, FILTERS
from app.security import PUBLIC, access_of
from app.vocabulary import AUDIENCES

layout = Blueprint("layout", __name__)

for name, function in {**FILTERS, **question_words.FILTERS, **when_words.FILTERS}.items():
    layout.add_app_template_filter(function, name)

AT_WORK = {"areas", "evidence", "plans", "sources", "security", "standards", "what_if"}
"""Blueprints of public pages on which nobody looks for help; so are all that begin with gap."""


def quick_exit_url() -> str | None:
    """Where a resident's page can be left for at once; None on pages for people at work."""
    is_public = request.endpoint is None or access_of(current_app, request.endpoint) == PUBLIC
    blueprint = request.blueprint or ""
    if not is_public or blueprint in AT_WORK or blueprint.startswith("gap"):
        return None
    return str(current_app.config["SETTINGS"].quick_exit_url)


def site_in_header() -> SiteRow | None:
    """The place this map is about; None before anything is loaded, and when the database does not answer."""
    if "site" not in g:
        try:
            g.site = find_site(db.session)
        except DATABASE_FAILURES:
            db.session.rollback()
            g.site = None
    site: SiteRow | None = g.site
    return site


@layout.app_context_processor
def header_values() -> dict[str, Any]:
    return {
        "site_in_header": site_in_header,
        "band_ranges": BAND_RANGES,
        "audience_keys": AUDIENCES,
        "form_time": make_form_time,
        "quick_exit_url": quick_exit_url,
    }
