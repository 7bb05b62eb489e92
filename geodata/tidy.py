"""Names, texts and web addresses of real registers, made fit to show: no shouting, hidden marks or contacts."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

MAX_NAME = 200
MAX_TEXT = 4000
MAX_URL = 500

_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]"
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE = re.compile(r"(?<![\w/])(?:\+44\s?(?:\(0\))?|0)(?:[\s()-]{0,2}\d){9,10}(?!\d)")
_WORD_START = re.compile(r"(^|[-(\[/&.\"“‘])([a-z])")
_SMALL = {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "upon", "with"}
_CAPITALS = {
    *(
        "ad",
        "afc",
        "aka",
        "bme",
        "bmx",
        "cab",
        "cafc",
        "cbs",
        "cic",
        "cio",
        "cofe",
        "fc",
        "gm",
        "hiv",
        "ii",
        "iii",
        "iv",
    ),
    *(
        "lgbt",
        "lgbtq",
        "mfc",
        "mnd",
        "ms",
        "mv",
        "nct",
        "nhs",
        "nw",
        "nspcc",
        "pcc",
        "pfa",
        "pta",
        "ptfa",
        "raf",
        "rc",
    ),
    *(
        "rfc",
        "rnli",
        "rspb",
        "rspca",
        "rufc",
        "rvs",
        "tlc",
        "u3a",
        "uk",
        "usa",
        "vi",
        "wea",
        "wi",
        "ymca",
        "yha",
        "ywca",
    ),
}
_NOT_CAPITALS = {"st", "dr", "mr", "mrs", "ltd", "jr", "sr", "rd", "nth", "sth"}


def tidy_text(text: str, limit: int = MAX_TEXT) -> str:
    """Collapse spaces, drop hidden marks, e-mail addresses and phone numbers, and cut at ``limit`` characters."""
    plain = " ".join(_HIDDEN.sub("", text.replace("\u00a0", " ").replace("\t", " ")).split())
    plain = _PHONE.sub("", _EMAIL.sub("", plain))
    plain = " ".join(plain.split())
    return plain if len(plain) <= limit else plain[: limit - 1].rsplit(" ", 1)[0] + "…"


def tidy_name(text: str) -> str:
    """Tidy a name; one all in capitals gets ordinary letters: "THE SALE (ST PAUL'S) PTA" keeps only "PTA"."""
    name = tidy_text(text, MAX_NAME + 1).strip(" .,;-")
    letters = [character for character in name if character.isalpha()]
    if len(letters) > 4 and all(character.isupper() for character in letters):
        words = [_lower_word(word, i == 0) for i, word in enumerate(name.split(" "))]
        name = " ".join(words)
    return name.replace("( ", "(").replace(" )", ")")


def _lower_word(word: str, is_first: bool) -> str:
    bare = re.sub(r"[^A-Za-z0-9]", "", word).lower()
    if not bare or bare in _CAPITALS:
        return word
    if bare in _SMALL and not is_first and word.isalpha():
        return bare
    vowels = set(bare) & set("aeiouy")
    if not vowels and bare not in _NOT_CAPITALS and bare.isalpha() and len(bare) > 1:
        return word
    lowered = word.lower()
    return _WORD_START.sub(lambda match: match.group(1) + match.group(2).upper(), lowered)


def tidy_url(text: str) -> str | None:
    """Return a web address with its scheme; "" for a blank text, None when it is no address of the open web."""
    url = text.strip()
    if not url:
        return ""
    url = re.split(r"[\s,;]", url, maxsplit=1)[0]
    if not re.match(r"[a-z][a-z0-9+.-]*:", url, flags=re.IGNORECASE) or re.match(r"[\w.-]+:\d", url):
        url = f"https://{url.lstrip('/')}"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    sound = parts.scheme.lower() in ("http", "https") and "." in host.strip(".") and "@" not in parts.netloc
    if not sound or len(url) > MAX_URL or not re.fullmatch(r"[A-Za-z0-9.-]+", host) or _HIDDEN.search(url):
        return None
    return url


def has_words(text: str, words: tuple[str, ...]) -> bool:
    """True when one of the words or phrases stands in the text; "mosque*" lets the word go on."""
    return bool(words) and bool(_words_pattern(words).search(text.replace("\u2019", "'")))


@cache
def _words_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = (re.escape(word).replace(r"\*", r"\w*") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)
