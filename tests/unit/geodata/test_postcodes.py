"""Postcodes as text."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.postcodes import (
    format_postcode,
    format_postcodes,
    is_outward_only,
    normalise_postcode,
    normalise_postcodes,
    suggest_postcode,
)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("M33 2AB", "M332AB"),
        ("m33 2ab", "M332AB"),
        (" M33  2AB ", "M332AB"),
        ("(M33-2AB).", "M332AB"),
        ("M1 1AA", "M11AA"),
        ("EH478BY", "EH478BY"),
        ("SW1A 1AA", "SW1A1AA"),
        ("GIR 0AA", "GIR0AA"),
        ("M33", None),
        ("WA15 OHF", None),
        ("WA154 1HF", None),
        ("M33 2CK", None),
        ("", None),
        ("M33 2AB, Sale", None),
        ("M" * 100, None),
    ],
)
def test_normal_form(typed: str, normal: str | None) -> None:
    assert normalise_postcode(typed) == normal
    assert normalise_postcodes(pd.Series([typed])).iloc[0] == (normal or "")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("WA15 OHF", "WA15 0HF"),
        ("MI 1AA", "M1 1AA"),
        ("M33 2A8", "M33 2AB"),
        ("SWIA 1AA", "SW1A 1AA"),
        ("M33 2AB", None),
        ("WA154 1HF", None),
        ("hello", None),
        ("x" * 100, None),
    ],
)
def test_suggestions_for_letters_and_digits_that_look_alike(typed: str, meant: str | None) -> None:
    assert suggest_postcode(typed) == meant


def test_showing_a_postcode_and_leaving_other_text_alone() -> None:
    assert format_postcode("M332AB") == "M33 2AB"
    assert format_postcode("nowhere") == "nowhere"
    assert list(format_postcodes(pd.Series(["M11AA", ""]))) == ["M1 1AA", ""]
    assert is_outward_only("m33")
    assert not is_outward_only("M33 2AB")


@given(st.text(max_size=60))
def test_any_text_is_answered_and_the_normal_form_is_stable(text: str) -> None:
    normal = normalise_postcode(text)
    suggest_postcode(text)
    if normal is not None:
        assert normalise_postcode(format_postcode(normal)) == normal


def test_hostile_text_is_quick() -> None:
    started = time.process_time()
    for text in ("A" * 100_000, "1" * 100_000, " " * 100_000, "A1" * 50_000):
        normalise_postcode(text)
        suggest_postcode(text)
        normalise_postcodes(pd.Series([text]))
    assert time.process_time() - started < 1
