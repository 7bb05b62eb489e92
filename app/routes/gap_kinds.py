"""Other views of a gap question: its gaps by kind, and where services overlap."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for

from app.actions.gap_answers import GapQuestion
from app.actions.gap_kinds import KINDS, answer_kinds, answer_of_kind
from app.actions.gap_scope import list_choices
from app.actions.gap_values import gap_values
from app.actions.overlap import LEAST_SHARES, answer_overlap
from app.db import db
from app.errors import NotFoundError
from app.forms.gaps import QUESTION_FIELDS, question_values, read_gap_question
from app.forms.values import read_choice, refuse_unknown
from app.maps.render import found_map
from app.routes.answers import as_json, packed
from app.routes.area_tiles import find_or_draw
from app.routes.gaps import draw, older_link, profile_link
from app.routes.why_words import kind_of_gap
from app.security import public

gap_kinds = Blueprint("gap_kinds", __name__)
ALL_KINDS = ("all", *KINDS)


def read_asked() -> GapQuestion:
    """The question in the address; NotFoundError while nothing is loaded."""
    choices = list_choices(db.session)
    if choices.defaults is None:
        raise NotFoundError("Nothing is loaded yet.", "Load areas and groups first; the first page says how.")
    return read_gap_question(request.args, choices.defaults)


@gap_kinds.get("/gaps/kinds")
@public
def show() -> str:
    kind = read_choice(request.args, "kind", ALL_KINDS, "all")
    found = answer_kinds(db.session, read_asked())
    asked = question_values(found.answer.question)
    painted = found.answer if kind == "all" else answer_of_kind(found, kind, kind_of_gap(kind))
    values_url = url_for("gap_kinds.values", **asked, kind=kind)
    return render_template(
        "gaps/kinds.html",
        found=found,
        answer=found.answer,
        painted=painted,
        older_link=older_link(found.answer, "gap_kinds.show", kind=kind),
        asked=asked,
        kind=kind,
        kinds=ALL_KINDS,
        values_url=values_url,
        drawing=draw(values_url),
        profile_link=profile_link,
    )


@gap_kinds.get("/gaps/kinds.json")
@public
def values() -> Response:
    """For the map of the page: what each area is short by through one kind of gap."""
    refuse_unknown(request.args, (*QUESTION_FIELDS, "kind"))
    kind = read_choice(request.args, "kind", ALL_KINDS, "all")
    found = answer_kinds(db.session, read_asked())
    answer = found.answer if kind == "all" else answer_of_kind(found, kind, kind_of_gap(kind))
    drawn = find_or_draw(answer.question.layer)
    painted = {
        **gap_values(db.session, answer, drawn, kind),
        "tiles": f"{url_for('home.index')}tiles/areas/{drawn.layer_key}/{drawn.version}/",
        "theme": answer.question.theme,
        "patch": answer.drawn,
        "profile": profile_link(answer.question, "{code}").replace("%7Bcode%7D", "{code}"),
    }
    page = url_for("gap_kinds.show", **question_values(answer.question), kind=kind, _external=True)
    return packed(as_json(painted, "application/json", answer.data_version, page))


@gap_kinds.get("/gaps/overlap")
@public
def overlap() -> str:
    shares = {str(round(share * 100)): share for share in LEAST_SHARES}
    share = read_choice(request.args, "share", tuple(shares), "50")
    found = answer_overlap(db.session, read_asked(), shares[share])
    pins = [
        {"id": service.service_id, "number": number, "at": [round(lat, 6), round(lon, 6)]}
        for number, group in enumerate(found.groups, 1)
        for service in group.services
        for lon, lat in service.at
    ]
    return render_template(
        "gaps/overlap.html",
        found=found,
        answer=found.answer,
        asked=question_values(found.answer.question),
        share=share,
        shares=shares,
        pins={"spot": None, "pins": pins},
        drawing=found_map(url_for("tiles.borders"), url_for("home.index"), label_id="map-label"),
        profile_link=profile_link,
    )
