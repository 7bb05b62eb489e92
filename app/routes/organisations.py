"""One organisation, one service of it, and both on paper and in a calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.actions.calendars import CalendarWords, make_calendar
from app.actions.clock import now
from app.actions.duplicates import find_survivor
from app.actions.grants import list_grants_of_group
from app.actions.linked_data import organisation_data, service_data
from app.actions.organisations import (
    ROUGH_WITHIN_M,
    OrganisationPage,
    ServicePage,
    get_organisation,
    get_service,
    list_neighbours,
    meeting_places,
    spots_of,
)
from app.actions.qr import draw_qr
from app.actions.spots import locate
from app.addresses import address_of
from app.db import db
from app.errors import BadQuestionError
from app.maps.csp_map import MapParts
from app.maps.render import spots_map
from app.queries.near_services import find_surroundings
from app.queries.organisations import Point, WhereRow
from app.routes.shortlist import saved_ids
from app.routes.words import day, safe_link
from app.security import public

organisations = Blueprint("organisations", __name__)

LONGEST_NEAR = 120


@dataclass(frozen=True)
class Near:
    """Where the visitor said she is; both empty when she did not, or nobody knows where that is."""

    typed: str | None = None
    label: str = ""
    point: Point | None = None


@organisations.get("/organisations/<uuid:organisation_id>")
@public
def show(organisation_id: UUID) -> ResponseReturnValue:
    if survivor := find_survivor(db.session, organisation_id):
        return redirect(url_for("organisations.show", organisation_id=survivor), 301)
    near = read_near()
    page = get_organisation(db.session, organisation_id, now(), near.point)
    address = address_of("organisations.show", organisation_id=organisation_id)
    wheres = [*page.where, *(row for offered in page.services for row in offered.where)]
    return render_template(
        "organisations/show.html",
        page=page,
        near=near,
        saved=saved_ids(),
        drawing=drawing_of(wheres),
        address=address,
        qr=draw_qr(address),
        data=data_of(page),
        received=list_grants_of_group(db.session, organisation_id),
    )


@organisations.get("/services/<uuid:service_id>")
@public
def show_service(service_id: UUID) -> str:
    near = read_near()
    page = get_service(db.session, service_id, now(), near.point)
    address = address_of("organisations.show_service", service_id=service_id)
    return render_template(
        "organisations/service.html",
        page=page,
        near=near,
        neighbours=list_neighbours(db.session, page),
        saved=saved_ids(),
        drawing=drawing_of(page.offered.where),
        address=address,
        qr=draw_qr(address),
        data=service_data(page, address, data_of(page.of)),
    )


@organisations.get("/services/<uuid:service_id>/calendar.ics")
@public
def calendar(service_id: UUID) -> Response:
    page = get_service(db.session, service_id, now())
    made = make_calendar(service_id, page.offered.when, calendar_words(page), now())
    answer = Response(made, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{service_id}.ics"'
    return answer


@organisations.get("/organisations/<uuid:organisation_id>/poster")
@public
def poster(organisation_id: UUID) -> ResponseReturnValue:
    if survivor := find_survivor(db.session, organisation_id):
        return redirect(url_for("organisations.poster", organisation_id=survivor), 301)
    page = get_organisation(db.session, organisation_id, now())
    address = address_of("organisations.show", organisation_id=organisation_id)
    back = url_for("organisations.show", organisation_id=organisation_id)
    return show_poster(page, page.services, page.organisation.name, address, back)


@organisations.get("/services/<uuid:service_id>/poster")
@public
def service_poster(service_id: UUID) -> str:
    page = get_service(db.session, service_id, now())
    address = address_of("organisations.show_service", service_id=service_id)
    back = url_for("organisations.show_service", service_id=service_id)
    return show_poster(page.of, (page.offered,), page.offered.service.name, address, back)


def show_poster(page: OrganisationPage, services: Iterable[Any], title: str, address: str, back: str) -> str:
    return render_template(
        "organisations/poster.html",
        page=page,
        services=list(services),
        title=title,
        address=address,
        back=back,
        qr=draw_qr(address),
        printed_on=now().date(),
    )


def read_near() -> Near:
    """``?near=`` of the address; what nobody understands is left out, as the page needs it for distances only."""
    typed = request.args.get("near", "")[:LONGEST_NEAR].strip()
    if not typed or not typed.isprintable():
        return Near()
    try:
        spot = locate(db.session, typed)
    except BadQuestionError:
        return Near()
    return Near(typed, spot.label or _("where you are"), (spot.lon, spot.lat))


def drawing_of(where: Iterable[WhereRow]) -> MapParts | None:
    rows = list(where)
    spots = spots_of(meeting_places(rows)) or spots_of(rows)
    if not spots:
        return None
    around = find_surroundings(db.session, spots[0][:2])
    ground = url_for("tiles.area", layer=around[0], area_code=around[1]) if around else url_for("tiles.borders")
    return spots_map(spots, ROUGH_WITHIN_M, ground, label_id="map-label")


def data_of(page: OrganisationPage) -> dict[str, Any]:
    organisation = page.organisation
    address = address_of("organisations.show", organisation_id=organisation.id)
    return organisation_data(page, address, safe_link(organisation.website))


def calendar_words(page: ServicePage) -> CalendarWords:
    service, organisation = page.offered.service, page.of.organisation
    exact = next((row for row in meeting_places(page.offered.where) if row.privacy == "exact"), None)
    confirmed = (
        _("Last confirmed on %(day)s. Times change: check before you go.", day=day(service.confirmed_on))
        if service.confirmed_on
        else _("Nobody has confirmed these times yet: check before you go.")
    )
    return CalendarWords(
        name=service.name,
        description="\n\n".join(filter(None, [service.description, organisation.name, confirmed])),
        term_time=_("In term time only: check in the school holidays."),
        where=exact.whole_address if exact else "",
        address=address_of("organisations.show_service", service_id=service.id),
    )
