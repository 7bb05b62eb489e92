"""Who has funded what: the list of grants, and the same as a file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_currency
from flask_babel import gettext as _

from app.actions import grants as actions
from app.actions.gap_scope import list_choices
from app.actions.grants import GrantQuestion
from app.db import db
from app.errors import BadQuestionError
from app.forms.grants import GRANT_FIELDS, grant_values, read_grant_question
from app.forms.values import refuse_unknown, typed_values
from app.queries.grants import has_grants, list_funders
from app.security import public

grants = Blueprint("grants", __name__)


@grants.app_template_filter("money")
def money(amount: Any, currency: str) -> str:
    """£2,266 or £3,028.63, as it was awarded."""
    pattern = "¤#,##0" if amount == amount.to_integral_value() else "¤#,##0.00"
    return str(format_currency(amount, currency, format=pattern, currency_digits=False))


@grants.app_template_filter("money_sum")
def money_sum(amount: Any, currency: str) -> str:
    """A sum of many, in whole pounds."""
    return str(format_currency(amount, currency, format="¤#,##0", currency_digits=False))


@grants.get("/grants")
@public
def index() -> ResponseReturnValue:
    typed = typed_values(request.args, GRANT_FIELDS, 200)
    try:
        question = read_grant_question(request.args)
        found = actions.list_grants(db.session, question)
    except BadQuestionError as error:
        page = render_template("grants/index.html", found=None, error=error, typed=typed, **_options(None))
        return page, 400
    return render_template(
        "grants/index.html", found=found, error=None, typed=typed, asked=grant_values(question), **_options(found)
    )


def _options(found: actions.GrantList | None) -> dict[str, Any]:
    """What the form offers; an area that came by a link is offered too."""
    choices = list_choices(db.session)
    funders = list_funders(db.session, actions.MOST_FUNDER_CHOICES)
    listed = {f"{area.layer}:{area.area_code}" for group in choices.within for area in group.areas}
    other = found.area if found and found.question.area and found.question.area not in listed else None
    return {
        "themes": [("", _("Any kind of help")), *((theme.key, theme.name) for theme in choices.themes)],
        "within": choices.within,
        "other_area": other,
        "funders": [("", _("Any funder")), *funders],
        "years": [(years, _years_words(years)) for years in actions.YEARS],
        "any_loaded": has_grants(db.session),
        "most_in_file": actions.MOST_IN_FILE,
    }


def _years_words(years: int) -> str:
    if not years:
        return str(_("All years"))
    return str(_("The last year")) if years == 1 else str(_("The last %(years)s years", years=years))


@grants.get("/grants.csv")
@public
def csv() -> Response:
    refuse_unknown(request.args, GRANT_FIELDS)
    question: GrantQuestion = read_grant_question(request.args)
    page_of = url_for("organisations.show", organisation_id="00000000-0000-0000-0000-000000000000", _external=True)
    text = actions.grants_csv(db.session, question, page_of[:-36])
    answer = Response(text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="grants.csv"'
    return answer
