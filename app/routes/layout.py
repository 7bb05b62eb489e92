"""What every page shares: the words, the name of the place in the header, the version in asset addresses."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g

from app.actions.site import find_site
from app.db import db
from app.forms.guard import make_form_time
from app.queries.areas import SiteRow
from app.queries.failures import DATABASE_FAILURES
from app.routes import when_words
from app.routes.words import BAND_RANGES, FILTERS
from app.vocabulary import AUDIENCES

layout = Blueprint("layout", __name__)

for name, function in {**FILTERS, **when_words.FILTERS}.items():
    layout.add_app_template_filter(function, name)


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
    }
