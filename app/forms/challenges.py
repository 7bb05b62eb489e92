"""What is typed into the form “there is something here”, and what a moderator says it is."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _

from app.actions.challenges import Known, Something
from app.errors import BadQuestionError
from app.forms.typed import typed_choice, typed_line, typed_words
from app.forms.values import Values

LONGEST_EMAIL, LONGEST_WHERE, LONGEST_WORDS = 254, 160, 1_500


def read_something(values: Values) -> Something:
    """Raises BadQuestionError that names the field."""
    name = typed_line(values, "name", _("What is it called?"), required=True)
    where = typed_line(values, "where", _("Where is it?"), longest=LONGEST_WHERE, required=True)
    known = typed_choice(values, "known", _("How do you know?"), [one.value for one in Known])
    if not known:
        raise BadQuestionError(
            _("Nothing is chosen yet."), _("Choose how you know that it is there."), field="known"
        )
    return Something(
        name=name,
        where=where,
        when=typed_words(values, "when", _("When is it on?"), longest=LONGEST_WORDS),
        known=Known(known),
        words=typed_words(values, "words", _("Anything else"), longest=LONGEST_WORDS),
        email=typed_line(values, "email", _("Your e-mail address"), longest=LONGEST_EMAIL),
    )


def read_listed(values: Values) -> UUID:
    """Which group of the map it is: chosen from the list, or by the address of its page."""
    chosen = typed_line(values, "listed", _("Which entry it is"))
    pasted = typed_line(values, "listed_page", _("The address of its page"), longest=500)
    for part in reversed((pasted or chosen).rstrip("/").split("/")):
        try:
            return UUID(part.partition("?")[0].partition("#")[0])
        except ValueError:
            continue
    raise BadQuestionError(
        _("Nothing says which entry it is."),
        _("Choose it from the list, or paste the address of its page on this map."),
        field="listed",
    )
