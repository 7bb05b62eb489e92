"""What is noted in the field, as the forms of a visit send it."""

from __future__ import annotations

from uuid import UUID, uuid4

from flask_babel import gettext as _

from app.actions.clock import today
from app.actions.visit_finds import HERE, PARTS, PHONE, WORDS, FoundGroup
from app.actions.visits import NewLook, NewVisit, Starter
from app.errors import BadQuestionError
from app.forms.add_times import read_times
from app.forms.plans import read_day, read_own_id
from app.forms.typed import typed_choice, typed_line, typed_words
from app.forms.values import Values, read_choice, read_text
from app.vocabulary import AUDIENCES, VisitOutcome

NOTED = tuple(outcome.value for outcome in VisitOutcome if outcome != VisitOutcome.LOOKED)
MOST_THEMES = 20
LONGEST_NAME = 120


def read_visit(values: Values) -> NewVisit:
    outcome = VisitOutcome(read_choice(values, "outcome", NOTED, ""))
    name = typed_line(values, "group_name", _("Which group or person?"))
    words = typed_words(values, "words", _("Notes"))
    return NewVisit(
        visit_id=_read_visit_id(values),
        visited_on=read_day(values, "visited_on") or today(),
        outcome=outcome,
        group_name=name,
        organisation_id=read_own_id(values, "organisation_id"),
        words=words,
        different=typed_words(values, "different", _("What is different?"), longest=1_000),
        starter=_read_starter(values) if outcome == VisitOutcome.WANTS_TO_START else None,
    )


def _read_starter(values: Values) -> Starter | None:
    """Only who agreed and gave an address is written to."""
    if typed_line(values, "agrees", _("They agree")) != "yes":
        return None
    need_id = read_own_id(values, "need")
    if need_id is None:
        raise BadQuestionError(
            _("This does not say which of these they would start."), _("Choose one."), field="need"
        )
    return Starter(
        need_id=need_id,
        name=typed_line(values, "starter_name", _("Their first name"), longest=60, required=True),
        email=typed_line(values, "email", _("Their e-mail address"), longest=254, required=True),
        words=typed_words(values, "starter_words", _("In their own words"), longest=500),
    )


def read_found_group(values: Values) -> FoundGroup:
    where = typed_line(values, "where", _("Where"))
    where_words = typed_line(values, "where_words", _("Postcode or address"))
    if where in ("", WORDS) and not where_words:
        raise BadQuestionError(
            _("This does not say where they meet."), _("Choose a place, or type a postcode or address."),
            field="where",
        )  # fmt: skip
    position = read_text(values, "position", longest=60)
    if where == PHONE and not position and not where_words:
        raise BadQuestionError(
            _("This phone has not said where it is."), _("Let it, or type a postcode or address."), field="where"
        )
    day = typed_choice(values, "day", _("Day"), [str(number) for number in range(1, 8)])
    return FoundGroup(
        visit_id=_read_visit_id(values),
        visited_on=read_day(values, "visited_on") or today(),
        name=typed_line(values, "name", _("Name of the group"), longest=LONGEST_NAME, required=True),
        theme=typed_line(values, "theme", _("What they do"), required=True),
        day=int(day) if day else None,
        part=typed_choice(values, "part", _("Time of day"), tuple(PARTS)),
        when_words=typed_line(values, "when_words", _("When, in words")),
        where=where if where == PHONE or not where_words else WORDS,
        where_words=where_words,
        position=position,
        is_home=typed_line(values, "is_home", _("It is somebody’s home")) == "yes",
        audience=typed_choice(values, "audience", _("Who it is for"), AUDIENCES),
        times=read_times(values),
    )


def read_look(values: Values) -> NewLook:
    themes = tuple(dict.fromkeys(values.getlist("looked_for")[:MOST_THEMES]))
    return NewLook(
        visit_id=_read_visit_id(values),
        visited_on=read_day(values, "visited_on") or today(),
        area=read_text(values, "area"),
        themes=themes,
    )


def read_visit_id(values: Values) -> UUID:
    """Which visit to take back."""
    found = read_own_id(values, "visit_id")
    if found is None:
        raise BadQuestionError(_("This does not say which visit."), _("Open the page again."))
    return found


def _read_visit_id(values: Values) -> UUID:
    return read_own_id(values, "visit_id") or uuid4()


__all__ = ["HERE", "read_found_group", "read_look", "read_visit", "read_visit_id"]
