"""What a visitor reads when something is wrong: what happened, and what to do."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, SecurityError

from app.db import db
from app.errors import STATUS_BY_ERROR, TooOftenError, WhosDoingWhatError
from app.queries.failures import DATABASE_FAILURES, is_not_set_up, is_our_mistake, is_too_slow

log = logging.getLogger(__name__)
RETRY_AFTER_S = 30


@dataclass(frozen=True)
class ErrorPage:
    status: int
    title: str
    message: str
    fix: str = ""


def register_error_pages(app: Flask) -> None:
    app.register_error_handler(WhosDoingWhatError, show_problem)
    app.register_error_handler(HTTPException, show_http_error)
    for failure in DATABASE_FAILURES:
        app.register_error_handler(failure, show_database_failure)
    if not app.debug:
        app.register_error_handler(Exception, show_fault)


def show_problem(error: WhosDoingWhatError) -> ResponseReturnValue:
    status = next((s for kind, s in STATUS_BY_ERROR.items() if isinstance(error, kind)), 400)
    body, status = show(ErrorPage(status, titles()[status], error.message, error.fix))
    wait_s = error.wait_s if isinstance(error, TooOftenError) else 0
    return body, status, {"Retry-After": str(wait_s)} if wait_s else {}


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, SecurityError):  # a page of ours has links, and for such a host none can be made
        return "This site does not answer to that name.\n", 400, {"Content-Type": "text/plain; charset=utf-8"}
    status = error.code or 500
    if status < 400:
        return error
    message, fix = http_words().get(status, (error.description or "", ""))
    body, _status = show(ErrorPage(status, titles().get(status, error.name), message, fix))
    headers = [(name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After")]
    return body, status, headers


def show_database_failure(error: Exception) -> ResponseReturnValue:
    if is_our_mistake(error):
        return show_fault(error)
    log.warning("database: %s", type(error).__name__, exc_info=error)
    db.session.rollback()
    g.site = None  # do not ask again for the header
    if is_too_slow(error):
        page = ErrorPage(
            503,
            titles()[503],
            _("This took longer than the time a page may take."),
            _("Ask about a smaller area, or try again in a minute."),
        )
    elif is_not_set_up(error):
        page = ErrorPage(
            503,
            titles()[503],
            _("The database has not been set up yet."),
            _("Whoever looks after this site can run: scripts/flask db upgrade"),
        )
    else:
        page = ErrorPage(
            503, titles()[503], _("The database does not answer."), _("Nothing is lost. Try again in a minute.")
        )
    return (*show(page), {"Retry-After": str(RETRY_AFTER_S)})


def show_fault(error: Exception) -> ResponseReturnValue:
    log.error("fault", exc_info=error)
    db.session.rollback()
    return show(
        ErrorPage(
            500,
            titles()[500],
            _("It is not your fault: something broke on our side."),
            _("Try again. If it keeps happening, tell whoever looks after this site."),
        )
    )


def show(page: ErrorPage) -> tuple[str, int]:
    return render_template("errors/error.html", page=page), page.status


def titles() -> dict[int, str]:
    return {
        400: _("That could not be understood"),
        403: _("This page is not open to you"),
        404: _("Nothing here"),
        405: _("That cannot be done here"),
        409: _("Somebody else was quicker"),
        410: _("This is over"),
        413: _("That is too big"),
        422: _("That does not fit"),
        429: _("Too many at once"),
        500: _("Something went wrong"),
        503: _("Not available just now"),
    }


def http_words() -> dict[int, tuple[str, str]]:
    return {
        400: (_("The address or form holds something that cannot be read."), _("Go back and try again.")),
        403: (_("Nobody has said who may see this page, so nobody may."), _("Go to the first page.")),
        404: (
            _("There is no page at this address."),
            _("It may have moved. Look for it from the first page or the map."),
        ),
        405: (_("This address cannot be used in that way."), _("Go to the first page.")),
        413: (_("What was sent is bigger than this site takes."), _("Send a smaller file.")),
        500: (_("It is not your fault: something broke on our side."), _("Try again in a minute.")),
        503: (_("This site is busy."), _("Try again in a minute.")),
    }
