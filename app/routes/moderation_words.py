"""What moderators read for kinds, flags, fields and values; every word goes through gettext."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup, escape

from app.actions.personal_words import find_personal
from app.routes.words import AUDIENCES, WORDS, audience, language, weekday
from app.vocabulary import (
    AskKind,
    Cost,
    LocationPrivacy,
    OfferDirection,
    OrganisationKind,
    Referral,
    Room,
    Stage,
    SubmissionKind,
)

L = lazy_gettext

KINDS = {
    "new_group": L("New group"),
    "changed_group": L("Change to an entry"),
    "claim": L("“This is our group”"),
    "correction": L("Correction by somebody else"),
    "new_need": L("Something missing"),
    "challenge": L("“There is something here”"),
    "new_offer": L("Offer, or something asked for"),
}
BY_WHOM = {True: L("Change by the group"), False: L("Change suggested by somebody")}
"""A change is by the group when it came by a link of hers."""
STATES = {
    "open": L("Not decided yet"),
    "waiting": L("Waiting"),
    "asked": L("Waiting for an answer"),
    "approved": L("Approved"),
    "rejected": L("Refused"),
    "withdrawn": L("Taken back"),
}
FLAGS = {
    "maybe_refuge": (
        L("May be a refuge"),
        L("Its words sound like a refuge. If it is one, tick “Keep the address private” before you approve it."),
    ),
    "looks_known": (L("Looks known"), L("It looks like a group that is on the map already: compare them below.")),
    "outside_area": (L("Outside"), L("Its place is outside the area of this map. Is the postcode right?")),
    "whole_county": (
        L("Claims a lot"),
        L("It says it is for a whole council or the whole country. Does it go out to people everywhere there?"),
    ),
    "phone_in_text": (
        L("Phone number"),
        L("A text that everybody will read holds one. Was it meant to be public?"),
    ),
    "email_in_text": (
        L("E-mail address"),
        L("A text that everybody will read holds one. Was it meant to be public?"),
    ),
    "postcode_in_text": (L("Postcode"), L("There is a postcode in a text. Could it be somebody’s home?")),
    "link_in_text": (L("Web link"), L("There is a web link in a text. Links belong in the box for the website.")),
    "too_fast": (L("Very fast"), L("The form was filled in within seconds: a robot may have done it.")),
    "many_from_one": (L("Many from one"), L("The same sender sent several things within a day.")),
}
VERBS = {
    "sent": L("sent in"),
    "approved": L("approved"),
    "asked": L("asked the sender"),
    "rejected": L("refused"),
    "withdrawn": L("taken back by the sender"),
    "answered": L("answered by the sender"),
    "undone": L("decision taken back"),
    "merged": L("merged with another entry"),
    "parted": L("merge taken back"),
    "not_same": L("said not to be the same"),
    "hidden": L("taken off the map"),
    "shown": L("put back on the map"),
    "reopened": L("open again after it had closed"),
    "confirmed": L("confirmed as still right"),
    "closed": L("said to have closed"),
    "forgotten": L("contact details deleted on request"),
    "wrote_to_groups": L("wrote to groups, for a hub"),
    "member_removed": L("took a member off the list of a hub"),
    "members_seen": L("looked at who belongs to a hub, as an administrator"),
    "alarm": L("alarm: a lot was taken off the map"),
}
FIELDS = {
    "name": L("Name"), "kind": L("Kind"), "stage": L("Stage"), "summary": L("What it is"), "website": L("Website"),
    "is_confidential": L("Address kept private (refuge)"), "identifiers": L("Register numbers"),
    "asks": L("What would help"), "place": L("Place"), "serves": L("For people in"),
    "is_national": L("For the whole country"), "description": L("Description"), "themes": L("Themes"),
    "audiences": L("Who for"), "languages": L("Languages"), "cost": L("Cost"), "cost_note": L("About the cost"),
    "referral": L("Referral"), "how_to_join": L("How to join"), "step_free": L("Step-free"),
    "toilet": L("Accessible toilet"), "hearing_loop": L("Hearing loop"), "is_online": L("Online or by phone"),
    "capacity": L("Room for"), "room": L("Room for new people"), "min_age": L("Youngest"), "max_age": L("Oldest"),
    "when": L("When"), "theme": L("Theme"), "statement": L("What is missing"), "audience": L("Who for"),
    "lon": L("East–west"), "lat": L("North–south"), "area": L("Area"), "shape": L("Drawn shape"),
    "words": L("In words"), "privacy": L("How much is shown"), "direction": L("Offered or asked for"),
    "organisation": L("For the group"), "ends_on": L("Until"),
}  # fmt: skip
PRIVACY = {
    "exact": L("shown exactly"),
    "rough": L("shown roughly"),
    "area": L("only the area shown"),
    "hidden": L("not shown"),
}
ASKS = {
    "space": L("a room"), "volunteers": L("volunteers"), "funding": L("money"), "equipment": L("equipment"),
    "skill": L("a skill"), "mentoring": L("advice"), "transport": L("transport"),
}  # fmt: skip
ROOMS = {
    "open": L("Open to new people"),
    "waiting_list": L("There is a waiting list"),
    "full": L("Full"),
    "unknown": L("Not known"),
}
assert {*PRIVACY} == {*LocationPrivacy}
assert {*ASKS} == {*AskKind}
assert {*ROOMS} == {*Room}
DIRECTIONS = {"offer": L("offered"), "ask": L("asked for")}
assert {*DIRECTIONS} == {*OfferDirection}
ENUMS = {"stage": Stage, "cost": Cost, "referral": Referral}
WEEKS = ("", L("first"), L("second"), L("third"), L("fourth"), L("last"))


def kind_word(kind: SubmissionKind, is_of_group: bool) -> str:
    """What one message is; of a change also whose it is."""
    return str(BY_WHOM[is_of_group] if kind == SubmissionKind.CHANGED_GROUP else KINDS[kind])


def field_word(field: str) -> str:
    return str(FIELDS.get(field, field.replace("_", " ").capitalize()))


def value_words(value: Any, field: str, themes: Mapping[str, str], areas: Mapping[tuple[str, str], str]) -> str:
    """One fact of a document as people say it; nothing for none."""
    if value in (None, "", [], ()):
        return ""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    plain: dict[str, Callable[[], Any]] = {
        "themes": lambda: ", ".join(themes.get(key, key) for key in value),
        "theme": lambda: themes.get(value, value),
        "audiences": lambda: ", ".join(audience(key) for key in value),
        "audience": lambda: str(AUDIENCES.get(value, value)),
        "languages": lambda: ", ".join(language(code) for code in value),
        "serves": lambda: ", ".join(areas.get((one["layer"], one["code"]), one["code"]) for one in value),
        "area": lambda: areas.get((value["layer"], value["code"]), value["code"]),
        "identifiers": lambda: ", ".join(f"{one['scheme']} {one['identifier']}" for one in value),
        "asks": lambda: "; ".join(f"{ASKS[one['kind']]}: {one['words']}".rstrip(": ") for one in value),
        "when": lambda: "; ".join(_time_words(one) for one in value),
        "place": lambda: _place_words(value),
        "room": lambda: str(ROOMS[value]),
        "shape": lambda: _("a shape of %(count)s corners", count=len(value)),
        "privacy": lambda: str(PRIVACY[value]),
        "direction": lambda: str(DIRECTIONS[value]),
        "kind": lambda: str(ASKS.get(value) or WORDS[OrganisationKind].get(value, value)),
        "organisation": lambda: str(value["title"]),
    }
    if field in plain:
        return str(plain[field]())
    if field in ENUMS:
        return str(WORDS[ENUMS[field]].get(value, value))
    return f"{value:.5f}" if isinstance(value, float) else str(value)


def marked(words: str) -> Markup:
    """Text with what could reach a person highlighted, in colour and in words."""
    made, at = Markup(""), 0
    names = {
        "phone": _("phone number"),
        "email": _("e-mail address"),
        "postcode": _("postcode"),
        "link": _("web link"),
    }
    for found in find_personal(words):
        made += escape(words[at : found.start])
        made += Markup('<mark>{}<span class="for-ears"> ({})</span></mark>').format(
            words[found.start : found.end], names[found.kind]
        )
        at = found.end
    return made + escape(words[at:])


def _place_words(place: Mapping[str, Any]) -> str:
    where = ", ".join(filter(None, [place.get("name"), place.get("address"), place.get("postcode")]))
    point = ""
    if place.get("lon") is not None and place.get("lat") is not None:
        point = _("at %(lat)s, %(lon)s", lat=f"{place['lat']:.4f}", lon=f"{place['lon']:.4f}")
    role = _("registered here") if place.get("role") == "registered_at" else ""
    shown = str(PRIVACY.get(place.get("privacy", ""), ""))
    return " · ".join(filter(None, [where or _("no address"), point, role, shown]))


def _time_words(when: Mapping[str, Any]) -> str:
    day = weekday(when["weekday"])
    if when.get("week_of_month"):
        day = _("%(which)s %(day)s of the month", which=str(WEEKS[when["week_of_month"]]), day=day)
    hours = f"{when['opens'][:5]}–{when['closes'][:5]}"
    return f"{day} {hours}" + (f", {_('in term time')}" if when.get("term_time_only") else "")
