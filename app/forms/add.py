"""The questions of the add form: what was answered, as plain values for app.actions.add_steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _

from app.errors import BadQuestionError
from app.forms.add_times import read_times
from app.forms.typed import typed_choice, typed_choices, typed_line, typed_number, typed_words
from app.forms.values import Values
from app.vocabulary import AUDIENCES, AskKind, Cost, OrganisationKind, Room, Stage

Answer = dict[str, Any]
MOST_THEMES = 3
YES_NO = {"yes": True, "no": False, "": None}
LANGUAGES = ("en", "cy", "ar", "bn", "zh", "fa", "fr", "gu", "pl", "pt", "pa", "ro", "so", "es", "uk", "ur")
TEXT_FIELDS: dict[str, tuple[str, ...]] = {
    "start": ("name", "near", "building"),
    "place": ("near", "building", "address", "lon", "lat", "home"),
    "what": ("service", "description"),
    "when": (),
    "who": ("min_age", "max_age", "cost", "cost_note"),
    "getting-in": ("step_free", "toilet", "hearing_loop", "join", "how_to_join"),
    "people-from": ("reach", "shape", "wide"),
    "privacy": ("privacy",),
    "room": ("room", "capacity", "ask_words"),
    "contact": ("email", "phone", "website", "publish", "hubs"),
    "about": ("name", "kind", "stage"),
    "check": ("note",),
}
LIST_FIELDS = {
    "what": ("themes",),
    "who": ("audiences", "languages"),
    "people-from": ("areas",),
    "room": ("asks",),
}


def read_start(values: Values) -> Answer:
    """Raises BadQuestionError that names the field, as all of these do."""
    return {
        "name": typed_line(values, "name", _("Name of the group"), required=True),
        "near": typed_line(values, "near", _("Where it meets")),
        "building": typed_line(values, "building", _("Building or hall"), longest=200),
        "is_online": typed_choice(values, "online", _("Online"), ("yes",)) == "yes",
    }


def read_place(values: Values) -> Answer:
    lon, lat = _degrees(values, "lon", 180), _degrees(values, "lat", 90)
    return {
        "near": typed_line(values, "near", _("Postcode or place")),
        "building": typed_line(values, "building", _("Building or hall"), longest=200),
        "address": typed_line(values, "address", _("Street"), longest=200),
        "pin": None if lon is None or lat is None else (lon, lat),
        "is_home": typed_choice(values, "home", _("Somebody’s home"), ("yes",)) == "yes",
    }


def read_what(values: Values) -> Answer:
    themes = [key for key in values.getlist("themes") if len(key) <= 40]
    return {
        "themes": typed_choices(values, "themes", _("What it is about"), themes, most=MOST_THEMES),
        "service": typed_line(values, "service", _("Short name"), longest=120),
        "description": typed_words(values, "description", _("In your own words")),
    }


def read_when(values: Values) -> Answer:
    return {"when": read_times(values)}


def read_who(values: Values) -> Answer:
    least = typed_number(values, "min_age", _("Youngest"), least=0, most=120)
    most = typed_number(values, "max_age", _("Oldest"), least=0, most=120)
    if least is not None and most is not None and least > most:
        raise BadQuestionError(
            _("The youngest age is above the oldest."), _("Swap them, or leave one empty."), field="min_age"
        )
    codes = [code for code in values.getlist("languages") if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z]{2,4})?", code)]
    return {
        "audiences": typed_choices(values, "audiences", _("Who it is for"), AUDIENCES),
        "languages": typed_choices(values, "languages", _("Languages"), list(dict.fromkeys(codes[:30]))),
        "min_age": least,
        "max_age": most,
        "cost": Cost(typed_choice(values, "cost", _("Cost"), list(Cost), Cost.UNKNOWN)),
        "cost_note": typed_line(values, "cost_note", _("More about the cost"), longest=200),
    }


def read_getting_in(values: Values) -> Answer:
    return {
        "step_free": YES_NO[typed_choice(values, "step_free", _("No steps"), ("yes", "no"))],
        "toilet": YES_NO[typed_choice(values, "toilet", _("Toilet"), ("yes", "no"))],
        "hearing_loop": YES_NO[typed_choice(values, "hearing_loop", _("Hearing loop"), ("yes", "no"))],
        "join": typed_choice(values, "join", _("How do people join?"), ("turn_up", "phone_first", "referral")),
        "how_to_join": typed_line(values, "how_to_join", _("More about joining"), longest=200),
    }


def read_people_from(values: Values) -> Answer:
    return {
        "reach": typed_line(values, "reach", _("Where people come from"), longest=200),
        "areas": tuple(dict.fromkeys(area for area in values.getlist("areas")[:80] if len(area) <= 240)),
        "shape": typed_line(values, "shape", _("The line on the map"), longest=4_000),
        "is_sure": typed_choice(values, "wide", _("Do you go out to people there?"), ("yes",)) == "yes",
    }


def read_privacy(values: Values) -> Answer:
    choices = ("exact", "rough", "area", "hidden", "refuge")
    return {"privacy": typed_choice(values, "privacy", _("What people may see"), choices)}


def read_room(values: Values) -> Answer:
    return {
        "room": Room(typed_choice(values, "room", _("Room for new people"), list(Room), Room.UNKNOWN)),
        "capacity": typed_number(values, "capacity", _("How many people fit in"), least=1, most=100_000),
        "asks": typed_choices(values, "asks", _("What would help you"), list(AskKind)),
        "ask_words": typed_line(values, "ask_words", _("More about what would help"), longest=200),
    }


def read_contact(values: Values) -> Answer:
    return {
        "email": typed_line(values, "email", _("E-mail address"), longest=254),
        "phone": typed_line(values, "phone", _("Phone number"), longest=40),
        "website": read_website(values),
        "publish": typed_choice(values, "publish", _("May we show these?"), ("yes", "no"), "no") == "yes",
        "hubs": typed_choice(values, "hubs", _("Letters from hubs"), ("yes",)) == "yes",
    }


def read_about(values: Values) -> Answer:
    return {
        "name": typed_line(values, "name", _("Name of the group"), required=True),
        "kind": OrganisationKind(
            typed_choice(values, "kind", _("What kind of group"), list(OrganisationKind), OrganisationKind.UNKNOWN)
        ),
        "stage": Stage(typed_choice(values, "stage", _("How far along"), list(Stage), Stage.UNKNOWN)),
    }


def read_note(values: Values) -> str:
    return typed_words(values, "note", _("Anything we should know"))


def read_website(values: Values) -> str | None:
    """A web address; the https:// may be left out."""
    typed = typed_line(values, "website", _("Website"), longest=190)
    if not typed:
        return None
    address = typed if "://" in typed else f"https://{typed}"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or "." not in host or " " in address:
        raise BadQuestionError(
            _("“%(typed)s” is not the address of a website.", typed=typed[:60]),
            _("Write it like www.example.org, or leave it empty."),
            field="website",
        )
    return address


def _degrees(values: Values, name: str, most: int) -> float | None:
    text = typed_line(values, name, _("The pin"), longest=24)
    if not text:
        return None
    if not re.fullmatch(r"-?\d{1,3}(\.\d{1,15})?", text) or abs(float(text)) > most:
        raise BadQuestionError(
            _("The pin is not on the map."), _("Move it back, or type the postcode."), field="near"
        )
    return float(text)


READERS: dict[str, Callable[[Values], Answer]] = {
    "place": read_place,
    "what": read_what,
    "when": read_when,
    "who": read_who,
    "getting-in": read_getting_in,
    "people-from": read_people_from,
    "privacy": read_privacy,
    "room": read_room,
    "contact": read_contact,
    "about": read_about,
}


def typed_answers(values: Values, step: str) -> Answer:
    """What was typed, as it stands and bounded, so that the page can show it again."""
    kept: Answer = {name: (values.getlist(name) or [""])[0][:4_000] for name in TEXT_FIELDS[step]}
    return kept | {name: values.getlist(name)[:80] for name in LIST_FIELDS.get(step, ())}
