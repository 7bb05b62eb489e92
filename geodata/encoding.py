"""Bytes of a text file -> text, by one plain rule; no guessing library (they misname short files)."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Decoded:
    """``text``, the ``encoding`` used, and ``notice``: a sentence for the reader when it was not plain UTF-8.

    Bytes that fit no encoding stay in ``text`` as lone surrogates, so that only their own row need be refused.
    """

    text: str
    encoding: str
    notice: str = ""


def decode(data: bytes) -> Decoded:
    """Decode the bytes of a text file: byte order mark, else strict UTF-8, else Windows-1252 with a notice."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            notice = "" if encoding == "utf-8-sig" else "The file is in UTF-16; it was read as such."
            return Decoded(data.decode(encoding, errors="replace"), encoding, notice)
    unmarked = _unmarked_utf16(data)
    if unmarked:
        return Decoded(
            data.decode(unmarked, errors="replace"), unmarked, "The file is in UTF-16; it was read as such."
        )
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    if _has_utf8_letters(data):
        notice = "The file mixes two text encodings; rows that are not UTF-8 were left out."
        return Decoded(data.decode("utf-8", errors="surrogateescape"), "utf-8", notice)
    notice = "The file is not UTF-8; it was read as Windows-1252. Check that accents and £ signs look right."
    return Decoded(_windows_1252(data), "cp1252", notice)


def has_undecoded(text: str) -> bool:
    """True when ``text`` holds a byte that no encoding could read (kept as a lone surrogate)."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _unmarked_utf16(data: bytes) -> str | None:
    """Name UTF-16 without a mark: ASCII text in it has a zero in every second byte."""
    sample = data[:2000]
    if len(sample) < 4:
        return None
    zeros_even = sample[0::2].count(0) / len(sample[0::2])
    zeros_odd = sample[1::2].count(0) / len(sample[1::2])
    if zeros_odd > 0.4 and zeros_even < 0.1:
        return "utf-16-le"
    if zeros_even > 0.4 and zeros_odd < 0.1:
        return "utf-16-be"
    return None


def _has_utf8_letters(data: bytes) -> bool:
    """True when some line beyond ASCII is sound UTF-8, so that the file as a whole cannot be Windows-1252."""
    for line in data.split(b"\n"):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False


def _windows_1252(data: bytes) -> str:
    """Decode Windows-1252, keeping its five undefined bytes as lone surrogates."""
    return data.decode("cp1252", errors="surrogateescape")
