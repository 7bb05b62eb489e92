"""What the add form asks and offers, in words; and a group summed up in rows, for checking and for comparing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from app.actions.add import document_of, holder_of, is_asked, may_see, meeting_place
from app.actions.add_difference import Difference
from app.actions.add_reach import name_areas
from app.actions.group_documents import GroupDocument, ServiceDocument, Where
from app.actions.themes import list_themes
from app.models import Draft
from app.queries import Session
from app.routes.when_words import timetable
from app.routes.words import audience, language, word

L = lazy_gettext
Choices = Sequence[tuple[str, Any] | tuple[str, Any, Any]]

HUB_WORDS = L("Hubs near us may write to us about working together")
COST_CHOICES: Choices = (
    ("free", L("Free")),
    ("donation", L("Pay what you can")),
    ("paid", L("There is a charge")),
    ("unknown", L("I am not sure")),
)
JOIN_CHOICES: Choices = (
    ("turn_up", L("Just turn up")),
    ("phone_first", L("Get in touch first")),
    ("referral", L("Somebody has to refer you"), L("such as a doctor, a school or the council")),
    ("", L("I am not sure")),
)
YES_NO_CHOICES: Choices = (("yes", L("Yes")), ("no", L("No")), ("", L("Not sure")))
PRIVACY_CHOICES: Choices = (
    ("exact", L("Exactly where"), L("The address and a pin. Best for a hall, a church or a centre.")),
    ("rough", L("Roughly where"), L("A pin up to a few streets away, and no address. Best for somebody’s home.")),
    ("area", L("Only the area"), L("The name of the area, and no pin.")),
    ("hidden", L("Not at all"), L("People have to ask you where it is.")),
    ("refuge", L("It is a refuge or a safe house"),
     L("Where it is must stay secret: we keep no address and no pin, and show only the town or borough.")),
)  # fmt: skip
NOWHERE_CHOICE = ("hidden", L("There is no place to show"), L("It is online, by phone or out and about."))
ROOM_CHOICES: Choices = (
    ("open", L("Yes, new people are welcome")),
    ("waiting_list", L("There is a waiting list")),
    ("full", L("No, we are full just now")),
    ("unknown", L("I am not sure")),
)
ASK_CHOICES: Choices = (
    ("space", L("A room or a place to meet")),
    ("volunteers", L("Volunteers")),
    ("funding", L("Money")),
    ("equipment", L("Things, such as chairs or a kettle")),
    ("skill", L("Somebody with a skill, such as doing the books")),
    ("mentoring", L("Advice from a group that has done it before")),
    ("transport", L("Lifts or a minibus")),
)
WEEK_CHOICES: Choices = (
    ("", L("Every week")),
    ("1", L("First of the month")),
    ("2", L("Second of the month")),
    ("3", L("Third of the month")),
    ("4", L("Fourth of the month")),
    ("5", L("Last of the month")),
)
PART_WORDS = {
    "evening": L("evening"), "weekend": L("weekend"), "daytime": L("daytime"), "free": L("free"),
    "flat": L("step-free"),
}  # fmt: skip
TITLES = {
    "start": L("Your group"),
    "similar": L("Is this you?"),
    "place": L("Where does it meet?"),
    "what": L("What happens there?"),
    "when": L("When do people meet?"),
    "who": L("Who is it for, and what does it cost?"),
    "getting-in": L("Getting in"),
    "people-from": L("Where do people come from?"),
    "privacy": L("How much of the place may people see?"),
    "room": L("Is there room for new people?"),
    "contact": L("How can people reach you?"),
    "about": L("About the group"),
    "check": L("Check your answers"),
}


@dataclass(frozen=True)
class Row:
    """One line of the summary; ``at`` is the number of the service it is of."""

    label: str
    lines: list[str]
    step: str
    at: int = 0


@dataclass(frozen=True)
class Summary:
    """The group, then each thing it does."""

    group: list[Row]
    services: list[list[Row]] = field(default_factory=list)


def summarise(session: Session, draft: Draft, document: GroupDocument | None = None) -> Summary:
    """The document (default: that of the draft) in rows; what the visitor may not see says so."""
    document = document or document_of(draft)
    themes = {theme.key: theme.name for theme in list_themes(session)}
    contact = draft.answers.get("contact") or {}
    group = [
        Row(_("Name"), [document.name], "about"),
        Row(_("Kind of group"), [word(document.kind)], "about"),
        Row(_("Where it meets"), place_lines(draft, document), "place"),
        Row(_("What people may see"), [privacy_words(document)], "privacy"),
        Row(_("Where people come from"), reach_lines(session, document), "people-from"),
        Row(_("What would help"), ask_lines(document), "room"),
        Row(_("Website"), [document.website] if document.website else [], "contact"),
        Row(_("How to reach you"), contact_lines(contact), "contact"),
    ]
    services = [
        [*service_rows(one, at, themes), *own_reach_rows(session, draft, document, at)]
        for at, one in enumerate(document.services)
    ]
    return Summary([row for row in group if is_asked(draft, row.step)], services)


def own_reach_rows(session: Session, draft: Draft, document: GroupDocument, at: int) -> list[Row]:
    """Where a further thing happens, when it is not where the group as a whole meets."""
    if at == 0 or holder_of(document, at) is document:
        return []
    rows = [
        Row(_("Where it meets"), place_lines(draft, document, at), "place", at),
        Row(_("What people may see"), [privacy_words(document, at)], "privacy", at),
        Row(_("Where people come from"), reach_lines(session, document, at), "people-from", at),
    ]
    return [row for row in rows if is_asked(draft, row.step)]


def service_rows(service: ServiceDocument, at: int, themes: Mapping[str, str]) -> list[Row]:
    ages = age_words(service.min_age, service.max_age)
    rows = [
        ("what", _("Called"), [service.name]),
        ("what", _("What it is about"), [themes.get(key, key) for key in service.themes]),
        ("what", _("In your words"), [service.description] if service.description else []),
        ("when", _("When"), timetable(service.when)),
        ("who", _("Who it is for"), [*(audience(key) for key in service.audiences), *([ages] if ages else [])]),
        ("who", _("Languages"), [language(code) for code in service.languages]),
        ("who", _("Cost"), [line for line in (word(service.cost), service.cost_note) if line]),
        ("getting-in", _("Getting in"), access_lines(service)),
        ("getting-in", _("Joining"), [line for line in (word(service.referral), service.how_to_join) if line]),
        ("room", _("Room for new people"), room_lines(service)),
    ]  # fmt: skip
    return [Row(label, lines, step, at) for step, label, lines in rows]


def differences(mine: Summary, theirs: Summary) -> list[tuple[str, list[str], list[str]]]:
    """The rows that are not the same: label, mine, theirs."""
    ours = [*mine.group, *(row for rows in mine.services for row in rows)]
    others = {
        (row.label, row.at): row for row in [*theirs.group, *(row for rows in theirs.services for row in rows)]
    }
    found = []
    for row in ours:
        other = others.pop((row.label, row.at), None)
        if other is None or other.lines != row.lines:
            found.append((row.label, row.lines, other.lines if other else []))
    return found + [(row.label, [], row.lines) for row in others.values() if row.lines]


def place_lines(draft: Draft, document: GroupDocument, at: int = 0) -> list[str]:
    place = meeting_place(document, at)
    if place is None:
        is_online = at < len(document.services) and document.services[at].is_online
        return [_("Online or by phone")] if is_online else []
    if not may_see(draft, place):
        return [_("Kept private. It stays as it is.")]
    return place_words(place) or [_("The pin on the map")]


def place_words(place: Where) -> list[str]:
    return list(dict.fromkeys(part for part in (place.name, place.address, place.postcode or "") if part))


def privacy_words(document: GroupDocument, at: int = 0) -> str:
    if document.is_confidential:
        return str(_("A refuge or safe house: nothing but the town or borough"))
    place = meeting_place(document, at)
    words = {choice[0]: str(choice[1]) for choice in PRIVACY_CHOICES}
    return words[place.privacy.value] if place else str(_("There is no place"))


def reach_lines(session: Session, document: GroupDocument, at: int = 0) -> list[str]:
    holder = holder_of(document, at)
    names = [area.name for area in name_areas(session, holder.serves)]
    shown = names if len(names) <= 6 else [*names[:5], _("and %(count)s more", count=len(names) - 5)]
    return [*shown, *([_("Everywhere: online or by phone")] if holder.is_national else [])]


def ask_lines(document: GroupDocument) -> list[str]:
    words = {choice[0]: str(choice[1]) for choice in ASK_CHOICES}
    return [f"{words[ask.kind]}{': ' if ask.words else ''}{ask.words}" for ask in document.asks]


def contact_lines(contact: Mapping[str, Any]) -> list[str]:
    lines = [value for value in (contact.get("email"), contact.get("phone")) if value]
    hubs = [str(HUB_WORDS)] if contact.get("hubs") else []
    if not lines:
        return hubs
    shown = _("Shown on the page") if contact.get("publish") else _("Never shown: only for us to reach you")
    return [*lines, shown, *hubs]


def access_lines(service: ServiceDocument) -> list[str]:
    facts = (
        (service.step_free, _("No steps"), _("There are steps")),
        (service.toilet, _("A toilet a wheelchair fits in"), _("No toilet a wheelchair fits in")),
        (service.hearing_loop, _("Hearing loop"), _("No hearing loop")),
    )
    return [yes if fact else no for fact, yes, no in facts if fact is not None]


def room_lines(service: ServiceDocument) -> list[str]:
    words = {choice[0]: str(choice[1]) for choice in ROOM_CHOICES}
    many = [_("%(count)s people fit in", count=service.capacity)] if service.capacity else []
    return [*([words[service.room]] if service.room != "unknown" else []), *many]


def age_words(least: int | None, most: int | None) -> str:
    if least is not None and most is not None:
        return str(_("aged %(least)s to %(most)s", least=least, most=most))
    if least is not None:
        return str(_("aged %(least)s and over", least=least))
    return str(_("aged up to %(most)s", most=most)) if most is not None else ""


def difference_words(made: Difference) -> str:
    """“You are the only evening group for carers within two miles under “Food”.”"""
    theme = made.theme_name
    if made.others:
        return str(
            ngettext(
                "Within two miles there is one other group under “%(theme)s”. You could say hello.",
                "Within two miles there are %(num)s other groups under “%(theme)s”. You add to them.",
                made.others,
                theme=theme,
            )
        )
    said = (made.part, "free" if made.is_free else None, "flat" if made.is_step_free else None)
    which = " ".join(str(PART_WORDS[key]) for key in said if key)
    whom = f" {_('for %(whom)s', whom=in_a_sentence(audience(made.audience)))}" if made.audience else ""
    tongue = f" {_('where %(name)s is spoken', name=language(made.language))}" if made.language else ""
    group = f"{which} {_('group')}".strip() + whom + tongue
    return str(_("You are the only %(group)s within two miles under “%(theme)s”.", group=group, theme=theme))


def in_a_sentence(label: str) -> str:
    """Older people → older people; LGBT+ people stays."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
