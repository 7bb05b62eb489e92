"""Phone numbers, e-mail addresses, postcodes and web links that stand in free text, where they may not belong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)
LINK = re.compile(r"\b(?:https?://|www\.)\S{3,200}", re.IGNORECASE)
MOST_LETTERS = 5_000
COUNTRY = "GB"
LEAST_DIGITS = 10


@dataclass(frozen=True)
class Found:
    """``kind`` is phone, email, postcode or link; ``start`` and ``end`` count letters of the text."""

    kind: str
    start: int
    end: int


def find_personal(words: str) -> list[Found]:
    """What a stranger could use to reach or find a person, in the order of the text, none over another.

    Looks at the first MOST_LETTERS letters; no form takes more.
    """
    looked = words[:MOST_LETTERS]
    found: list[Found] = []
    for one in _all_of(looked):
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def _all_of(words: str) -> Iterator[Found]:
    for kind, pattern in (("email", EMAIL), ("link", LINK)):
        yield from (Found(kind, match.start(), match.end()) for match in pattern.finditer(words))
    if sum(letter.isdigit() for letter in words) >= LEAST_DIGITS:
        for number in phonenumbers.PhoneNumberMatcher(words, COUNTRY, leniency=phonenumbers.Leniency.POSSIBLE):
            if sum(letter.isdigit() for letter in number.raw_string) >= LEAST_DIGITS:
                yield Found("phone", number.start, number.end)
    yield from (Found("postcode", match.start(), match.end()) for match in POSTCODE.finditer(words))
