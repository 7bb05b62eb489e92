"""What is typed into the forms "something is wrong" and "this is my group"."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _

from app.actions.suggestions import Claim, Correction, Involved, Wrong
from app.errors import BadQuestionError
from app.forms.typed import typed_choice, typed_line, typed_words
from app.forms.values import Values

LONGEST_EMAIL = 254
LONGEST_WORDS = 1_500


def read_correction(values: Values) -> Correction:
    wrong = typed_choice(values, "wrong", _("What is wrong?"), [one.value for one in Wrong])
    if not wrong:
        raise BadQuestionError(_("Nothing is chosen yet."), _("Choose what is wrong."), field="wrong")
    return Correction(
        wrong=Wrong(wrong),
        words=typed_words(values, "words", _("In your own words"), longest=LONGEST_WORDS),
        email=typed_line(values, "email", _("Your e-mail address"), longest=LONGEST_EMAIL),
        service_id=read_service(values),
    )


def read_claim(values: Values) -> Claim:
    involved = typed_choice(values, "involved", _("How are you involved?"), [one.value for one in Involved])
    if not involved:
        raise BadQuestionError(_("Nothing is chosen yet."), _("Choose how you are involved."), field="involved")
    return Claim(
        name=typed_line(values, "name", _("Your name"), required=True),
        email=typed_line(values, "email", _("Your e-mail address"), longest=LONGEST_EMAIL),
        involved=Involved(involved),
        words=typed_words(values, "words", _("In your own words"), longest=LONGEST_WORDS),
        takes_hub_letters=typed_choice(values, "hubs", _("Letters from hubs"), ("yes",)) == "yes",
    )


def read_service(values: Values) -> UUID | None:
    """The service that the form was opened from; None when it was none, or what is no id."""
    try:
        return UUID("".join(values.getlist("service")))
    except ValueError:
        return None
