"""One value out of an address or a form: bounded, single, clean; anything else is a BadQuestionError."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from flask_babel import gettext as _

from app.errors import BadQuestionError, NotFoundError

LONGEST = 120


class Values(Protocol):
    """What a request brings: several values may share a name."""

    def getlist(self, name: str) -> list[str]: ...

    def keys(self) -> Collection[str]: ...


def read_text(values: Values, name: str, default: str = "", *, longest: int = LONGEST) -> str:
    """The text of ``name``, trimmed; ``default`` when absent. Raises BadQuestionError for what nobody types."""
    given = values.getlist(name)
    if not given:
        return default
    if len(given) > 1:
        raise BadQuestionError(
            _("“%(name)s” is given %(count)s times.", name=name, count=len(given)),
            _("Give it once."),
            field=name,
        )
    value = given[0].strip()
    if len(value) > longest:
        raise BadQuestionError(
            _("“%(name)s” is too long: %(count)s letters.", name=name, count=f"{len(value):,}"),
            _("Use %(most)s letters or fewer.", most=longest),
            field=name,
        )
    if not value.isprintable() or any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
        raise BadQuestionError(
            _("“%(name)s” holds a character that cannot be read.", name=name),
            _("Type it again, in plain letters and numbers."),
            field=name,
        )
    return value


def read_choice(values: Values, name: str, choices: Collection[str], default: str) -> str:
    """One of ``choices``; raises BadQuestionError that lists them."""
    value = read_text(values, name, default) or default
    if value not in choices:
        raise BadQuestionError(
            _("“%(value)s” is not something “%(name)s” can be.", value=shown(value), name=name),
            _("Choose one of: %(choices)s.", choices=", ".join(choice or _("all") for choice in choices)),
            field=name,
        )
    return value


def read_whole_number(
    values: Values, name: str, default: int | None, *, least: int = 0, most: int = 1_000_000_000
) -> int | None:
    """A whole number from ``least`` to ``most``; ``default`` when left empty."""
    value = read_text(values, name)
    if not value:
        return default
    digits = value.replace(",", "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 12 or not least <= int(digits) <= most:
        raise BadQuestionError(
            _("“%(value)s” is not a number that “%(name)s” can be.", value=shown(value), name=name),
            _("Give a whole number from %(least)s to %(most)s.", least=f"{least:,}", most=f"{most:,}"),
            field=name,
        )
    return int(digits)


def refuse_unknown(values: Values, known: Collection[str]) -> None:
    """For files and tiles: a name nobody knows would make a second copy in every cache."""
    unknown = sorted(set(values.keys()) - set(known))
    if unknown:
        raise BadQuestionError(
            _("“%(name)s” means nothing here.", name=shown(unknown[0])),
            _("Use only: %(known)s.", known=", ".join(known)) if known else _("Leave it out."),
        )


def read_code(value: str) -> str:
    """A key or code out of the path of an address; NotFoundError for what no code can be."""
    if len(value) > LONGEST or not value.isprintable():
        raise NotFoundError(
            _("There is nothing with that code."), _("Look for it from the first page or the map.")
        )
    return value


def typed_values(values: Values, names: Collection[str], longest: int = LONGEST) -> Mapping[str, str]:
    """What was typed, as it stands and bounded, so that a form can show it again."""
    return {name: (values.getlist(name) or [""])[0][:longest] for name in names}


def shown(typed: str) -> str:
    return typed[:60] + ("…" if len(typed) > 60 else "")
