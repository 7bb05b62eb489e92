"""What people read about kinds of gap and about parts of a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.actions.gap_answers import GapQuestion
from app.actions.what_if_answers import ChangeLine
from app.routes.question_words import facet_chips

L = lazy_gettext

KINDS = {
    "nothing": L("nothing there, or too little"),
    "service": L("there, but full, costly or at the wrong hours"),
    "people": L("there, but not usable by this group"),
    "unsaid": L("there, but nobody has said whether it fits"),
}
FACETS = {
    "when": L("when it is on"),
    "cost": L("whether it is free"),
    "room": L("whether it has room"),
    "audience": L("whom it is for"),
    "step_free": L("whether it is step-free"),
    "language": L("the language"),
    "fresh": L("whether it still runs"),
    "address": L("whether anything happens at its registered address"),
}
RULED_OUT = {
    "when": L("not on at that time"),
    "cost": L("not free"),
    "room": L("no room"),
    "audience": L("not for this group"),
    "step_free": L("not step-free"),
    "language": L("not in that language"),
    "fresh": L("not confirmed lately"),
}


CHANGES = {
    "close": L("%(name)s closes"),
    "free": L("%(name)s is free"),
    "step_free": L("%(name)s is step-free"),
    "room": L("%(name)s has room for new people"),
}
NO_EFFECT = {
    "gone": L("This is not listed any more, so it changes nothing."),
    "same": L("This changes nothing in the answer: the question does not ask for it, or it is so already."),
    "nobody": L("Nobody asked about lives within reach of it, so it changes nothing."),
}


def change_words(line: ChangeLine) -> str:
    """“Lunch club opens on Thursday”."""
    change, name = line.change, line.subject or _("Something that is not listed")
    if change.kind == "add":
        return str(
            _("One more at %(name)s", name=name) if change.place_id else _("One more near %(name)s", name=name)
        )
    if change.kind != "open":
        return str(CHANGES[change.kind]) % {"name": name}
    when = " ".join(sort_words(GapQuestion("", "", "", day=change.day, part=change.part)))
    return str(_("%(name)s opens %(when)s", name=name, when=when))


def no_effect_words(line: ChangeLine) -> str:
    return str(NO_EFFECT[line.effect])


def kind_of_gap(kind: str) -> str:
    return str(KINDS[kind])


def facet_word(facet: str) -> str:
    return str(FACETS[facet])


def ruled_out_word(facet: str) -> str:
    return str(RULED_OUT[facet])


def sort_words(question: GapQuestion) -> list[str]:
    """Which services count, a few words for each part of the question that says so."""
    return [chip.words for chip in facet_chips(question)]


FILTERS: dict[str, Callable[..., Any]] = {
    "kind_of_gap": kind_of_gap,
    "facet_word": facet_word,
    "ruled_out_word": ruled_out_word,
    "sort_words": sort_words,
    "change_words": change_words,
    "no_effect_words": no_effect_words,
}
