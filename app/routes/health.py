"""Is the process up; is it ready to serve?"""

from __future__ import annotations

from flask import Blueprint, Response

from app.actions.health import check_ready
from app.db import db
from app.security import public

health = Blueprint("health", __name__)


@health.get("/livez")
@public
def livez() -> Response:
    """Never touches the database: a dead database must not restart a live app."""
    return Response("ok\n", mimetype="text/plain")


@health.get("/readyz")
@public
def readyz() -> Response:
    problem = check_ready(db.session)
    status = 503 if problem else 200
    return Response((problem or "ready") + "\n", status=status, mimetype="text/plain")
