"""Evidence packs: asking for one, its page, its files, and working it out again."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import evidence as actions
from app.actions.evidence_check import Check, check_for_visitor
from app.actions.evidence_files import mimetype_of, read_file
from app.actions.evidence_words import WHAT_IS_SHOWN, legend_words, map_words, question_parts
from app.actions.gap_scope import list_choices
from app.db import db
from app.errors import NotFoundError
from app.forms.gaps import question_values, read_gap_question
from app.routes.visitors import sender_key
from app.security import for_roles, public, signed_in
from app.vocabulary import Role

evidence = Blueprint("evidence", __name__)
MAKERS = (Role.OFFICER, Role.MODERATOR, Role.CONVENER, Role.ADMIN)


@evidence.get("/evidence")
@for_roles(*MAKERS)
def index() -> str:
    return render_template("evidence/index.html", packs=actions.list_packs(db.session))


@evidence.post("/evidence")
@for_roles(*MAKERS)
def make() -> ResponseReturnValue:
    visitor = signed_in()
    assert visitor is not None
    choices = list_choices(db.session)
    if choices.defaults is None:
        raise NotFoundError("Nothing is loaded yet.", "Load areas and groups first; the first page says how.")
    question = read_gap_question(request.args, choices.defaults)
    role = next(role for role in MAKERS if role in visitor.roles)
    code = actions.ask_for_pack(db.session, question, visitor.account_id, role.value)
    db.session.commit()
    return redirect(url_for(".show", code=code), 303)


@evidence.get("/evidence/<code>")
@public
def show(code: str) -> ResponseReturnValue:
    return render_page(code)


def render_page(code: str, check: Check | None = None) -> str:
    pack = actions.get_pack(db.session, code)
    if actions.make_files_again(db.session, pack):
        db.session.commit()
        pack = actions.get_pack(db.session, code)
    asked = question_values(pack.question)
    if pack.answer is None:
        return render_template("evidence/under_way.html", pack=pack, steps=actions.STEPS, asked=asked)
    return render_template(
        "evidence/show.html",
        pack=pack,
        answer=pack.answer,
        asked=asked,
        parts=question_parts(pack.question, pack.answer.benchmark_name),
        legend=legend_words(pack.answer),
        map_words=map_words(pack.answer),
        steps=actions.STEPS,
        check=check,
        **WHAT_IS_SHOWN,
    )


@evidence.post("/evidence/<code>/check")
@public
def check(code: str) -> ResponseReturnValue:
    actions.get_evidence(db.session, code)
    found = check_for_visitor(db.session, code, sender_key())
    db.session.commit()
    return render_page(code, found)


@evidence.get("/evidence/<code>/<name>")
@public
def file(code: str, name: str) -> Response:
    pack = actions.get_pack(db.session, code)
    if name not in WHAT_IS_SHOWN["files"]:
        raise NotFoundError("There is no such file.", "The page of the pack lists its files.")
    content = read_file(db.session, pack, name)
    if content is None:
        raise NotFoundError(
            "This file is not there at the moment: it is being made, or made again.",
            "Open the page of the pack again in a minute.",
        )
    answer = Response(content, mimetype=mimetype_of(name).partition(";")[0])
    answer.headers["Content-Type"] = mimetype_of(name)
    kind = "inline" if name.endswith((".svg", ".png", ".pdf")) else "attachment"
    saved = name if name.startswith("evidence") else f"evidence-{name}"
    answer.headers["Content-Disposition"] = f'{kind}; filename="{saved}"'
    answer.set_etag(f"{pack.code}-{pack.listed_key}", weak=True)
    answer.cache_control.no_cache = True
    answer.make_conditional(request)
    return answer
