"""Offers and asks: the list beside its map, and one of them with what suits it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions.offer_files import MOST_IN_FILE
from app.actions.offers import OffersQuestion, describe_offer, list_offers
from app.actions.spots import Spot
from app.db import db
from app.errors import BadQuestionError
from app.forms.offers import FILE_FILTERS, FILTERS, read_offers_question
from app.forms.values import typed_values
from app.maps.render import found_map
from app.queries.offers import OfferRow
from app.security import public
from app.vocabulary import AskKind, OfferDirection

offers = Blueprint("offers", __name__, url_prefix="/offers")
CHOICES = {"kinds": AskKind, "directions": OfferDirection}


@offers.get("")
@public
def index() -> ResponseReturnValue:
    try:
        answer = list_offers(db.session, read_offers_question(request.args))
    except BadQuestionError as error:
        typed = typed_values(request.args, FILTERS)
        return render_template("offers/index_error.html", error=error, typed=typed), 400
    typed = filter_values(answer.question)
    first = answer.page.skip + 1
    return render_template(
        "offers/index.html", answer=answer, typed=typed, first=first, most_in_file=MOST_IN_FILE, **CHOICES,
        in_files={name: value for name, value in typed.items() if name in FILE_FILTERS},
        page_link=lambda page: url_for(".index", **typed, page=page),
        drawing=found_map(url_for("tiles.borders"), url_for(".index"), label_id="map-label"),
        pins=pins_of(answer.rows, answer.spot, first),
    )  # fmt: skip


@offers.get("/<uuid:offer_id>")
@public
def show(offer_id: UUID) -> ResponseReturnValue:
    page = describe_offer(db.session, offer_id)
    offer = page.offer
    if offer.is_on_page:
        return redirect(url_for("organisations.show", organisation_id=offer.organisation_id, _anchor="asks"))
    rows = [offer, *(suited.other for suited in page.suited)]
    return render_template(
        "offers/show.html", page=page, offer=offer,
        drawing=found_map(url_for("tiles.borders"), url_for(".index"), label_id="map-label"),
        pins=pins_of(rows, None, 1),
    )  # fmt: skip


def pins_of(rows: Sequence[OfferRow], spot: Spot | None, first: int) -> dict[str, Any]:
    """What the map shows, as ids and numbers only: names are taken from the list beside it."""
    return {
        "spot": [spot.lat, spot.lon] if spot else None,
        "pins": [
            {"id": str(row.id), "number": number, "kind": row.direction.value, "at": [row.lat, row.lon]}
            for number, row in enumerate(rows, first)
            if row.lon is not None and row.has_point
        ],
    }


def filter_values(question: OffersQuestion) -> dict[str, Any]:
    """As an address says it; filters that are not set are left out."""
    given = {
        "direction": question.direction, "kind": question.kind, "theme": question.theme, "near": question.near,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value}
