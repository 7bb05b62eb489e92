"""Uploading a layer of areas: send the file, see what it holds, load it, take it away again."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.actions import uploaded_areas as actions
from app.actions.clock import today
from app.actions.uploaded_areas import Columns, Preview, Upload
from app.db import db
from app.errors import BadQuestionError, LoadRefusedError
from app.forms.uploaded_areas import FIELDS, MOST_FIELDS, NONE, read_columns, read_upload_words
from app.forms.values import read_code, typed_values
from app.security import for_roles, signed_in
from app.vocabulary import Role

uploaded_areas = Blueprint("uploaded_areas", __name__, url_prefix="/data/areas")
UPLOADERS = (Role.ADMIN, Role.OFFICER)


@uploaded_areas.get("")
@for_roles(*UPLOADERS)
def index() -> str:
    return _index()


@uploaded_areas.post("")
@for_roles(*UPLOADERS)
def upload() -> ResponseReturnValue:
    try:
        words, sent = read_upload_words(request.form), request.files.getlist("file")
        if len(sent) != 1 or not sent[0].filename:
            raise BadQuestionError(_("No file is chosen."), _("Choose one file."), field="file")
        code = actions.keep_upload(db.session, words, _account_id(), sent[0].filename, sent[0].save)
    except BadQuestionError as error:
        return _index(error), 422
    return redirect(url_for(".check", code=code), 303)


@uploaded_areas.get("/waiting/<code>")
@for_roles(*UPLOADERS)
def check(code: str) -> ResponseReturnValue:
    found = actions.get_upload(read_code(code), _account_id())
    shown = actions.preview(db.session, found, partial(read_columns, request.args))
    return _check(found, shown, shown.error), 422 if shown.error else 200


@uploaded_areas.post("/waiting/<code>")
@for_roles(*UPLOADERS)
def load(code: str) -> ResponseReturnValue:
    found = actions.get_upload(read_code(code), _account_id())
    choose = partial(read_columns, request.form)
    try:
        actions.load_upload(db.session, found, choose, format_date(today(), "d MMMM yyyy"))
    except (BadQuestionError, LoadRefusedError) as error:
        db.session.rollback()
        return _check(found, actions.preview(db.session, found, choose), error), 422
    db.session.commit()
    actions.forget_upload(found.code)
    return redirect(url_for(".index", loaded=found.words.key), 303)


@uploaded_areas.post("/layers/<key>/remove")
@for_roles(*UPLOADERS)
def remove(key: str) -> ResponseReturnValue:
    try:
        actions.remove_layer(db.session, read_code(key), _account_id())
    except LoadRefusedError as error:
        db.session.rollback()
        return _index(error), 422
    db.session.commit()
    return redirect(url_for(".index", _anchor="layers"), 303)


def _index(error: BadQuestionError | LoadRefusedError | None = None) -> str:
    layers = actions.list_uploaded(db.session)
    return render_template(
        "uploaded_areas/index.html",
        error=error,
        typed=typed_values(request.form, FIELDS),
        layers=layers,
        loaded=next((layer for layer in layers if layer.key == request.args.get("loaded")), None),
        most_areas=actions.MOST_AREAS,
        removals=actions.list_removals(db.session),
    )


def _check(found: Upload, shown: Preview, error: BadQuestionError | LoadRefusedError | None) -> str:
    names = list(shown.fields.values)[:MOST_FIELDS]
    return render_template(
        "uploaded_areas/check.html",
        upload=found,
        shown=shown,
        error=error,
        columns=[(str(number), name[:80]) for number, name in enumerate(names)],
        chosen=_chosen(shown.columns, names),
        none=NONE,
    )


def _chosen(columns: Columns, names: list[str]) -> MultiDict[str, str]:
    """As the form says it."""
    both = {"code_field": columns.code_field, "name_field": columns.name_field}
    numbers = {key: NONE if name is None else str(names.index(name)) for key, name in both.items()}
    return MultiDict({**numbers, "crs": columns.crs})


def _account_id() -> UUID:
    visitor = signed_in()
    assert visitor is not None
    return visitor.account_id
