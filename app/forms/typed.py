"""What people type into our forms: tidied, bounded, and refused in words that name the question.

Unlike app.forms.values, which reads addresses and is strict, this forgives what a phone keyboard or a word
processor adds: marks nobody sees are taken out, lines may be long, a box may be left empty.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from flask_babel import gettext as _

from app.errors import BadQuestionError
from app.forms.values import Values

LONGEST_LINE, LONGEST_WORDS = 120, 2_000
JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
"""Marks nobody sees that some scripts and emoji need."""


def typed_line(
    values: Values, name: str, label: str, *, longest: int = LONGEST_LINE, required: bool = False
) -> str:
    """One line of text; raises BadQuestionError (``field`` is ``name``) when too long, unreadable or missing."""
    return " ".join(typed_words(values, name, label, longest=longest, required=required).split())


def typed_words(
    values: Values, name: str, label: str, *, longest: int = LONGEST_WORDS, required: bool = False
) -> str:
    """Text of several lines, as ``typed_line`` otherwise."""
    text = tidy(_single(values, name, label), name, label)
    if len(text) > longest:
        raise BadQuestionError(
            _("“%(label)s” is too long: %(count)s letters.", label=label, count=f"{len(text):,}"),
            _("Use %(most)s letters or fewer.", most=f"{longest:,}"),
            field=name,
        )
    if required and not text:
        raise BadQuestionError(_("“%(label)s” is empty.", label=label), _("Please fill it in."), field=name)
    return text


def typed_choice(values: Values, name: str, label: str, choices: Collection[str], default: str = "") -> str:
    """One of ``choices``, or ``default`` when nothing was chosen."""
    value = _single(values, name, label) or default
    if value != default and value not in choices:
        raise BadQuestionError(
            _("“%(label)s” cannot be that.", label=label), _("Choose one of the answers shown."), field=name
        )
    return value


def typed_choices(
    values: Values, name: str, label: str, choices: Collection[str], *, most: int | None = None
) -> tuple[str, ...]:
    """Any of ``choices``, in their order, at most ``most``."""
    given = set(values.getlist(name))
    if not given <= set(choices):
        raise BadQuestionError(
            _("“%(label)s” cannot be that.", label=label), _("Choose among the answers shown."), field=name
        )
    if most is not None and len(given) > most:
        raise BadQuestionError(
            _("“%(label)s”: you chose %(count)s.", label=label, count=len(given)),
            _("Choose %(most)s or fewer.", most=most),
            field=name,
        )
    return tuple(choice for choice in choices if choice in given)


def typed_number(values: Values, name: str, label: str, *, least: int, most: int) -> int | None:
    """A whole number from ``least`` to ``most``; None when left empty."""
    text = typed_line(values, name, label)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or not least <= int(text) <= most:
        raise BadQuestionError(
            _("“%(label)s”: “%(text)s” is not a number we can use.", label=label, text=text[:40]),
            _("Give a whole number from %(least)s to %(most)s.", least=f"{least:,}", most=f"{most:,}"),
            field=name,
        )
    return int(text)


def tidy(text: str, name: str = "", label: str = "") -> str:
    """Text without marks nobody sees, lines ended one way. Raises BadQuestionError for what cannot be kept."""
    if "\0" in text or any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise BadQuestionError(
            _("“%(label)s” holds a character that cannot be read.", label=label),
            _("Type it again, in plain letters and numbers."),
            field=name,
        )
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter == "\n" or _is_seen(letter)).strip()


def _is_seen(letter: str) -> bool:
    return letter in JOINERS or unicodedata.category(letter) not in ("Cc", "Cf", "Co", "Cn")


def _single(values: Values, name: str, label: str) -> str:
    given = values.getlist(name)
    if len(given) > 1:
        raise BadQuestionError(
            _("“%(label)s” was sent %(count)s times.", label=label, count=len(given)),
            _("Give it once."),
            field=name,
        )
    return given[0] if given else ""
