"""What a convener chose and wrote for a letter to groups."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _

from app.actions.hub_letters import GroupChoice, NewLetter
from app.errors import BadQuestionError
from app.forms.typed import typed_line, typed_words
from app.forms.values import Values, read_text, read_whole_number

LONGEST_SUBJECT, LONGEST_WORDS = 100, 3_000
MOST_CHOSEN, LONGEST_KEY = 200, 120


def read_group_choice(values: Values) -> GroupChoice:
    """Raises BadQuestionError (field theme or area) for what no page of ours offers."""
    return GroupChoice(_read_many(values, "theme"), _read_many(values, "area"))


def _read_many(values: Values, name: str) -> tuple[str, ...]:
    given = tuple(dict.fromkeys(values.getlist(name)))
    if len(given) > MOST_CHOSEN or any(len(value) > LONGEST_KEY or not value.isprintable() for value in given):
        raise BadQuestionError(_("That choice cannot be read."), _("Choose among those shown."), field=name)
    return given


def read_letter(values: Values) -> NewLetter:
    """Raises BadQuestionError that names the field."""
    return NewLetter(
        letter_id=read_letter_id(values),
        choice=read_group_choice(values),
        subject=typed_line(values, "subject", _("Subject"), longest=LONGEST_SUBJECT, required=True),
        words=typed_words(values, "words", _("Your letter"), longest=LONGEST_WORDS, required=True),
        shown_to=read_whole_number(values, "shown_to", None, most=1_000_000),
    )


def read_letter_id(values: Values) -> UUID:
    """The id that the form was opened with; a new one when it has none."""
    typed = read_text(values, "letter_id", longest=40)
    try:
        return UUID(typed) if typed else uuid4()
    except ValueError:
        raise BadQuestionError(_("This form cannot be read."), _("Open the page again.")) from None


def letter_as_typed(values: Values) -> dict[str, Any]:
    """What was typed, as it stands and bounded, so that the page can show it again."""
    kept: dict[str, Any] = {
        name: (values.getlist(name) or [""])[0][:4_000].replace("\0", "") for name in ("subject", "words")
    }
    return kept | {name: values.getlist(name)[:MOST_CHOSEN] for name in ("theme", "area")}
