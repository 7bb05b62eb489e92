"""Forms that anybody may send without an account: how each is taken, whatever it asks for."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import redirect, request
from flask.typing import ResponseReturnValue

from app.db import db
from app.errors import BadQuestionError, TooOftenError
from app.forms.guard import read_guard
from app.forms.hurry import refuse_hasty

log = logging.getLogger(__name__)
ShowForm = Callable[..., str]
"""The page with the form; ``error=`` says what was wrong with what it sent, and what was typed is kept."""


def answer_form(show: ShowForm, take: Callable[[], object], thanks: str) -> ResponseReturnValue:
    """Show the form, or ``take`` what it sent and lead to the address ``thanks``.

    What is wrong shows the form again; a robot is told that all went well, and nothing is kept.
    """
    if request.method == "GET":
        return show()
    guard = read_guard(request.form)
    if guard.is_trap:
        log.info("form dropped: trap field filled")
        return redirect(thanks)
    try:
        refuse_hasty(guard)
        take()
    except (BadQuestionError, TooOftenError) as error:
        db.session.rollback()
        return show(error=error), 422
    db.session.commit()
    return redirect(thanks)
