"""What could reach a person is found in free text, quickly, whatever the text is."""

from __future__ import annotations

import time

import pytest

from app.actions.personal_words import find_personal


@pytest.mark.parametrize(
    ("words", "kind", "found"),
    [
        ("Ring 0161 496 0000 after six", "phone", "0161 496 0000"),
        ("07700 900123 is Ann", "phone", "07700 900123"),
        ("Write to ann.lee+x@mail.example.org.", "email", "ann.lee+x@mail.example.org"),
        ("at no. 5, m33 2ab", "postcode", "m33 2ab"),
        ("see https://example.org/a?b=1 now", "link", "https://example.org/a?b=1"),
    ],
)
def test_what_reaches_a_person_is_found(words: str, kind: str, found: str) -> None:
    (one,) = find_personal(words)
    assert (one.kind, words[one.start : one.end]) == (kind, found)


@pytest.mark.parametrize(
    "words", ["", "We meet from 7 to 9 on the 12th", "Room 101, since 1987", "5 a side, U11s"]
)
def test_ordinary_words_are_left_alone(words: str) -> None:
    assert find_personal(words) == []


@pytest.mark.parametrize("words", ["a" * 100_000, "a@" * 50_000, "1 " * 50_000, "AA1" * 30_000, "www." * 25_000])
def test_hostile_text_costs_no_time(words: str) -> None:
    started = time.process_time()
    find_personal(words)
    assert time.process_time() - started < 1
