"""One organisation; a service is a part of its organisation's page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.actions.organisations import get_organisation, get_organisation_of_service
from app.db import db
from app.security import public

organisations = Blueprint("organisations", __name__)


@organisations.get("/organisations/<uuid:organisation_id>")
@public
def show(organisation_id: UUID) -> str:
    return render_template("organisations/show.html", page=get_organisation(db.session, organisation_id))


@organisations.get("/services/<uuid:service_id>")
@public
def show_service(service_id: UUID) -> Response:
    organisation_id = get_organisation_of_service(db.session, service_id)
    return redirect(
        url_for("organisations.show", organisation_id=organisation_id, _anchor=f"service-{service_id}")
    )
