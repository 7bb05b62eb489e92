"""What people type about belonging to a hub."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from flask_babel import gettext as _

from app.actions.members import MOST_THEMES, Details, NewMember
from app.actions.peers import MOST_MILES
from app.errors import BadQuestionError
from app.forms.needs import read_email, read_uuid
from app.forms.typed import typed_choice, typed_choices, typed_line, typed_words
from app.forms.values import Values, read_whole_number
from app.vocabulary import Stage

NEW_FIELDS = ("name", "email")
DETAIL_FIELDS = ("name", "venture", "stage", "area", "group", "words")
USUAL_MILES = 5
STAGES = tuple(stage for stage in Stage if stage != Stage.CLOSED)


def read_new_member(values: Values) -> NewMember:
    return NewMember(
        name=typed_line(values, "name", _("First name"), longest=60, required=True),
        email=read_email(values, required=True),
    )


def read_details(values: Values, themes: Collection[str]) -> Details:
    stage = typed_choice(values, "stage", _("How far it is"), [stage.value for stage in STAGES], "unknown")
    return Details(
        name=typed_line(values, "name", _("First name"), longest=60, required=True),
        venture=typed_line(values, "venture", _("What you do or want to start")),
        stage=Stage(stage),
        themes=typed_choices(values, "themes", _("Themes"), themes, most=MOST_THEMES),
        area=typed_line(values, "area", _("Roughly where")),
        group=typed_line(values, "group", _("The group you run"), longest=255),
        words=typed_words(values, "words", _("Anything else"), longest=500),
        on_peer_map=bool(typed_choice(values, "on_peer_map", _("The peer map"), ("yes",))),
    )


def read_member_id(values: Values) -> UUID:
    return read_uuid(values, "member")


def read_miles_kindly(values: Values) -> tuple[int, BadQuestionError | None]:
    """How far is near; what cannot be read is an error beside the usual number, so that the page still shows."""
    try:
        return read_whole_number(values, "miles", USUAL_MILES, least=1, most=MOST_MILES) or USUAL_MILES, None
    except BadQuestionError as error:
        return USUAL_MILES, error
