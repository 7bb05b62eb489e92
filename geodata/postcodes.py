"""UK postcodes as text: one normal form ("M332AB"), one form to show ("M33 2AB"), and help with typing slips."""

from __future__ import annotations

import re

import pandas as pd

MAX_TYPED = 40
_NORMAL = r"(?:[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][ABD-HJLNP-UW-Z]{2}|GIR0AA)"
_NORMAL_FORM = re.compile(_NORMAL)
_OUTWARD_ONLY = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
_LITTER = re.compile(r"[\s.,;:()\[\]'\"_\-\u2010-\u2015\u200b\ufeff]+")
_SHAPES = ("A9", "A99", "AA9", "AA99", "A9A", "AA9A")
_AS_DIGIT = {"O": "0", "I": "1", "L": "1", "S": "5", "Z": "2", "B": "8"}
_AS_LETTER = {"0": "O", "1": "I", "5": "S", "8": "B", "2": "Z"}


def normalise_postcode(text: str) -> str | None:
    """Return "M332AB" for "m33 2ab", "M33-2AB" or "(M33  2AB)"; None when it is not a full postcode."""
    if not text or len(text) > MAX_TYPED:
        return None
    bare = _LITTER.sub("", text).upper()
    return bare if _NORMAL_FORM.fullmatch(bare) else None


def format_postcode(postcode: str) -> str:
    """Return "M33 2AB" for a normal form "M332AB"; any other text comes back as it is."""
    return f"{postcode[:-3]} {postcode[-3:]}" if _NORMAL_FORM.fullmatch(postcode) else postcode


def is_outward_only(text: str) -> bool:
    """True for the first half of a postcode alone ("M33"), which names a town and not a place."""
    return len(text) <= MAX_TYPED and bool(_OUTWARD_ONLY.fullmatch(_LITTER.sub("", text).upper()))


def suggest_postcode(text: str) -> str | None:
    """Suggest the postcode meant when letters and digits that look alike were mixed up ("WA15 OHF" -> "WA15 0HF").

    Returns None when the text is a postcode already, or when no single reading is best.
    """
    if not text or len(text) > MAX_TYPED:
        return None
    bare = _LITTER.sub("", text).upper()
    if not 5 <= len(bare) <= 7 or _NORMAL_FORM.fullmatch(bare):
        return None
    found: dict[str, int] = {}
    for shape in _SHAPES:
        if len(shape) + 3 != len(bare):
            continue
        changed, changes = _fit(bare, shape + "9AA")
        if changed and _NORMAL_FORM.fullmatch(changed):
            found[changed] = changes
    fewest = min(found.values(), default=0)
    best = [postcode for postcode, changes in found.items() if changes == fewest]
    return format_postcode(best[0]) if len(best) == 1 else None


def normalise_postcodes(texts: pd.Series) -> pd.Series:
    """Normal forms of a whole column; "" where a text is not a full postcode."""
    bare = texts.str.replace(_LITTER, "", regex=True).str.upper()
    sound = bare.str.fullmatch(_NORMAL).fillna(False).astype(bool)
    return bare.where(sound, "")


def format_postcodes(postcodes: pd.Series) -> pd.Series:
    """Show normal forms with their space; other texts stay as they are."""
    sound = postcodes.str.fullmatch(_NORMAL).fillna(False).astype(bool)
    return postcodes.where(~sound, postcodes.str[:-3] + " " + postcodes.str[-3:])


def _fit(text: str, shape: str) -> tuple[str, int]:
    """Bend a text to a shape of letters (A) and digits (9); ("", 0) when it cannot be done."""
    letters, changes = [], 0
    for character, wanted in zip(text, shape, strict=True):
        fits = character.isdigit() if wanted == "9" else character.isalpha()
        if fits:
            letters.append(character)
            continue
        other = (_AS_DIGIT if wanted == "9" else _AS_LETTER).get(character)
        if other is None:
            return "", 0
        letters.append(other)
        changes += 1
    return "".join(letters), changes
