"""The data room, for who looks after the data: what is loaded, what each load did, what could not be placed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from app.actions import data_room as actions
from app.actions.data_room import UnplacedQuestion
from app.actions.loading import KEPT_PROBLEMS
from app.actions.uploaded_areas import list_removals
from app.db import db
from app.forms.data_room import read_page, read_unplaced_question
from app.security import for_roles
from app.vocabulary import Role

data_room = Blueprint("data_room", __name__, url_prefix="/data")
DATA_ROLES = (Role.ADMIN, Role.OFFICER, Role.MODERATOR)


@data_room.get("")
@for_roles(*DATA_ROLES)
def index() -> str:
    room = actions.describe_data(db.session, read_page(request.args))
    removals = list_removals(db.session)
    return render_template("data_room/index.html", room=room, sum_done=actions.sum_done, removals=removals)


@data_room.get("/loads/<int:run_id>")
@for_roles(*DATA_ROLES)
def load(run_id: int) -> str:
    return render_template(
        "data_room/load.html",
        load=actions.get_load_run(db.session, run_id),
        done=actions.DONE,
        most_problems=KEPT_PROBLEMS,
    )


@data_room.get("/unplaced")
@for_roles(*DATA_ROLES)
def unplaced() -> str:
    answer = actions.list_unplaced(db.session, read_unplaced_question(request.args))
    chosen = filter_values(answer.question)
    return render_template(
        "data_room/unplaced.html",
        answer=answer,
        most_csv_rows=actions.MOST_CSV_ROWS,
        csv_link=url_for("data_room.unplaced_csv", **chosen),
        page_link=lambda page: url_for("data_room.unplaced", **chosen, page=page),
    )


@data_room.get("/unplaced.csv")
@for_roles(*DATA_ROLES)
def unplaced_csv() -> Response:
    answer = Response(actions.unplaced_csv(db.session, read_unplaced_question(request.args)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="unplaced.csv"'
    return answer


def filter_values(question: UnplacedQuestion) -> dict[str, Any]:
    """The query of an address that asks exactly this; what is empty is left out."""
    values = {"source": question.source, "kind": question.kind, "missing": question.missing}
    return {name: value for name, value in values.items() if value}
