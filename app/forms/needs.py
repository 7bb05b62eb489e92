"""What people type about needs: the list's filters, and the pages that ask what is missing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isfinite
from uuid import UUID

from flask_babel import gettext as _

from app.actions.need_asking import Corners
from app.actions.need_documents import MOST_CORNERS, MOST_LETTERS
from app.actions.needs import NeedsQuestion
from app.actions.pledges import NewPledge
from app.errors import BadQuestionError, NotFoundError
from app.forms.typed import tidy, typed_choice, typed_line, typed_words
from app.forms.values import Values, read_choice, read_text, read_whole_number
from app.vocabulary import AUDIENCES, NeedStatus, PledgeRole

FILTERS = ("theme", "for", "status", "near", "page")
SHOWN_STATUSES = (NeedStatus.OPEN.value, NeedStatus.ANSWERED.value)
HOWS = ("near", "area", "map")
CORNER = re.compile(r"(-?\d{1,3}(?:\.\d{1,12})?),(-?\d{1,3}(?:\.\d{1,12})?)")


@dataclass(frozen=True)
class WhereAnswer:
    """One of three ways to say where; the others are kept as typed and not used."""

    how: str
    near: str
    area: str
    corners: Corners


def read_needs_question(values: Values) -> NeedsQuestion:
    page = read_whole_number(values, "page", 1, least=1, most=100_000)
    return NeedsQuestion(
        theme=read_text(values, "theme"),
        audience=read_choice(values, "for", ("", *AUDIENCES), ""),
        status=read_choice(values, "status", ("", *SHOWN_STATUSES), ""),
        near=read_text(values, "near"),
        page=page or 1,
    )


def read_theme(values: Values, themes: Collection[str]) -> str:
    theme = typed_choice(values, "theme", _("What is missing"), themes)
    if not theme:
        raise BadQuestionError(
            _("Nothing is chosen yet."), _("Choose the one that fits best; you can say more later."), field="theme"
        )
    return theme


def read_where(values: Values) -> WhereAnswer:
    near = typed_line(values, "near", _("Postcode or place"))
    corners = read_corners(typed_line(values, "corners", _("The map"), longest=4_000))
    how = typed_choice(values, "how", _("Where"), HOWS)
    if not how and not near:
        raise BadQuestionError(_("Where is it missing?"), _("Choose one of the ways to say it."), field="how")
    return WhereAnswer(how or "near", near, typed_line(values, "area", _("Area")), corners)


def read_corners(text: str) -> Corners:
    """Corners as the map's script writes them: lon,lat lon,lat …"""
    parts = text.split()
    found = [match for part in parts if (match := CORNER.fullmatch(part))]
    corners = tuple((float(match[1]), float(match[2])) for match in found)
    in_range = all(isfinite(lon) and abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in corners)
    if len(found) != len(parts) or not in_range:
        raise BadQuestionError(
            _("What was drawn cannot be read."), _("Draw it again, or type a postcode."), field="corners"
        )
    if len(corners) > MOST_CORNERS:
        raise BadQuestionError(
            _("The shape has %(count)s corners.", count=len(corners)),
            _("Use %(most)s or fewer.", most=MOST_CORNERS),
            field="corners",
        )
    return corners


def read_statement(values: Values) -> dict[str, str]:
    audience = typed_choice(values, "audience", _("Who for"), AUDIENCES, "anyone")
    words = typed_words(values, "statement", _("In your words"), longest=MOST_LETTERS, required=True)
    return {"audience": audience, "statement": words}


def read_email(values: Values, *, required: bool) -> str:
    """As typed, on one line; whether it is an address is for actions to say."""
    return typed_line(values, "email", _("Your e-mail address"), longest=255, required=required)


def read_pledge(values: Values) -> NewPledge:
    role = typed_choice(values, "role", _("What you would do"), [role.value for role in PledgeRole])
    if not role:
        raise BadQuestionError(_("Nothing is chosen yet."), _("Choose what you would do."), field="role")
    return NewPledge(
        role=PledgeRole(role),
        name=typed_line(values, "name", _("Your first name"), longest=60, required=True),
        email=read_email(values, required=True),
        words=typed_words(values, "words", _("Anything else"), longest=500),
    )


def read_introduction_answer(values: Values) -> tuple[UUID, bool]:
    answer = typed_choice(values, "answer", _("Your answer"), ("yes", "no"))
    if not answer:
        raise BadQuestionError(_("There is no answer yet."), _("Say yes or no."), field="answer")
    return read_uuid(values, "introduction"), answer == "yes"


def read_need_id(values: Values) -> UUID:
    return read_uuid(values, "need")


def read_uuid(values: Values, name: str) -> UUID:
    """The id in a hidden field; NotFoundError for what no id can be."""
    try:
        return UUID(typed_line(values, name, name))
    except ValueError as error:
        raise NotFoundError(_("There is no such thing here."), _("Go back, and try again.")) from error


def read_status(values: Values) -> tuple[NeedStatus, str]:
    status = typed_choice(values, "status", _("What became of it"), [status.value for status in NeedStatus])
    if not status:
        raise BadQuestionError(_("Nothing is chosen yet."), _("Choose what became of it."), field="status")
    return NeedStatus(status), typed_words(values, "note", _("What happened"), longest=MOST_LETTERS)


def typed_as_sent(values: Values, names: Collection[str], longest: int = 5_000) -> Mapping[str, str]:
    """What was typed, bounded, to be shown again beside what is wrong with it."""
    shown = {}
    for name in names:
        try:
            shown[name] = tidy((values.getlist(name) or [""])[0][:longest])
        except BadQuestionError:
            shown[name] = ""
    return shown
