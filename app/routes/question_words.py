"""A gap question said in full, and each thing that is set in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from app.actions.gap_answers import GapAnswer, GapQuestion
from app.forms.gaps import FLAGS, question_values
from app.routes.words import audience, language, tidy, walk

L = lazy_gettext

ON_DAY = {
    "monday": L("on a Monday"),
    "tuesday": L("on a Tuesday"),
    "wednesday": L("on a Wednesday"),
    "thursday": L("on a Thursday"),
    "friday": L("on a Friday"),
    "saturday": L("on a Saturday"),
    "sunday": L("on a Sunday"),
    "weekday": L("on weekdays"),
    "weekend": L("at the weekend"),
}
IN_PART = {
    "morning": L("in the morning"),
    "afternoon": L("in the afternoon"),
    "evening": L("in the evening"),
}
FLAG_WORDS = {
    "free": L("free"),
    "step_free": L("step-free"),
    "room": L("with room for new people"),
    "fresh": L("confirmed in the last two years"),
}
DECAY_WORDS = {
    "dai": L("gently, to nothing at the end of the reach"),
    "linear": L("evenly, to nothing at the end of the reach"),
    "step": L("not at all within the reach"),
}


class Chip(NamedTuple):
    """Something that is set: its words, and the fields of the address that set it."""

    words: str
    fields: tuple[str, ...]


def in_full(answer: GapAnswer) -> str:
    """Who lacks a warm place to be, for older people, on weekdays, within a 15-minute walk?"""
    parts = [answer.theme_question.rstrip("? "), *(chip.words for chip in facet_chips(answer.question))]
    return str(_("%(question)s?", question=", ".join([*parts, within_words(answer.question)])))


def within_words(question: GapQuestion) -> str:
    """How near is near enough: within a 15-minute walk, within 20 minutes by bus."""
    if question.travel == "foot":
        return str(_("within a %(walk)s", walk=walk(question.reach_m)))
    n = question.minutes
    if question.travel == "bus":
        return str(ngettext("within %(num)s minute by bus", "within %(num)s minutes by bus", n))
    return str(ngettext("within %(num)s minute by car", "within %(num)s minutes by car", n))


def facet_chips(question: GapQuestion) -> list[Chip]:
    """What limits the services that count, in the order of the sentence."""
    chips = []
    if question.audience:
        chips.append(Chip(_("for %(people)s", people=_uncapitalised(audience(question.audience))), ("audience",)))
    when = [str(words[key]) for words, key in ((ON_DAY, question.day), (IN_PART, question.part)) if key]
    if when:
        chips.append(Chip(" ".join(when), ("day", "part")))
    chips += [Chip(str(FLAG_WORDS[name]), (name,)) for name, field in FLAGS.items() if getattr(question, field)]
    if question.language:
        chips.append(Chip(_("in %(language)s", language=language(question.language)), ("language",)))
    return chips


def all_chips(question: GapQuestion, benchmark_name: str) -> list[Chip]:
    """Everything in the question that is not as always, but its theme and where."""
    asked = question_values(question)
    chips = facet_chips(question)
    if "minutes" in asked or "travel" in asked:
        chips.append(Chip(within_words(question), ("minutes", "travel")))
    if "benchmark" in asked:
        words = _("compared with %(benchmark)s", benchmark=benchmark_name)
        chips.append(Chip(words, ("benchmark", "people_per_service")))
    if "weight" in asked:
        chips.append(Chip(weight_words(asked["weight"]), ("weight",)))
    if "decay" in asked:
        chips.append(Chip(_("fades with distance %(how)s", how=DECAY_WORDS[question.decay]), ("decay",)))
    if "distance" in asked:
        chips.append(Chip(_("measured in a straight line, times 1.3"), ("distance",)))
    if "list_years" in asked:
        chips.append(Chip(_("lists up to %(years)s years old", years=question.list_years), ("list_years",)))
    return chips


def weight_words(weight: int) -> str:
    if not weight:
        return str(_("everybody counts the same"))
    return str(_("a person in the most deprived areas counts for %(most)s", most=tidy(1 + weight / 100)))


def without(asked: Mapping[str, Any], chip: Chip) -> dict[str, Any]:
    """The question with the chip taken off."""
    return {name: value for name, value in asked.items() if name not in chip.fields}


def _uncapitalised(words: str) -> str:
    """As it stands in the middle of a sentence: older people, LGBT+ people."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


FILTERS: dict[str, Callable[..., Any]] = {
    "in_full": in_full,
    "within_words": within_words,
}
