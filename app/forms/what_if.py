"""What-if changes as they stand in an address: ``change=close:ID``, ``change=add:53.42,-2.31`` and so on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask_babel import gettext as _

from app.actions.find_times import PARTS_OF_DAY
from app.actions.gap_fit import ASKED_DAYS
from app.actions.what_if_answers import ADJUSTMENTS, MOST_CHANGES, Change
from app.errors import BadQuestionError
from app.forms.values import Values, read_choice, read_text, shown

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
DEGREES = r"-?\d{1,3}(?:\.\d{1,12})?"
POSITION = re.compile(rf"({DEGREES})\s*,\s*({DEGREES})")
ADD_AT = re.compile(rf"add:{POSITION.pattern}")
ADD_PLACE = re.compile(rf"add:({UUID})")
ADJUST = re.compile(rf"({'|'.join(ADJUSTMENTS)}):({UUID})")
OPEN = re.compile(rf"open:({UUID}):({'|'.join(ASKED_DAYS)})(?::({'|'.join(PARTS_OF_DAY)}))?")
DECIMALS = 5
"""Of a degree: about a metre."""
CHANGE_FIELDS = ("area", "change")
NEW_FIELDS = ("do", "near", "position", "place", "service", "to", "day", "part")
DOINGS = ("", "near", "pin", "place", "service")


def read_changes(values: Values) -> tuple[Change, ...]:
    """The changes asked for, in order, each once. Raises BadQuestionError for what is none, or for too many."""
    given = tuple(dict.fromkeys(values.getlist("change")))
    _check_count(len(given))
    return tuple(_read_change(text) for text in given)


def with_change(changes: tuple[Change, ...], new: Change) -> tuple[Change, ...]:
    """The changes and one more, unless it is there already. Raises BadQuestionError when they are too many."""
    wanted = changes if new in changes else (*changes, new)
    _check_count(len(wanted))
    return wanted


def _check_count(count: int) -> None:
    if count > MOST_CHANGES:
        raise BadQuestionError(
            _("That is %(count)s changes at once.", count=count),
            _("Make %(most)s or fewer: undo some, or start again.", most=MOST_CHANGES),
            field="change",
        )


def _read_change(text: str) -> Change:
    if match := ADD_PLACE.fullmatch(text):
        return Change("add", place_id=match[1])
    if match := ADD_AT.fullmatch(text):
        return Change("add", lat=float(match[1]), lon=float(match[2]))
    if match := ADJUST.fullmatch(text):
        return Change(match[1], service_id=match[2])
    if match := OPEN.fullmatch(text):
        return Change("open", service_id=match[1], day=match[2], part=match[3] or "")
    raise BadQuestionError(
        _("“%(change)s” is not a change that can be tried.", change=shown(text)),
        _("Take it out of the address, or choose a change on the page."),
        field="change",
    )


def write_change(change: Change) -> str:
    """As it stands in an address; read_changes gives the same back."""
    if change.kind == "add":
        return (
            f"add:{change.place_id}"
            if change.place_id
            else f"add:{change.lat:.{DECIMALS}f},{change.lon:.{DECIMALS}f}"
        )
    part = f":{change.part}" if change.part else ""
    return (
        f"open:{change.service_id}:{change.day}{part}"
        if change.kind == "open"
        else f"{change.kind}:{change.service_id}"
    )


def write_changes(changes: Sequence[Change]) -> list[str]:
    return [write_change(change) for change in changes]


def read_doing(values: Values) -> str:
    """Which button of the page was pressed, if any."""
    return read_choice(values, "do", DOINGS, "")


def read_near(values: Values) -> str:
    """A postcode or the name of a place, as typed."""
    near = read_text(values, "near")
    if not near:
        raise BadQuestionError(
            _("Where should it be?"), _("Type a postcode or the name of a place."), field="near"
        )
    return near


def read_pin(values: Values) -> Change:
    """Where the pin on the map stands, as latitude and longitude."""
    match = POSITION.fullmatch(f"{read_text(values, 'lat')},{read_text(values, 'lon')}")
    if match is None:
        raise BadQuestionError(
            _("The pin is nowhere."), _("Move the pin on the map, or type a postcode."), field="near"
        )
    return Change("add", lat=float(match[1]), lon=float(match[2]))


def read_place(values: Values) -> Change:
    place = read_text(values, "place")
    if not re.fullmatch(UUID, place):
        raise BadQuestionError(_("Which place?"), _("Choose one from the list."), field="place")
    return Change("add", place_id=place)


def read_service_change(values: Values) -> Change:
    """What should be otherwise with one service."""
    service = read_text(values, "service")
    if not re.fullmatch(UUID, service):
        raise BadQuestionError(_("Which service?"), _("Choose one from the list."), field="service")
    kind = read_choice(values, "to", (*ADJUSTMENTS, "open"), "close")
    if kind != "open":
        return Change(kind, service_id=service)
    day = read_choice(values, "day", ("", *ASKED_DAYS), "")
    if not day:
        raise BadQuestionError(_("On which day should it open?"), _("Choose a day."), field="day")
    return Change("open", service_id=service, day=day, part=read_choice(values, "part", ("", *PARTS_OF_DAY), ""))
